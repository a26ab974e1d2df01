"""Pictures of every page, to be looked at: `python -m tests.e2e.screenshots OUTDIR [--base URL]`.

Each page in both languages, light and dark, wide and on a phone, in full height. Without `--base` a
fresh copy of the project is served.
"""

import argparse
import tempfile
from contextlib import ExitStack
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import ROOT, at_home, settled
from tests.e2e.conftest import fresh_copy, serving, visiting

WIDTHS = (1440, 390)

# The page that answers at "/".
HOME = "progress"

# Streamlit scrolls inside the page, so the window is made as high as what it holds.
CONTENT_HEIGHT = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return Math.ceil(main.getBoundingClientRect().top + main.scrollHeight);
}"""


def whole(page: Page, width: int) -> Page:
    """Make the window as high as the page; twice, for a higher window may lay it out anew."""
    for _ in range(2):
        page.set_viewport_size({"width": width, "height": max(600, page.evaluate(CONTENT_HEIGHT))})
        settled(page)
    return page


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--base", help="address of a running dashboard")
    parser.add_argument("--pages", nargs="*", help="only these pages")
    arguments = parser.parse_args()
    arguments.outdir.mkdir(parents=True, exist_ok=True)
    names = arguments.pages or sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
    with ExitStack() as stack:
        url = arguments.base
        if not url:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(serving(fresh_copy(folder))).url
        browser = stack.enter_context(at_home(stack.enter_context(sync_playwright())))
        for name, lang, dark, width in product(names, ("id", "en"), (False, True), WIDTHS):
            with visiting(browser, url.rstrip("/"), width=width, dark=dark, lang=lang) as visit:
                page = whole(visit.open("/" if name == HOME else f"/{name}"), width)
                picture = arguments.outdir / f"{name}-{lang}-{'dark' if dark else 'light'}-{width}.png"
                page.screenshot(path=picture)
                print(picture, *visit.complaints, *visit.foreign, sep="\n  ")


if __name__ == "__main__":
    main()
