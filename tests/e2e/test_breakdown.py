"""Breakdown in a real browser: marks are picked by mouse and by keyboard, shared, undone and taken away."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser import settled
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.e2e

Visiting = Callable[..., Visit]

expect.set_options(timeout=30_000)


def chip(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-chip_{name} button")


def total(page: Page) -> str:
    """People at the close, as the table of every measure sums them up."""
    return settled(page).locator("table.figures tfoot td").nth(-2).inner_text()


def press(page: Page, mark: Locator) -> None:
    """Press a mark of a chart as a reader does: the mouse comes, stays, and presses."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(400)
    page.mouse.down()
    page.mouse.up()


DRAWN = {"breakdown_map": ".choroplethlocation"}
"""Charts whose marks are no bars."""


def drawn(page: Page, chart: str, name: str) -> Locator:
    """The mark of a part; marks are drawn in the order in which the keyboard goes through them."""
    said = page.locator(f".st-key-keyboard_{chart} .marks [role=option]").all_text_contents()
    place = next(place for place, words in enumerate(said) if name in words)
    return page.locator(f".st-key-{chart} {DRAWN.get(chart, '.bars .point')}").nth(place)


def pick_by_keyboard(page: Page, chart: str, name: str) -> None:
    """Reach a mark with the arrow keys and pick it."""
    marks = page.locator(f".st-key-keyboard_{chart} .marks")
    marks.focus()
    for _ in range(60):
        if name in (marks.locator("[aria-selected=true]").text_content() or ""):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(
        f"{name} is no mark of {chart}: {marks.locator('[role=option]').all_text_contents()}"
    )


def sound(reader: Visit) -> None:
    assert reader.foreign == []
    assert reader.complaints == []


def test_a_bar_is_picked_and_let_go_by_mouse_and_its_chip_takes_the_pick_away(visit: Visiting) -> None:
    reader = visit()
    page = reader.open("/breakdown", by="province")
    whole = total(page)
    press(page, drawn(page, "breakdown", "Jawa Barat"))
    expect(chip(page, "pick_province")).to_contain_text("Jawa Barat")
    picked = total(page)
    assert picked != whole == "29.200.000"
    assert "pick=province%3AID-JB" in page.url
    press(page, drawn(page, "breakdown", "Jawa Barat"))
    expect(chip(page, "pick_province")).to_have_count(0)
    assert total(page) == whole
    press(page, drawn(page, "breakdown", "Bali"))
    expect(chip(page, "pick_province")).to_contain_text("Bali")
    settled(page)
    chip(page, "pick_province").click()
    expect(chip(page, "pick_province")).to_have_count(0)
    assert total(page) == whole
    assert "pick=" not in page.url
    sound(reader)


def test_the_map_leads_to_a_province_and_on_to_a_regency_without_asking_another_host(
    visit: Visiting,
) -> None:
    reader = visit()
    page = reader.open("/breakdown", view="map")
    press(page, drawn(page, "breakdown_map", "Aceh"))
    expect(chip(page, "pick_province")).to_contain_text("Aceh")
    province = total(page)
    # The bars of regencies are thinner than a mouse pointer beside the people of whom none is reported.
    pick_by_keyboard(page, "regencies", "Kabupaten Aceh Selatan")
    expect(chip(page, "pick_regency")).to_contain_text("Aceh Selatan")
    assert total(page) != province
    assert reader.barriers() == []
    sound(reader)


def test_a_tile_is_picked_by_mouse_and_leads_to_the_regencies_of_its_province(visit: Visiting) -> None:
    reader = visit()
    page = reader.open("/breakdown")
    press(page, page.locator(".st-key-breakdown_tiles svg text", has_text="AC").first)
    expect(chip(page, "pick_province")).to_contain_text("Aceh")
    expect(page.locator(".st-key-regencies .bars .point").first).to_be_visible()
    sound(reader)


def test_the_grid_of_tiles_leads_to_a_regency_by_keyboard_alone(visit: Visiting) -> None:
    reader = visit(lang="en")
    page = reader.open("/breakdown")
    pick_by_keyboard(page, "breakdown_tiles", "Aceh")
    expect(chip(page, "pick_province")).to_contain_text("Aceh")
    province = total(page)
    expect(page.locator(".st-key-keyboard_regency_tiles .marks")).to_be_attached()
    pick_by_keyboard(page, "regency_tiles", "South Aceh")
    expect(chip(page, "pick_regency")).to_be_visible()
    assert total(page) != province
    sound(reader)


