"""Findings: every case has its sentence, with the numbers of the moment, in both languages."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from enrollment import findings
from enrollment.answers import (
    Breakdown,
    CommitmentBySource,
    DeliveryCompleteness,
    EditionChanges,
    GoalProgress,
    MissingDeliveries,
    MovementByMonth,
    NextSteps,
)
from enrollment.language import CODES, Language
from enrollment.outlook import Ahead, Outlook
from enrollment.pace import BASE_RATES, WORDS
from tests.figures.rows import AUGUST, NO_ROSTER, ladder, nowhere, outlook, progress, rung

ID, EN = Language("id"), Language("en")
BEHIND, LEADS = progress(goal="2021-38.0"), outlook()
NO_RECENT: Any = {
    **dict.fromkeys(("recent_per_month", "pace_ratio", "continued_active", "continued_gap")),
    "recent_months": 0,
    "status": "unknown",
}
"""What is not known of a pace where no change was counted."""
MISSED = replace(
    BEHIND,
    as_of=BEHIND.due,
    days_left=0,
    needed_per_month=None,
    pace_ratio=None,
    continued_active=None,
    continued_gap=None,
    status="missed",
)


def at_due(median: int, **changes: Any) -> Outlook:
    """An outlook that ends with this median."""
    last = Ahead(
        LEADS.due, median - 2_000_000, median - 1_000_000, median, median + 1_000_000, median + 2_000_000
    )
    return outlook(path=(*LEADS.path[:-1], last), **changes)


CASES: Mapping[str, tuple[GoalProgress, Outlook, str, str]] = {
    "short": (
        BEHIND,
        LEADS,
        "Peserta aktif 29,2 juta; menurut proyeksi akhir tahun kurang 8,1 juta dari sasaran",
        "29.2 million active participants; forecast to be 8.1 million short of the goal at year end",
    ),
    "over": (
        replace(BEHIND, status="ahead", recent_per_month=2_600_000, pace_ratio=0.84),
        at_due(39_621_000, probability=0.81, word="likely", base_rate=None),
        "Peserta aktif 29,2 juta; menurut proyeksi akhir tahun 1,6 juta di atas sasaran",
        "29.2 million active participants; forecast to be 1.6 million over the goal at year end",
    ),
    "even": (
        replace(BEHIND, status="on_pace", recent_per_month=2_200_000, pace_ratio=1.0),
        at_due(37_997_000, probability=0.499, word="less_likely_than_not", base_rate=(1.0, 0.36)),
        "Peserta aktif 29,2 juta; menurut proyeksi sasaran 38 juta akhir tahun kira-kira tercapai",
        "29.2 million active participants; forecast to be about at the goal of 38 million at year end",
    ),
    "shrinking": (
        replace(BEHIND, recent_per_month=-41_000, pace_ratio=None),
        at_due(29_000_000, base_rate=None),
        "Peserta aktif 29,2 juta dan sedang berkurang; "
        "menurut proyeksi akhir tahun kurang 9 juta dari sasaran",
        "29.2 million active participants and falling; "
        "forecast to be 9 million short of the goal at year end",
    ),
    "reached": (
        replace(
            BEHIND, active=38_120_000, gap=-120_000, status="reached", needed_per_month=0, pace_ratio=0.0
        ),
        at_due(38_900_000, probability=0.93, word="likely", base_rate=None),
        "Peserta aktif 38,1 juta; sasaran 38 juta tercapai",
        "38.1 million active participants; the goal of 38 million is reached",
    ),
    "missed": (
        MISSED,
        nowhere("past"),
        "Peserta aktif 29,2 juta; sasaran 38 juta tidak tercapai, kurang 8,8 juta",
        "29.2 million active participants; the goal of 38 million was missed, 8.8 million short",
    ),
    "no_snapshot": (
        replace(MISSED, **NO_RECENT),
        nowhere("past"),
        "Peserta aktif 29,2 juta; data baru ada setelah tenggat sasaran 38 juta, "
        "jadi capaiannya tidak diketahui",
        "29.2 million active participants; data begin after the due date of the goal of 38 million, "
        "so whether it was met is not known",
    ),
    "too_early": (
        replace(
            BEHIND,
            as_of=dt.date(2021, 3, 31),
            rise_achieved=None,
            rise_achieved_share=None,
            needed_per_month=None,
            pace_ratio=None,
            path_active=None,
            status="unknown",
        ),
        outlook(base_rate=None),
        "Peserta aktif 29,2 juta; sasaran 38 juta baru dinyatakan pada 9 April 2021",
        "29.2 million active participants; the goal of 38 million was stated only on 9 April 2021",
    ),
    "one_month": (
        replace(BEHIND, active_before=None, **NO_RECENT),
        nowhere("one_month"),
        "Peserta aktif 29,2 juta; lajunya belum diketahui karena baru satu bulan data",
        "29.2 million active participants; the pace is not known from a single month of data",
    ),
}
NAMES = {
    "TPP": "TPP desa",
    "NON_ASN": "Pegawai non-ASN",
    "BUMDES": "Pekerja BUMDes",
    "PU": "Penerima upah (PU)",
    "BPU": "Bukan penerima upah",
    None: "tidak dilaporkan",
}


def clean(sentence: str) -> str:
    """The sentence itself, once nothing is left in it that a reader should not see."""
    assert not re.search(r"[{}]|  |None|\bnan\b|\binf\b", sentence), sentence
    assert sentence == sentence.strip()
    assert sentence.count("**") % 2 == 0
    assert not re.search(r"\s[.,;:]|\+-|\+−|−−|--", sentence), sentence
    return sentence


@pytest.mark.parametrize("case", CASES)
def test_each_case_of_progress_has_its_title(case: str) -> None:
    progress, leads, indonesian, english = CASES[case]
    assert clean(findings.progress_title(progress, leads, ID)) == indonesian
    assert clean(findings.progress_title(progress, leads, EN)) == english


def test_a_goal_that_is_due_on_another_day_than_the_year_s_last_names_it() -> None:
    june = replace(BEHIND, due=dt.date(2022, 6, 30))
    assert "pada 30 Juni 2022 kurang" in clean(findings.progress_title(june, LEADS, ID))
    assert "on 30 June 2022" in clean(findings.progress_title(june, LEADS, EN))
    later = replace(BEHIND, due=dt.date(2024, 12, 31))
    assert "31 Desember 2024" in clean(findings.progress_title(later, LEADS, ID))


def test_every_case_has_its_detail() -> None:
    details = {case: clean(findings.progress_detail(row, ID)) for case, (row, *_) in CASES.items()}
    assert details["short"] == (
        "Perlu **2,20 juta** per bulan selama 122 hari; rata-rata 3 bulan terakhir +267.778."
    )
    assert details["shrinking"].endswith("rata-rata 3 bulan terakhir −41.000.")
    assert details["missed"] == "Tenggat 31 Desember 2021 sudah lewat."
    assert "9 April 2021" in details["too_early"]
    assert details["one_month"].endswith("laju terakhir belum diketahui.")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", CASES)
def test_each_case_has_four_figures_with_finished_texts(case: str, code: str) -> None:
    tiles = findings.progress_figures(*CASES[case][:2], Language(code))
    assert len(tiles) == 4
    for label, number, unit, note in tiles:
        assert clean(label)
        assert clean(number)
        assert clean(note)
        clean(unit)


def test_the_four_figures_of_august_are_the_known_ones() -> None:
    active, share, pace, chance = findings.progress_figures(BEHIND, LEADS, ID)
    assert active == (
        "Peserta aktif, 31 Agu 2021",
        "29,20",
        "juta",
        "8,8 juta lagi menuju 38 juta; +250.000 dari Juli",
    )
    assert share[1:] == ("14,6%", "", "1,50 juta dari 10,3 juta yang diperlukan")
    assert pace[1:] == ("8,2×", "", "2,20 juta per bulan; rata-rata 3 bulan terakhir +267.778")
    assert chance == (
        "Peluang mencapai 38 juta",
        "<\N{NO-BREAK SPACE}1%",
        "",
        "di luar jangkauan pada laju sekarang; "
        "dari 100 deret yang bertumbuh dan perlu 4× lajunya, 7 mencapainya",
    )


@pytest.mark.parametrize(
    ("case", "chance", "note"),
    [
        ("over", "80%", "kemungkinan besar tercapai"),
        ("even", "50%", "lebih mungkin tidak tercapai; dari 100 deret yang bertumbuh dan perlu 1× lajunya"),
        ("shrinking", "<\N{NO-BREAK SPACE}1%", "di luar jangkauan pada laju sekarang"),
        ("reached", "93%", "sudah tercapai; peluang tetap tercapai pada 31 Des 2021"),
        ("missed", "–", "tenggat 31 Des 2021 sudah lewat"),
        ("no_snapshot", "–", "tenggat 31 Des 2021 sudah lewat"),
        ("one_month", "–", "belum ada proyeksi: baru satu bulan data"),
    ],
)
def test_the_fourth_figure_is_the_chance_or_why_there_is_none(case: str, chance: str, note: str) -> None:
    *_, tile = findings.progress_figures(*CASES[case][:2], ID)
    assert (tile[1], tile[3][: len(note)]) == (chance, note)


@pytest.mark.parametrize("code", CODES)
def test_each_of_the_five_words_of_a_chance_can_be_read(code: str) -> None:
    words = {findings.chance_in_words(outlook(word=key), Language(code)) for _, key in WORDS}
    assert len({clean(word or "") for word in words}) == len(WORDS)
    assert findings.chance_in_words(nowhere("past"), Language(code)) is None


@pytest.mark.parametrize("multiple", BASE_RATES)
def test_a_base_rate_says_how_many_of_a_hundred_made_it(multiple: float) -> None:
    said = clean(findings.base_rate(outlook(base_rate=(multiple, BASE_RATES[multiple])), EN) or "")
    assert said == f"of 100 growing series that needed {multiple:g}× their pace, {said.split()[-3]} made it"
    assert int(said.split()[-3]) == round(100 * BASE_RATES[multiple])


@pytest.mark.parametrize("people", [0, 1, 999_999, 1_000_000, 29_200_000])
def test_few_people_are_written_in_full_and_many_in_millions(people: int) -> None:
    number, unit = findings.progress_figures(replace(BEHIND, active=people), LEADS, ID)[0][1:3]
    assert (unit == "juta") == (people >= 1_000_000)
    assert number == ({1_000_000: "1,00", 29_200_000: "29,20", 999_999: "999.999"}.get(people, str(people)))


def movement(**changed: Any) -> MovementByMonth:
    row = MovementByMonth(
        month=AUGUST,
        opening=1_000,
        new=120,
        reactivated=30,
        moved_in=5,
        lapsed=60,
        moved_out=5,
        reclassified_in=0,
        reclassified_out=0,
        correction=0,
        closing=1_090,
        flows_unknown=0,
        carried=0,
    )
    return replace(row, **changed)


def part(code: str | None, net: int | None, closing: int = 1_000) -> Breakdown:
    opening = None if net is None else closing - net
    return Breakdown(code, opening, 1, 1, 0, 1, 0, 0, 0, 0, 0, closing, net, 0, False)


def commitment(source: str, name: str, name_en: str, committed: int) -> CommitmentBySource:
    signed = dt.date(2021, 4, 9)
    return CommitmentBySource("PKB", source, name, name_en, "Kemendes", "Ministry", signed, committed, 10, 5)


COMMITMENTS = (
    commitment("TPP", "TPP desa", "Village facilitators", 34_449),
    commitment("NON_ASN", "Pegawai non-ASN", "Non-ASN staff", 1_039),
    commitment("BUMDES", "Pekerja BUMDes", "Village enterprise workers", 39_844),
)


def said_of_month(row: MovementByMonth | None, language: Language = ID) -> list[str]:
    rows = () if row is None else (movement(month=dt.date(2021, 7, 31)), row)
    segments = (part("PU", 70), part("BPU", -90), part(None, None))
    sources = (part("TPP", 40), part("BUMDES", -3), part("BESAR", 900), part("NON_ASN", 0))
    return [
        clean(sentence)
        for sentence in findings.month_changes(rows, segments, NAMES, COMMITMENTS, sources, language)
    ]


def test_a_month_is_told_by_its_flows_its_largest_segment_and_the_partners() -> None:
    assert said_of_month(movement()) == [
        "**+120** peserta baru, **+30** aktif kembali, **−60** berhenti: bersih **+90**.",
        "Perubahan terbesar menurut segmen: **−90**, Bukan penerima upah.",
        "Mitra yang berkomitmen: TPP desa **+40** dan Pekerja BUMDes **−3**.",
    ]
    assert said_of_month(movement(), EN)[2] == (
        "Partners with commitments: Village facilitators **+40** and Village enterprise workers **−3**."
    )


def test_without_flows_only_the_net_change_is_told() -> None:
    silent = movement(new=None, reactivated=None, lapsed=None, flows_unknown=90)
    assert said_of_month(silent)[0] == "Bersih **+90**; arus masuk dan keluar tidak dilaporkan."


def test_a_part_without_flows_is_told_beside_them() -> None:
    assert said_of_month(movement(flows_unknown=-40))[1] == (
        "**−40** di antaranya dari sumber yang tidak melaporkan arus."
    )


def test_the_first_month_has_nothing_to_be_compared_with() -> None:
    assert said_of_month(movement(opening=None)) == [
        "Bulan pertama yang diketahui; belum ada bulan pembanding."
    ]
    assert said_of_month(None) == said_of_month(movement(opening=None))


def test_what_did_not_move_is_not_told() -> None:
    still = movement(new=0, reactivated=0, lapsed=0, closing=1_000)
    said = findings.month_changes((still,), (part("PU", 0),), NAMES, COMMITMENTS, (part("TPP", 0),), ID)
    assert said == ["**0** peserta baru, **0** aktif kembali, **0** berhenti: bersih **0**."]


def changed(cause: str, change: int, source: str = "TPP", month: dt.date = AUGUST) -> EditionChanges:
    return EditionChanges(month, source, cause, 1_000, 1_000 + change, change)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "cause", ["new_month", "late_source", "correction", "reclassification", "withdrawn", "carried"]
)
def test_each_cause_of_a_change_between_editions_has_its_sentence(cause: str, code: str) -> None:
    (sentence,) = findings.edition_changes([changed(cause, -12_400)], NAMES, Language(code))
    assert Language(code).month(AUGUST) in clean(sentence)
    assert cause == "new_month" or "TPP desa" in sentence


def test_changes_between_editions_are_gathered_by_month_and_cause_the_largest_first() -> None:
    july = dt.date(2021, 7, 31)
    rows = [
        changed("correction", 12_400, "TPP", july),
        changed("new_month", 500_000, "TPP"),
        changed("new_month", 600_000, "BUMDES"),
        changed("correction", -400, "NON_ASN", july),
    ]
    assert [clean(sentence) for sentence in findings.edition_changes(rows, NAMES, ID)] == [
        "**Agustus 2021** terbit pertama kali: 1,10 juta peserta.",
        "Juli 2021 dikoreksi **+12.000**: TPP desa dan Pegawai non-ASN.",
    ]


def test_many_sources_are_counted_instead_of_listed_and_few_sentences_are_shown() -> None:
    names = {f"S{number}": f"Sumber {number}" for number in range(20)}
    rows = [
        changed("correction", number, f"S{number}", dt.date(2021, month, 28))
        for month in range(1, 8)
        for number in range(1, 6)
    ]
    said = findings.edition_changes(rows, names, ID)
    assert len(said) == 4
    assert all("5 sumber" in clean(sentence) for sentence in said)


def test_no_change_between_editions_is_no_sentence() -> None:
    assert findings.edition_changes([], NAMES, ID) == []


def test_a_late_source_is_named_with_the_people_carried_for_it() -> None:
    late = [
        MissingDeliveries(AUGUST, "TPP", dt.date(2021, 7, 31), 31_000),
        MissingDeliveries(AUGUST, "BUMDES", dt.date(2021, 7, 31), 12_000),
        MissingDeliveries(dt.date(2021, 7, 31), "NON_ASN", None, 0),
    ]
    assert clean(findings.missing_remark(late, AUGUST, NAMES, ID) or "") == (
        "**Belum datang:** TPP desa dan Pekerja BUMDes untuk Agustus 2021; "
        "dipakai angka bulan terakhirnya (43.000 peserta)."
    )
    assert findings.missing_remark(late, dt.date(2021, 6, 30), NAMES, ID) is None


def test_commitments_are_said_as_a_share_of_the_rise_needed() -> None:
    assert clean(findings.commitments_remark(COMMITMENTS, BEHIND, ID)) == (
        "Komitmen 3 sumber mitra, **75.332** pekerja, setara **0,73%** dari kenaikan 10,3 juta "
        "yang diperlukan; **99,27%** tidak dijanjikan mitra mana pun."
    )
    assert "0.73%" in clean(findings.commitments_remark(COMMITMENTS, BEHIND, EN))
    assert "Belum ada komitmen" in findings.commitments_remark((), BEHIND, ID)


def every_breakdown() -> Iterator[tuple[str, str, tuple[Breakdown, ...]]]:
    same = (part("PU", 70, 900), part("BPU", 30, 100), part(None, 0, 5))
    mixed = (part("PU", -70, 900), part("BPU", 90, 100))
    unknown = (replace(part("PU", None), new=None, reactivated=None, lapsed=None),)
    for rows in (same, mixed, unknown, ()):
        for measure in ("closing", "net_change", "new", "reactivated", "lapsed"):
            for dimension in ("segment", "programme"):
                yield measure, dimension, rows


@pytest.mark.parametrize("language", [ID, EN], ids=CODES)
def test_every_breakdown_has_a_title(language: Language) -> None:
    since = dt.date(2021, 7, 31)
    for measure, dimension, rows in every_breakdown():
        assert clean(findings.breakdown_title(rows, measure, dimension, NAMES, since, AUGUST, language))


def test_a_breakdown_says_its_whole_and_the_share_of_the_largest_part() -> None:
    rows = (part("PU", 70, 900), part("BPU", 30, 100))
    since = dt.date(2021, 7, 31)
    assert findings.breakdown_title(rows, "closing", "segment", NAMES, since, AUGUST, ID) == (
        "Penerima upah (PU) memuat 90% dari 1.000 peserta aktif pada Agustus 2021"
    )


def test_programmes_overlap_so_no_whole_is_said_of_them() -> None:
    rows = (part("PU", 70, 900), part("BPU", 30, 100))
    title = findings.breakdown_title(rows, "closing", "programme", NAMES, AUGUST, AUGUST, ID)
    assert "1.000" not in title
    assert "tumpang tindih" in title


def completeness(*states: str) -> list[DeliveryCompleteness]:
    return [DeliveryCompleteness("TPP", AUGUST, state, None, 1, 10) for state in states]


def test_editions_say_how_complete_deliveries_are_and_what_was_revised() -> None:
    rows = completeness("on_time", "late", "missing", "not_expected")
    assert clean(findings.editions_title(rows, [changed("new_month", 5)], ID)) == (
        "2 dari 3 kiriman masuk; edisi ini tidak mengubah bulan yang sudah terbit"
    )
    revised = [changed("correction", 12_400), changed("late_source", -400), changed("new_month", 9_999_999)]
    assert clean(findings.editions_title(rows, revised, ID)) == (
        "2 dari 3 kiriman masuk; edisi ini mengubah Agustus 2021 sebesar +12.000 peserta"
    )
    assert clean(findings.editions_title(rows, revised, EN))


@pytest.mark.parametrize("language", [ID, EN], ids=CODES)
def test_why_nobody_can_be_followed_is_said_with_since_when(language: Language) -> None:
    assert language.month(AUGUST) in findings.retention_unknown(AUGUST, language)
    assert findings.retention_unknown(None, language).endswith(".")


class TestCommitments:
    TPP = rung("TPP", 34_449, active_all=31_870, planned=31_000, ahead=870, status="on_pace")
    BUMDES = rung("BUMDES", 39_844)
    PROMISED = rung("NELAYAN", 500, promised=500, **NO_ROSTER)

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ((), "Belum ada komitmen mitra yang berlaku pada Agustus 2021"),
            (
                (PROMISED,),
                "500 pekerja dijanjikan; berapa yang aktif belum diketahui, karena belum ada daftar yang"
                " dipadankan",
            ),
            (
                (BUMDES, TPP),
                "44.280 dari 74.293 pekerja aktif di semua program; BUMDES tertinggal 9.590 dari jadwal",
            ),
            (
                (BUMDES, replace(TPP, status="behind", ahead=-5_000)),
                "44.280 dari 74.293 pekerja aktif di semua program; 2 sumber tertinggal 14.590 dari jadwal",
            ),
            (
                (replace(TPP, status="ahead"),),
                "31.870 dari 34.449 pekerja aktif di semua program; TPP lebih cepat 870 dari jadwal",
            ),
            (
                (replace(TPP, status="ahead"), replace(BUMDES, status="ahead", ahead=30)),
                "44.280 dari 74.293 pekerja aktif di semua program; 2 sumber lebih cepat 900 dari jadwal",
            ),
            ((TPP,), "31.870 dari 34.449 pekerja aktif di semua program, sesuai jadwal"),
            (
                (replace(TPP, planned=None, ahead=None, status="unknown"),),
                "31.870 dari 34.449 pekerja aktif di semua program; jadwalnya belum diketahui",
            ),
            (
                (replace(TPP, active_all=34_500),),
                "34.500 pekerja aktif di semua program yang disepakati; 34.449 yang dijanjikan tercapai",
            ),
        ],
    )
    def test_every_case_has_its_sentence(self, rows: tuple[Any, ...], said: str) -> None:
        assert findings.commitments_title(rows, AUGUST, ID) == said
        assert re.search(r"\d", findings.commitments_title(rows, AUGUST, EN))

    def test_all_together_are_judged_by_those_that_have_a_plan_and_a_roster(self) -> None:
        whole = findings.combined(ladder())
        assert (whole.planned, whole.ahead, whole.status) == (53_000, -8_720, "behind")
        assert (whole.committed, whole.active_all) == (75_832, 45_282)
        assert [row.source for row in whole.without_roster] == ["NELAYAN"]
        assert findings.combined(ladder()[2:]).status == "unknown"
        assert findings.combined([self.TPP]).status == "on_pace"

    @pytest.mark.parametrize("language", [ID, EN])
    def test_what_is_not_known_is_a_dash_and_said(self, language: Language) -> None:
        numbers = [
            number for _, number, _, _ in findings.commitments_figures([self.PROMISED], BEHIND, language)
        ]
        assert numbers == ["500", "–", "–", "–"]

    def test_who_may_have_been_a_participant_before_is_new_at_most(self) -> None:
        late = replace(self.TPP, people_since=dt.date(2021, 6, 30))
        *_, (_, number, _, note) = findings.commitments_figures([late], BEHIND, ID)
        assert number == "≤ 9.874"
        assert "paling banyak" in note

    def test_a_goal_that_is_passed_has_no_rise_to_share(self) -> None:
        reached = replace(BEHIND, rise_needed=0)
        assert "%" not in findings.commitments_detail([self.PROMISED], reached, ID)

    @pytest.mark.parametrize(
        ("changes", "who", "late"),
        [
            ({}, "Kemendes, 5 Sep 2021", ""),
            ({"overdue_days": 21}, "Kemendes, 5 Sep 2021", "lewat 21 hari"),
            ({"due": None}, "Kemendes, tenggat belum diketahui", ""),
            ({"owner": "bpjamsostek"}, "BPJAMSOSTEK, 5 Sep 2021", ""),
            ({"owner": None, "due": None}, "Belum ada yang menanggung", ""),
        ],
    )
    def test_a_step_has_an_owner_and_a_day_or_nobody(
        self, changes: Mapping[str, Any], who: str, late: str
    ) -> None:
        step = NextSteps(
            source="TPP",
            step="active_part",
            missing="JHT+JKM",
            people=5,
            owner="partner",
            owner_name="Kemendes",
            owner_name_en="Ministry",
            roster_month=AUGUST,
            due=dt.date(2021, 9, 5),
            overdue_days=None,
        )
        what, *said = findings.next_step(replace(step, **changes), ID)
        assert what == "aktif di sebagian program: tambahkan JHT dan JKM"
        assert said == [who, late]
