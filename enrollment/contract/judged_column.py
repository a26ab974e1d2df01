"""One column of a delivery: its cells judged in batches, each distinct text once.

Where texts hardly ever repeat they are judged all at once; how the dates of a column are written is decided
from the first of them.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract import values
from enrollment.contract.columns import Column
from enrollment.contract.values import Codes, Problem, Value
from enrollment.contract.whole_columns import Positions, flagged

DATES = frozenset({"birth_date", "registered_on"})
"""Fields of days, of which there are so many that a dictionary of their texts costs more than it spares."""

_MOST_REMEMBERED = 200_000
_CONSTANT = frozenset({"key_space", "mends"})
_NOWHERE: Positions = np.empty(0, np.int64)


class JudgedColumn:
    """One column of a delivery: each distinct text with its value or its problem."""

    def __init__(self, column: Column, codes: Codes) -> None:
        self.column = column
        self.respelt_rows = 0
        self.respelt: tuple[str, str] | None = None
        """A text that was accepted in another spelling, with that spelling."""
        self.day_first = False
        self.proved_day_first = False
        """Whether a date of the column cannot be read month first."""
        self.seen: list[Value] = []
        """The first two values of a column that may hold one only."""
        self._codes = codes
        self._values: dict[str, Value] = {}
        self._problems: dict[str, Problem] = {}
        self._respelt: dict[str, str] = {}

    def problem(self, text: str) -> Problem:
        """What is wrong with a text that `take` found bad."""
        if text not in self._problems:
            self._learn(text)
        return self._problems[text]

    def take(self, texts: pa.Array) -> tuple[pa.Array, Positions]:
        """The values of a batch, null where there is none, and the positions of problems."""
        if self.column.valid:
            return self._take_each(texts, self.column.valid)
        if self.column.field in DATES and not self.day_first:
            days = _days(texts, self.column)
            if days is not None:
                return days, _NOWHERE
        encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        for text in self._unknown(distinct):
            self._learn(text)
        self._count_respelt(distinct, encoded.indices)
        bad = _NOWHERE
        if not self._problems.keys().isdisjoint(distinct):
            bad = _where(encoded.indices, [i for i, text in enumerate(distinct) if text in self._problems])
        return self._valued(list(map(self._values.get, distinct)), encoded.indices), bad

    def _unknown(self, distinct: list[str]) -> Iterable[str]:
        """The texts of which nothing is known."""
        if len(self._values) + len(self._problems) > _MOST_REMEMBERED:
            self._forget()
        unknown = set(distinct).difference(self._values, self._problems)
        return [text for text in distinct if text in unknown] if unknown else ()

    def _take_each(
        self, texts: pa.Array, valid: Callable[[pa.Array], pa.Array]
    ) -> tuple[pa.Array, Positions]:
        if pa.types.is_dictionary(texts.type):
            texts = texts.dictionary_decode()
        good = valid(texts)
        taken = self.column.settled(texts) if self.column.settled else texts
        if good.true_count == len(texts):
            return taken, _NOWHERE
        odd = pc.invert(good)
        if not self.column.required:
            empty = pc.equal(texts, "")
            taken, odd = pc.if_else(empty, None, taken), pc.and_not(odd, empty)
        positions = flagged(odd)
        encoded = texts.take(pa.array(positions)).dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        for text in self._unknown(distinct):
            self._learn(text)
        self._count_respelt(distinct, encoded.indices)
        found = pa.array([self._values.get(text) for text in distinct], pa.string())
        taken = pc.replace_with_mask(taken, odd, found.take(encoded.indices))
        bad = [place for place, text in enumerate(distinct) if text in self._problems]
        return taken, positions[_where(encoded.indices, bad)]

    def _valued(self, found: list[Value], indices: pa.Array) -> pa.Array:
        """The value of each row, from that of each distinct text."""
        if self.column.type != pa.string():
            return pa.array(found, self.column.type).take(indices)
        places = {
            value: place for place, value in enumerate(dict.fromkeys(v for v in found if v is not None))
        }
        if len(places) < len(found):
            indices = pa.array(
                [None if value is None else places[value] for value in found], pa.int32()
            ).take(indices)
        return pa.DictionaryArray.from_arrays(indices, pa.array(places, pa.string()))

    def _learn(self, text: str) -> None:
        verdict = self.column.judge(text, self._codes)
        if isinstance(verdict, Problem):
            self._problems[text] = verdict
            return
        self._values[text] = verdict
        if self.column.field in _CONSTANT and len(self.seen) < 2 and verdict not in self.seen:
            self.seen.append(verdict)
        self.proved_day_first |= self.day_first and bool(text) and values.month_first(text.strip()) is None
        spelling = self.column.spelling(text)
        if spelling and spelling != text:
            self._respelt[text] = spelling

    def _forget(self) -> None:
        for known in (self._values, self._problems, self._respelt):
            known.clear()

    def _count_respelt(self, distinct: list[str], indices: pa.Array) -> None:
        if self._respelt.keys().isdisjoint(distinct):
            return
        for place, text in enumerate(distinct):
            if text in self._respelt:
                self._note_respelt(text, len(_where(indices, [place])))

    def _note_respelt(self, text: str, rows: int) -> None:
        self.respelt_rows += rows
        example = (text, self._respelt[text])
        self.respelt = min(self.respelt or example, example)

    def settle_dates(self, texts: Iterable[str]) -> None:
        """Decide from the first texts of a column of dates whether the day comes first in it."""
        bare = {text.strip(" \t") for text in texts}
        if any(not isinstance(values.day(text), Problem) for text in bare):
            return
        self.day_first = any(values.day_first(text) for text in bare)
        if self.day_first:
            rule = _day_first_birth if self.column.field == "birth_date" else _day_first
            self.column = replace(self.column, rule=rule)


def _days(texts: pa.Array, column: Column) -> pa.Array | None:
    """The days of a column, None unless each cell is a day as it should be, or rightly empty."""
    if not pa.types.is_string(texts.type):
        return None
    if not column.required:
        texts = pc.if_else(pc.equal(texts, ""), None, texts)
    try:
        days = texts.cast(pa.date32())
    except pa.ArrowInvalid:
        return None
    first = values.FIRST_BIRTH_YEAR if column.field == "birth_date" else dt.MINYEAR
    # Arrow also knows a year 0.
    early = pc.any(pc.less(days, pa.scalar(dt.date(first, 1, 1)))).as_py()
    return None if early else days


def _day_first(text: str, codes: Codes) -> Value | Problem:
    if not isinstance(values.day(text), Problem):
        return Problem("mixed_dates")
    return values.day_first(text) or Problem("date_format")


def _day_first_birth(text: str, codes: Codes) -> Value | Problem:
    day = _day_first(text, codes)
    return day if isinstance(day, Problem) else values.birth_date_day_first(text)


def _where(indices: pa.Array, places: list[int]) -> Positions:
    found = np.isin(indices.to_numpy(zero_copy_only=False), places)
    return np.flatnonzero(found)
