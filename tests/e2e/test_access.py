"""Signing in with a real provider of OpenID Connect, beside a real server, in a real browser.

The provider is `oidc-provider-mock` as a process of its own on loopback. Whatever crosses the wire to who has
no right to it is looked at, not only what is drawn.
"""

import http.client
import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocket

from enrollment.language import Language
from tests.browser import reader, settled
from tests.e2e.conftest import Server, _free_port, fresh_copy, serving

ROLES = {"pimpinan": "viewer", "analis": "analyst", "pengelola": "steward"}
FILE = "".join(
    [
        "[roles]\n",
        *(f'{group} = "{role}"\n' for group, role in ROLES.items()),
        'mitra = "viewer"\nberganti = "analyst"\n',
        '[partners]\nmitra = ["KEMENAG"]\n',
    ]
)
GROUPS = (*ROLES, "mitra", "berganti", "keuangan")
PAGES = (
    "progress",
    "breakdown",
    "commitments",
    "reconciliation",
    "outlook",
    "briefing",
    "explore",
    "editions",
)
SHORT_SECONDS = 20
# What only the data say: totals as pages write them, codes of sources, the edition's own words.
DATA = ("29,2", "29.200.000", "29200000", "29154688", "RENTAN", "34.449", "PKB-2021")


@dataclass
class Window:
    """A browser window, and everything that the server sent to it over its socket."""

    page: Page
    url: str
    frames: list[bytes] = field(default_factory=list)

    def open(self, path: str, **params: str) -> Page:
        query = "&".join(f"{name}={quote(value)}" for name, value in params.items())
        self.page.goto(f"{self.url}{path}{'?' if query else ''}{query}", wait_until="domcontentloaded")
        return settled(self.page, timeout=90_000)

    @property
    def title(self) -> str:
        return self.page.locator("h1.finding").inner_text()

    def sign_in(
        self, person: str, provider: str = "kantor", *, meanwhile: Callable[[], None] = lambda: None
    ) -> Page:
        """Press the button, and be somebody at the provider."""
        self.page.get_by_role("button", name=provider).click()
        somebody = self.page.locator(f'button[name="sub"][value="{person}"]')
        somebody.wait_for()
        meanwhile()
        somebody.click()
        self.page.wait_for_url(f"{self.url}/**")
        self.page.locator("h1.finding").wait_for(timeout=90_000)
        return settled(self.page, timeout=90_000)

    def data(self) -> list[str]:
        """Which data the window was ever sent, or shows."""
        sent = b"\n".join(self.frames).decode("utf-8", errors="replace") + self.page.content()
        return [said for said in DATA if said in sent]


def say(key: str) -> str:
    return Language("id").say(key)


