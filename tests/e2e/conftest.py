"""A real server and a real browser for each test that wants them.

The server runs in a fresh copy of the project, as a new clone would: what it publishes stays there.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from enrollment.ui import charts
from tests.browser import ROOT, NoBrowser, at_home, find, reader, settled

AXE = ROOT / "tests" / "vendor" / "axe.min.js"

# What the served dashboard consists of, and no more.
SERVED = ("app.py", "pages", "queries", "enrollment", "data", ".streamlit")

# Complaints in the browser's console that are Streamlit's own, each as a part of its text or address.
# On a page's own link Streamlit looks for its server below the page first, and beside it next.
STREAMLITS_COMPLAINTS = ("/_stcore/health", "/_stcore/host-config")

# Accessibility findings that are Streamlit's own: the rule, and a part of the element's HTML.
STREAMLITS_BARRIERS: tuple[tuple[str, str], ...] = (
    ("color-contrast", "stMetricDelta"),
    ("svg-img-alt", "stMetricChart"),
    ("presentation-role-conflict", "stFileUploaderDropzone"),
)

START_SECONDS = 240


@dataclass(frozen=True)
class Server:
    """A running dashboard: its address, the directory of its data, and what it wrote."""

    url: str
    data: Path
    log: Path


@dataclass
class Visit:
    """One reader's browser window, and what it asked of other hosts or complained about."""

    page: Page
    url: str
    lang: str
    foreign: list[str] = field(default_factory=list)
    """Addresses asked of any host but the server."""
    complaints: list[str] = field(default_factory=list)
    """Errors in the console that are not Streamlit's own, and uncaught exceptions."""

    def open(self, path: str = "/", **params: str) -> Page:
        """Go to a page of the dashboard, in the visit's language, and wait until it has settled."""
        query = urlencode({"lang": self.lang, **params})
        self.page.goto(f"{self.url}{path}?{query}", wait_until="domcontentloaded")
        return settled(self.page)

    def barriers(self) -> list[str]:
        """What axe finds wrong with the page as it stands, save what is Streamlit's own."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("async () => (await axe.run(document)).violations")
        return [
            f"{rule['id']}: {rule['help']}: {node['html']}"
            for rule in found
            for node in rule["nodes"]
            if not any(rule["id"] == known and part in node["html"] for known, part in STREAMLITS_BARRIERS)
        ]


def fresh_copy(folder: Path) -> Path:
    """The project as a new clone has it, without anything loaded or published here."""
    for name in SERVED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "store"))
        else:
            shutil.copy(source, folder / name)
    return folder


@contextmanager
def serving(project: Path, data: Path | None = None, **environment: str) -> Iterator[Server]:
    """Serve `project` on a free port until the block ends; `data` is its own `data/` unless given."""
    data = data or project / "data"
    port = _free_port()
    log = project / f"server-{port}.log"
    command = [sys.executable, "-m", "enrollment.ui.server", "--port", str(port), "--data", str(data)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CAKUPAN_")}
    # Everything a browser sees is the same whichever of the two draws the charts.
    inherited |= {name: os.environ[name] for name in (charts.SWITCH,) if name in os.environ}
    inherited["CAKUPAN_KEY_FILE"] = str(project / "keys" / "key")
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=project, stdout=out, stderr=subprocess.STDOUT, env=inherited | environment
        )
    server = Server(f"http://localhost:{port}", data, log)
    try:
        _await_health(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def visiting(
    browser: Browser, url: str, *, width: int = 1440, dark: bool = False, lang: str = "id"
) -> Iterator[Visit]:
    """Open a window of a reader of one's own on the server at `url`."""
    with reader(browser) as own:
        page = own.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        visit = Visit(page, url, lang)
        host = urlsplit(url).netloc

        def ask(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme not in ("data", "blob") and parts.netloc != host:
                visit.foreign.append(address)

        def complain(text: str) -> None:
            if not any(known in text for known in STREAMLITS_COMPLAINTS):
                visit.complaints.append(text)

        def hear(request: Request) -> None:
            ask(request.url)

        own.on("request", hear)
        page.on("websocket", lambda socket: ask(socket.url))
        page.on("console", lambda message: message.type == "error" and complain(_spoken(message)))
        page.on("pageerror", lambda error: complain(str(error)))
        try:
            yield visit
        finally:
            own.remove_listener("request", hear)


def _spoken(message: ConsoleMessage) -> str:
    return f"{message.text} ({message.location.get('url', '')})"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _await_health(server: Server, process: subprocess.Popen[bytes]) -> None:
    given_up = time.monotonic() + START_SECONDS
    while time.monotonic() < given_up and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{server.log.read_text(encoding='utf-8')[-4000:]}")


@pytest.fixture(scope="session")
def serve(
    tmp_path_factory: pytest.TempPathFactory, published_sample: Path
) -> Iterator[Callable[..., Server]]:
    """`serve(data)` starts a server on another data directory; it runs until the session ends.

    Without one it serves the sample as its first start leaves it; `new=True` is a first start.
    """
    with ExitStack() as running:

        def start(data: Path | None = None, *, new: bool = False, **environment: str) -> Server:
            project = fresh_copy(tmp_path_factory.mktemp("project"))
            if data is None and not new:
                shutil.copytree(published_sample / "data", project / "data", dirs_exist_ok=True)
                (project / "keys").mkdir()
                shutil.copy(published_sample / "key", project / "keys" / "key")
            return running.enter_context(serving(project, data, **environment))

        yield start


@pytest.fixture(scope="session")
def server(serve: Callable[..., Server]) -> Server:
    """The dashboard with the shipped sample, as a new clone serves it after its first start."""
    return serve()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that `make browser` found; without one every browser test says what helps."""
    with sync_playwright() as playwright:
        missing = ""
        try:
            find()
        except NoBrowser as none:
            missing = str(none)
        if missing:
            pytest.fail(missing, pytrace=False)
        with at_home(playwright) as started:
            yield started


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """`visit(width=390, dark=True, lang="en")` opens a window on `server`, or on the one given."""
    with ExitStack() as windows:

        def open_window(
            at: Server | None = None, *, width: int = 1440, dark: bool = False, lang: str = "id"
        ) -> Visit:
            chosen: Server = at or request.getfixturevalue("server")
            return windows.enter_context(visiting(browser, chosen.url, width=width, dark=dark, lang=lang))

        yield open_window
