"""The steward in a real browser: a file is refused, mended by setting rows aside, previewed, published."""

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

pytestmark = pytest.mark.e2e

HEADER = "periode,sumber,segmen,provinsi,program,aktif"
NIK = "3171234567890123"
FAULTY = (
    f"{HEADER}\n2021-07,TPP,BPU,ID-JB,JKK+JKM,2100\n2021-07,TPP,BPU,{NIK},JKK+JKM,5\n"
    "2021-07,TPP,BPU,ID-JT,JKK+JKM,1.000\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two published months of one source."""
    store = Store(tmp_path / "data")
    for month, people in (("2021-05", 1500), ("2021-06", 1900)):
        file = tmp_path / f"{month}.csv"
        file.write_text(f"{HEADER}\n{month},TPP,BPU,ID-JB,JKK+JKM,{people}\n", encoding="utf-8")
        assert store.load(file).verdict == "accepted"
    publish(store, who="sari")
    return store


def choose(page: Page, *files: Path) -> None:
    """Choose files and press the button that loads them."""
    page.set_input_files('.st-key-upload input[type="file"]', list(files))
    button = page.locator(".st-key-load button")
    expect(button).to_be_enabled()
    button.click()
    page.wait_for_selector(".receipt")
    settled(page)


def test_a_faulty_file_becomes_a_new_edition_without_its_faulty_rows(
    serve: Callable[..., Server], visit: Callable[..., Visit], store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "2021-07 :red[**TOTAL 0**] ![](contoh.png).csv"
    file.write_text(FAULTY, encoding="utf-8")
    reader = visit(serve(store.data))
    page = reader.open("/editions")
    choose(page, file)
    expect(page.locator(".receipt .chip")).to_contain_text("Ditolak")
    with page.expect_download() as waiting:
        page.locator('[class*="st-key-csv_faults"] button').click()
    faults = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert [fault["row"] for fault in faults] == ["3", "4"]
    assert reader.barriers() == []

    # The box and the buttons are used by keyboard alone.
    page.locator('[class*="st-key-quarantine_"] input').press("Space")
    again = page.locator('[class*="st-key-again_"] button')
    expect(again).to_be_enabled()
    again.press("Enter")
    expect(page.locator(".receipt .chip")).to_contain_text("Diterima sebagian")
    settled(page)
    page.locator(".st-key-preview_changes button").press("Enter")
    expect(page.locator(".preview")).to_contain_text("Juli 2021 terbit pertama kali: 2.100 peserta")
    assert "2 dari 2 kiriman" in page.locator("h1.finding").inner_text()
    assert reader.barriers() == []
    settled(page)
    page.locator(".st-key-publish button").press("Enter")
    page.wait_for_function("() => document.querySelector('h1.finding')?.innerText.includes('3 dari 3')")
    settled(page)
    assert page.locator(".receipt").count() == 0
    assert "2 baris dari 1 berkas menunggu perbaikan" in page.locator('[data-testid="stMain"]').inner_text()
    assert NIK not in page.content()
    assert [NIK in fault["message"] for fault in faults] == [False, False]
    assert reader.barriers() == []
    assert reader.complaints == []
    assert reader.foreign == []


def test_a_server_that_takes_no_uploads_says_so_and_shows_no_form(
    serve: Callable[..., Server], visit: Callable[..., Visit], store: Store
) -> None:
    reader = visit(serve(store.data, CAKUPAN_UPLOADS="off"), lang="en")
    page = reader.open("/editions")
    assert page.locator('input[type="file"]').count() == 0
    assert "takes no deliveries on this page" in page.locator('[data-testid="stMain"]').inner_text()


def test_a_day_between_two_editions_shows_what_was_known_then(visit: Callable[..., Visit]) -> None:
    reader = visit()
    page = reader.open("/editions")
    page.locator(".st-key-known_on_day input").fill("19/7/2021")
    page.keyboard.press("Enter")
    page.wait_for_url("**known_on=2021-07-19**")
    page.wait_for_selector(".st-key-older")
    settled(page)
    assert "19 Juli 2021" in page.locator(".st-key-older").inner_text()
    assert page.locator(".timeline .pointer").count() == 1
    page.get_by_role("link", name="Kemajuan").first.click()
    page.wait_for_function("() => document.querySelector('h1.finding')?.innerText.includes('28,4 juta')")
    assert "known_on=2021-07-19" in page.url


def test_a_suggested_event_is_registered_behind_its_button(
    serve: Callable[..., Server], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    store = Store(tmp_path / "data")
    for month, people in enumerate((1000, 1050, 1100, 1150, 4200, 4250, 4300, 4350), 1):
        file = tmp_path / f"2021-{month:02d}.csv"
        file.write_text(f"{HEADER}\n2021-{month:02d},TPP,BPU,ID-JB,JKK+JKM,{people}\n", encoding="utf-8")
        assert store.load(file, confirmed=True).kept
    publish(store, who="sari")
    reader = visit(serve(store.data))
    page = reader.open("/editions")
    suggestion = page.locator('[class*="st-key-suggestion_"]')
    expect(suggestion).to_contain_text("Mei 2021: +3.000 peserta")
    suggestion.get_by_role("button").press("Enter")
    form = page.locator('[data-testid="stPopoverBody"]')
    expect(form.locator('input[type="number"]')).to_have_value("3000")
    assert reader.barriers() == []
    form.get_by_role("textbox", name="Catatan", exact=True).fill("Mitra besar bergabung")
    form.locator('[data-testid="stFormSubmitButton"] button').click()
    expect(page.get_by_text("Terdaftar: TPP desa")).to_be_visible()
    expect(suggestion).to_have_count(0)
    expect(form).to_have_count(0)
    expect(page.locator(".st-key-card_events .register")).to_contain_text("menunggu edisi berikutnya")
    # The other button closes its form too once something is kept, though it stays on the page.
    page.locator(".st-key-prognosis button").click()
    form.locator('input[type="number"]').fill("5000")
    for place, day in enumerate(("2021-12-31", "2021-10-15")):
        field = form.locator('[data-testid="stDateInput"] input').nth(place)
        field.fill(day)
        field.press("Enter")
    form.get_by_role("textbox", name="Pernyataan atau dokumen", exact=True).fill("Keterangan pers")
    form.get_by_role("textbox", name="Alamat tempat dinyatakan").fill("https://contoh.id/prognosis")
    form.locator('[data-testid="stFormSubmitButton"] button').click()
    expect(page.get_by_text("Tersimpan: 5.000 peserta untuk 31 Desember 2021")).to_be_visible()
    expect(form).to_have_count(0)
    assert reader.complaints == []
    assert reader.foreign == []
