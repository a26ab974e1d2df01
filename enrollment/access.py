"""Access: who may see what, by the groups that a sign-in brings; one small TOML file says so.

The file is `CAKUPAN_ACCESS`, else `DIR/access.toml`. It is read again whenever it has changed, so that a
right that was taken away is gone at the next rerun. A file that cannot be used lets nobody in.
`docs/security.md` says what stands in it.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

Role = Literal["viewer", "analyst", "steward"]
ROLES: tuple[Role, ...] = get_args(Role)
"""From the least to the most that one may do."""
NOBODY = "none"
"""In place of a role under `people`: whatever their groups, they are shut out."""
NAME = "access.toml"

_PAGES_OF: Mapping[str, Role] = {"explore": "analyst"}
"""Pages that need more than the least role."""
_KEYS = ("groups", "protect_everyone", "roles", "partners", "people")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_LARGEST = 1 << 20
_TEXT, _YES, _TABLE, _CODES = "text", "yes_no", "table", "codes"


class AccessFault(Exception):
    """The file cannot be used. `reason` is a key of the catalogue under `access.fault`."""

    def __init__(self, reason: str, file: Path, **values: str) -> None:
        super().__init__(f"{file}: {reason} {values}")
        self.reason, self.values = reason, {"file": file.name, **values}


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do, and whose figures they see; `partners` is None where they see everyone's."""

    role: Role
    partners: tuple[str, ...] | None = None

    def reaches(self, role: Role) -> bool:
        """Whether these rights are at least those of a role."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def opens(self, page: str) -> bool:
        """Whether a page exists for them."""
        return self.reaches(_PAGES_OF.get(page, ROLES[0]))

    def at_most(self, other: "Rights") -> "Rights":
        """What is left of these rights where no more than the others' is to be used."""
        role = min(self.role, other.role, key=ROLES.index)
        if self.partners is None or other.partners is None:
            return Rights(role, self.partners if other.partners is None else other.partners)
        return Rights(role, tuple(code for code in self.partners if code in other.partners))


EVERYTHING = Rights(ROLES[-1])


