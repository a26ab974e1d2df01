"""What opening Breakdown and clicking on it costs in a wide country, against the shipped sample.

Two servers with the same program, one browser window on each; both have seen every view before. A step
ends when the page last changed, as `settled` sees it. CPU is what the operating system accounts to the
server, in ticks of 10 ms.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from enrollment.answers import DIMENSIONS
from enrollment.publishing import publish_sample
from enrollment.store import Store
from tests.bench.rerun import Rerun
from tests.bench.serving import Served, module, serving
from tests.browser import launch, settled

LIMIT = 2.0
_PATIENCE, _QUIET = 120_000, 700
"""Milliseconds to wait for a step at most, and without a change until it counts as ended."""
_DRAWN = "() => document.querySelector('.js-plotly-plot .main-svg') && performance.now()"


def measure(data: Path, rounds: int) -> Iterator[tuple[str, list[Rerun], list[Rerun]]]:
    """Step, and its cost with the wide data and with the sample in each of the interleaved rounds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["CAKUPAN_KEY_FILE"] = str(folder / "key")
        publish_sample(Store(folder / "data"))
        browser = launch(stack.enter_context(sync_playwright()))
        visits = []
        for directory in (data, folder / "data"):
            command = module("enrollment.ui.server", "--data", str(directory), "--port")
            server = stack.enter_context(serving(command, folder, data=directory))
            visits.append((browser.new_page(viewport={"width": 1440, "height": 900}), server))
        costs: list[dict[str, list[Rerun]]] = [{}, {}]
        for number in range(rounds + 1):
            for (page, server), taken in zip(visits, costs, strict=True):
                for name, cost in _round(page, server):
                    # The first round only makes both warm.
                    taken.setdefault(name, []).extend([cost] if number else [])
        for name, wide in costs[0].items():
            yield name, wide, costs[1][name]


def _round(page: Page, server: Served) -> Iterator[tuple[str, Rerun]]:
    """All steps once, from a new visit on."""
    page.goto("about:blank")
    before = server.cpu()
    page.goto(f"{server.url}/breakdown?lang=en", wait_until="commit")
    drawn: float = page.wait_for_function(_DRAWN, timeout=_PATIENCE).json_value()
    yield "open: first chart", Rerun(server.cpu() - before, drawn / 1000)
    settled(page, quiet=_QUIET, timeout=_PATIENCE)
    yield "open: everything", Rerun(server.cpu() - before, page.evaluate("window.__settledSince") / 1000)
    for name, work in _steps(page).items():
        before = server.cpu()
        started = page.evaluate("window.__settledState = performance.now()")
        work()
        settled(page, quiet=_QUIET, timeout=_PATIENCE)
        wall = page.evaluate("window.__settledSince") - started
        yield name, Rerun(server.cpu() - before, wall / 1000)


def _steps(page: Page) -> Mapping[str, Callable[[], None]]:
    """What a reader does, one thing after the other."""
    return {
        "by province": lambda: _choose(page, "by", DIMENSIONS.index("province")),
        "by regency": lambda: _choose(page, "by", DIMENSIONS.index("regency")),
        "by source": lambda: _choose(page, "by", DIMENSIONS.index("source")),
        "pick a source": lambda: _pick(page),
        "let go of it": page.locator(".st-key-chip_pick_source button").click,
        "open filters": lambda: page.locator(".st-key-more_filters button").first.click(),
        "close filters": lambda: page.keyboard.press("Escape"),
        "month before": lambda: _choose(page, "month", 1),
    }


def _choose(page: Page, key: str, place: int) -> None:
    """Pick an option of a list by its place."""
    page.locator(f".st-key-{key} input").first.click()
    page.get_by_role("option").nth(place).click()


def _pick(page: Page) -> None:
    """Pick the first of the ranked parts by keyboard: beside 585 others its bar is thinner than a pixel."""
    page.locator(".st-key-keyboard_breakdown .marks").press("Enter")
    page.wait_for_selector(".st-key-chip_pick_source")
