"""What every answer of the server tells the browser not to do: load from other hosts, guess, or be framed."""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from enrollment import briefing

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def headers() -> Mapping[str, str]:
    """The headers, by name; deploy/nginx.conf repeats them for what the proxy answers itself."""
    return {
        "Content-Security-Policy": "; ".join(f"{name} {what}" for name, what in _policy().items()),
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
    }


# Full screen is left to the page: slides are presented in a frame of their own.
_DENIED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
    *("microphone", "midi", "payment", "screen-wake-lock", "serial", "usb"),
)


def _policy() -> dict[str, str]:
    """From where what may come. No host is named but the server itself.

    Components come as blobs; Streamlit, Plotly and our own HTML set styles on their elements; pictures and
    letters come as data too, and so does the empty world that Plotly draws maps on. The two scripts that
    stand in a page itself are named by their hashes: one of Streamlit's, and the one that presents slides,
    whose frame takes over the page's policy.
    """
    return {
        "default-src": "'self'",
        "script-src": " ".join(("'self'", "blob:", *map(_hash, _scripts()))),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }


def _scripts() -> tuple[str, ...]:
    index = Path(streamlit.__file__).parent / "static" / "index.html"
    presenting = Path(briefing.__file__).parent / "present" / "present.js"
    return (*_INLINE.findall(index.read_text(encoding="utf-8")), presenting.read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


class Headers:
    """Puts the headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def sent(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                answered = MutableHeaders(scope=message)
                for name, value in headers().items():
                    answered[name] = value
            await send(message)

        await self.app(scope, receive, sent)
