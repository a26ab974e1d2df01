"""What a presenter meets who opens the slides as a file: keys, remote control, telephone, paper."""

import dataclasses
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from enrollment.briefing.slides import Deck
from enrollment.briefing.web import html
from enrollment.figures.description import Words
from enrollment.language import Language
from tests.briefing.decks import deck
from tests.e2e.conftest import AXE
from tests.figures.every import every_figure
from tests.figures.rows import HOSTILE

pytestmark = pytest.mark.e2e

WALL, HALL, PHONE = (1280, 720), (1920, 1080), (390, 844)
COUNT = 5
# A ledger has another figure for telephones, as `Slide.small`.
ON_SLIDES = {
    *("goal_progress", "active_by_month", "movement", "movement_by_month"),
    *("commitment_bridge", "commitment_by_source", "outlook_gap", "published_goals", "breakdown_map"),
    *("breakdown", "reconciliation_programmes"),
}
WIDE = {"movement"}
"""Nine columns: beside a table there is no room for them."""
HIGH = 360
"""So high, in pixels of the screen, a figure may be that has to share a slide with much else."""

# Every piece of words of the slide that is shown, and every chart, with the rectangle it takes.
PIECES = """() => {
  const shown = document.querySelector(".deck:not([hidden]) .sheet:not([hidden])");
  const chosen = "h2, .chip, .detail > span:last-child, h3, figcaption p, svg, dt, dd, th, td, li, .own," +
    "footer p";
  return [...shown.querySelectorAll(chosen)].filter(one => one.checkVisibility()).map(one => {
    const box = one.getBoundingClientRect();
    return { tag: one.localName, words: one.textContent.slice(0, 40), left: box.left,
             top: box.top + scrollY, right: box.right, bottom: box.bottom + scrollY };
  });
}"""
SHEET = """() => {
  const box = document.querySelector(".deck:not([hidden]) .sheet:not([hidden])").getBoundingClientRect();
  return { left: box.left, top: box.top + scrollY, right: box.right, bottom: box.bottom + scrollY };
}"""
# Labels of charts: what they say, the rectangle they take, and the size of their letters.
LABELS = """() => [...document.querySelectorAll(".deck:not([hidden]) .sheet:not([hidden]) svg text")]
  .filter(one => one.checkVisibility() && !one.hasAttribute("aria-hidden")).map(one => {
    const box = one.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a;
    return { words: one.textContent, size, left: box.left, top: box.top + scrollY,
             right: box.right, bottom: box.bottom + scrollY };
  })"""
SCROLLS = """() => {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
  return scrollWidth > clientWidth || scrollHeight > clientHeight;
}"""
# Letters of all other words.
LETTERS = """() => {
  const shown = document.querySelector(".deck:not([hidden]) .sheet:not([hidden])");
  return [...shown.querySelectorAll(":not(svg *, footer *)")]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => parseFloat(getComputedStyle(one).fontSize));
}"""