def test_a_choice_is_the_same_in_the_other_language_after_a_reload_and_for_another_reader(
    visit: Visiting,
) -> None:
    reader = visit()
    page = reader.open("/breakdown", by="segment")
    press(page, drawn(page, "breakdown", "BPU"))
    expect(chip(page, "pick_segment")).to_be_visible()
    people = total(page)
    page.reload()
    expect(chip(page, "pick_segment")).to_be_visible()
    assert total(page) == people
    page.get_by_text("EN", exact=True).click()
    expect(chip(page, "pick_segment")).to_contain_text("Own account")
    assert total(page) == people.replace(".", ",")
    second = visit()
    second.page.goto(page.url)
    expect(chip(second.page, "pick_segment")).to_contain_text("Own account")
    assert total(second.page) == people.replace(".", ",")
    sound(reader)
    sound(second)


def test_the_browser_goes_back_to_the_earlier_choice_and_forward_to_the_later(visit: Visiting) -> None:
    reader = visit()
    page = reader.open("/breakdown", by="province")
    seen = [total(page)]
    for name in ("Jawa Barat", "Bali"):
        press(page, drawn(page, "breakdown", name))
        expect(chip(page, "pick_province")).to_contain_text(name)
        seen.append(total(page))
    assert len(set(seen)) == 3
    for go, name, people in (
        (page.go_back, "Jawa Barat", seen[1]),
        (page.go_back, "", seen[0]),
        (page.go_forward, "Jawa Barat", seen[1]),
    ):
        go()
        if name:
            expect(chip(page, "pick_province")).to_contain_text(name)
            expect(chip(page, "pick_province")).not_to_contain_text("Bali")
        else:
            expect(chip(page, "pick_province")).to_have_count(0)
        assert total(page) == people
    sound(reader)


def test_a_regency_is_found_by_typing_in_the_filters(visit: Visiting) -> None:
    reader = visit()
    page = reader.open("/breakdown")
    page.locator(".st-key-more_filters button").first.click()
    picker = page.locator(".st-key-choose_regency input")
    picker.click()
    picker.press_sequentially("Aceh Selatan")
    page.get_by_role("option", name="Kabupaten Aceh Selatan").click()
    expect(chip(page, "filter_regency")).to_contain_text("Aceh Selatan")
    assert total(page) != "29.200.000"
    assert "regency=1101" in page.url
    sound(reader)


def test_what_is_taken_away_is_of_its_kind_and_holds_the_same_rows(visit: Visiting) -> None:
    reader = visit()
    page = reader.open("/breakdown", by="segment")

    def taken(form: str) -> bytes:
        with page.expect_download() as waiting:
            page.locator(f".st-key-{form}_breakdown button").click()
        assert waiting.value.suggested_filename.endswith(f".{form}")
        return Path(waiting.value.path()).read_bytes()

    rows = list(csv.DictReader(io.StringIO(taken("csv").decode("utf-8"))))
    people = {row["part"]: int(row["closing"]) for row in rows}
    assert sum(people.values()) == 29_200_000
    page.locator(".st-key-menu_breakdown button").first.click()
    expect(page.locator(".st-key-files_breakdown")).to_be_visible()
    settled(page)
    assert reader.barriers() == []
    sheet = load_workbook(io.BytesIO(taken("xlsx")))["Data"]
    _, *lines = sheet.iter_rows(values_only=True)
    assert {line[0]: line[1] for line in lines} == people
    table = pq.read_table(io.BytesIO(taken("parquet"))).to_pydict()
    assert dict(zip(table["part"], table["closing"], strict=True)) == people
    assert taken("png").startswith(b"\x89PNG")
    drawn = taken("svg").decode("utf-8")
    assert drawn.startswith("<svg")
    assert "JAKON" in drawn or "Jasa konstruksi" in drawn
    about = json.loads(taken("json"))
    assert about["filters"]["dimension"] == "segment"
    assert "$dimension" in about["query"]
    sound(reader)


@pytest.mark.parametrize("path", ["/breakdown", "/movement"])
def test_a_telephone_shows_every_chart_within_its_window(visit: Visiting, path: str) -> None:
    reader = visit(width=390)
    asked = {"across": "segment", "pick": "province:ID-AC"} if path == "/breakdown" else {}
    page = reader.open(path, **asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    main = "document.querySelector('[data-testid=\"stMain\"]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
    assert reader.barriers() == []
    sound(reader)
