"""What leaves by a reader's click is in the access log first, and does not leave where it cannot be."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from enrollment.journal import Journal
from enrollment.language import Language
from enrollment.store import Store
from tests.e2e.conftest import Server, Visit

pytestmark = pytest.mark.e2e

# Which console errors a page may cause that loads something it must not: the policy's own words.
FOREIGN = """async () => {
    const refused = [];
    document.addEventListener("securitypolicyviolation", event => refused.push(event.effectiveDirective));
    const picture = new Image();
    picture.src = "https://example.invalid/x.png";
    await fetch("https://example.invalid/").catch(() => null);
    const script = document.createElement("script");
    script.textContent = "window.forged = 1";
    document.body.append(script);
    const frame = document.createElement("iframe");
    frame.src = "https://example.invalid/";
    document.body.append(frame);
    await new Promise(resolve => setTimeout(resolve, 500));
    return [window.forged === undefined, ...new Set(refused)].map(String).sort();
}"""


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_download_is_entered_and_without_an_entry_nothing_leaves(
    serve: Callable[..., Server],
    visit: Callable[..., Visit],
    published_sample: Path,
    tmp_path: Path,
    lang: str,
) -> None:
    shutil.copytree(published_sample / "data", tmp_path / "data")
    server = serve(tmp_path / "data")
    journal = Journal(Store(server.data).root)
    reader = visit(server, lang=lang)
    page = reader.open("/breakdown", month="2021-08")
    assert journal.newest(9) == ()
    csv = page.locator(".st-key-csv_every_measure button")
    with page.expect_download() as waiting:
        csv.click()
    (entry,) = journal.newest(9)
    assert entry.details["file"] == waiting.value.suggested_filename
    assert (entry.action, entry.role, entry.details["month"]) == ("export", "steward", "2021-08")
    assert entry.details["edition"] in waiting.value.suggested_filename
    assert reader.foreign == reader.complaints == []
    # The disk refuses: a file stands where the journal's folder belongs.
    shutil.rmtree(journal.path.parent)
    journal.path.parent.write_text("no folder", encoding="utf-8")
    gone: list[object] = []
    page.on("download", lambda download: gone.append(download))
    csv.click()
    told = page.get_by_test_id("stDownloadButtonError")
    expect(told).to_be_visible()
    words = told.evaluate("element => getComputedStyle(element, '::after').content")
    assert words.strip('"') == Language(lang).say("journal.not_handed_out")
    assert gone == []


def test_a_page_can_load_nothing_from_another_host(visit: Callable[..., Visit]) -> None:
    page = visit().open("/progress")
    assert page.evaluate(FOREIGN) == ["connect-src", "frame-src", "img-src", "script-src-elem", "true"]