@dataclass
class Showing:
    """A window with the slides, and what it asked for or complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def at(self) -> str:
        """The slide that is shown, by its name; the address says the same."""
        shown = self.page.evaluate(
            "[...document.querySelectorAll('section')].filter(e => e.checkVisibility()).map(e => e.id)"
        )
        assert len(shown) == 1
        if self.page.url.startswith("file:"):
            assert self.page.url.endswith(f"#{shown[0]}")
        return str(shown[0])

    @property
    def is_black(self) -> bool:
        return self.page.locator(".black").is_visible()

    def swipe(self, start: int, end: int) -> None:
        """A finger over the glass, from one column of pixels to another."""
        device = self.page.context.new_cdp_session(self.page)

        def touch(kind: str, *at: int) -> None:
            points = [{"x": x, "y": 300} for x in at]
            device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", start)
        for step in range(1, 6):
            touch("touchMove", start + (end - start) * step // 5)
        touch("touchEnd")


Presenting = Callable[..., Showing]


@pytest.fixture(scope="module")
def decks() -> tuple[Deck, Deck]:
    return deck("id"), deck("en")


@pytest.fixture(scope="module")
def file(decks: tuple[Deck, Deck], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(decks, tmp_path_factory.mktemp("slides"))


def written(decks: tuple[Deck, ...], folder: Path) -> Path:
    path = folder / "slides.html"
    path.write_text(html(decks), encoding="utf-8")
    return path


@pytest.fixture
def present(browser: Browser, file: Path) -> Iterator[Presenting]:
    """`present(size, at="en-3")` opens the slides, or those of another `path`, as a file."""
    with ExitStack() as windows:

        def open_window(
            size: tuple[int, int] = WALL, *, at: str = "", path: Path = file, touch: bool = False
        ) -> Showing:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale="de-DE",
                reduced_motion="reduce",
                has_touch=touch,
            )
            windows.callback(context.close)
            page = context.new_page()
            showing = Showing(page)
            context.on("request", lambda request: showing.asked.append(request.url.split("#")[0]))
            page.on("console", lambda message: showing.complaints.append(message.text))
            page.on("pageerror", lambda error: showing.complaints.append(str(error)))
            page.goto(path.as_uri() + (f"#{at}" if at else ""))
            page.evaluate("document.fonts.ready")
            return showing

        yield open_window


@pytest.mark.parametrize(
    ("onward", "back"),
    [("ArrowRight", "ArrowLeft"), ("PageDown", "PageUp"), (" ", "Shift+ "), ("ArrowDown", "ArrowUp")],
)
def test_the_slides_turn_by_keyboard_and_remote_control_in_both_directions(
    present: Presenting, file: Path, onward: str, back: str
) -> None:
    showing = present()
    seen = [showing.at]
    for key in [onward] * COUNT + [back] * COUNT:
        showing.press(key)
        seen.append(showing.at)
    numbers = [1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 1]
    assert seen == [f"id-{number}" for number in numbers]
    assert showing.complaints == []
    assert [url for url in showing.asked if not url.startswith("data:")] == [file.as_uri()]


def test_a_number_and_enter_lead_to_a_slide_and_home_and_end_to_the_ends(present: Presenting) -> None:
    showing = present()
    seen = []
    for keys in (("4", "Enter"), ("Home",), ("End",), ("0", "2", "Enter"), ("9", "9", "Enter"), ("Enter",)):
        showing.press(*keys)
        seen.append(showing.at)
    assert seen == ["id-4", "id-1", "id-5", "id-2", "id-5", "id-5"]


def test_the_language_changes_on_the_same_slide_and_the_numbers_stay(present: Presenting) -> None:
    showing = present()
    showing.press("PageDown", "PageUp")
    before = showing.page.evaluate(SHEET), showing.page.locator("dd:visible").all_inner_texts()
    showing.press("l")
    assert showing.at == "en-1"
    assert showing.page.evaluate("document.documentElement.lang") == "en"
    assert (showing.page.evaluate(SHEET), showing.page.locator("dd:visible").all_inner_texts()) == before
    showing.press("ArrowRight", "ArrowRight", "L")
    assert showing.at == "id-3"


def test_a_reload_stays_on_the_slide_and_in_the_language(present: Presenting) -> None:
    showing = present()
    showing.press("4", "Enter", "l")
    showing.page.reload()
    assert showing.at == "en-4"


def test_a_screen_reader_hears_which_slide_it_is(present: Presenting, decks: tuple[Deck, Deck]) -> None:
    showing = present()
    showing.press("ArrowRight")
    heard = showing.page.locator("[role=status]").inner_text
    assert heard() == f"Slide 2 dari 5: {decks[0].slides[1].title}"
    showing.press("l")
    assert heard() == f"Slide 2 of 5: {decks[1].slides[1].title}"


@pytest.mark.parametrize("size", [WALL, PHONE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_slide_holds_no_barrier(present: Presenting, size: tuple[int, int]) -> None:
    showing = present(size)
    showing.page.evaluate(AXE.read_text(encoding="utf-8"))
    for _ in range(COUNT):
        found = showing.page.evaluate("async () => (await axe.run(document)).violations")
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        showing.press("ArrowRight")


def test_each_slide_is_a_page_on_paper(present: Presenting, decks: tuple[Deck, Deck]) -> None:
    showing = present(at="en-3")
    pages = PdfReader(io.BytesIO(showing.page.pdf(prefer_css_page_size=True))).pages
    assert [(round(page.mediabox.width / 0.75), round(page.mediabox.height / 0.75)) for page in pages] == [
        WALL
    ] * COUNT
    for page, slide in zip(pages, decks[1].slides, strict=True):
        assert slide.code in page.extract_text()


def test_hostile_words_do_not_run(present: Presenting, decks: tuple[Deck, Deck], tmp_path: Path) -> None:
    words = f'{HOSTILE}<img src=x onerror="window.ran = 1"><script>window.ran = 1</script>'
    first = decks[0]
    slide = replace(first.slides[0], title=words, detail=words, own=words, code=words, foot=(words, words))
    showing = present(path=written((replace(first, title=words, slides=(slide, *first.slides)),), tmp_path))
    showing.press("ArrowRight", "ArrowLeft")
    assert showing.page.evaluate("window.ran") is None
    assert "<script>window.ran = 1</script>" in showing.page.locator("h2:visible").inner_text()
    assert showing.complaints == []


@pytest.mark.parametrize("key", ["b", "."])
def test_the_screen_goes_black_and_the_next_key_brings_the_same_slide_back(
    present: Presenting, key: str
) -> None:
    showing = present(at="id-2")
    showing.press(key)
    assert showing.is_black
    showing.press("PageDown")
    assert not showing.is_black
    assert showing.at == "id-2"


def test_the_slides_fill_the_screen_and_leave_it(present: Presenting) -> None:
    showing = present()
    showing.press("f")
    showing.page.wait_for_function("() => document.fullscreenElement !== null")
    showing.press("Escape")
    showing.page.wait_for_function("() => document.fullscreenElement === null")


def test_the_slides_turn_without_a_network(present: Presenting) -> None:
    showing = present()
    showing.page.context.set_offline(True)
    showing.press("End")
    assert showing.at == "id-5"
    assert showing.complaints == []


def test_a_click_on_a_dot_leads_to_its_slide_and_the_keys_go_on_from_there(present: Presenting) -> None:
    showing = present()
    showing.page.get_by_role("button", name="Slide 4 dari 5").click()
    assert showing.at == "id-4"
    showing.press(" ")
    assert showing.at == "id-5"
    showing.page.mouse.click(100, 300)
    assert showing.at == "id-4"


def test_a_finger_turns_the_slides_of_a_telephone(present: Presenting) -> None:
    showing = present(PHONE, touch=True)
    showing.page.touchscreen.tap(300, 200)
    assert showing.at == "id-2"
    showing.swipe(300, 100)
    assert showing.at == "id-3"
    showing.swipe(100, 300)
    assert showing.at == "id-2"


def test_inside_another_page_the_keys_work_and_esc_tells_that_page(
    present: Presenting, decks: tuple[Deck, Deck], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html><script>addEventListener("message", event => { window.told = event.data; })</script>'
        f'<iframe width="1280" height="700" sandbox="allow-scripts" srcdoc="{escape(html(decks))}"></iframe>',
        encoding="utf-8",
    )
    showing = present(path=page)
    frame = showing.page.frames[1]
    showing.page.locator("iframe").focus()
    showing.press("PageDown", "l")
    frame.wait_for_selector("#en-2:not([hidden])")
    showing.press("Escape")
    showing.page.wait_for_function("() => window.told?.briefing === 'leave'")
    assert showing.page.url == page.as_uri()
    assert showing.complaints == []


def test_the_stage_keeps_its_shape_and_its_slide_in_any_window(present: Presenting) -> None:
    showing = present(at="id-3")
    for width, height in ((1920, 1080), (1024, 768), (1366, 700), (1279, 721), WALL):
        showing.page.set_viewport_size({"width": width, "height": height})
        sheet = showing.page.evaluate(SHEET)
        wide, high = sheet["right"] - sheet["left"], sheet["bottom"] - sheet["top"]
        assert wide == pytest.approx(min(width, height * 16 / 9), abs=0.1)
        assert wide / high == pytest.approx(16 / 9, abs=0.01)
        assert sheet["left"] == pytest.approx(width - sheet["right"], abs=1)
        assert sheet["top"] == pytest.approx(height - sheet["bottom"], abs=1)
        assert showing.page.evaluate(SCROLLS) is False
        assert showing.at == "id-3"


def test_the_charts_show_the_words_of_the_figures(present: Presenting, decks: tuple[Deck, Deck]) -> None:
    showing = present()
    for one in decks:
        for slide in one.slides:
            words = {words for figure in slide.figures for words in lines_of(figure)}
            labels = {label["words"] for label in showing.page.evaluate(LABELS)}
            assert labels <= words
            assert bool(labels) == bool(slide.figures)
            showing.press("ArrowRight")
        showing.press("Home", "l")


def lines_of(value: Any) -> Iterator[str]:
    """Every line of words that a figure is drawn with."""
    if isinstance(value, tuple) and value and all(isinstance(part, Words) for part in value):
        yield "".join(part.text for part in value)
    elif isinstance(value, tuple):
        for part in value:
            yield from lines_of(part)
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from lines_of(getattr(value, one.name))


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("size", [WALL, HALL, PHONE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_runs_over_the_slide_or_over_anything_else(
    present: Presenting, size: tuple[int, int], lang: str
) -> None:
    showing = present(size, at=f"{lang}-1")
    for _ in range(COUNT):
        assert faults(showing) == []
        showing.press("ArrowRight")


def test_a_figure_shares_its_slide_with_a_long_title_numbers_or_a_table(
    present: Presenting, decks: tuple[Deck, Deck], tmp_path: Path
) -> None:
    crowded = crowd(decks[0])
    showing = present(path=written((crowded,), tmp_path))
    for size in (WALL, PHONE):
        showing.page.set_viewport_size({"width": size[0], "height": size[1]})
        showing.press("Home")
        for slide in crowded.slides:
            assert (slide.figures[0].name, faults(showing)) == (slide.figures[0].name, [])
            showing.press("ArrowRight")


def crowd(one: Deck) -> Deck:
    """Slides of many figures under a long title, with numbers, with a table, and beside each other."""
    with_numbers, _, _, with_table, _ = one.slides
    figures = [
        figure
        for figure in every_figure(Language(one.language))
        if figure.name in ON_SLIDES and figure.wide.height <= HIGH
    ]
    slides = [
        replace(with_numbers if place % 2 or figure.name in WIDE else with_table, figures=(figure,))
        for place, figure in enumerate(figures)
    ]
    return replace(one, slides=(*slides, replace(with_numbers, numbers=(), figures=tuple(figures[:2]))))


def faults(showing: Showing) -> list[str]:
    """Pieces of the shown slide that stand outside it or on each other, and letters too small for a hall."""
    page = showing.page
    sheet, pieces, labels = page.evaluate(SHEET), page.evaluate(PIECES), page.evaluate(LABELS)
    width = page.viewport_size["width"] if page.viewport_size else 0
    found = [f"outside: {piece['words']}" for piece in pieces + labels if not inside(piece, sheet)]
    found += [
        f"{piece['words']} on {other['words']}"
        for place, piece in enumerate(pieces)
        for other in pieces[:place] + [label for label in labels if piece["tag"] != "svg"]
        if meet(piece, other)
    ]
    phone = width < WALL[0]
    least = 11 if phone else 14 * width / WALL[0]
    small = [size for size in page.evaluate(LETTERS) if size < least - 0.01]
    found += [f"letters of {size}" for size in small]
    found += [f"letters of {one['size']}: {one['words']}" for one in labels if one["size"] < least - 0.01]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the window")
    return found


def inside(piece: dict[str, float], sheet: dict[str, float]) -> bool:
    return (
        piece["left"] >= sheet["left"] - 0.5
        and piece["top"] >= sheet["top"] - 0.5
        and piece["right"] <= sheet["right"] + 0.5
        and piece["bottom"] <= sheet["bottom"] + 0.5
    )


def meet(piece: dict[str, float], other: dict[str, float]) -> bool:
    return (
        piece["left"] < other["right"] - 0.5
        and other["left"] < piece["right"] - 0.5
        and piece["top"] < other["bottom"] - 0.5
        and other["top"] < piece["bottom"] - 0.5
    )
