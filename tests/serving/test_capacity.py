"""Beyond capacity a plain page says so; those inside go on."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from enrollment.language import CODES, Language
from enrollment.ui.capacity import AGAIN_SECONDS, Capacity, most_visitors
from tests.serving.asgi import Answer, Window, finished, get

A_PAGE = {"accept": "text/html,application/xhtml+xml", "sec_fetch_dest": "document"}


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.receive()
    except (WebSocketDisconnect, RuntimeError):
        pass


def _anything(request: Request) -> Response:
    return PlainTextResponse("inside")


def dashboard(most: int) -> Capacity:
    """An application with a page and a websocket, and room for so many."""
    routes = [WebSocketRoute("/_stcore/stream", _stream), Route("/{path:path}", _anything)]
    return Capacity(Starlette(routes=routes), most)


def test_whoever_comes_when_it_is_full_is_told_so_in_both_languages() -> None:
    app = dashboard(2)

    async def visit() -> None:
        windows = [Window(app), Window(app)]
        assert [await window.open() for window in windows] == ["websocket.accept"] * 2
        full: Answer = await asyncio.to_thread(get, app, "/breakdown", **A_PAGE)
        assert full.status == 503
        assert full.headers["retry-after"] == str(AGAIN_SECONDS)
        for code in CODES:
            assert Language(code).say("journal.busy.title") in full.body.decode()
        assert await Window(app).open() == "websocket.close"
        # Those inside fetch what belongs to their page, and whoever watches the server is answered.
        for path in ("/static/js/index.js", "/media/a.csv", "/_stcore/health", "/healthz", "/readyz"):
            assert (await asyncio.to_thread(get, app, path, accept="*/*")).status == 200
        assert (await asyncio.to_thread(get, app, "/healthz", **A_PAGE)).status == 200
        await windows[0].close()
        assert app.inside == 1
        assert (await asyncio.to_thread(get, app, "/", **A_PAGE)).status == 200
        again = Window(app)
        assert await again.open() == "websocket.accept"
        await windows[1].close()
        await again.close()
        assert app.inside == 0

    finished(visit())


def test_no_more_are_given_the_page_than_there_is_room_for() -> None:
    app = dashboard(3)
    assert [get(app, "/", **A_PAGE).status for _ in range(5)] == [200, 200, 200, 503, 503]


def test_a_place_is_kept_for_whoever_has_the_page_until_the_window_opens() -> None:
    app = dashboard(1)

    async def visit() -> None:
        assert (await asyncio.to_thread(get, app, "/", **A_PAGE)).status == 200
        window = Window(app)
        assert await window.open() == "websocket.accept"
        await window.close()
        assert (await asyncio.to_thread(get, app, "/", **A_PAGE)).status == 200

    finished(visit())


def test_a_window_that_ends_with_a_fault_gives_its_place_back() -> None:
    async def broken(scope: object, receive: object, send: object) -> None:
        raise ValueError("broken")

    app = Capacity(broken, 1)

    async def visit() -> None:
        window = Window(app)
        with pytest.raises(ValueError, match="broken"):
            await window.close()
        assert app.inside == 0

    finished(visit())


@pytest.mark.parametrize(("text", "most"), [("", 150), ("7", 7), (" 40 ", 40)])
def test_how_many_may_be_inside_is_said_by_the_environment(
    text: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_MOST_VISITORS", text)
    assert most_visitors() == most


@pytest.mark.parametrize("text", ["0", "-1", "banyak", "1.5"])
def test_what_is_no_number_of_visitors_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_MOST_VISITORS", text)
    with pytest.raises(ValueError, match=text):
        most_visitors()
