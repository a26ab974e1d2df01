"""Progress: the first page says the known numbers of August 2021, in words, tiles, tables and charts."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from enrollment.language import CODES, Language
from tests.pages.conftest import Open, Shown

FIGURES = {"goal_progress", "commitment_bridge", "commitment_by_source", "active_by_month", "published_goals"}


@pytest.fixture
def august(show: Open, sample: Path) -> Shown:
    return show(sample, "progress")


def drawn(shown: Shown, figure: str) -> list[float]:
    """Every number that a chart is given as a place on its axes."""
    found: list[float] = []
    for trace in shown.figures[figure]["data"]:
        for axis in ("x", "y"):
            values = trace.get(axis) or []
            found += [value for value in values if isinstance(value, int | float)]
    return found


def test_the_first_page_says_what_an_executive_needs_to_know(august: Shown) -> None:
    assert (
        august.finding == "Peserta aktif 29,2 juta; menurut proyeksi akhir tahun kurang 8,1 juta dari sasaran"
    )
    said = august.text
    for number in ("29,20", "38 juta", "8,8 juta", "2,20 juta", "122 hari", "+267.778", "8,2×", "14,6%"):
        assert number in said, number
    for number in ("34.449", "1.039", "39.844", "75.332", "0,73%", "10,3 juta"):
        assert number in said, number
    assert "Tertinggal" in said


def test_the_fourth_figure_is_how_likely_the_goal_is(show: Open, sample: Path, august: Shown) -> None:
    for words in (
        "Peluang mencapai 38 juta",
        "<\N{NO-BREAK SPACE}1%",
        "dari 100 deret",
        "perlu 4× lajunya, 7 mencapai",
    ):
        assert words in august.text, words
    lowered = show(sample, "progress", goal="2021-33.67", lang="en").text
    assert "Chance of reaching 33.67 million" in lowered
    past = show(sample, "progress", goal="2018-29.6").text
    assert "Peluang mencapai 29,6 juta" in past
    assert "tenggat 31 Des 2018 sudah lewat" in past


@pytest.mark.parametrize("lang", CODES)
def test_the_chance_leads_to_its_outlook_of_the_same_month_goal_edition_and_language(
    show: Open, sample: Path, lang: str, august: Shown
) -> None:
    edition = re.search(r"edisi ([0-9a-f]{10})", august.text)
    assert edition
    asked = {"month": "2021-06", "goal": "2021-33.67", "edition": edition[1], "lang": lang}
    href = html.unescape(
        show(sample, "progress", **asked).html.split('tile-label"><a href="')[1].split('"')[0]
    )
    page, _, query = href.partition("?")
    outlook = show(sample, page.removeprefix("./"), **dict(parse_qsl(query)))
    assert page == "./outlook"
    assert outlook.address == {name: text for name, text in asked.items() if (name, text) != ("lang", "id")}
    assert Language(lang).stated(33_670_000) in outlook.finding


def test_the_forecast_is_drawn_with_its_ranges_and_every_month_of_it_stands_in_the_table(
    august: Shown,
) -> None:
    names = {trace["name"] for trace in august.figures["goal_progress"]["data"]}
    assert {"rentang 80%", "rentang 95%", "proyeksi, median"} <= names
    header, *rows = august.table("Jalan menuju 38 juta")
    ahead = [row for row in rows if row[1] == "proyeksi, median"]
    assert header[-2:] == ["rentang 80%", "rentang 95%"]
    assert [row[0] for row in ahead] == [
        *("30 September 2021", "31 Oktober 2021", "30 November 2021", "31 Desember 2021")
    ]
    assert all("–" in cell for row in ahead for cell in row[-2:])


def test_the_same_page_in_english(show: Open, sample: Path) -> None:
    said = show(sample, "progress", lang="en").text
    for words in ("29.2 million", "8.8 million", "2.20 million", "+267,778", "34,449", "0.73%", "Behind"):
        assert words in said, words
    assert "juta" not in said


def test_opening_the_dashboard_opens_progress(show: Open, sample: Path, august: Shown) -> None:
    assert show(sample).finding == august.finding


@pytest.mark.parametrize("lang", CODES)
def test_every_chart_has_a_text_for_who_does_not_see_it_and_the_same_numbers_in_a_table(
    show: Open, sample: Path, lang: str
) -> None:
    shown = show(sample, "progress", lang=lang)
    assert shown.figures.keys() == FIGURES
    assert all(chart.proto.alt for chart in shown.app.get("plotly_chart"))
    assert shown.html.count("<details>") >= len(FIGURES)


def test_the_path_is_drawn_from_the_baseline_to_the_goal_with_published_figures_beside_it(
    august: Shown,
) -> None:
    numbers = drawn(august, "goal_progress")
    assert {27_700_000, 38_000_000, 29_200_000, 28_950_000} <= set(numbers)
    markers = [
        trace["marker"].get("symbol")
        for trace in august.figures["goal_progress"]["data"]
        if "marker" in trace and "markers" in trace.get("mode", "")
    ]
    assert any("open" in str(symbol) for symbol in markers) or any(
        trace.get("marker", {}).get("line", {}).get("width")
        for trace in august.figures["goal_progress"]["data"]
    )


def test_the_axis_that_does_not_start_at_zero_says_so(august: Shown) -> None:
    assert "Sumbu mulai dari" in august.html


def test_the_bridge_adds_up_in_its_table(august: Shown) -> None:
    header, *rows = august.table("10,3 juta? Untuk")
    part = Language("id").say("figures.commitment_bridge.part_of", name="")
    people = {row[0]: int(row[1].replace(".", "").replace("−", "-")) for row in rows}
    steps = [number for name, number in people.items() if not name.startswith(part)]
    baseline, verified, committed, unassigned, target = steps
    assert (baseline, target) == (27_700_000, 38_000_000)
    assert verified == 1_500_000
    assert baseline + verified + committed + unassigned == target
    assert len(header) == len(rows[0])


@pytest.mark.parametrize("month", ["2020-12", "2021-01", "2021-03", "2021-04", "2021-06", "2021-08"])
def test_every_month_and_goal_has_a_finding(
    show: Open, sample: Path, month: str, size: Callable[[int, int], int]
) -> None:
    findings = set()
    for goal in ("2021-33.67", "2024-53.86", "2021-48.5", "2021-37.0", "2018-29.6")[: size(2, 5)]:
        for lang in CODES:
            shown = show(sample, "progress", month=month, lang=lang, goal=goal)
            assert shown.address["goal"] == goal
            assert "nan" not in shown.text.lower().split()
            findings.add(shown.finding)
    assert len(findings) == 2 * size(2, 5)


def test_before_the_goal_was_stated_progress_is_not_known(show: Open, sample: Path) -> None:
    early = show(sample, "progress", month="2021-03")
    assert early.finding == "Peserta aktif 27,8 juta; sasaran 38 juta baru dinyatakan pada 9 April 2021"
    assert "Belum diketahui" in early.text


def test_the_first_month_has_no_pace(show: Open, sample: Path) -> None:
    first = show(sample, "progress", month="2020-12", goal="2021-48.5")
    assert "satu bulan data" in first.finding
    assert "Bulan pertama yang diketahui" in first.text


def test_a_month_is_told_by_its_flows_and_what_the_newest_edition_changed(august: Shown) -> None:
    said = august.text
    assert "Yang berubah sejak Juli" in said
    assert "Juli 2021 dikoreksi" in said
    assert "+12.400" in said


def test_a_month_with_a_late_source_names_it_and_marks_what_is_carried(show: Open, own: Path) -> None:
    shown = show(own, "progress")
    assert "Belum datang" not in shown.text
    assert shown.finding == "Peserta aktif 1.740; menurut proyeksi akhir tahun kurang 38 juta dari sasaran"


def test_the_definition_and_the_document_of_the_goal_stand_on_the_page(august: Shown) -> None:
    assert "MoU dengan Kemendes PDTT" in august.text
    assert "Definisi peserta aktif" in august.text


def test_the_permanent_link_names_edition_month_and_goal(show: Open, sample: Path, august: Shown) -> None:
    href = august.html.split("Tautan tetap")[0].rsplit('href="', 1)[1].split('"')[0]
    address = dict(part.split("=") for part in href.replace("&amp;", "&").split("?")[1].split("&"))
    assert address.keys() == {"edition", "month", "goal"}
    assert show(sample, "progress", **address).finding == august.finding


def test_nothing_is_fetched_from_another_host(august: Shown) -> None:
    for mark in ("src=", "@import", "url("):
        assert mark not in august.html
