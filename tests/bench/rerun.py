"""What a warm rerun of Progress costs the server, against the same page built naively.

Two servers on the same published sample, one browser window on each. A rerun is a click on the other
language; both languages have been seen before. The server's CPU is what the operating system
accounts to its process, taken in rounds that alternate between the two.
"""

import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from enrollment.publishing import publish_sample
from enrollment.store import Store
from tests.bench.serving import module, serving
from tests.browser import launch, settled

TARGET = 0.35


@dataclass(frozen=True)
class Rerun:
    """CPU and wall seconds of one rerun."""

    cpu: float
    wall: float


def measure(rounds: int, reruns: int) -> tuple[list[Rerun], list[Rerun]]:
    """What a warm rerun costs, ours and naive, in each of the interleaved rounds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "data"
        os.environ["CAKUPAN_KEY_FILE"] = str(folder / "key")
        publish_sample(Store(data))
        ours = module("enrollment.ui.server", "--data", str(data), "--port")
        naive = module("streamlit", "run", "tests/bench/naive.py", "--server.port")
        collecting = {"STREAMLIT_RUNNER_POST_SCRIPT_GC": "true"}
        servers = [
            stack.enter_context(serving(ours, folder, data=data)),
            stack.enter_context(serving(naive, folder, data=data, **collecting)),
        ]
        browser = launch(stack.enter_context(sync_playwright()))
        pages = []
        for server in servers:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(server.url)
            pages.append(settled(page))
            _switch(page, 4)
        costs: list[list[Rerun]] = [[], []]
        for _ in range(rounds):
            for place, (server, page) in enumerate(zip(servers, pages, strict=True)):
                cpu, wall = server.cpu(), time.perf_counter()
                _switch(page, reruns)
                spent = server.cpu() - cpu
                costs[place].append(Rerun(spent / reruns, (time.perf_counter() - wall) / reruns))
        return costs[0], costs[1]


def _switch(page: Page, times: int) -> None:
    """Change the language and wait for the page, again and again."""
    for _ in range(times):
        english = "juta" in page.locator("h1.finding").inner_text()
        page.locator(".st-key-lang").get_by_text("EN" if english else "ID", exact=True).click()
        word = "million" if english else "juta"
        page.wait_for_function(
            "word => document.querySelector('h1.finding')?.innerText.includes(word)"
            " && document.querySelector('footer.foot')?.innerText.includes(word)",
            arg=word,
        )
        settled(page)
