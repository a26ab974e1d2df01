"""Short codes that reopen exactly the numbers of a slide, typed from paper: `H2108-9a4fb4f1c6`.

The letter is the slide, then year and month, then the edition's short id. What is not the usual follows:
`-g2` the goal's place among those of the edition, `-s1.3` the places of the chosen sources, `-v` and the
short id of the edition compared with. Editions never change, so places in them do not either.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.months import month_end

LETTERS = {
    "headline": "H",
    "path": "P",
    "pace": "L",
    "bridge": "B",
    "sources": "S",
    "movement": "M",
    "map": "W",
    "reconciliation": "R",
    "then_and_now": "T",
    "definitions": "D",
}
_KINDS = {letter: kind for kind, letter in LETTERS.items()}
_CODE = re.compile(
    r"([A-Z])(\d\d)(\d\d)-([0-9a-f]{10})(?:-g(\d{1,3}))?(?:-s(\d{1,3}(?:\.\d{1,3})*))?(?:-v([0-9a-f]{10}))?"
)
_CENTURY = 2000


class BadCode(Exception):
    """A text that is no code of a slide."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code names; places count from 1, `goal` is None for the usual one, `sources` empty for all."""

    kind: str
    month: dt.date
    edition: str
    goal: int | None = None
    sources: tuple[int, ...] = ()
    compared: str | None = None

    def __str__(self) -> str:
        said = f"{LETTERS[self.kind]}{self.month:%y%m}-{self.edition}"
        if self.goal:
            said += f"-g{self.goal}"
        if self.sources:
            said += "-s" + ".".join(str(place) for place in self.sources)
        return said + (f"-v{self.compared}" if self.compared else "")


def read(text: str) -> Code:
    """A code as it was typed, with any blanks and large or small letters. Raises BadCode."""
    plain = "".join(text.split()).replace("\N{EN DASH}", "-").replace("\N{HYPHEN}", "-")
    found = _CODE.fullmatch(plain[:1].upper() + plain[1:].lower())
    if not found:
        raise BadCode(text)
    letter, year, month, edition, goal, sources, compared = found.groups()
    if letter not in _KINDS or not 1 <= int(month) <= 12 or (goal and not int(goal)):
        raise BadCode(text)
    places = tuple(int(place) for place in sources.split(".")) if sources else ()
    if not all(places):
        raise BadCode(text)
    day = month_end(_CENTURY + int(year), int(month))
    return Code(_KINDS[letter], day, edition, int(goal) if goal else None, places, compared)


def places(chosen: Sequence[str], known: Sequence[str]) -> tuple[int, ...]:
    """The places of what is chosen among what is known, in order; empty where all or none are chosen."""
    found = tuple(place for place, name in enumerate(known, 1) if name in chosen)
    return () if len(found) == len(known) else found
