"""The presenter in a real browser: look at slides, present them without a network, reopen old numbers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from enrollment import answers, edition
from enrollment.briefing.slides import KINDS
from enrollment.language import Language
from enrollment.publishing import publish
from enrollment.store import Store
from tests.browser import settled
from tests.builders import cell, delivery_text
from tests.e2e.conftest import Server, Visit

pytestmark = pytest.mark.e2e

Window = Callable[..., Visit]
ID, EN = Language("id"), Language("en")


def looked_at(page: Page) -> str:
    """The title of the slide under the numbers."""
    return page.locator(".look h2").inner_text()


def presented(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Presentasikan").click()
    page.wait_for_selector("#cakupan-presenting", timeout=120_000)
    slides = page.frame_locator("#cakupan-presenting")
    # All slides stand below each other until the script that shows one at a time has come.
    expect(slides.locator(".deck:not([hidden]) .sheet:not([hidden]) h2")).to_have_count(1, timeout=60_000)
    return slides


def shown(slides: FrameLocator) -> str:
    return slides.locator(".deck:not([hidden]) .sheet:not([hidden]) h2").inner_text()


def leave(slides: FrameLocator) -> None:
    """Esc, from within: a key pressed from outside waits for ever for a frame that has gone by then."""
    slides.locator("body").evaluate(
        """body => {
            const pressed = new KeyboardEvent("keydown", {key: "Escape", bubbles: true});
            setTimeout(() => body.dispatchEvent(pressed));
        }"""
    )


def numbers(words: str) -> list[str]:
    """Digits alone, so that 8,1 and 8.1 are one number."""
    return [
        "".join(sign for sign in word if sign.isdigit())
        for word in words.split()
        if any(map(str.isdigit, word))
    ]


def test_slides_are_looked_at_one_by_one_and_nothing_moves(visit: Window) -> None:
    reader = visit()
    page = reader.open("/briefing", month="2021-08")
    first = looked_at(page)
    top = page.locator(".look").bounding_box()
    assert top
    assert top["width"] / top["height"] == pytest.approx(16 / 9, rel=0.02)
    below = page.get_by_role("button", name="Presentasikan").bounding_box()
    assert below
    assert below["y"] > top["y"] + top["height"]
    page.get_by_role("radio", name="4", exact=True).click()
    expect(page.locator(".look h2")).not_to_have_text(first)
    settled(page)
    assert page.locator(".look").bounding_box() == top
    assert "slide=4" in page.url
    assert reader.foreign == reader.complaints == []
    assert reader.barriers() == []


def test_all_slides_turn_by_keyboard_in_both_languages_with_the_connection_cut(
    visit: Window, server: Server
) -> None:
    reader = visit()
    page = reader.open("/briefing", month="2021-08")
    slides = presented(page)
    title = shown(slides)
    opened = edition.open_edition(Store(server.data))
    (progress,) = answers.goal_progress(
        opened, as_of=answers.known_months(opened)[-1].month, goal="2021-38.0"
    )
    assert ID.people(progress.active) in title
    page.context.set_offline(True)
    titles = [title]
    for _ in KINDS[1:]:
        page.keyboard.press("ArrowRight")
        titles.append(shown(slides))
    assert len(set(titles)) == len(KINDS)
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    assert shown(slides) == titles[4]
    page.keyboard.press("l")
    assert shown(slides) != titles[4]
    assert numbers(shown(slides)) == numbers(titles[4])
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert numbers(shown(slides)) == numbers(titles[4])
    page.keyboard.press("Home")
    assert EN.people(progress.active) in shown(slides)
    leave(slides)
    expect(page.locator("#cakupan-presenting")).to_have_count(0)
    assert reader.foreign == []


def test_after_a_correction_the_code_of_an_old_slide_opens_the_old_numbers(
    visit: Window, serve: Callable[..., Server], tmp_path: Path
) -> None:
    store = Store(tmp_path / "data")
    for month, active in (("2021-06", 28_600_000), ("2021-07", 28_900_000)):
        path = tmp_path / f"{month}.csv"
        path.write_text(delivery_text(month, [cell(active)]), encoding="utf-8")
        assert store.load(path, confirmed=True).kept
    publish(store, who="sari")
    old = edition.open_edition(store)
    page = visit(serve(store.data)).open("/briefing")
    code = page.get_by_text("Kode slide ini").inner_text().split(": ")[1]
    assert "28,9 juta" in looked_at(page)
    path = tmp_path / "koreksi.csv"
    path.write_text(delivery_text("2021-07", [cell(28_950_000)]), encoding="utf-8")
    assert store.load(path, confirmed=True).kept
    publish(store, who="sari")
    page.reload()
    settled(page)
    expect(page.locator(".look h2")).to_contain_text("29 juta")
    page.get_by_label("Buka kode dari sebuah slide").fill(code)
    page.get_by_label("Buka kode dari sebuah slide").press("Enter")
    expect(page.locator("h1.finding")).to_contain_text("28,9 juta", timeout=30_000)
    assert f"edition={old.short}" in page.url
