"""The server as it is started, asked by real clients."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from enrollment import publishing
from enrollment.store import Store
from enrollment.ui.headers import headers
from tests.builders import cell, delivery_text
from tests.e2e.conftest import Server, fresh_copy, serving

A_PAGE = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard over somebody's own small data, with room for two windows."""
    folder = tmp_path_factory.mktemp("served")
    store = Store(folder / "data")
    (folder / "juli.csv").write_text(
        delivery_text("2021-07", [cell(1_100, source="BESAR")]), encoding="utf-8"
    )
    assert store.load(folder / "juli.csv").kept
    publishing.publish(store)
    (folder / "project").mkdir()
    project = fresh_copy(folder / "project")
    with serving(project, store.data, CAKUPAN_LOG="json", CAKUPAN_MOST_VISITORS="2") as running:
        yield running


def get(server: Server, path: str, **given: str) -> tuple[int, Message, bytes]:
    """Status, headers and body; names of headers are found in any case."""
    request = urllib.request.Request(server.url + path, headers=given)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def window(server: Server) -> ClientConnection:
    return connect(server.url.replace("http", "ws") + "/_stcore/stream", subprotocols=["streamlit"])


def test_health_readiness_and_metrics_are_answered_with_the_headers(server: Server) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/", "/_stcore/health"):
        status, answered, _ = get(server, path)
        assert status == 200, path
        assert {name: answered[name] for name in headers()} == dict(headers()), path
    assert json.loads(get(server, "/readyz")[2])["as_of"] == "2021-07-31"
    assert b"cakupan_question_seconds_count" in get(server, "/metrics")[2]


def test_the_third_visitor_of_two_is_told_that_it_is_full_and_the_others_go_on(server: Server) -> None:
    with window(server) as first, window(server) as second:
        with pytest.raises(InvalidStatus):
            window(server)
        status, answered, page = get(server, "/breakdown", **A_PAGE)
        assert (status, answered["Retry-After"]) == (503, "20")
        assert "Dasbor sedang penuh" in page.decode()
        assert "The dashboard is full" in page.decode()
        assert b"cakupan_sessions 2.0" in get(server, "/metrics")[2]
        for each in (first, second):
            assert each.ping().wait(10)
    given_up = time.monotonic() + 30
    while b"cakupan_sessions 0.0" not in get(server, "/metrics")[2]:
        assert time.monotonic() < given_up
        time.sleep(0.05)
    assert get(server, "/", **A_PAGE)[0] == 200


def test_what_the_server_logs_is_an_object_a_line(server: Server) -> None:
    lines = [line for line in server.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    assert "serving" in {json.loads(line)["event"] for line in lines}
    assert Path(server.log).is_file()
