"""Beyond capacity: who comes when the server is full gets a plain page that says so; those inside go on.

A visitor is an open websocket. Somebody who was given the page and has not opened one yet has a place kept
for some seconds, so that no more are let in than can be served.
"""

import os
import time
from collections import deque
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from enrollment.language import CODES, Language
from enrollment.ui import metrics

MOST_VISITORS = 150
AGAIN_SECONDS = 20
"""After so many seconds the busy page looks again."""
_KEPT_SECONDS = 15.0
_STREAM = "/_stcore/stream"
_OWN = ("/_stcore/", "/static/", "/media/", "/component/", "/healthz", "/readyz", "/metrics")
_TRY_AGAIN_LATER = 1013


def most_visitors() -> int:
    """How many may be inside: `CAKUPAN_MOST_VISITORS`, else 150. Raises ValueError."""
    text = os.environ.get("CAKUPAN_MOST_VISITORS", "").strip()
    most = int(text) if text else MOST_VISITORS
    if most < 1:
        raise ValueError(text)
    return most


class Capacity:
    """Counts open windows and turns away those who come beyond the most."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most
        self.inside = 0
        self._coming: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, or with the busy page."""
        if scope["type"] == "websocket" and scope["path"].endswith(_STREAM):
            await self._window(scope, receive, send)
        elif scope["type"] == "http" and _is_page(scope):
            if self.inside + self._waiting() >= self.most:
                metrics.turned_away()
                await busy()(scope, receive, send)
                return
            self._coming.append(time.monotonic())
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _window(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.inside >= self.most:
            await receive()
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
            return
        if self._waiting():
            self._coming.popleft()
        self._count(1)
        try:
            await self.app(scope, receive, send)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self.inside += more
        metrics.open_sessions(self.inside)

    def _waiting(self) -> int:
        """How many have the page and no window yet."""
        while self._coming and self._coming[0] < time.monotonic() - _KEPT_SECONDS:
            self._coming.popleft()
        return len(self._coming)


def _is_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, and not for a part of one that it has."""
    asked = Headers(scope=scope)
    whole = "text/html" in asked.get("accept", "") and asked.get("sec-fetch-dest", "document") == "document"
    return scope["method"] in ("GET", "HEAD") and whole and not scope["path"].startswith(_OWN)


def busy() -> Response:
    """The page that says that the server is full, in both languages."""
    said = ""
    for code in CODES:
        say = Language(code).say
        title, detail = say("journal.busy.title"), say("journal.busy.detail", seconds=str(AGAIN_SECONDS))
        said += f'<section lang="{code}"><h1>{escape(title)}</h1><p>{escape(detail)}</p></section>'
    page = (
        f'<!doctype html><html lang="{CODES[0]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{AGAIN_SECONDS}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Cakupan</title>'
        f"<style>{_STYLE}</style></head><body><main>{said}</main></body></html>"
    )
    return HTMLResponse(page, 503, {"Retry-After": str(AGAIN_SECONDS), "Cache-Control": "no-store"})


_STYLE = (
    "body{font-family:sans-serif;color:#16242C;background:#FFFFFF;margin:15vh auto;max-width:34em;"
    "padding:0 1.5em;line-height:1.5}h1{font-size:1.5em;margin:1.5em 0 .3em}p{margin:0}"
    "@media(prefers-color-scheme:dark){body{color:#F2F5F7;background:#0F181D}}"
)