@contextmanager
def provider(folder: Path, *, max_age: int | None = None) -> Iterator[str]:
    """A provider on loopback that knows somebody in each group; its address."""
    port = _free_port()
    people = [{"sub": group, "name": f"Nama {group}", "groups": [group]} for group in GROUPS]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    command += [word for person in people for word in ("--user-claims", json.dumps(person))]
    command += ["--token-max-age", str(max_age)] if max_age else []
    with (folder / f"provider-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://localhost:{port}"
    try:
        given_up = time.monotonic() + 60
        while time.monotonic() < given_up:
            try:
                urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5)  # noqa: S310
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, protected_sample: Path) -> Path:
    """A copy of the project whose data are those of the sample, with a file of rights."""
    project = fresh_copy(tmp_path_factory.mktemp("with-provider"))
    shutil.copytree(protected_sample / "data" / "store", project / "data" / "store")
    (project / "data" / "access.toml").write_text(FILE, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def guarded(project: Path) -> Iterator[Server]:
    """A server where one signs in: with a provider of long sign-ins, or with one of short ones."""
    with ExitStack() as running:
        urls = {
            "kantor": running.enter_context(provider(project)),
            "singkat": running.enter_context(provider(project, max_age=SHORT_SECONDS)),
        }
        sections = [
            "[auth]\n"
            'redirect_uri = "http://localhost:{port}/oauth2callback"\n'
            'cookie_secret = "for this test alone, and long enough for that"\n'
        ]
        sections += [
            f'[auth.{name}]\nclient_id = "cakupan"\nclient_secret = "not a secret"\n'
            f'server_metadata_url = "{url}/.well-known/openid-configuration"\n'
            'client_kwargs = { scope = "openid profile email groups" }\n'
            for name, url in urls.items()
        ]
        (project / ".streamlit" / "secrets.toml").write_text("\n".join(sections), encoding="utf-8")
        yield running.enter_context(serving(project))


@pytest.fixture
def window(browser: Browser, guarded: Server) -> Iterator[Callable[..., Window]]:
    """`window()` opens a window of a browser of its own; `window(beside)` another one of the same browser."""
    with ExitStack() as opened:

        def open_window(beside: Window | None = None) -> Window:
            own = beside.page.context if beside else opened.enter_context(reader(browser))
            page = own.new_page()
            page.set_viewport_size({"width": 1440, "height": 900})
            found = Window(page, guarded.url)

            def listen(socket: WebSocket) -> None:
                socket.on("framereceived", lambda frame: found.frames.append(as_bytes(frame)))

            page.on("websocket", listen)
            return found

        yield open_window


def as_bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


Open = Callable[..., Window]


@pytest.mark.parametrize("page", ["", *PAGES])
def test_before_signing_in_not_a_byte_of_data_is_sent(window: Open, page: str) -> None:
    visitor = window()
    visitor.open(f"/{page}")
    assert visitor.title == say("access.outside.signed_out.title")
    assert visitor.data() == []
    assert visitor.page.get_by_test_id("stDownloadButton").count() == 0


def test_a_link_survives_signing_in(window: Open) -> None:
    visitor = window()
    visitor.open("/breakdown", by="province", month="2021-07", lang="en")
    assert visitor.title == Language("en").say("access.outside.signed_out.title")
    shown = visitor.sign_in("pimpinan")
    asked = urlsplit(shown.url)
    assert asked.path == "/breakdown"
    assert parse_qs(asked.query) == {"by": ["province"], "month": ["2021-07"], "lang": ["en"]}
    assert "July 2021" in visitor.title
    names = {cookie["name"] for cookie in visitor.page.context.cookies()}
    assert "cakupan_return" not in names
    again = window(visitor)
    again.open("/progress")
    assert "29" in again.title


@pytest.mark.parametrize("group", ROLES)
def test_a_page_is_sent_to_whom_it_exists_for_with_its_files(
    window: Open, group: str, size: Callable[[list[str], tuple[str, ...]], Sequence[str]]
) -> None:
    visitor = window()
    visitor.open("/")
    visitor.sign_in(group)
    for page in size(["progress", "reconciliation", "explore", "editions"], PAGES):
        alone = window(visitor)
        alone.open(f"/{page}")
        files = alone.page.get_by_test_id("stDownloadButton").count()
        uploads = alone.page.get_by_test_id("stFileUploader").count()
        if page == "explore" and group == "pimpinan":
            assert alone.title == say("frame.plain.no_page.title")
            assert (alone.data(), files) == ([], 0)
            continue
        assert alone.page.get_by_test_id("stAlert").count() == 0, page
        if page in ("progress", "breakdown", "commitments"):
            assert alone.data(), page
        # An empty editor has nothing to take along.
        assert bool(files) is (page != "explore"), page
        if page in ("editions", "reconciliation"):
            assert bool(uploads) is (group == "pengelola"), page
        links = alone.page.get_by_test_id("stTopNavLink").all_inner_texts()
        assert ("Telusur" in " ".join(links)) is (group != "pimpinan")
        alone.page.close()


def test_who_is_in_no_group_with_rights_is_sent_nothing(window: Open) -> None:
    visitor = window()
    visitor.open("/editions")
    visitor.sign_in("keuangan")
    assert visitor.title == say("access.outside.no_role.title")
    assert visitor.data() == []


def test_an_officer_is_sent_no_figure_of_another_partner(window: Open) -> None:
    visitor = window()
    visitor.open("/breakdown", by="source")
    visitor.sign_in("mitra")
    assert "Mitra lain" in visitor.page.content()
    sent = b"\n".join(visitor.frames).decode("utf-8", errors="replace")
    assert [code for code in ("PEMDA", "RENTAN", "31897", "12412") if code in sent] == []
    assert "AGAMA" in sent


def test_an_expired_sign_in_is_refused_on_an_open_page_and_on_a_new_one(window: Open) -> None:
    visitor = window()
    visitor.open("/movement")
    visitor.sign_in("analis", "singkat")
    assert urlsplit(visitor.page.url).path == "/movement"
    time.sleep(SHORT_SECONDS)
    visitor.page.get_by_role("radio", name="EN").or_(
        visitor.page.locator(".st-key-lang button", has_text="EN")
    ).first.click()
    visitor.page.get_by_role("heading", name=Language("en").say("access.outside.expired.title")).wait_for(
        timeout=30_000
    )
    later = window(visitor)
    later.open("/editions")
    assert later.title == say("access.outside.expired.title")
    assert later.data() == []


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(window: Open, project: Path) -> None:
    visitor = window()
    visitor.open("/explore")
    visitor.sign_in("berganti")
    place = project / "data" / "access.toml"
    try:
        place.write_text(FILE.replace('berganti = "analyst"', 'berganti = "viewer"'), encoding="utf-8")
        visitor.page.locator(".st-key-explore_run button").click()
        visitor.page.get_by_role("heading", name=say("frame.plain.no_page.title")).wait_for(timeout=30_000)
        place.write_text(FILE.replace('berganti = "analyst"\n', ""), encoding="utf-8")
        visitor.open("/progress")
        assert visitor.title == say("access.outside.no_role.title")
    finally:
        place.write_text(FILE, encoding="utf-8")


@pytest.mark.parametrize(
    "changed",
    [FILE.replace('berganti = "analyst"\n', ""), f"protect_everyone = true\n{FILE}"],
    ids=["the role is gone", "small counts are kept"],
)
def test_a_file_asked_for_after_rights_have_changed_is_not_made(
    window: Open, project: Path, changed: str
) -> None:
    visitor = window()
    visitor.open("/breakdown", by="source")
    visitor.sign_in("berganti")
    place = project / "data" / "access.toml"
    try:
        place.write_text(changed, encoding="utf-8")
        started: list[str] = []
        visitor.page.on("download", lambda download: started.append(download.url))
        visitor.page.locator(".st-key-cube button").click()
        visitor.page.wait_for_timeout(3_000)
        assert started == []
    finally:
        place.write_text(FILE, encoding="utf-8")


def test_who_watches_the_server_is_told_its_edition_without_signing_in(guarded: Server) -> None:
    with urllib.request.urlopen(f"{guarded.url}/readyz", timeout=60) as answer:  # noqa: S310
        assert json.loads(answer.read())["ready"] is True


def test_signing_out_ends_every_window_of_the_person(window: Open) -> None:
    first, elsewhere = window(), window()
    for each in (first, elsewhere):
        each.open("/commitments")
        each.sign_in("analis")
    first.page.locator(".st-key-account button").click()
    first.page.locator(".st-key-sign_out button").click()
    # The provider is asked to end its session as well.
    first.page.wait_for_url("**/oauth2/end_session**", timeout=30_000)
    elsewhere.page.locator(".st-key-lang button", has_text="EN").click()
    title = Language("en").say("access.outside.signed_out.title")
    elsewhere.page.get_by_role("heading", name=title).wait_for(timeout=30_000)
    again = window(first)
    again.open("/commitments")
    assert again.title == say("access.outside.signed_out.title")
    assert again.data() == []


FOREIGN = (
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "javascript:alert(1)",
    "/auth/logout",
)


def test_nobody_is_led_to_a_foreign_address_after_signing_in(
    window: Open, size: Callable[[int, int], int]
) -> None:
    visitor = window()
    for address in FOREIGN[: size(2, len(FOREIGN))]:
        visitor = window(visitor)
        visitor.open("/briefing")

        def forge(visitor: Window = visitor, address: str = address) -> None:
            value = quote(address, safe="")
            visitor.page.context.add_cookies([{"name": "cakupan_return", "value": value, "url": visitor.url}])

        # The address that was left is kept on the way to the provider; there the cookie is exchanged.
        visitor.sign_in("pimpinan", meanwhile=forge)
        assert visitor.page.url.startswith(f"{visitor.url}/")
        assert "evil.example" not in urlsplit(visitor.page.url).netloc
        assert "29" in visitor.title
        visitor.page.context.clear_cookies()


def test_a_cookie_for_the_way_back_is_for_this_server_alone_and_soon_over(guarded: Server) -> None:
    parts = urlsplit(guarded.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", "/breakdown?by=source")
    cookies = [value for name, value in connection.getresponse().getheaders() if name.lower() == "set-cookie"]
    connection.close()
    (kept,) = [cookie for cookie in cookies if cookie.startswith("cakupan_return=")]
    assert quote("/breakdown?by=source", safe="") in kept
    assert {"HttpOnly", "SameSite=Lax", "Max-Age=600"} <= set(kept.split("; "))


def test_a_file_of_secrets_that_cannot_be_read_lets_nobody_in(
    browser: Browser, tmp_path: Path, published_sample: Path
) -> None:
    project = fresh_copy(tmp_path)
    (project / ".streamlit" / "secrets.toml").write_text("[auth\n", encoding="utf-8")
    with serving(project, published_sample / "data") as server:
        page = browser.new_page()
        page.goto(f"{server.url}/editions", wait_until="domcontentloaded")
        settled(page)
        assert page.locator("h1.finding").inner_text() == say("access.outside.secrets.title")
        assert page.get_by_test_id("stFileUploader").count() == 0
        page.close()
