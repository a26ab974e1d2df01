"""`python -m tests.bench.pages [SITE ...] [--rounds N] [--cycles N] [--keep]`: measure, print ratios.

Sites are `ours`, `dash`, `panel`, `streamlit`, `streamlit-copying` and `static`; without one, all of them.
Every round takes them one after the other: clicks, first loads, starts.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from enrollment.edition import publications
from enrollment.publishing import publish_sample
from enrollment.store import Store
from tests.bench.pages import proxy, report
from tests.bench.pages.content import CODES, months
from tests.bench.pages.measure import Visit, compare, first_load, start, started, window
from tests.bench.pages.report import PROXIED
from tests.bench.pages.sites import OURS, Site, sites
from tests.browser import launch


def main() -> None:
    """Measure what is named and print it."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=main.__doc__)
    arguments.add_argument(
        "sites", nargs="*", metavar="SITE", help="ours, dash, panel, streamlit, streamlit-copying, static"
    )
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds, at least three")
    arguments.add_argument("--cycles", type=int, default=3, help="four clicks each, in a round on a site")
    arguments.add_argument("--folder", type=Path, help="where the sample is published; it stays there")
    arguments.add_argument("--keep", action="store_true", help="write docs/measurements/peers-DATE.json")
    chosen = arguments.parse_args()
    if not proxy.installed():
        print("nginx is not installed: what is sent behind the shipped proxy (T11) is left out.")
    # Whoever ends the bench ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = (chosen.folder or folder).resolve()
        data = made / "data"
        os.environ |= {"CAKUPAN_KEY_FILE": str(made / "key"), "CAKUPAN_DATA": str(data)}
        if not any(publications(Store(data))):
            publish_sample(Store(data))
        known = sites(data)
        if unknown := set(chosen.sites) - set(known):
            arguments.error(f"no such site: {', '.join(sorted(unknown))}")
        measured = {name: site for name, site in known.items() if name in (chosen.sites or known)}
        browser = launch(stack.enter_context(sync_playwright()))
        found: list[report.Round] = []
        for taken in _rounds(browser, measured, data, folder, max(chosen.rounds, 3), chosen.cycles, stack):
            found.append(taken)
            print(f"round {len(found)}", flush=True)
            # After each, so that a run that is cut short has not been for nothing.
            if chosen.keep:
                report.keep(found, browser.version)
        report.show(report.figures(found))


def _rounds(
    browser: Browser,
    measured: Mapping[str, Site],
    data: Path,
    folder: Path,
    rounds: int,
    cycles: int,
    stack: ExitStack,
) -> Iterator[report.Round]:
    visits: dict[str, Visit] = {}
    for name, site in measured.items():
        served = stack.enter_context(started(site, data, folder))
        page = stack.enter_context(window(browser))
        page.goto(served.url)
        visits[name] = Visit(page, site, served)
        visits[name].learn()
    compare(visits)
    addresses = {name: (visit.served.url, visit) for name, visit in visits.items()}
    if OURS in visits and proxy.installed():
        url = stack.enter_context(proxy.proxied(visits[OURS].served.port, folder))
        addresses[PROXIED] = (url, visits[OURS])
    opening = (CODES[0], months()[0])
    for _ in range(rounds):
        taken: dict[str, dict[str, Any]] = {"clicks": {}, "first_load": {}, "start": {}}
        for name, visit in visits.items():
            taken["clicks"][name] = visit.clicks(cycles)
        for name, (url, visit) in addresses.items():
            taken["first_load"][name] = first_load(browser, url, visit.words[opening], visit.served)
        for name, visit in visits.items():
            taken["start"][name] = start(browser, visit.site, data, folder, visit.words[opening])
        yield taken


if __name__ == "__main__":
    main()
