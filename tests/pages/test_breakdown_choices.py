"""Breakdown: what a reader picks narrows, compares and places people, whatever the address says."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from enrollment import answers, edition, publishing
from enrollment.language import CODES, Language
from enrollment.months import add_months, month_text, parse_month
from enrollment.store import Store
from tests.builders import DataDirectory, cell, delivery_text
from tests.pages.conftest import Open, Shown
from tests.pages.test_breakdown import active, assert_adds_up, every_measure

ID = Language("id")
ELIGIBLE = (
    "as_of,province,eligible,source,note,note_en\n"
    "2021-02-28,,52000000,https://contoh.id/pekerja,,\n"
    "2021-02-28,ID-JB,9000000,https://contoh.id/pekerja,,\n"
    "2021-02-28,ID-JT,7000000,https://contoh.id/pekerja,,\n"
)


def bars(shown: Shown, figure: str = "breakdown") -> dict[str, float]:
    """Parts and numbers of the bars of a chart."""
    found = {}
    for trace in shown.figures[figure]["data"]:
        if trace["type"] == "bar":
            keys = [row[0] if isinstance(row, list) else row for row in trace["customdata"]]
            found.update(zip(keys, trace["x"], strict=True))
    return found


def keep(store: Store, month: str, people: int, **said: str) -> None:
    """One delivery of one cell, kept."""
    path = store.data.parent / f"{month}-{people}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(delivery_text(month, [cell(people, **said)]), encoding="utf-8")
    assert store.load(path, confirmed=True).kept


@pytest.mark.parametrize("lang", CODES)
def test_the_share_of_the_rise_is_said_of_whatever_is_shown(show: Open, sample: Path, lang: str) -> None:
    shown = show(sample, "breakdown", measure="share_of_rise", by="segment", lang=lang)
    assert sum(bars(shown).values()) == pytest.approx(1)
    assert_adds_up(shown, 29_200_000)


def test_a_share_of_the_rise_is_not_known_where_people_became_fewer(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", measure="share_of_rise", month="2021-02")
    assert shown.finding == ID.say("breakdown.title.not_known.share_of_rise", since="Januari 2021")
    assert bars(shown) == {}


@pytest.mark.parametrize("lang", CODES)
def test_what_partners_promised_is_measured_by_source_alone(show: Open, sample: Path, lang: str) -> None:
    shown = show(sample, "breakdown", measure="achievement", lang=lang)
    promised = {"TPP": 34_449, "NON_ASN": 1_039, "BUMDES": 39_844}
    drawn = bars(shown)
    assert drawn.keys() == promised.keys()
    for source, people in promised.items():
        assert drawn[source] == pytest.approx(active(sample, source=(source,)) / people)
    elsewhere = show(sample, "breakdown", measure="achievement", by="province", lang=lang)
    assert elsewhere.app.session_state["measure"] == "closing"
    assert "measure" not in elsewhere.address


def test_coverage_is_not_known_until_somebody_says_how_many_could_take_part(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", by="province", measure="coverage")
    assert shown.finding == ID.say("breakdown.title.not_known.coverage")
    assert bars(shown) == {}
    assert_adds_up(shown, 29_200_000)


@pytest.mark.parametrize("lang", CODES)
def test_coverage_is_measured_against_the_eligible_workers_of_each_province(
    show: Open, own: Path, tmp_path: Path, lang: str
) -> None:
    shutil.copytree(own, tmp_path / "data")
    (tmp_path / "data" / "reference").mkdir(exist_ok=True)
    (tmp_path / "data" / "reference" / "eligible.csv").write_text(ELIGIBLE, encoding="utf-8")
    publishing.publish(Store(tmp_path / "data"))
    shown = show(tmp_path / "data", "breakdown", by="province", measure="coverage", lang=lang)
    drawn = bars(shown)
    assert drawn == {"ID-JB": pytest.approx(1_200 / 9_000_000), "ID-JT": pytest.approx(540 / 7_000_000)}
    assert Language(lang).people(52_000_000) in shown.words


def test_two_dimensions_at_once_add_up_to_the_whole(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", by="segment", across="province")
    assert "crosstab" in shown.figures
    title = next(words for words in re.findall(r"<h2[^>]*>(.*?)</h2>", shown.html) if "×" in words)
    header, *rows, total = shown.table(title)
    assert total[0] == header[-1] == ID.say("figures.total")
    people = [[int(words.replace(".", "") or 0) for words in row[1:]] for row in rows]
    assert [sum(column) for column in zip(*people, strict=True)] == [
        int(words.replace(".", "") or 0) for words in total[1:]
    ]
    assert all(sum(row[:-1]) == row[-1] for row in people)
    assert total[-1] == "29.200.000"


def test_a_dimension_is_never_crossed_with_itself(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", by="segment", across="segment")
    assert "crosstab" not in shown.figures
    assert shown.address == {"by": "segment"}


def test_what_was_picked_narrows_everything_but_the_charts_of_its_own_dimension(
    show: Open, sample: Path
) -> None:
    whole = show(sample, "breakdown", by="province")
    shown = show(sample, "breakdown", by="province", pick="province:ID-JB")
    assert shown.address == {"by": "province", "pick": "province:ID-JB"}
    assert bars(shown) == bars(whole)
    left = active(sample, province=("ID-JB",))
    assert_adds_up(shown, left)
    _, rows = every_measure(shown)
    assert len(rows) == 2
    by_source = show(sample, "breakdown", pick="province:ID-JB")
    assert_adds_up(by_source, left)
    assert sum(bars(by_source).values()) == left
    (chip,) = [button for button in shown.app.button if button.key == "chip_pick_province"]
    assert "Jawa Barat" in chip.label
    chip.click().run()
    assert shown.sound().address == {"by": "province"}
    assert_adds_up(shown, 29_200_000)


def test_picks_of_two_dimensions_hold_together_and_all_go_at_once(show: Open, sample: Path) -> None:
    picks = "province:ID-JB,province:ID-JT,segment:PU"
    shown = show(sample, "breakdown", pick=picks)
    assert_adds_up(shown, active(sample, province=("ID-JB", "ID-JT"), segment=("PU",)))
    (clear,) = [button for button in shown.app.button if button.key == "clear_filters"]
    clear.click().run()
    assert shown.sound().address == {}


FILTERS: dict[str, tuple[str, ...]] = {
    "source": ("TPP", "BUMDES"),
    "segment": ("BPU",),
    "province": ("ID-JB",),
    "regency": ("-",),
    "programmes": ("JKK+JKM",),
    "sex": ("P",),
    "age_band": ("20-29", "-"),
}


@pytest.mark.parametrize("dimension", FILTERS)
def test_every_dimension_can_be_filtered(show: Open, sample: Path, dimension: str) -> None:
    parts = FILTERS[dimension]
    shown = show(sample, "breakdown", by="programmes", **{dimension: ",".join(parts)})
    assert shown.address[dimension] == ",".join(parts)
    left = active(sample, **{dimension: parts})
    assert_adds_up(shown, left)
    if "-" in parts:
        (chip,) = [button for button in shown.app.button if button.key == f"chip_filter_{dimension}"]
        assert ID.say("format.not_reported") in chip.label


def test_one_programme_can_be_filtered_and_everybody_in_it_is_counted_once(show: Open, sample: Path) -> None:
    opened = edition.open_edition(Store(sample))
    august = parse_month("2021-08")
    rows = answers.breakdown(opened, dimension="source", since=None, as_of=august, programme="JP")
    shown = show(sample, "breakdown", programme="JP")
    assert_adds_up(shown, sum(row.closing for row in rows))


def test_changes_count_from_the_baseline_and_say_that_it_has_no_parts(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", since="baseline", measure="net_change")
    assert shown.address["since"] == "baseline"
    assert "27,70 juta" in shown.words
    assert "9 April 2021" in shown.words
    plain = show(sample, "breakdown", since="2021-03", measure="net_change")
    assert bars(shown) == bars(plain)


def test_a_year_earlier_is_offered_where_it_is_known(show: Open, sample: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    for place in range(13):
        keep(store, month_text(add_months(parse_month("2020-08"), place)), 1_000 + 10 * place)
    publishing.publish(store)
    shown = show(store.data, "breakdown", since="year", measure="net_change")
    assert shown.address["since"] == "year"
    assert bars(shown) == {"TPP": 120}
    _, rows = every_measure(shown)
    assert next(iter(rows.values()))[0] == 1_000
    assert "since" not in show(sample, "breakdown", since="year").address


@pytest.mark.parametrize("lang", CODES)
def test_two_editions_can_be_compared_at_one_month(show: Open, sample: Path, lang: str) -> None:
    store, july = Store(sample), parse_month("2021-07")
    earlier = edition.publications(store)[0][-2]
    then, newest = (publishing.current(store, edition_id=name) for name in (earlier.short, None))
    before, now = (
        answers.breakdown(known, dimension="source", since=None, as_of=july) for known in (then, newest)
    )
    revised = sum(row.closing for row in now) - sum(row.closing for row in before)
    shown = show(
        sample,
        "breakdown",
        start=earlier.short,
        month="2021-07",
        since="2021-07",
        measure="net_change",
        lang=lang,
    )
    assert shown.address["start"] == earlier.short
    assert revised
    assert sum(bars(shown).values()) == revised
    assert earlier.short in shown.html


def test_a_part_that_only_the_earlier_edition_knew_is_shown_as_lost(show: Open, tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own")
    directory.deliver("2021-03", cell(100, source="BUMDES"))
    directory.deliver("2021-04", cell(100), cell(50, province="ID-JB"), file="first.csv")
    earlier = directory.publish()
    directory.deliver("2021-04", cell(110), file="mended.csv")
    directory.publish()
    april = {"month": "2021-04", "since": "2021-04"}
    asked = {"by": "province", "measure": "net_change", "start": earlier.short, **april}
    shown = show(directory.store.data, "breakdown", **asked)
    assert bars(shown) == {"ID-AC": 10, "ID-JB": -50}
    assert ID.signed(-40) in shown.finding


def test_an_edition_that_did_not_know_a_month_says_nothing_of_its_start(show: Open, sample: Path) -> None:
    """Who did not know a month did not say that nobody was active in it."""
    first = edition.publications(Store(sample))[0][0]
    known = answers.known_months(publishing.current(Store(sample), edition_id=first.short))
    shown = show(sample, "breakdown", start=first.short, measure="net_change", since="2021-07")
    (offered,) = [picker for picker in shown.app.selectbox if picker.key == "since"]
    assert offered.options == [ID.month(row.month) for row in reversed(known)]
    assert shown.app.session_state["since"] == month_text(known[-1].month)
    assert sum(bars(shown).values()) == 29_200_000 - known[-1].active


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("view", ["tiles", "map"])
def test_provinces_are_on_a_grid_or_a_map_and_one_leads_to_its_regencies(
    show: Open, sample: Path, view: str, lang: str
) -> None:
    shown = show(sample, "breakdown", view=view, pick="province:ID-AC", lang=lang)
    assert ("breakdown_map" if view == "map" else "breakdown_tiles") in shown.figures
    assert {"regencies", "regency_tiles"} <= shown.figures.keys()
    drawn = bars(shown, "regencies")
    assert sum(drawn.values()) == active(sample, province=("ID-AC",))
    assert all(key is None or key == "-" or key.startswith("11") for key in drawn)


def test_a_province_whose_regencies_nobody_reports_says_so(show: Open, own: Path) -> None:
    shown = show(own, "breakdown", province="ID-JB")
    assert ID.say("places.regencies_unknown", province="Jawa Barat") in shown.words
    assert "regencies" not in shown.figures


def test_wrong_words_in_the_address_fall_back_one_by_one(show: Open, sample: Path) -> None:
    shown = show(
        sample,
        "breakdown",
        by="province",
        across="warna",
        measure="berat",
        since="2099-01",
        start="ffffffff",
        view="bola",
        pick="province:ID-XX,warna:ID-JB,province,segment:BPU",
        regency="0000",
        sex="X,P",
        programme="JKM,JP",
    )
    assert shown.address == {"by": "province", "pick": "segment:BPU", "sex": "P", "programme": "JKM"}


def test_a_link_made_in_one_language_shows_the_same_in_the_other(show: Open, sample: Path) -> None:
    asked = {
        "by": "segment",
        "across": "sex",
        "measure": "net_change",
        "since": "2021-05",
        "pick": "province:ID-JB",
        "age_band": "20-29",
        "view": "map",
        "month": "2021-07",
    }
    indonesian, english = show(sample, "breakdown", **asked), show(sample, "breakdown", **asked, lang="en")
    assert indonesian.address == asked
    assert english.address == {**asked, "lang": "en"}
    assert bars(indonesian) == bars(english)
    assert list(every_measure(indonesian)[1].values()) == list(every_measure(english)[1].values())
    assert "{" not in english.html + indonesian.html


def test_who_goes_back_finds_the_choice_of_that_address_again(
    show: Open, sample: Path, size: Callable[[int, int], int]
) -> None:
    shown = show(sample, "breakdown", by="province")
    shown.app.query_params["by"] = "segment"
    shown.app.query_params["pick"] = "province:ID-JB"
    shown.app.run()
    assert shown.sound().app.session_state["by"] == "segment"
    assert shown.address == {"by": "segment", "pick": "province:ID-JB"}
    assert_adds_up(shown, active(sample, province=("ID-JB",)))
    shown.app.query_params.clear()
    shown.app.query_params["by"] = "province"
    shown.app.run()
    assert shown.sound().address == {"by": "province"}
    assert_adds_up(shown, 29_200_000)


@pytest.mark.parametrize("lang", CODES)
def test_the_menu_holds_files_query_and_links(show: Open, sample: Path, lang: str) -> None:
    language = Language(lang)
    shown = show(sample, "breakdown", source="TPP", lang=lang)
    before = {button.label for button in shown.app.get("download_button")}
    assert before == {"CSV", language.say("menu.cube")}
    shown.app.session_state["menu_breakdown"] = True
    shown.app.run()
    files = {button.label for button in shown.sound().app.get("download_button")}
    assert files - before == {"PARQUET", "XLSX", "PNG", "SVG", language.say("menu.companion")}
    (code,) = shown.app.code
    assert "$source" in code.value
    lineage, permanent = shown.html.split(language.say("menu.lineage"))[0], language.say("menu.link")
    assert "figure=breakdown" in lineage.rsplit("href", 1)[1]
    assert permanent in shown.html


def test_the_filters_behind_the_button_know_every_dimension_and_only_regencies_of_the_province(
    show: Open, sample: Path
) -> None:
    shown = show(sample, "breakdown", province="ID-AC")
    assert not shown.app.multiselect
    shown.app.session_state["more_filters"] = True
    shown.app.run()
    offered = {picker.key: picker for picker in shown.sound().app.multiselect}
    assert offered.keys() == {f"choose_{dimension}" for dimension in answers.DIMENSIONS}
    assert offered["choose_province"].value == ["ID-AC"]
    assert ID.say("format.not_reported") in offered["choose_regency"].options
    assert 1 < len(offered["choose_regency"].options) < 40
    offered["choose_sex"].set_value(["P"]).run()
    assert shown.sound().address == {"province": "ID-AC", "sex": "P"}
    assert_adds_up(shown, active(sample, province=("ID-AC",), sex=("P",)))
