"""What a reader meets in a real browser: every page, both languages, themes and widths."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from enrollment.publishing import publish
from enrollment.store import Store
from tests.browser import settled
from tests.e2e.conftest import Server, Visit, visiting

pytestmark = pytest.mark.e2e

Visiting = Callable[..., Visit]
PAGES = {
    "progress": {"id": "Peserta aktif 29,2 juta", "en": "29.2 million active participants"},
    "breakdown": {"id": "Usaha besar dan menengah", "en": "Large and medium"},
    "movement": {"id": "Agustus 2021: 875.143 masuk", "en": "August 2021: 875,143 came in"},
    "commitments": {"id": "dari 75.332 pekerja aktif", "en": "of 75,332 workers active"},
    "reconciliation": {"id": "daftar TPP desa", "en": "Village facilitators (TPP)"},
    "outlook": {"id": "Paling mungkin 29,9 juta", "en": "Most likely 29.9 million"},
    "briefing": {"id": "Paparan Agustus 2021", "en": "Briefing on August 2021"},
    "explore": {"id": "Tanyakan sendiri kepada edisi", "en": "Ask edition"},
    "editions": {"id": "144 dari 144 kiriman masuk", "en": "144 of 144 deliveries are in"},
}
HEADER = "periode,sumber,segmen,provinsi,program,aktif"


def finding(visit: Visit) -> str:
    """The page's title, which is its finding."""
    return visit.page.locator("h1.finding").inner_text()


def await_finding(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('h1.finding')?.innerText.includes(words)", arg=words
    )


def total(visit: Visit) -> str:
    """The sum of people at the close, as the table of every measure shows it once the page has settled."""
    settled(visit.page)
    return visit.page.locator("table.figures tfoot td").nth(-2).inner_text()


def option(visit: Visit, name: str, label: str) -> None:
    """Choose an option of a picker, as a reader would."""
    visit.page.locator(f".st-key-{name} input").click()
    visit.page.get_by_role("option", name=label, exact=True).click()


