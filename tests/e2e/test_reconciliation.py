"""The steward in a real browser: a roster is uploaded, its ledger closes, a near miss is decided."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enrollment.publishing import publish
from enrollment.store import Store
from tests.browser import settled
from tests.e2e.conftest import Server, Visit
from tests.people import members_text, nik, roster_text

pytestmark = pytest.mark.e2e

THREE = "JKK+JKM+JHT"
MEANT = nik(7000)
SLIP = MEANT[:15] + "9"
LISTED = [*(nik(number) for number in range(6)), SLIP, nik(80, region="320101"), nik(0), "3171000000"]
"""Six active, one of them listed twice, a slip, one unknown, and one invalid."""


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key file of members and rosters alike, here and in the server."""
    path = str(tmp_path / "keys" / "key")
    monkeypatch.setenv("CAKUPAN_KEY_FILE", path)
    return path


@pytest.fixture
def store(tmp_path: Path, key: str) -> Store:
    """A published month of members."""
    store = Store(tmp_path / "data")
    people = [{"nik": one, "program": THREE} for one in (*LISTED[:6], MEANT)]
    file = io.BytesIO(members_text("2021-06", people).encode())
    assert store.load(file, name="anggota-2021-06.csv").kept
    publish(store, who="sari")
    return store


def counts(page: Page) -> list[int]:
    """The numbers of the ledger's table: eight classes with the people between, and the total."""
    settled(page)
    return [int(cell.replace(".", "")) for cell in page.locator(".ledger td:nth-child(2)").all_inner_texts()]


def listed(page: Page, name: str) -> list[dict[str, str]]:
    """A follow-up list as it is downloaded."""
    with page.expect_download() as waiting:
        page.locator(f".st-key-csv_{name} button").click()
    return list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))


def places(page: Page) -> list[float]:
    """How far below the page's title its blocks stand, in pixels."""
    found: list[float] = page.evaluate(
        """() => {
          const top = (block) => Math.round(block.getBoundingClientRect().top);
          const title = document.querySelector('h1.finding');
          const blocks = '.ledger, [class*="st-key-card_"], [class*="st-key-pair_"]';
          return [...document.querySelectorAll(blocks)].map((block) => top(block) - top(title));
        }"""
    )
    return found


def test_a_roster_is_reconciled_decided_on_and_taken_away_by_the_visitor_who_supplied_it(
    serve: Callable[..., Server], visit: Callable[..., Visit], store: Store, key: str, tmp_path: Path
) -> None:
    roster = tmp_path / "daftar-2021-06.csv"
    roster.write_text(roster_text("2021-06", [{"nik": one} for one in LISTED]), encoding="utf-8")
    server = serve(store.data, CAKUPAN_KEY_FILE=key)
    steward = visit(server)
    page = steward.open("/reconciliation", roster="TPP")
    page.locator('[data-testid="stExpander"] summary').click()
    page.set_input_files('.st-key-reconcile input[type="file"]', roster)
    button = page.locator(".st-key-reconcile_roster button")
    expect(button).to_be_enabled()
    button.click()
    page.wait_for_selector(".ledger")
    assert counts(page) == [6, 0, 0, 0, 2, 8, 1, 1, 0, 10]
    expect(page.locator(".ledger tfoot")).to_contain_text("Menutup, selisih 0 baris")
    expect(page.locator(".receipt .chip")).to_contain_text("Dicocokkan")
    assert steward.barriers() == []

    before = places(page)
    page.locator('[class*="st-key-same_"] button').press("Enter")
    expect(page.locator('[class*="st-key-undo_"] button')).to_be_visible()
    assert counts(page) == [7, 0, 0, 0, 1, 8, 1, 1, 0, 10]
    assert places(page) == before
    assert steward.barriers() == []

    (missing,) = listed(page, "not_found")
    assert LISTED[7] in missing.values()
    other = visit(server).open("/reconciliation", roster="TPP")
    (masked,) = listed(other, "not_found")
    assert "3201************" in masked.values()
    for shown in (page, other):
        assert not any(one in shown.content() for one in LISTED if len(one) == 16)
    for file in store.data.rglob("*"):
        assert not file.is_file() or not any(
            one.encode() in file.read_bytes() for one in LISTED if len(one) == 16
        )
    assert steward.complaints == []
    assert steward.foreign == []
