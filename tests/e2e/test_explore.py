"""The analyst in a real browser: a statement is written, run, cancelled, and sent on as a link."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from enrollment.language import Language
from tests.browser import settled
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.e2e

Window = Callable[..., Visit]
ID, EN = Language("id"), Language("en")
SUMS = (
    "select segment, sum(active) as active from cube_coarse where month = date '2021-08-31'"
    " group by segment order by active"
)
ENDLESS = "select count(*) from range(10000000000000)"


def write(page: Page, sql: str) -> None:
    editor = page.locator(".st-key-explore_sql textarea")
    editor.fill(sql)
    editor.press("Control+Enter")


def test_a_statement_runs_from_the_keyboard_and_its_link_shows_another_reader_the_same(visit: Window) -> None:
    reader = visit()
    page = reader.open("/explore")
    write(page, SUMS)
    card = page.locator(".st-key-card_explored")
    expect(card).to_be_visible(timeout=20_000)
    settled(page)
    rows = page.locator(".st-key-card_rows table.figures tbody tr")
    expect(rows).to_have_count(4)
    said = rows.all_inner_texts()
    link = page.url
    other = visit(lang="en")
    other.page.goto(link.replace("lang=id", "lang=en"))
    settled(other.page)
    expect(other.page.locator(".st-key-card_rows table.figures tbody tr")).to_have_count(4, timeout=20_000)
    seen = other.page.locator(".st-key-card_rows table.figures tbody tr").all_inner_texts()
    assert [row.replace(",", ".") for row in seen] == said
    assert reader.foreign == other.foreign == []
    assert reader.complaints == other.complaints == []


def test_a_runaway_statement_can_be_cancelled_and_the_next_one_is_answered(visit: Window) -> None:
    page = visit(lang="en").open("/explore")
    write(page, ENDLESS)
    page.get_by_role("button", name="Cancel").click(timeout=10_000)
    expect(page.get_by_text(EN.say("explore.refused.cancelled"))).to_be_visible(timeout=15_000)
    write(page, "select 40 + 2 as answer")
    expect(page.locator(".st-key-card_rows table.figures tbody")).to_have_text("42", timeout=20_000)


def test_a_runaway_statement_ends_by_itself_and_says_so(visit: Window) -> None:
    page = visit().open("/explore")
    write(page, ENDLESS)
    expect(page.get_by_text("pernyataan ini dihentikan")).to_be_visible(timeout=25_000)


def test_a_question_of_the_dashboard_begins_a_statement(visit: Window) -> None:
    page = visit().open("/explore", month="2021-08")
    page.locator(".st-key-explore_begin input").click()
    page.get_by_role("option", name=ID.say("explore.question.goal_progress")).click()
    settled(page)
    expect(page.locator(".st-key-explore_value_as_of input")).to_have_value("2021-08-31")
    page.locator(".st-key-explore_run button").click()
    rows = page.locator(".st-key-card_rows table.figures tbody")
    expect(rows).to_contain_text("29.200.000", timeout=20_000)
