"""Asking an ASGI application without a server."""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Scope

Made = TypeVar("Made")


def finished(work: Coroutine[Any, Any, Made]) -> Made:
    """What comes of some work in a thread of its own: that of the tests may run the loop of a browser."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def scope(path: str, kind: str = "http", **headers: str) -> Scope:
    """The scope of a request; underscores in names of headers are hyphens."""
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": kind,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http" if kind == "http" else "ws",
        "headers": given,
        "subprotocols": [],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
    }


def get(app: ASGIApp, path: str, **headers: str) -> Answer:
    """What the application answers."""

    async def asked() -> Answer:
        said: list[Message] = []
        coming: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            while not coming:
                await asyncio.sleep(0.01)
            return coming.pop()

        async def send(message: Message) -> None:
            said.append(message)

        await app(scope(path, **headers), receive, send)
        answered = {name.decode().lower(): value.decode() for name, value in said[0]["headers"]}
        return Answer(said[0]["status"], answered, b"".join(part.get("body", b"") for part in said[1:]))

    return finished(asked())


class Window:
    """A websocket that is opened and closed by hand, within one loop."""

    def __init__(self, app: ASGIApp, path: str = "/_stcore/stream") -> None:
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self.said: list[Message] = []
        self._task = asyncio.ensure_future(app(scope(path, "websocket"), self._sent.get, self._send))

    async def _send(self, message: Message) -> None:
        self.said.append(message)

    async def open(self) -> str:
        """The type of the first answer."""
        self._sent.put_nowait({"type": "websocket.connect"})
        while not self.said and not self._task.done():
            await asyncio.sleep(0)
        return str(self.said[0]["type"])

    async def close(self) -> Any:
        """Leave."""
        self._sent.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await self._task
