"""The way back after signing in: Streamlit leads to the first page, this middleware to the page asked for.

The address is kept in a cookie of ten minutes while the visitor is with the provider. Only a page of this
server is led to: whatever a cookie says, it is checked when it is used.
"""

from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from enrollment.ui import visitor

COOKIE = "cakupan_return"
_SECONDS = 600
_LONGEST = 2_000
_SIGNED_IN = "_streamlit_user"
_LOGIN, _CALLBACK = "/auth/login", "/oauth2callback"
# What answers there is no page.
_NO_PAGES = ("/_stcore", "/auth/", _CALLBACK, "/media", "/static", "/app/static", "/component", "/vendor")


class Returning:
    """ASGI middleware that remembers the page asked for, and leads there once somebody has signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path
        back = unquote(request.cookies.get(COOKIE, ""))

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if path.endswith(_CALLBACK):
                    _lead_back(headers, back)
                elif kept := _asked(request, path, headers):
                    _set(headers, kept, secure=_secure(request))
            await send(message)

        await self._app(scope, receive, answered)


def is_page(address: str) -> bool:
    """Whether an address is a page of this server: a path without host, and none that does something."""
    if len(address) > _LONGEST or not address.isascii() or not _plain(address):
        return False
    parts = urlsplit(address)
    # What a later reader would decode is looked at as well.
    path = unquote(parts.path)
    return not (parts.scheme or parts.netloc or any(part in path for part in _NO_PAGES)) and _plain(path)


def _plain(path: str) -> bool:
    """Whether a path begins at the root of a server and holds nothing that browsers read as another host."""
    return path.isprintable() and path.startswith("/") and not path.startswith("//") and "\\" not in path


def _asked(request: Request, path: str, headers: MutableHeaders) -> str:
    """The page to come back to: the one that somebody leaves to sign in, or opens without being signed in."""
    if not _sign_in_needed():
        return ""
    if path.endswith(_LOGIN):
        left = urlsplit(request.headers.get("referer", ""))
        ours = left.netloc == request.headers.get("host", "")
        asked = f"{left.path}?{left.query}" if left.query else left.path
        return asked if ours and is_page(asked) else ""
    opened = headers.get("content-type", "").startswith("text/html") and _SIGNED_IN not in request.cookies
    asked = f"{path}?{request.url.query}" if request.url.query else path
    return asked if opened and is_page(asked) else ""


def _sign_in_needed() -> bool:
    try:
        return visitor.signs_in()
    except visitor.Outside:
        return False


def _lead_back(headers: MutableHeaders, back: str) -> None:
    """Lead whoever has just signed in to the page they had asked for."""
    cookies = headers.getlist("set-cookie")
    signed_in = any(cookie.startswith(f"{_SIGNED_IN}=") and "Max-Age=0" not in cookie for cookie in cookies)
    if signed_in and is_page(back) and "location" in headers:
        headers["location"] = quote(back, safe="/?=&%:,.+-_~!*'();@$[]")
    if back:
        headers.append("set-cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")


def _set(headers: MutableHeaders, address: str, *, secure: bool) -> None:
    cookie = f"{COOKIE}={quote(address, safe='')}; Path=/; Max-Age={_SECONDS}; HttpOnly; SameSite=Lax"
    headers.append("set-cookie", f"{cookie}; Secure" if secure else cookie)


def _secure(request: Request) -> bool:
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
