"""A browser on each site: clicks, first loads and starts, each until every chart of the page is drawn.

Where a click is counted from is the browser's own time of it, and where it ends the moment of the change that
completes the last chart (watch.js), so waiting adds nothing. What a chart has to show is what it showed when
the same state was visited before; all sites must show the same words in their charts.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.bench.pages.content import State, cycle
from tests.bench.pages.sites import Site
from tests.bench.serving import Served, cpu_below, serving

WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
QUIET = 500
"""Milliseconds without a change after which a page is taken to have settled; never part of a figure."""
PATIENCE = 180_000
"""Milliseconds after which a page is given up."""
CHARTS = 5
Drawn = list[str]
_OTHERS = """([charts, before]) => {
  const shown = window.__watch.words().filter(Boolean);
  return shown.length === charts && shown.join() !== before.join();
}"""


class NotDrawn(Exception):
    """A page that did not come to show what it showed before, or shows something else than the others."""


@dataclass
class Traffic:
    """What a page has received: bytes on the wire, and of messages before they were packed."""

    answers: int = 0
    messages: int = 0
    addresses: list[str] = field(default_factory=list)

    def follow(self, session: CDPSession) -> None:
        """Count from now on."""
        session.on("Network.loadingFinished", self._answer)
        session.on("Network.webSocketFrameReceived", self._message)
        session.on("Network.requestWillBeSent", lambda sent: self.addresses.append(sent["request"]["url"]))
        session.send("Network.enable")

    def _answer(self, finished: Mapping[str, Any]) -> None:
        self.answers += int(finished["encodedDataLength"])

    def _message(self, received: Mapping[str, Any]) -> None:
        payload = received["response"]["payloadData"]
        binary = received["response"]["opcode"] == 2
        self.messages += len(base64.b64decode(payload) if binary else payload.encode())


@dataclass
class Visit:
    """One window on a site, and what it drew in each state."""

    page: Page
    site: Site
    served: Served
    drawn: dict[State, Drawn] = field(default_factory=dict)
    """Words and lines of all charts, in no order."""
    words: dict[State, Drawn] = field(default_factory=dict)

    def learn(self) -> None:
        """Visit every state, and remember what is drawn."""
        self.page.wait_for_function(_OTHERS, arg=[CHARTS, []])
        for state, kind in cycle():
            self.page.evaluate("ms => window.__watch.quiet(ms)", 2 * QUIET)
            before = self.page.evaluate("window.__watch.words()")
            self.site.find(self.page, state, kind).click()
            self.page.wait_for_function(_OTHERS, arg=[CHARTS, before])
            self.page.evaluate("ms => window.__watch.quiet(ms)", 2 * QUIET)
            self.drawn[state] = self.page.evaluate("window.__watch.drawn()")
            self.words[state] = self.page.evaluate("window.__watch.words()")

    def click(self, state: State, kind: str) -> float:
        """Milliseconds from a click until all charts show a state. Raises NotDrawn."""
        button = self.site.find(self.page, state, kind)
        self.page.evaluate("wanted => { window.__watch.redrawn(wanted) }", self.drawn[state])
        button.click()
        taken = _done(self.page, self.drawn[state])
        self.page.evaluate("ms => window.__watch.quiet(ms)", QUIET)
        return taken

    def clicks(self, cycles: int) -> dict[str, Any]:
        """Milliseconds of each click by kind, and CPU of server and browser for a click on the average."""
        server, shown = self.served.cpu(), cpu_below("chrom")
        taken: dict[str, list[float]] = {"language": [], "month": []}
        for _ in range(cycles):
            for state, kind in cycle():
                taken[kind].append(round(self.click(state, kind), 1))
        made = sum(map(len, taken.values()))
        server, shown = self.served.cpu() - server, cpu_below("chrom") - shown
        return {
            **taken,
            "server_cpu": round(server / made * 1000, 2),
            "browser_cpu": round(shown / made * 1000, 1),
        }


@contextmanager
def window(browser: Browser, script: str = "") -> Iterator[Page]:
    """A window of its own with nothing cached, watched from its first moment on."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(WATCH + script)
        yield page
    finally:
        context.close()


def first_load(browser: Browser, url: str, wanted: Drawn, served: Served) -> dict[str, Any]:
    """Milliseconds from going to an address to all charts, what was received, and the server's CPU.

    Raises NotDrawn.
    """
    with window(browser, f"window.__watch?.opened({json.dumps(wanted)});") as page:
        traffic = Traffic()
        session = page.context.new_cdp_session(page)
        traffic.follow(session)
        before = served.cpu()
        page.goto(url, wait_until="commit")
        taken = _done(page, wanted)
        at = page.evaluate("performance.timeOrigin") + taken
        page.evaluate("ms => window.__watch.quiet(ms)", 3 * QUIET)
        foreign = {address for address in traffic.addresses if not _own(address)}
        if foreign:
            raise NotDrawn(f"{url} asks other hosts: {', '.join(sorted(foreign))}")
        return {
            "wall": round(taken, 1),
            "server_cpu": round((served.cpu() - before) * 1000, 2),
            "bytes": traffic.answers + traffic.messages,
            "bytes_of_messages": traffic.messages,
            "requests": len(traffic.addresses),
            "at": at,
        }


def start(browser: Browser, site: Site, data: Path, folder: Path, wanted: Drawn) -> dict[str, Any]:
    """Milliseconds from starting a server to all charts, until it takes connections, and its CPU.

    Raises NotDrawn.
    """
    with started(site, data, folder) as served:
        listening = time.time()
        loaded = first_load(browser, served.url, wanted, served)
        return {
            "wall": round(loaded["at"] - served.started * 1000, 1),
            "listening": round((listening - served.started) * 1000, 1),
            "server_cpu": round(served.cpu() * 1000, 2),
        }


def started(site: Site, data: Path, folder: Path) -> Any:
    """A site's server for as long as a block lasts."""
    where = {"cwd": folder} if site.own_folder else {}
    return serving(site.command, folder, data=data, **where, **site.environment)


def compare(visits: Mapping[str, Visit]) -> None:
    """All sites show the same words in their charts, state by state. Raises NotDrawn."""
    first, *others = visits
    for name in others:
        for state, shown in visits[first].words.items():
            if shown != visits[name].words[state]:
                differ = sorted(set(shown) ^ set(visits[name].words[state]))
                raise NotDrawn(f"{name} does not draw in {state} what {first} draws: {differ}")


def _done(page: Page, wanted: Drawn) -> float:
    taken: float | None = page.evaluate("window.__watch.done")
    if taken is None:
        shown = page.evaluate("[...window.__watch.drawn(), ...window.__watch.words()]")
        raise NotDrawn(f"{page.url} never showed {sorted(set(wanted) - set(shown))[:1]}")
    return taken


def _own(address: str) -> bool:
    return address.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:"))
