"""Charts in the browser: drawn by the component, as Streamlit's own element would, and alive."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route

from enrollment.language import Language
from enrollment.ui import charts
from tests.browser import settled
from tests.e2e.conftest import Server, Visit, visiting

pytestmark = pytest.mark.e2e

Visiting = Callable[..., Visit]
PAGES = ("progress", "breakdown", "movement", "commitments", "outlook", "reconciliation", "editions")

WORDS = """() => [...document.querySelectorAll(".js-plotly-plot")].map(plot => [
    plot.closest('[class*="st-key-card_"]').className.match(/st-key-card_\\S+/)[0],
    [...plot.querySelectorAll("text")].map(text => text.textContent).sort().join(" · "),
    [...plot.querySelectorAll(".point path, .js-fill, .heatmaplayer, .choroplethlayer path")].length,
    plot.querySelectorAll(".shapelayer path").length,
])"""


@pytest.fixture(scope="module")
def fallback(serve: Callable[..., Server]) -> Server:
    """The same dashboard with Streamlit's own charts."""
    return serve(**{charts.SWITCH: charts.STREAMLIT})


@pytest.fixture(scope="module")
def drawing(serve: Callable[..., Server]) -> Server:
    """The dashboard with the component, whatever the environment says."""
    return serve(**{charts.SWITCH: charts.COMPONENT})


def test_the_component_shows_what_streamlits_own_charts_show(
    browser: Browser, drawing: Server, fallback: Server, size: Callable[[int, int], int]
) -> None:
    for page in PAGES[: size(2, len(PAGES))]:
        for lang in ("id", "en"):
            shown = []
            for server in (drawing, fallback):
                with visiting(browser, server.url, lang=lang) as reader:
                    shown.append(reader.open(f"/{page}").evaluate(WORDS))
                    assert reader.complaints == []
            assert shown[0] == shown[1]
            assert shown[0] or page == "editions"


def test_a_chart_says_in_words_what_it_shows_and_has_its_room_before_it_is_drawn(
    visit: Visiting, drawing: Server
) -> None:
    reader = visit(drawing)
    reader.page.route(f"**{charts.ADDRESS}", lambda route: _late(reader.page, route))
    reader.page.goto(f"{reader.url}/progress?lang=id", wait_until="domcontentloaded")
    chart = reader.page.locator(".st-key-card_goal_progress .chart")
    chart.wait_for()
    before = _height(chart.bounding_box())
    settled(reader.page)
    assert _height(chart.bounding_box()) == before > 200
    assert chart.get_attribute("role") == "img"
    assert "38 juta" in (chart.get_attribute("aria-label") or "")


def _late(page: Page, route: Route) -> None:
    page.wait_for_timeout(1_500)
    route.continue_()


def _height(box: object) -> int:
    assert isinstance(box, dict)
    return round(box["height"])


def test_a_chart_follows_its_window_its_language_and_its_theme_without_a_reload(
    visit: Visiting, drawing: Server
) -> None:
    reader = visit(drawing, width=1440)
    shown = reader.open("/movement")
    shown.evaluate("window.notReloaded = true")
    plot = shown.locator(".st-key-card_movement_by_month .js-plotly-plot")
    wide = plot.bounding_box()
    shown.set_viewport_size({"width": 1000, "height": 900})
    assert wide
    shown.wait_for_function(
        "wide => document.querySelector('.st-key-card_movement_by_month .main-svg')"
        ".getBoundingClientRect().width < wide - 1",
        arg=wide["width"],
    )
    settled(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 1000
    shown.locator(".st-key-lang").get_by_text("EN", exact=True).click()
    shown.wait_for_function(
        "() => document.querySelector('.st-key-card_movement_by_month .js-plotly-plot').textContent"
        ".includes('reactivated')"
    )
    ink = "() => getComputedStyle(document.querySelector('.st-key-card_movement_by_month text')).fill"
    light = shown.evaluate(ink)
    shown.emulate_media(color_scheme="dark")
    shown.wait_for_function(
        f"light => ({ink})() !== light".replace("\n", " "),
        arg=light,
    )
    assert shown.evaluate("window.notReloaded") is True
    assert reader.complaints == []


def test_where_the_script_does_not_come_the_table_has_the_numbers(visit: Visiting, drawing: Server) -> None:
    reader = visit(drawing)
    reader.page.route(f"**{charts.ADDRESS}", lambda route: route.abort())
    reader.page.goto(f"{reader.url}/progress?lang=id", wait_until="domcontentloaded")
    card = reader.page.locator(".st-key-card_goal_progress")
    card.get_by_text(Language("id").say("frame.no_script")).wait_for()
    card.get_by_text("Tabel", exact=True).first.click()
    assert card.locator("table.figures tr").count() > 3


def test_the_script_is_sent_once_packed_and_kept_for_ever(visit: Visiting, drawing: Server) -> None:
    reader = visit(drawing)
    sent = []
    reader.page.on("response", lambda response: "/charts/" in response.url and sent.append(response))
    reader.open("/progress")
    reader.open("/breakdown")
    fetched = [response for response in sent if not response.from_service_worker]
    (first, *_) = fetched
    assert first.headers["content-encoding"] == "br"
    assert "immutable" in first.headers["cache-control"]
    assert first.headers["content-type"].startswith("text/javascript")
    assert len({response.url for response in fetched}) == 1