@dataclass(frozen=True, slots=True)
class Access:
    """What the file says."""

    claim: str = "groups"
    """The claim that holds somebody's groups; dots lead into a claim that holds others."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    partners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[str, Rights | None] = field(default_factory=dict)
    """Rights of single people, by subject or e-mail address in small letters; None shuts out."""
    protect_everyone: bool = False
    """Whether small counts are protected for analysts too."""

    def rights(self, claims: Mapping[str, Any]) -> Rights | None:
        """The rights of whom these claims are of; None for somebody without any.

        Of several groups the strongest role counts; partners limit only where every group limits. Whom the
        file names have what it says of them, whatever their groups.
        """
        named = [self.people[name] for name in _names(claims) if name in self.people]
        # An address that the provider has not verified may be somebody else's: it can only take away.
        shut_out = [self.people[name] for name in _unproven(claims) if self.people.get(name, 0) is None]
        if None in named or shut_out:
            return None
        if named:
            return named[0]
        groups = [group for group in _groups(claims, self.claim) if group in self.roles]
        if not groups:
            return None
        role = max((self.roles[group] for group in groups), key=ROLES.index)
        if any(group not in self.partners for group in groups):
            return Rights(role)
        return Rights(role, tuple(sorted({code for group in groups for code in self.partners[group]})))


def _names(claims: Mapping[str, Any]) -> list[str]:
    """By what somebody can be named: the subject, and an address that the provider says is theirs."""
    found = [claims.get("sub"), claims.get("email") if claims.get("email_verified") is True else None]
    return [name.lower() for name in found if isinstance(name, str) and name]


def _unproven(claims: Mapping[str, Any]) -> list[str]:
    email = claims.get("email")
    return [email.lower()] if isinstance(email, str) else []


def _groups(claims: Mapping[str, Any], claim: str) -> list[str]:
    held: Any = claims
    for part in (claim,) if claim in claims else claim.split("."):
        held = held.get(part) if isinstance(held, Mapping) else None
    if isinstance(held, str):
        return [held]
    return [group for group in held if isinstance(group, str)] if isinstance(held, list | tuple) else []


def place(data: Path) -> Path:
    """Where the file of a data directory lies."""
    own = os.environ.get("CAKUPAN_ACCESS", "").strip()
    return Path(own) if own else data / NAME


_READ: dict[Path, tuple[tuple[int, ...], Access | AccessFault]] = {}


def current(data: Path) -> Access:
    """What the file says now; it is read again when it has changed. Raises AccessFault."""
    path = place(data)
    try:
        stat = path.stat()
        stamp: tuple[int, ...] = (stat.st_mtime_ns, stat.st_size, stat.st_ino, stat.st_ctime_ns)
    except OSError:
        stamp = ()
    kept = _READ.get(path)
    if kept is None or kept[0] != stamp or not stamp:
        kept = _READ[path] = (stamp, _judged(path))
    found = kept[1]
    if isinstance(found, AccessFault):
        raise found
    return found


def _judged(path: Path) -> Access | AccessFault:
    try:
        return read(path)
    except AccessFault as fault:
        return fault


def read(path: Path) -> Access:
    """What a file says. Raises AccessFault."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise AccessFault("too_large", path)
        document = tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError as error:
        raise AccessFault("missing", path) from error
    except OSError as error:
        raise AccessFault("unreadable", path, why=error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise AccessFault("not_utf8", path) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise AccessFault("not_toml", path, why=str(error)) from error
    return _access(path, document)


def _access(path: Path, document: Mapping[str, Any]) -> Access:
    for key in document:
        if key not in _KEYS:
            raise AccessFault("unknown_key", path, key=key, expected=", ".join(_KEYS))
    claim = _of_kind(path, document, "groups", str, _TEXT, "groups")
    if not claim:
        raise _wrong(path, "groups", claim, _TEXT)
    roles = {
        group: _role(path, _at("roles", group), role)
        for group, role in _of_kind(path, document, "roles", dict, _TABLE, {}).items()
    }
    partners = {
        group: _partners(path, _at("partners", group), codes)
        for group, codes in _of_kind(path, document, "partners", dict, _TABLE, {}).items()
    }
    for group in partners:
        if group not in roles:
            raise AccessFault("no_role", path, key=_at("partners", group))
        if roles[group] == ROLES[-1]:
            raise AccessFault("limited_steward", path, key=_at("partners", group))
    people = {
        name.lower(): _person(path, _at("people", name), said)
        for name, said in _of_kind(path, document, "people", dict, _TABLE, {}).items()
    }
    protect = _of_kind(path, document, "protect_everyone", bool, _YES, False)
    return Access(claim, roles, partners, people, protect)


def _of_kind(
    path: Path, document: Mapping[str, Any], key: str, kind: type, expected: str, absent: Any
) -> Any:
    value = document.get(key, absent)
    if not isinstance(value, kind):
        raise _wrong(path, key, value, expected)
    return value


def _at(*names: str) -> str:
    return ".".join(names)


def _wrong(path: Path, key: str, value: Any, expected: str) -> AccessFault:
    return AccessFault(f"expected_{expected}", path, key=key, value=_short(value))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _role(path: Path, key: str, value: Any) -> Role:
    for role in ROLES:
        if value == role:
            return role
    raise AccessFault("unknown_role", path, key=key, value=_short(value), expected=", ".join(ROLES))


def _partners(path: Path, key: str, value: Any) -> tuple[str, ...]:
    sound = isinstance(value, list) and value
    if not sound or not all(isinstance(code, str) and _CODE.fullmatch(code) for code in value):
        raise _wrong(path, key, value, _CODES)
    return tuple(sorted(set(value)))


def _person(path: Path, key: str, said: Any) -> Rights | None:
    """A role, `none`, or a table with `role` and `partners`."""
    if said == NOBODY:
        return None
    if not isinstance(said, dict):
        return Rights(_role(path, key, said))
    for name in said:
        if name not in ("role", "partners"):
            raise AccessFault("unknown_key", path, key=_at(key, name), expected="role, partners")
    rights = Rights(
        _role(path, _at(key, "role"), said.get("role")),
        _partners(path, _at(key, "partners"), said["partners"]) if "partners" in said else None,
    )
    if rights.partners is not None and rights.role == ROLES[-1]:
        raise AccessFault("limited_steward", path, key=key)
    return rights
