"""nginx as Debian ships it, with the shipped configuration, before two processes that share their data."""

import asyncio
import gzip
import http.client
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import streamlit

from enrollment import disclosure, publishing
from enrollment.store import Store
from enrollment.ui.headers import headers
from tests.bench.crowd.window import Window
from tests.builders import cell, delivery_text
from tests.deploy.proxy import HERE, MISSING, OUTSIDE, Answer, Proxy, accepted, configured, standing_before
from tests.e2e.conftest import _free_port, fresh_copy, serving
from tests.serving.asgi import finished

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

STATIC = Path(streamlit.__file__).parent / "static"
A_PAGE = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}
PACKED = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Site:
    """The proxy and the ports of the two processes behind it."""

    proxy: Proxy
    ports: tuple[int, int]

    def other(self, port: str) -> str:
        """The port of the other process."""
        first, second = map(str, self.ports)
        return second if port == first else first

    def window(self, cookie: str = "", **more: str) -> Window:
        """A window behind the proxy, in a browser that has this cookie."""
        told = {"Cookie": cookie} if cookie else {}
        return Window(self.proxy.url, told | more, trust=self.proxy.trust())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = fresh_copy(tmp_path_factory.mktemp("project"))
    data = published(tmp_path_factory.mktemp("made"))
    with ExitStack() as running:
        servers = [running.enter_context(serving(project, data)) for _ in range(2)]
        first, second = (urlsplit(server.url).port or 0 for server in servers)
        proxy = running.enter_context(standing_before((first, second), tmp_path_factory.mktemp("nginx")))
        yield Site(proxy, (first, second))


def published(folder: Path) -> Path:
    """A data directory with two small months, also as viewers see them."""
    store = Store(folder / "data")
    for month, farmers in (("2021-07", 480), ("2021-08", 520)):
        path = folder / f"kiriman-{month}.csv"
        rows = [cell(1_100, source="BESAR"), cell(farmers, source="TANI")]
        path.write_text(delivery_text(month, rows), encoding="utf-8")
        assert store.load(path, confirmed=True).kept
    publishing.publish(store, who="sari")
    disclosure.protected(publishing.current(store), store)
    return store.data


def sessions(port: int) -> int:
    """How many windows a process says that it has open."""
    with urllib.request.urlopen(f"http://{HERE}:{port}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return int(float(next(line.split()[1] for line in lines if line.startswith("cakupan_sessions "))))


def left_by_all(site: Site) -> None:
    """Wait until no process has a window open: one that was closed is counted until that has come through."""
    given_up = time.monotonic() + 10
    while any(map(sessions, site.ports)):
        assert time.monotonic() < given_up
        time.sleep(0.02)


def in_turn(work: Coroutine[Any, Any, None]) -> None:
    """Do some work with windows in a thread of its own."""
    finished(work)


def test_nginx_takes_the_configuration_for_two_processes(tmp_path: Path) -> None:
    done = accepted(configured((8501, 8502), tmp_path, _free_port(), _free_port()))
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_whoever_opens_a_page_is_given_a_process_and_newcomers_are_spread_over_both(site: Site) -> None:
    given = [site.proxy.ask("/breakdown?lang=en", A_PAGE) for _ in range(4)]
    assert {answer.seat() for answer in given} == set(map(str, site.ports))
    for answer in given:
        (cookie,) = answer.all("Set-Cookie")
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_who_has_a_process_keeps_it_and_is_told_nothing_more(site: Site) -> None:
    for port in map(str, site.ports):
        for _ in range(3):
            answer = site.proxy.ask("/", A_PAGE | {"Cookie": f"lain=1; cakupan_process={port}"})
            assert answer.status == 200
            assert answer.seat() is None


@pytest.mark.parametrize("place", [0, 1])
def test_a_window_its_downloads_and_its_uploads_stay_with_one_process(site: Site, place: int) -> None:
    port, other = str(site.ports[place]), site.other(str(site.ports[place]))
    mine, others = ({"Cookie": f"cakupan_process={each}"} for each in (port, other))

    async def visit() -> None:
        await asyncio.to_thread(left_by_all, site)
        async with site.window(mine["Cookie"]) as window:
            await window.run()
            for _ in range(2):
                await window.choose("lang", window.others("lang")[0])
            assert (sessions(int(port)), sessions(int(other))) == (1, 0)

            address = await window.download(window.files[place])
            file = await asyncio.to_thread(site.proxy.ask, address, mine)
            assert file.status == 200
            assert file.headers["Content-Disposition"].startswith("attachment")
            assert len(file.body) > 100
            assert (await asyncio.to_thread(site.proxy.ask, address, others)).status == 404

            assert (await asyncio.to_thread(uploaded, site, window.session, port)).status == 204
            assert (await asyncio.to_thread(uploaded, site, window.session, other)).status == 400

    in_turn(visit())


def uploaded(site: Site, session: str, port: str) -> Answer:
    """What comes of an upload into a session by way of a process, with the token against forged requests."""
    health = site.proxy.ask("/_stcore/health", {"Cookie": f"cakupan_process={port}"})
    (cookie,) = (
        cookie.split(";")[0] for cookie in health.all("Set-Cookie") if cookie.startswith("_streamlit_xsrf")
    )
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="kiriman.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\nnik\r\n1\r\n--x--\r\n"
    )
    told = {
        "Cookie": f"{cookie}; cakupan_process={port}",
        "X-Xsrftoken": cookie.split("=", 1)[1],
        "Content-Type": "multipart/form-data; boundary=x",
    }
    return site.proxy.ask(f"/_stcore/upload_file/{session}/1", told, method="PUT", body=body)


