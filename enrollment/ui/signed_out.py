"""Sign-ins that were ended: who signs out somewhere is signed out everywhere.

Streamlit forgets the session that signs out and nothing else; another window, and a copied cookie, would go
on until they expire. So it is kept of each person up to when their sign-ins are over, in a file of their own
that all processes of the server read. Its name is a hash.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from enrollment import durable

_FOLDER = "signed_out"
# A provider's clock may be behind by so many seconds, and who signs in again must get in.
_CLOCKS_APART = 5

_ENDED: dict[Path, tuple[int, float]] = {}


def end(data: Path, claims: Mapping[str, Any]) -> None:
    """End all sign-ins of a person that have begun by now. Raises OSError where that cannot be kept."""
    begun = _begun(claims)
    path = _place(data, claims)
    until = max(_until(path), time.time() - _CLOCKS_APART, begun)
    durable.write_json(path, {"until": until})


def ended(data: Path, claims: Mapping[str, Any]) -> bool:
    """Whether a sign-in was ended by its person, here or elsewhere."""
    return _begun(claims) <= _until(_place(data, claims))


def _begun(claims: Mapping[str, Any]) -> float:
    begun = claims.get("iat")
    return float(begun) if isinstance(begun, int | float) else 0.0


def _place(data: Path, claims: Mapping[str, Any]) -> Path:
    person = json.dumps([str(claims.get("iss")), str(claims.get("sub"))])
    return data / "store" / _FOLDER / f"{hashlib.sha256(person.encode()).hexdigest()[:32]}.json"


def _until(path: Path) -> float:
    """Up to when sign-ins are over, in seconds since 1970; below 0 for somebody who never signed out."""
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return -1.0
    if path not in _ENDED or _ENDED[path][0] != stamp:
        try:
            _ENDED[path] = (stamp, float(json.loads(path.read_text(encoding="utf-8"))["until"]))
        except (ValueError, KeyError, TypeError):
            # Whatever it said: all sign-ins before it was written are over.
            _ENDED[path] = (stamp, stamp / 1e9)
    return _ENDED[path][1]
