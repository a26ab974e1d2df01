"""What a warm rerun of Progress costs the server, against the same page built naively.

Two servers on the same published sample, one browser window on each. A rerun is a click on the other
language; both languages have been seen before. The server's CPU is what the operating system
accounts to its process, taken in rounds that alternate between the two.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from enrollment.publishing import publish_sample
from enrollment.store import Store
from tests.browser import ROOT, launch, settled
from tests.e2e.conftest import Server, _await_health, _free_port

TARGET = 0.35
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Rerun:
    """CPU and wall seconds of one rerun."""

    cpu: float
    wall: float


def measure(rounds: int, reruns: int) -> tuple[Rerun, Rerun]:
    """Median cost of a warm rerun, ours and naive, over interleaved rounds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = folder / "data"
        os.environ["CAKUPAN_KEY_FILE"] = str(folder / "key")
        publish_sample(Store(data))
        ours = [sys.executable, "-m", "enrollment.ui.server", "--data", str(data), "--port"]
        naive = [sys.executable, "-m", "streamlit", "run", "tests/bench/naive.py", "--server.port"]
        servers = [
            stack.enter_context(_serving(ours, data, folder, {})),
            stack.enter_context(_serving(naive, data, folder, {"STREAMLIT_RUNNER_POST_SCRIPT_GC": "true"})),
        ]
        browser = launch(stack.enter_context(sync_playwright()))
        pages = []
        for url, _ in servers:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(url)
            pages.append(settled(page))
            _switch(page, 4)
        costs: list[list[Rerun]] = [[], []]
        for _ in range(rounds):
            for place, ((_, process), page) in enumerate(zip(servers, pages, strict=True)):
                cpu, wall = _cpu(process), time.perf_counter()
                _switch(page, reruns)
                spent = _cpu(process) - cpu
                costs[place].append(Rerun(spent / reruns, (time.perf_counter() - wall) / reruns))
        first, second = (
            Rerun(
                statistics.median(cost.cpu for cost in taken), statistics.median(cost.wall for cost in taken)
            )
            for taken in costs
        )
        return first, second


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


@contextmanager
def _serving(
    command: list[str], data: Path, folder: Path, environment: dict[str, str]
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = _free_port()
    log = folder / f"{port}.log"
    settings = os.environ | {"CAKUPAN_DATA": str(data), "PYTHONPATH": str(ROOT)} | environment
    with log.open("wb") as out:
        process = subprocess.Popen([*command, str(port)], cwd=ROOT, stdout=out, stderr=out, env=settings)
    server = Server(f"http://localhost:{port}", data, log)
    try:
        _await_health(server, process)
        yield server.url, process
    finally:
        process.terminate()
        process.wait(20)


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """User and system seconds that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
