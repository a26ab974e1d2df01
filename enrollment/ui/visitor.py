"""Who looks at a page: under which name what they do is recorded, and in which role they may do it.

With a provider in `.streamlit/secrets.toml` it is who signed in there, with the rights that `access.toml`
gives to their groups. Without one, whoever opens a server that this machine alone reaches is its steward, and
whoever opens another is a viewer. All of it is asked anew at every rerun, and nothing of it is remembered: an
expired sign-in, one that was ended elsewhere and a right that was taken away count at once.
"""

import ipaddress
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from enrollment import access, lock
from enrollment.access import EVERYTHING, ROLES, AccessFault, Rights, Role
from enrollment.contract.faults import shown
from enrollment.store import data_directory
from enrollment.ui import signed_out

_VIEW_AS = "view_as"
_PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
"""What a proxy adds: a request that has it comes from elsewhere, whatever address the server listens on."""

Made = TypeVar("Made")


class Outside(Exception):
    """Somebody who may see nothing; `reason` says why.

    `signed_out`, `expired`, `no_role`, `access` (the file of rights cannot be used, `fault` says why) or
    `secrets` (the file of secrets cannot be read).
    """

    def __init__(self, reason: str, who: str = "", fault: AccessFault | None = None) -> None:
        super().__init__(reason)
        self.reason, self.who, self.fault = reason, who, fault


class NoRight(Exception):
    """Something was asked for that this visitor has no right to, or not any more."""


@dataclass(frozen=True)
class _Looker:
    """What a session brings: the claims of a sign-in, or whether it comes from this machine."""

    claims: Mapping[str, Any] | None
    at_home: bool
    view_as: Rights | None

    @property
    def name(self) -> str:
        if self.claims is None:
            return lock.user()
        found = (self.claims.get(name) for name in ("name", "preferred_username", "email", "sub"))
        return shown(next((text for text in found if isinstance(text, str) and text), "?"))

    def held(self) -> Rights:
        """The rights that the visitor has. Raises Outside."""
        if self.claims is None:
            return EVERYTHING if self.at_home else Rights(ROLES[0])
        if self.claims.get("is_logged_in") is not True:
            raise Outside("signed_out")
        until = self.claims.get("exp")
        if isinstance(until, bool) or not isinstance(until, int | float) or until <= time.time():
            raise Outside("expired")
        data = data_directory()
        if signed_out.ended(data, self.claims):
            raise Outside("signed_out")
        try:
            found = access.current(data).rights(self.claims)
        except AccessFault as fault:
            raise Outside("access", self.name, fault) from fault
        if found is None:
            raise Outside("no_role", self.name)
        return found

    def rights(self) -> Rights:
        """The rights that are used: what is held, or less where a steward looks as somebody else."""
        held = self.held()
        return held.at_most(self.view_as) if self.view_as and held == EVERYTHING else held


def rights() -> Rights:
    """What the visitor may do and see now. Raises Outside."""
    return _looker().rights()


def small_counts_are_kept() -> bool:
    """Whether small counts are kept from the visitor: from viewers, and from analysts if so wished."""
    return _sees(_looker())[1]


def _sees(looker: _Looker) -> tuple[Rights, bool]:
    """Somebody's rights, and whether small counts are kept from them."""
    held = looker.rights()
    if held.role == "analyst" and looker.claims is not None:
        return held, access.current(data_directory()).protect_everyone
    return held, held.role == "viewer"


def role() -> Role:
    """In which role the visitor acts now. Raises Outside."""
    return rights().role


def name() -> str:
    """The name under which somebody's exports, uploads and decisions are recorded."""
    return _looker().name


def signs_in() -> bool:
    """Whether visitors sign in with a provider. Raises Outside where the file of secrets cannot be read."""
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    # A file that is there and cannot be read must not open what it was to close.
    if any(Path(place).exists() for place in st.get_option("secrets.files")):
        raise Outside("secrets")
    return False


def providers() -> tuple[str | None, ...]:
    """The providers that one can sign in with; None is the only one, which needs no name."""
    section = st.secrets.get("auth", {})
    named = [name for name, value in section.items() if isinstance(value, Mapping) and "client_id" in value]
    return (None,) if "client_id" in section else tuple(named)


def holds_everything() -> bool:
    """Whether the visitor is a steward, also while they look as somebody else."""
    return _looker().held() == EVERYTHING


def looks_as() -> Rights | None:
    """As whom a steward looks; None where they look as themselves."""
    looker = _looker()
    return looker.view_as if looker.held() == EVERYTHING else None


def look_as(other: Rights | None) -> None:
    """Let a steward look with somebody else's rights; None ends it. For use as a callback."""
    st.session_state[_VIEW_AS] = other


def leave() -> None:
    """Sign out, here and wherever else the visitor is signed in. For use as a callback."""
    try:
        signed_out.end(data_directory(), st.user.to_dict())
    finally:
        st.session_state.clear()
        st.logout()


def while_permitted(make: Callable[[], Made]) -> Callable[[], Made]:
    """Something to be made later, outside the session, only while the visitor has the rights of now.

    It is made for the same visitor. What is returned raises NoRight or Outside once the rights have changed.
    What small counts are kept from whom belongs to them.
    """
    looker = _looker()
    then = _sees(looker)

    def made() -> Made:
        if _sees(looker) != then:
            raise NoRight
        token = _carried.set(looker)
        try:
            return make()
        finally:
            _carried.reset(token)

    return made


_carried: ContextVar[_Looker | None] = ContextVar("visitor_of_a_download", default=None)


# What a session brings is the same throughout a run, which asks for it dozens of times within so many
# seconds.
_MOMENT = 0.1
_LATELY = threading.local()


def _looker() -> _Looker:
    if carried := _carried.get():
        return carried
    run, now = get_script_run_ctx(suppress_warning=True), time.monotonic()
    lately = getattr(_LATELY, "found", None)
    if run is None or lately is None or lately[0] is not run or now > lately[1]:
        claims = st.user.to_dict() if signs_in() else None
        lately = _LATELY.found = (run, now + _MOMENT, claims, claims is None and _at_home())
    seen = st.session_state.get(_VIEW_AS)
    return _Looker(lately[2], lately[3], seen if isinstance(seen, Rights) else None)


def _at_home() -> bool:
    """Whether this session comes from the machine that the server runs on, and not by way of a proxy."""
    if not loopback(st.get_option("server.address")):
        return False
    headers = st.context.headers
    if any(name in headers for name in _PASSED_ON):
        return False
    named = (urlsplit(f"//{headers.get('Host', '')}").hostname, urlsplit(headers.get("Origin", "")).hostname)
    return all(loopback(host) for host in named if host)


def loopback(address: str | None) -> bool:
    """Whether a server that listens on this address is reached from this machine alone."""
    try:
        return address == "localhost" or ipaddress.ip_address(address or "0.0.0.0").is_loopback  # noqa: S104
    except ValueError:
        return False