WINDOWS = [(1440, True, "en"), (390, False, "id"), (1440, False, "id"), (390, True, "en")]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_cold_by_its_own_link_without_a_barrier_within_its_window_and_asks_no_other_host(
    browser: Browser, server: Server, page: str, size: Callable[[int, int], int]
) -> None:
    for width, dark, lang in WINDOWS[: size(2, 4)]:
        with visiting(browser, server.url, width=width, dark=dark, lang=lang) as reader:
            shown = reader.open(f"/{page}")
            assert PAGES[page][lang] in finding(reader)
            assert shown.locator(".st-key-pickers").is_visible()
            assert shown.evaluate("document.documentElement.lang") == lang
            assert reader.barriers() == []
            assert reader.foreign == []
            assert reader.complaints == []
            assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_stands_in_the_navigation_of_a_wide_window_beside_the_pickers(
    visit: Visiting, lang: str
) -> None:
    shown = visit(lang=lang).open("/")
    pickers = shown.locator(".st-key-pickers").bounding_box()
    assert pickers
    links = shown.get_by_test_id("stTopNavLink").evaluate_all(
        "links => links.map(link => link.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert len(links) == len(PAGES)
    ends = [0.0, *(end for link in links for end in link), pickers["x"]]
    assert ends == sorted(ends)
    for name in ("month", "goal"):
        picker = shown.locator(f".st-key-{name} input")
        assert picker.evaluate("input => input.scrollWidth <= input.clientWidth")


def test_the_very_first_link_to_a_cold_server_may_lead_to_an_inner_page(
    server: Server, serve: Callable[..., Server], visit: Visiting
) -> None:
    reader = visit(serve(server.data))
    shown = reader.open("/breakdown", month="2021-06")
    assert "Juni 2021" in finding(reader)
    assert shown.get_by_role("link", name="Kemajuan").is_visible()
    assert shown.get_by_role("dialog").count() == 0


def test_the_first_page_says_pace_gap_and_commitments(visit: Visiting) -> None:
    reader = visit()
    words = reader.open("/").locator('[data-testid="stMain"]').inner_text()
    for said in (
        "29,2 juta",
        "38 juta",
        "8,8 juta lagi",
        "2,20 juta",
        "267.778",
        "8,2×",
        "34.449",
        "1.039",
        "39.844",
        "75.332",
        "0,73%",
        "99,27%",
        "data contoh (simulasi)",
    ):
        assert said in words
    assert "Tertinggal" in words


def test_a_choice_outlives_reload_language_and_another_reader(visit: Visiting) -> None:
    reader = visit()
    shown = reader.open("/breakdown")
    option(reader, "by", "Provinsi")
    await_finding(reader.page, "Jakarta")
    option(reader, "month", "Juni 2021")
    reader.page.wait_for_function(
        "() => document.querySelector('h1.finding')?.innerText.includes('Juni 2021')"
    )
    whole = total(reader)
    shown.reload()
    reader.page.wait_for_function("() => document.querySelectorAll('table.figures tfoot td').length > 2")
    assert total(reader) == whole == "28.700.000"
    shown.get_by_text("EN", exact=True).click()
    reader.page.wait_for_function(
        "() => document.querySelector('h1.finding')?.innerText.includes('June 2021')"
    )
    assert total(reader) == "28,700,000"
    address = shown.url
    second = visit()
    second.page.goto(address)
    second.page.wait_for_function("() => document.querySelectorAll('table.figures tfoot td').length > 2")
    assert total(second) == "28,700,000"
    assert finding(second) == finding(reader)


def test_the_language_stays_when_the_page_changes(visit: Visiting) -> None:
    reader = visit(lang="en")
    shown = reader.open("/", month="2021-05")
    shown.get_by_role("link", name="Editions").first.click()
    await_finding(shown, "deliveries")
    shown.wait_for_url("**/editions?**month=2021-05**")
    assert "lang=en" in shown.url


def test_the_csv_holds_the_rows_of_the_table_and_its_companion_the_question(visit: Visiting) -> None:
    reader = visit()
    shown = reader.open("/breakdown", by="sex", segment="JAKON")
    with shown.expect_download() as waiting:
        shown.locator(".st-key-csv_every_measure button").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert [row["part"] for row in rows] == ["L", "P"]
    assert f"{sum(int(row['closing']) for row in rows):,}".replace(",", ".") == total(reader)
    with shown.expect_download() as waiting:
        shown.locator(".st-key-menu_every_measure button").first.click()
        shown.locator(".st-key-json_every_measure button").click()
    companion = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert companion["filters"]["segment"] == ["JAKON"]
    assert companion["simulated"] is True
    assert "$segment" in companion["query"]


def test_an_earlier_edition_shows_what_was_known_and_leads_back(visit: Visiting) -> None:
    reader = visit()
    shown = reader.open("/editions")
    earlier = shown.locator("table.figures a").nth(2)
    address = earlier.get_attribute("href") or ""
    shown.goto(f"{reader.url}/{address.removeprefix('./').replace('editions', 'progress')}")
    shown.wait_for_selector(".st-key-older")
    assert "28,4 juta" in finding(reader)
    shown.get_by_role("button", name="Ke edisi terbaru").click()
    await_finding(shown, "29,2 juta")
    assert "edition=" not in shown.url


def test_own_deliveries_are_shown_without_any_trace_of_the_sample(
    serve: Callable[..., Server], visit: Visiting, tmp_path: Path
) -> None:
    store = Store(tmp_path / "data")
    for month, people in (("2021-04", 1200), ("2021-05", 1500), ("2021-06", 1900)):
        file = tmp_path / f"{month}.csv"
        file.write_text(f"{HEADER}\n{month},TPP,BPU,ID-JB,JKK+JKM,{people}\n", encoding="utf-8")
        assert store.load(file).verdict == "accepted"
    publish(store)
    reader = visit(serve(store.data))
    for page in PAGES:
        words = reader.open(f"/{page}").locator('[data-testid="stMain"]').inner_text()
        # Explore says what a column is about that tells whether a row is simulated.
        assert "simulasi" not in words.lower() or page == "explore"
        assert "29,2" not in words
        without = ("commitments", "reconciliation", "briefing", "editions", "explore")
        assert "1.900" in words or page in without
    assert "1.900" in reader.open("/briefing").locator(".look h2").inner_text()
    assert reader.complaints == []


def test_a_directory_without_an_edition_says_what_to_do(
    serve: Callable[..., Server], visit: Visiting, tmp_path: Path
) -> None:
    reader = visit(serve(tmp_path / "empty"))
    words = reader.open("/").locator('[data-testid="stMain"]').inner_text()
    assert "Belum ada edisi yang terbit" in words
    assert "Traceback" not in words
