"""Who looks at a page: under which name what they do is recorded, and in which role they may do it."""

from typing import Literal

from enrollment import lock

Role = Literal["viewer", "analyst", "steward"]


def name() -> str:
    """The name under which somebody's exports, uploads and decisions are recorded."""
    return lock.user()


def role() -> Role:
    """What somebody may do. On a server of one's own machine that one person is the steward."""
    return "steward"