def test_a_window_that_comes_without_a_cookie_is_given_one_with_its_first_answer(site: Site) -> None:
    async def visit() -> None:
        async with site.window() as window:
            assert "cakupan_process=" in window.answered["Set-Cookie"]
            await window.run()

    in_turn(visit())


def test_where_a_process_does_not_answer_the_other_takes_over_and_says_so(site: Site, tmp_path: Path) -> None:
    alive, dead = site.ports[0], _free_port()
    with standing_before((alive, dead), tmp_path) as proxy:
        answer = proxy.ask("/", A_PAGE | {"Cookie": f"cakupan_process={dead}"})
        assert answer.status == 200
        assert answer.seat() == str(alive)


def test_streamlits_files_come_packed_and_are_kept_for_good(site: Site) -> None:
    for path in (
        (STATIC / "static" / "js").glob("index.*.js"),
        (STATIC / "static" / "css").glob("index.*.css"),
    ):
        file = next(path)
        answer = site.proxy.ask(f"/{file.relative_to(STATIC)}", PACKED)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.body) == file.read_bytes()
        assert len(answer.body) < 0.4 * file.stat().st_size
        (kept,) = answer.all("Cache-Control")
        assert {"public", "immutable", "max-age=31536000"} == set(kept.split(", "))
        assert "Accept-Encoding" in answer.all("Vary")
        # What others may keep is nobody's own.
        assert not answer.all("Set-Cookie")
        assert site.proxy.ask(f"/{file.relative_to(STATIC)}").body == file.read_bytes()


@pytest.mark.parametrize("path", ["/", "/breakdown", "/static/js/index.00000000.js"])
def test_a_page_and_what_stands_in_for_a_file_that_is_gone_are_asked_for_again(site: Site, path: str) -> None:
    answer = site.proxy.ask(path, PACKED)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.all("Cache-Control") == ["no-cache"]
    assert answer.headers["Content-Encoding"] == "gzip"


