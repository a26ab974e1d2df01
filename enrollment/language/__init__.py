"""Language: all that differs between Bahasa Indonesia and English.

Words come from one catalogue per language, a folder of TOML files whose name is the first part of
each key; numbers and dates are formatted by Babel. Every value put into a sentence is finished text,
so that no reader's browser and no caller decides how a number looks.
"""

import datetime as dt
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from enrollment import pace
from enrollment.months import WESTERN_INDONESIA

CODES = ("id", "en")
_LOCALES = {"id": "id_ID", "en": "en_GB"}
_MINUS = "\N{MINUS SIGN}"
_FOLDER = Path(__file__).parent
_RARE = 0.01


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            yield from _flatten(key, value)
        else:
            yield key, value


@lru_cache
def catalogue(code: str) -> Mapping[str, str]:
    """All sentences of a language by dotted key."""
    sentences: dict[str, str] = {}
    for path in sorted((_FOLDER / code).glob("*.toml")):
        sentences.update(_flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))))
    return sentences


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces that a sentence needs."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


class Language:
    """One reader's language: `say` for sentences, the other methods for numbers and dates."""

    def __init__(self, code: str) -> None:
        if code not in CODES:
            raise ValueError(f"not a language of the catalogue: {code!r}")
        self.code = code
        self._locale = _LOCALES[code]
        self._sentences = catalogue(code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def say(self, key: str, /, **values: str) -> str:
        """The sentence under `key`; every value is text that has been formatted already."""
        return self._sentences[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds the key (a test keeps both languages alike)."""
        return key in self._sentences

    def pick(self, indonesian: str, english: str) -> str:
        """Choose between the two spellings that reference data carries."""
        return indonesian if self.code == "id" or not english else english

    def number(self, value: float, decimals: int = 0) -> str:
        """`10.300.000` in Indonesian, `10,300,000` in English."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return _sign(_decimal(value, pattern, self._locale))

    def signed(self, value: float, decimals: int = 0) -> str:
        """A number that always carries its sign; zero carries none."""
        return self._plus(value, self.number(value, decimals))

    def people(self, value: float, decimals: int | None = None) -> str:
        """People, in millions from one million on: `29,2 juta`, `29.2 million`; else in full.

        Without `decimals` one decimal is shown, and none where it would be a zero.
        """
        if abs(value) < 1_000_000:
            return self.number(value)
        return self.say("format.millions", number=self.millions(value, decimals))

    def stated(self, value: float) -> str:
        """A round figure as a document states it, to ten thousand people: `38 juta`, `33,67 juta`."""
        if abs(value) < 1_000_000:
            return self.number(value)
        number = _sign(_decimal(value / 1_000_000, "#,##0.##", self._locale))
        return self.say("format.millions", number=number)

    def signed_people(self, value: float, decimals: int | None = None) -> str:
        """People with a sign."""
        return self._plus(value, self.people(value, decimals))

    def millions(self, value: float, decimals: int | None = None) -> str:
        """The bare number of millions, as axes show it: `29,2`."""
        pattern = "#,##0.#" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
        return _sign(_decimal(value / 1_000_000, pattern, self._locale))

    def people_between(self, low: float, high: float, *, bare: bool = False) -> str:
        """A range of people: `28,9–30,9 juta`, bare without its unit; in full below one million."""
        if low < 1_000_000:
            return f"{self.number(low)}–{self.number(high)}"
        ends = f"{self.millions(low, 1)}–{self.millions(high, 1)}"
        return ends if bare else self.say("format.millions", number=ends)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share of one as a percentage: `0,73%`."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
        return _sign(format_percent(share, pattern, locale=self._locale))

    def chance(self, probability: float) -> str:
        """A probability: whole percents near the ends, else to five, and never nothing or everything."""
        return self._chance(probability, "format.chance_under", "format.chance_over")

    def chance_sign(self, probability: float) -> str:
        """The same where there is room for no words: `< 1%`."""
        return self._chance(probability, "format.chance_under_sign", "format.chance_over_sign")

    def _chance(self, probability: float, under: str, over: str) -> str:
        if probability < _RARE:
            return self.say(under, share=self.percent(_RARE))
        if probability > 1 - _RARE:
            return self.say(over, share=self.percent(1 - _RARE))
        return self.percent(pace.told(probability))

    def times(self, ratio: float) -> str:
        """A ratio: `8,2×`."""
        return f"{self.number(ratio, 1)}×"

    def day(self, date: dt.date) -> str:
        """`31 Agustus 2021`."""
        return _dated(date, "d MMMM y", self._locale)

    def short_day(self, date: dt.date) -> str:
        """`31 Agu 2021`."""
        return _dated(date, "d MMM y", self._locale)

    def weekday(self, date: dt.date) -> str:
        """`Kamis`, `Thursday`."""
        return _dated(date, "EEEE", self._locale)

    def month(self, date: dt.date) -> str:
        """`Agustus 2021`."""
        return _dated(date, "MMMM y", self._locale)

    def month_name(self, date: dt.date) -> str:
        """`Agustus`."""
        return _dated(date, "MMMM", self._locale)

    def short_month(self, date: dt.date) -> str:
        """`Agu`."""
        return _dated(date, "MMM", self._locale)

    def moment(self, moment: dt.datetime) -> str:
        """A moment in Western Indonesian Time: `5 Sep 2021 09.00 WIB`."""
        local = moment.astimezone(WESTERN_INDONESIA)
        clock = "HH.mm" if self.code == "id" else "HH:mm"
        return f"{format_datetime(local, f'd MMM y {clock}', locale=self._locale)} WIB"

    def join(self, words: list[str]) -> str:
        """`a, b, dan c` / `a, b and c`."""
        return format_list(words, locale=self._locale)

    @property
    def separators(self) -> str:
        """Decimal and group sign, in the order Plotly expects."""
        return ",." if self.code == "id" else ".,"

    def _plus(self, value: float, text: str) -> str:
        return f"+{text}" if value > 0 else text


# A page writes some ninety of them at each rerun, mostly the same ones.
@lru_cache(maxsize=4096)
def _dated(date: dt.date, pattern: str, locale: str) -> str:
    return format_date(date, pattern, locale=locale)


def _decimal(value: float, pattern: str, locale: str) -> str:
    # Zeros of either sign are one key and two texts.
    return _nonzero(value, pattern, locale) if value else format_decimal(value, pattern, locale=locale)


@lru_cache(maxsize=16384)
def _nonzero(value: float, pattern: str, locale: str) -> str:
    return format_decimal(value, pattern, locale=locale)


def _sign(text: str) -> str:
    """A true minus sign, as wide as a plus."""
    return text.replace("-", _MINUS)
