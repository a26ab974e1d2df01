"""The outlook's charts: where a month leads, chances in words, base rates, and the record."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from enrollment.attribution import GapPart, gap_parts
from enrollment.figures.description import Band, Bars, Dots, Figure, Path, Role, plain
from enrollment.figures.outlook.base_rates import outlook_base_rates
from enrollment.figures.outlook.chances import outlook_chances
from enrollment.figures.outlook.gap import outlook_gap
from enrollment.figures.outlook.owed import outlook_owed
from enrollment.figures.outlook.path import outlook_path
from enrollment.figures.outlook.record import SHOWN, outlook_record
from enrollment.figures.placing import extent
from enrollment.language import CODES, Language
from enrollment.outlook import Outlook
from enrollment.pace import BASE_RATES, in_words
from tests.figures.rows import (
    ACTIVE,
    AUGUST,
    NO_ROSTER,
    aims,
    foretold,
    given,
    leading,
    months,
    no_outlook,
    progress,
    rung,
    with_pledge,
)

ID, EN = Language("id"), Language("en")
FIRST_PRINTS = (29_150_000, 28_600_000)

# Pixels of a third of a page in a window of 1,024, which is less than a telephone's whole width.
A_THIRD = 272


def chart(stand: Outlook, pledged: int = 0, language: Language = ID, **changes: Any) -> Figure:
    drawn: dict[str, Any] = {
        "progress": progress(),
        "months": months(),
        "published": (),
        "prognosis": foretold(),
        "scenario": with_pledge(stand, pledged).path if pledged else (),
    }
    return outlook_path(outlook=stand, language=language, **{**drawn, **changes})


def roles(figure: Figure, kind: type[Path] | type[Dots] | type[Band]) -> list[Role]:
    return [mark.role for mark in figure.marks if isinstance(mark, kind)]


def said(figure: Figure, *, narrow: bool = False) -> str:
    layout = figure.narrow if narrow else figure.wide
    return " / ".join(plain(note.text) for note in layout.notes)


class TestPath:
    def test_the_median_and_both_ranges_start_where_the_counted_line_ends(self) -> None:
        stand = leading()
        figure = chart(stand)
        (line,) = [mark for mark in figure.marks if isinstance(mark, Path) and mark.role == "forecast"]
        start = (AUGUST, ACTIVE[-1])
        assert [(point.x, point.y) for point in line.points] == [
            start,
            *((point.day, point.median) for point in stand.path),
        ]
        ground, edge = [mark for mark in figure.marks if isinstance(mark, Band)]
        assert (edge.edge, ground.edge) == (True, False)
        for band, ends in (
            (ground, [(point.low80, point.high80) for point in stand.path]),
            (edge, [(point.low95, point.high95) for point in stand.path]),
        ):
            assert [(span.low, span.high) for span in band.points] == [(start[1], start[1]), *ends]

    def test_the_official_prognosis_is_a_hollow_square_with_its_date(self) -> None:
        figure = chart(leading())
        (square,) = [mark for mark in figure.marks if isinstance(mark, Dots) and mark.symbol == "square"]
        assert square.role == "published"
        assert [(point.x, point.y) for point in square.points] == [(foretold().due, 30_500_000)]
        assert "resmi, 15 Sep 2021" in said(figure)
        assert "resmi" not in said(chart(leading(), prognosis=None))

    def test_a_scenario_is_dotted_with_its_own_range(self) -> None:
        figure = chart(leading(), pledged=3_000_000)
        assert "scenario" in roles(figure, Path)
        assert "scenario" in roles(figure, Band)
        assert "Skenario 3" in said(figure)
        assert "andaian" in figure.subtitle

    def test_a_scenario_no_further_than_a_line_is_broad_is_said_and_not_drawn(self) -> None:
        figure = chart(leading(), pledged=10_000)
        assert "scenario" not in roles(figure, Path)
        assert "lebih tipis dari garis" in figure.subtitle
        assert "scenario" in {row[1] for row in figure.table.machine_rows}

    @pytest.mark.parametrize("narrow", [False, True])
    def test_labels_beside_the_plot_do_not_overlap(self, narrow: bool) -> None:
        figure = chart(leading(), pledged=3_000_000)
        layout = figure.narrow if narrow else figure.wide
        plot = layout.height - layout.room.top - layout.room.bottom
        low, high = figure.y.low, figure.y.high
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        spots = []
        for note in layout.notes:
            if note.x == "end":
                middle = (high - note.y) / (high - low) * plot - note.dy
                half = len(note.text) * note.size * 1.3 / 2
                spots.append((middle - half, middle + half))
        spots.sort()
        assert len(spots) >= 4
        assert all(before[1] <= after[0] + 0.01 for before, after in pairwise(spots))

    @pytest.mark.parametrize("code", CODES)
    @pytest.mark.parametrize("reason", ["one_month", "past"])
    def test_without_a_forecast_the_goal_and_what_was_counted_remain(self, reason: str, code: str) -> None:
        figure = chart(no_outlook(reason), language=Language(code))
        assert roles(figure, Band) == []
        assert "forecast" not in roles(figure, Path)
        assert {"actual", "plan"} <= {*roles(figure, Dots)}
        assert figure.alt.endswith(".")

    def test_a_fall_and_a_standstill_are_drawn_like_any_other(self) -> None:
        for active in ((30_000_000, 29_000_000, 28_000_000), (0, 0, 0), (5, 5, 5)):
            stand = leading(active)
            figure = chart(stand, months=months(active))
            assert figure.table.rows
            assert figure.y.low < figure.y.high  # type: ignore[operator]


class TestChances:
    def test_each_aim_has_its_chance_and_its_word(self) -> None:
        words = said(outlook_chances(aims=aims(), due=leading().due, language=EN))
        assert "Official prognosis 30.5 million, 15 Sept 2021" in words
        assert "20% less likely than not" in words
        assert "<\N{NO-BREAK SPACE}1% out of reach" in words
        assert "scenario" not in words

    def test_a_scenario_stands_beside_it_hollow(self) -> None:
        figure = outlook_chances(aims=aims(0.7), due=leading().due, language=ID)
        hollow = [mark for mark in figure.marks if isinstance(mark, Dots) and mark.role == "scenario"]
        assert [point.x for mark in hollow for point in mark.points] == [0.7] * 3
        assert said(figure).count("skenario 70%") == 3
        assert "andaian" in figure.subtitle

    def test_no_chance_is_called_nothing_or_everything(self) -> None:
        for chance in (0.0, 1.0):
            rows = tuple(replace(aim, baseline=chance, scenario=chance) for aim in aims())
            figure = outlook_chances(aims=rows, due=leading().due, language=ID)
            shown = {plain(note.text) for note in figure.wide.notes}
            assert not [words for words in shown if words.startswith(("0%", "100%"))]

    @pytest.mark.parametrize("code", CODES)
    @pytest.mark.parametrize("scenario", [0.0, 0.3, 1.0])
    @pytest.mark.parametrize("baseline", [0.0, 0.07, 0.1, 0.3, 0.6, 0.9, 1.0])
    def test_chance_word_and_scenario_stand_whole_on_one_line(
        self, baseline: float, scenario: float, code: str
    ) -> None:
        language = Language(code)
        rows = tuple(replace(aim, baseline=baseline, scenario=scenario) for aim in aims())
        figure = outlook_chances(aims=rows, due=leading().due, language=language)
        word = language.say(f"outlook.word.{in_words(baseline)}")
        for layout in (figure.wide, figure.narrow):
            left = [note for note in layout.notes if plain(note.text).endswith(word)]
            right = [note for note in layout.notes if note.x == "end"]
            assert len(left) == len(right) == len(rows)
            for note, other in zip(left, right, strict=True):
                both = extent(note.text, note.size)[0] + extent(other.text, other.size)[0]
                assert both + 12 <= A_THIRD


class TestBaseRates:
    def test_the_five_listed_paces_are_drawn_as_shares(self) -> None:
        figure = outlook_base_rates(outlook=leading(), language=ID)
        (bars,) = [mark for mark in figure.marks if isinstance(mark, Bars)]
        assert [bar.end for bar in bars.bars] == list(BASE_RATES.values())

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, "di luar tabel, kurang dari 7 dari 100"),
            ({"needed_per_month": 500_000, "base_rate": (2.0, 0.16)}, "paling banyak 16 dari 100"),
            ({"needed_per_month": 100_000, "base_rate": None}, "lebih lambat dari laju enam bulan"),
            ({"longer_per_month": -5, "base_rate": None}, "peserta tidak bertambah"),
            ({"needed_per_month": 0, "base_rate": None}, "sasaran sudah terlampaui"),
            ({"needed_per_month": None, "base_rate": None}, "belum dapat dihitung"),
        ],
    )
    def test_the_goal_in_hand_stands_below_them(self, changes: dict[str, Any], expected: str) -> None:
        figure = outlook_base_rates(outlook=leading(**changes), language=ID)
        assert expected in figure.alt
        assert expected.split()[0] in said(figure)

    def test_the_pace_of_three_months_is_told_apart_from_that_of_six(self) -> None:
        figure = outlook_base_rates(outlook=leading(), language=ID)
        assert "Dibagi laju tiga bulan terakhir: 8,2×" in figure.subtitle
        assert "9,1×" in {plain(tick.text) for tick in figure.wide.y_ticks}

    @pytest.mark.parametrize("reason", ["one_month", "past"])
    def test_without_a_forecast_they_are_shown_alone(self, reason: str) -> None:
        assert outlook_base_rates(outlook=no_outlook(reason), language=EN).table.rows


class TestGap:
    def parts(self) -> tuple[GapPart, ...]:
        return gap_parts([rung("BUMDES", 39_844), rung("PEMDA", 5_000, **NO_ROSTER)], progress())

    def test_what_nobody_promised_is_drawn_at_full_size(self) -> None:
        figure = outlook_gap(parts=self.parts(), progress=progress(), language=EN)
        promised, nobody = [mark for mark in figure.marks if isinstance(mark, Bars)]
        assert (promised.role, nobody.role) == ("plan", "unassigned")
        assert sum(bar.end for bar in (*promised.bars, *nobody.bars)) == progress().gap == figure.x.high
        assert "promised by nobody" in figure.title

    @pytest.mark.parametrize("lang", CODES)
    def test_shares_of_the_gap_name_the_gap_and_days_the_needed_pace(self, lang: str) -> None:
        figure = outlook_gap(parts=self.parts(), progress=progress(), language=Language(lang))
        first, second, nobody = (plain(note.text) for note in figure.wide.notes)
        days = Language(lang).number(29_970 / (progress().needed_per_month or 0) * 30.4375, 1)
        assert Language(lang).number(29_970) in first
        assert f"{days} " in first
        assert "%" in second
        assert "%" in nobody

    def test_a_hairline_is_not_said_to_be_nothing(self) -> None:
        small = rung("NON_ASN", 9_900)
        figure = outlook_gap(parts=gap_parts([small], progress()), progress=progress(), language=EN)
        assert "26  under 0.01% of what remains, less than 0.1 days" in plain(figure.wide.notes[0].text)

    @pytest.mark.parametrize("lang", CODES)
    def test_names_are_whole_on_a_phone(self, lang: str) -> None:
        named = rung("BUMDES", 39_844, name="Pekerja BUMDes", name_en="Village enterprise (BUMDes) workers")
        language = Language(lang)
        figure = outlook_gap(parts=gap_parts([named], progress()), progress=progress(), language=language)
        assert language.pick(named.name, named.name_en) in said(figure, narrow=True)

    def test_promises_beyond_the_gap_reach_below_zero(self) -> None:
        stand = replace(progress(), gap=20_000)
        figure = outlook_gap(parts=gap_parts([rung("BUMDES", 39_844)], stand), progress=stand, language=ID)
        assert figure.x.low == -9_970
        assert "melebihi" in figure.title

    @pytest.mark.parametrize("lang", CODES)
    def test_the_causes_of_a_source_add_up_to_what_it_owes(self, lang: str) -> None:
        figure = outlook_owed(parts=self.parts()[:-1], language=Language(lang))
        ends = [bar.end - bar.start for mark in figure.marks if isinstance(mark, Bars) for bar in mark.bars]
        assert sum(ends) == pytest.approx(sum(part.people for part in self.parts()[:-1]))
        assert Language(lang).say("outlook.owed.no_roster") in said(figure)

    def test_what_helped_lies_left_of_zero(self) -> None:
        helped = rung("TPP", 10_000, received=12_000, active_all=4_000, newly_active=4_000)
        (part, _) = gap_parts([helped], progress())
        figure = outlook_owed(parts=[part], language=ID)
        assert figure.x.low == part.unlisted < 0
        assert figure.x.high == part.inactive

    def test_a_promise_that_is_kept_says_so(self) -> None:
        kept = rung("TPP", 10_000, received=10_000, active_all=10_000, newly_active=10_000)
        figure = outlook_owed(parts=gap_parts([kept], progress())[:-1], language=EN)
        assert "fulfilled" in said(figure)


class TestRecord:
    def test_a_hit_and_a_miss_differ_in_word_as_well_as_in_colour(self) -> None:
        figure = outlook_record(given=given((29_200_000, 28_600_000)), language=ID)
        assert said(figure) == "kena / ▼ meleset"
        assert [role for role in roles(figure, Dots) if role != "published"] == ["actual", "behind"]
        assert figure.title == "Rekam jejak: 1 dari 2 rentang kena"

    def test_the_last_ten_are_drawn_and_all_are_counted_and_tabled(self) -> None:
        figure = outlook_record(given=given([29_200_000] * 12 + [0] * 3), language=EN)
        assert len(figure.wide.notes) == SHOWN
        assert figure.title == "Record: 7 of 10 ranges held"
        assert "Of all 15: 12 held." in figure.subtitle
        assert len(figure.table.rows) == 15

    def test_a_first_print_that_was_revised_stands_beside_what_came(self) -> None:
        came = given((29_200_000, FIRST_PRINTS[1]))
        rows = [replace(row, first_print=printed) for row, printed in zip(came, FIRST_PRINTS, strict=True)]
        figure = outlook_record(given=rows, language=EN)
        (hollow,) = [mark for mark in figure.marks if isinstance(mark, Dots) and mark.role == "published"]
        assert [point.x for point in hollow.points] == [FIRST_PRINTS[0]]
        assert "first prints, before revision; against those 1 of 2 held" in figure.subtitle
        unrevised = outlook_record(given=[replace(row, first_print=row.came) for row in rows], language=EN)
        assert "published" not in roles(unrevised, Dots)
        assert "first print" not in unrevised.subtitle

    def test_the_median_lies_within_its_range(self) -> None:
        ranges, medians = [
            mark for mark in outlook_record(given=given(), language=ID).marks if isinstance(mark, Bars)
        ]
        for whole, middle in zip(ranges.bars, medians.bars, strict=True):
            assert whole.start < middle.start < middle.end < whole.end