def test_every_answer_carries_the_security_headers_once_whoever_gives_it(site: Site) -> None:
    answers = {
        "a page": site.proxy.ask("/", A_PAGE),
        "a file": site.proxy.ask("/static/nothing.js"),
        "health": site.proxy.ask("/healthz"),
        "refused": site.proxy.ask("/metrics", visitor=OUTSIDE),
        "foreign": site.proxy.ask("/", {"Origin": "https://lain.example"}),
        "too large": too_large(site.proxy),
    }
    assert [answers[name].status for name in answers] == [200, 200, 200, 403, 403, 413]
    for name, answer in answers.items():
        given = {header: answer.all(header) for header in headers()}
        assert given == {header: [value] for header, value in headers().items()}, name


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/_stcore/metrics"])
def test_figures_of_the_server_are_for_its_own_machine_alone(site: Site, path: str) -> None:
    assert site.proxy.ask(path).status == 200
    spellings = (path, f"/{path}", f"/x/..{path}", f"{path}?families=1", path.replace("e", "%65"))
    claims = ({}, {"X-Forwarded-For": HERE}, {"X-Real-IP": HERE}, {"Forwarded": f"for={HERE}"})
    for spelling in spellings:
        for claim in claims:
            assert site.proxy.ask(spelling, claim, visitor=OUTSIDE).status == 403, (spelling, claim)
    assert site.proxy.ask("/healthz", visitor=OUTSIDE).status == 200


def too_large(proxy: Proxy) -> Answer:
    """The answer to the beginning of an upload that says it is larger than the largest."""
    connection = http.client.HTTPSConnection(HERE, proxy.secure, context=proxy.trust(), timeout=60)
    try:
        connection.putrequest("PUT", "/_stcore/upload_file/a/b")
        connection.putheader("Content-Length", str(202 * 2**20))
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def test_an_upload_larger_than_the_largest_is_refused_before_it_comes(site: Site) -> None:
    assert too_large(site.proxy).status == 413


def test_whoever_comes_by_way_of_the_proxy_is_no_steward_whatever_they_claim(site: Site) -> None:
    async def visit() -> None:
        async with Window(f"http://localhost:{site.ports[0]}") as at_home:
            await at_home.run()
            assert "explore" in at_home.pages
        for claim in ({}, {"X-Forwarded-For": ""}, {"X_Forwarded_For": HERE}):
            async with site.window(**claim) as window:
                await window.run()
                assert "breakdown" in window.pages
                assert "explore" not in window.pages

    in_turn(visit())


def test_a_page_of_another_host_opens_no_window_and_ours_does(site: Site) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/stream"):
        for origin in (
            "https://lain.example",
            f"http://{HERE}:{site.proxy.secure}",
            "null",
            site.proxy.url + "0",
        ):
            assert site.proxy.ask(path, {"Origin": origin}).status == 403, (path, origin)

    async def visit() -> None:
        async with site.window(Origin=site.proxy.url) as window:
            await window.run()

    in_turn(visit())


def test_the_log_says_what_was_asked_for_and_not_what_it_was_about(site: Site) -> None:
    site.proxy.ask("/media/rahasia123.csv")
    site.proxy.ask("/_stcore/upload_file/sesi456/1", method="DELETE")
    site.proxy.ask("/breakdown?sql=rahasia789")
    for told in (" DELETE /_stcore/upload_file/... ", " GET /breakdown 200 ", " GET /media/... 404 "):
        log = site.proxy.logged(told)
    assert not [secret for secret in ("rahasia", "sesi456") if secret in log]


def test_what_a_process_did_not_answer_is_not_logged_either(tmp_path: Path) -> None:
    nobody = (_free_port(), _free_port())
    with standing_before(nobody, tmp_path) as proxy:
        assert proxy.ask("/breakdown?sql=rahasia", {"Referer": f"{proxy.url}/?sql=rahasia"}).status == 502
        proxy.logged(" GET /breakdown 502 ")
    assert not [log for log in tmp_path.glob("*.log") if "rahasia" in log.read_text(encoding="utf-8")]


def test_an_address_without_encryption_leads_to_the_one_with_it(site: Site) -> None:
    connection = http.client.HTTPConnection(HERE, site.proxy.plain, timeout=60)
    connection.request("GET", "/breakdown?lang=en", headers={"Host": "cakupan.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://cakupan.example/breakdown?lang=en")
    connection.close()
