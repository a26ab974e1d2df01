"""A viewer's window without a browser: Streamlit's own protocol over a real websocket.

It does what a browser does between two clicks: it keeps the newest identity of each picker, the address
that the server set, and the hashes of large messages, so that a message seen before comes as its hash.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

PATIENCE: Final = 60.0
"""Seconds without the end of a run after which a viewer counts as left hanging."""
_KEPT_RUNS = 2
_STREAM = "/_stcore/stream"
_AS_A_PAGE = "Accept: text/html\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n"
# What a picker of several options sends; the others send the text of one.
_SEVERAL = "button_group"


class Busy(Exception):
    """The server says that it is full."""


class Failed(Exception):
    """A run ended with an exception, early, or not at all."""


class Window:
    """One window. `open` it, `run` a page, `choose` options, `close` it."""

    def __init__(
        self, url: str, headers: Mapping[str, str] | None = None, trust: ssl.SSLContext | None = None
    ) -> None:
        self.url, self._headers, self._trust = url, dict(headers or {}), trust
        self.answered: Mapping[str, str] = {}
        """The headers with which the websocket was opened."""
        self.session = ""
        self.options: dict[str, tuple[str, ...]] = {}
        """What each picker offers, by its key."""
        self.pages: tuple[str, ...] = ()
        """The last part of the address of each page that the navigation shows."""
        self.files: list[str] = []
        """The files that the page offers, each under the name by which it is asked for."""
        self.html: list[str] = []
        """The page's own markup, piece by piece."""
        self.clicked = 0
        self.received = 0
        """Bytes since the window was opened."""
        self._chosen: dict[str, str] = {}
        self._ids: dict[str, tuple[str, str]] = {}
        self._query, self._page = "", ""
        self._seen: deque[set[str]] = deque(maxlen=_KEPT_RUNS)

    async def open(self) -> "Window":
        """Open the websocket. Raises Busy, OSError, websockets.WebSocketException."""
        address = self.url.replace("http", "ws", 1) + _STREAM
        try:
            self._socket = await websockets.connect(
                address,
                subprotocols=[websockets.Subprotocol("streamlit")],
                additional_headers=self._headers,
                max_size=None,
                open_timeout=PATIENCE,
                compression=None,
                proxy=None,
                ssl=self._trust,
                user_agent_header=None,
            )
            if self._socket.response:
                self.answered = self._socket.response.headers
        except websockets.InvalidStatus as refused:
            # A websocket that is closed before it was accepted is answered in this way.
            if refused.response.status_code in (403, 503):
                raise Busy from refused
            raise
        return self

    async def __aenter__(self) -> "Window":
        """The same, for a block that ends with leaving."""
        return await self.open()

    async def __aexit__(self, *ended: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    def others(self, picker: str) -> tuple[str, ...]:
        """What a picker offers besides what is chosen."""
        return tuple(option for option in self.options[picker] if option != self._chosen.get(picker))

    async def run(self, page: str = "") -> None:
        """Open a page by the last part of its address and read it to its end. Raises Failed."""
        message = BackMsg()
        message.rerun_script.page_name = page
        await self._rerun(message, f"{self.url}/{page}")

    async def choose(self, picker: str, option: str) -> None:
        """Pick an option and read the page to its end. Raises Failed."""
        self._chosen[picker] = option
        self.clicked += 1
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        await self._rerun(message, f"{self.url}/?{self._query}")

    async def download(self, file: str) -> str:
        """Have a file made and return its address on the server. Raises Failed, TimeoutError."""
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id, asked.session_id, asked.deferred_file.file_id = file, self.session, file
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while (answer := await self._message()).WhichOneof("type") != "backend_operation_response":
                pass
        made = answer.backend_operation_response
        if made.WhichOneof("payload") != "deferred_file":
            raise Failed(made.error_msg)
        return made.deferred_file.url

    async def _rerun(self, message: BackMsg, address: str) -> None:
        asked = message.rerun_script
        asked.query_string = self._query
        asked.context_info.url = address
        asked.context_info.timezone = "Asia/Jakarta"
        asked.context_info.locale = "id-ID"
        asked.widget_states.widgets.extend(map(self._state, self._chosen))
        asked.cached_message_hashes.extend(set().union(*self._seen))
        self._seen.append(set())
        self.files, self.html = [], []
        await self._socket.send(message.SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._take(await self._message()):
                    pass
        except TimeoutError:
            raise Failed("hanging") from None
        except websockets.ConnectionClosed as closed:
            raise Failed(f"closed {closed.rcvd.code if closed.rcvd else ''}") from closed

    def _state(self, picker: str) -> WidgetState:
        identity, kind = self._ids[picker]
        state = WidgetState(id=identity)
        if kind == _SEVERAL:
            state.string_array_value.data.append(self._chosen[picker])
        else:
            state.string_value = self._chosen[picker]
        return state

    async def _message(self) -> ForwardMsg:
        data = await self._socket.recv(decode=False)
        self.received += len(data)
        return ForwardMsg.FromString(data)

    def _take(self, message: ForwardMsg) -> bool:
        """Take in a message; True where it ends the run. Raises Failed."""
        if message.metadata.cacheable:
            self._seen[-1].add(message.hash)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            self._seen[-1].add(message.ref_hash)
        elif kind == "delta":
            self._draw(message)
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
            self.pages = tuple(
                page.url_pathname for page in message.navigation.app_pages if not page.is_hidden
            )
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "script_finished":
            # A run that was cut short because another began goes on with that one.
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                raise Failed("does not compile")
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _draw(self, message: ForwardMsg) -> None:
        if message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise Failed(element.exception.type)
        if kind == "html":
            self.html.append(element.html.body)
        elif kind == "download_button":
            self.files.append(element.download_button.deferred_file_id)
        elif kind in _PICKERS:
            self._offer(kind, getattr(element, kind))

    def _offer(self, kind: str, drawn: Any) -> None:
        # The key of a picker is the end of its identity.
        key = drawn.id.rsplit("-", 1)[-1]
        options, chosen = _PICKERS[kind](drawn)
        self._ids[key], self.options[key] = (drawn.id, kind), options
        # Only what the server wants changed is told; the rest is as it was chosen, or was at first.
        if drawn.set_value:
            self._chosen[key] = chosen


_PICKERS: Final[Mapping[str, Callable[[Any], tuple[tuple[str, ...], str]]]] = {
    "selectbox": lambda drawn: (tuple(drawn.options), drawn.raw_value),
    _SEVERAL: lambda drawn: (
        tuple(option.content for option in drawn.options),
        next(iter(drawn.raw_values), ""),
    ),
}


async def page_status(url: str, path: str = "/") -> int:
    """The HTTP status of a page as a browser asks for it. Raises OSError, TimeoutError, ValueError."""
    parts = urlsplit(url)
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{_AS_A_PAGE}\r\n".encode())
            answer = await reader.read()
        finally:
            writer.close()
    return int(answer.split(maxsplit=2)[1])
