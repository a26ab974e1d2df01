"""Rules for single values: each takes the text of a cell and gives its value or the problem with it.

Values are judged once per distinct text, so a rule may take its time to explain. Text that is not
plain ASCII is never changed into it: `PMı` would otherwise become `PMI`.
"""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from enrollment.months import parse_month

SEGMENTS = ("PU", "BPU", "JAKON", "PMI")
PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")
SEXES = ("L", "P")
AGE_BANDS = ("0-19", "20-29", "30-39", "40-49", "50-59", "60+")
LARGEST_COUNT = 300_000_000
"""More people than Indonesia has."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The reference codes a delivery may use.

    `provinces` gives for each ISO 3166-2 code the first and the last year (None: still) in which the
    province exists. `province_names` leads from an upper-case name to the code; it serves messages
    only.
    """

    sources: frozenset[str]
    provinces: Mapping[str, tuple[int, int | None]]
    province_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is not a value.

    `details` are the placeholders of the rule's message; `known` are the spellings among which the
    most alike is named, which is looked up only for a fault that is shown: it is slow.
    """

    rule: str
    details: Mapping[str, str] = field(default_factory=dict)
    known: Collection[str] = ()

    def explained(self, text: str) -> Mapping[str, str]:
        """The placeholders, with the known spelling that is most alike. Never taken as meant."""
        if not self.known:
            return self.details
        nearest = difflib.get_close_matches(text.strip()[:80].upper(), sorted(self.known), n=1, cutoff=0.75)
        return {"nearest": "".join(nearest), **self.details}


Value = str | int | bool | dt.date | None


def month(text: str, codes: Codes) -> Value | Problem:
    """A month written YYYY-MM, as its last day."""
    try:
        return parse_month(text) if text.isascii() else Problem("month_format")
    except ValueError:
        return Problem("month_format")


def source(text: str, codes: Codes) -> Value | Problem:
    """A source of the reference list."""
    if text in codes.sources:
        return text
    return Problem("unknown_source", known=codes.sources)


def segment(text: str, codes: Codes) -> Value | Problem:
    """A segment of membership."""
    return _one_of(SEGMENTS, text, "unknown_segment")


def province(text: str, codes: Codes) -> Value | Problem:
    """A province by its ISO 3166-2 code; whether it existed in the year is asked of the file."""
    if text in codes.provinces:
        return text
    if text.isdigit():
        return Problem("province_number")
    named = codes.province_names.get(text.upper())
    return Problem("unknown_province", {"nearest": named} if named else {}, codes.provinces)


def regency(text: str, codes: Codes) -> Value | Problem:
    """A regency by its four-digit number at the Ministry of Home Affairs."""
    if re.fullmatch(r"[0-9]{4}", text) and 11 <= int(text[:2]) <= 97:
        return text
    return Problem("regency_format")


def programmes(text: str, codes: Codes) -> Value | Problem:
    """The set of programmes a person is in, in the fixed order, joined by `+`."""
    names = [name.strip() for name in text.split("+")]
    if any(name not in PROGRAMMES for name in names):
        return Problem("unknown_programme", {"expected": ", ".join(PROGRAMMES)})
    ordered = "+".join(name for name in PROGRAMMES if name in names)
    if not ordered.startswith("JKK+JKM"):
        return Problem("programmes_incomplete")
    return text if text == ordered else Problem("programmes_order", {"expected": ordered})


def sex(text: str, codes: Codes) -> Value | Problem:
    """`L` for men, `P` for women."""
    return _one_of(SEXES, text, "unknown_sex")


def age_band(text: str, codes: Codes) -> Value | Problem:
    """An age band."""
    return _one_of(AGE_BANDS, text, "unknown_age_band")


def simulated(text: str, codes: Codes) -> Value | Problem:
    """`ya` for a simulated cell."""
    return True if text == "ya" else Problem("not_ya")


_MOST_DIGITS = len(str(LARGEST_COUNT))
_PLAIN = re.compile(r"0|[1-9][0-9]*")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,' _])[0-9]{3}(?:\1[0-9]{3})*")


def count(text: str, codes: Codes) -> Value | Problem:
    """A whole number of people, digits only."""
    if _PLAIN.fullmatch(text):
        if len(text) > _MOST_DIGITS or int(text) > LARGEST_COUNT:
            return Problem("count_too_large", {"limit": str(LARGEST_COUNT)})
        return int(text)
    return _not_plain(text)


def _not_plain(text: str) -> Problem:
    bare = text.strip(" \t")
    if bare != text and _PLAIN.fullmatch(bare):
        return Problem("count_space", {"expected": bare})
    if re.fullmatch(r"[+-].*[0-9].*", bare):
        return Problem("count_sign")
    if re.fullmatch(r"0[0-9]+", bare):
        return Problem("count_leading_zero", {"expected": bare.lstrip("0") or "0"})
    if _GROUPED.fullmatch(bare):
        return Problem("count_separator", {"expected": re.sub("[^0-9]", "", bare)})
    if re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", bare):
        return Problem("count_decimal")
    if re.fullmatch(r"[0-9.,]+[eE][+-]?[0-9]+", bare):
        return Problem("count_exponent")
    return Problem("count_not_digits")


def _one_of(allowed: tuple[str, ...], text: str, rule: str) -> Value | Problem:
    return text if text in allowed else Problem(rule, {"expected": ", ".join(allowed)})


_LOOK_ALIKES = str.maketrans(
    # Cyrillic, Greek, dotless and dotted i, dashes and the minus sign
    "АВСЕНІЈКМОРЅТХУаеорсухіјѕ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο" + "ıİ" + "‐‑‒–—−",
    "ABCEHIJKMOPSTXYaeopcyxijs" + "ABEZHIKMNOPTYXo" + "iI" + "------",
)
_LOOKS_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def strange(text: str) -> Problem | None:
    """The first character that does not belong into a code or a number, explained; None if all do."""
    for character in text:
        if " " <= character <= "~":
            continue
        if character == "\n":
            return Problem("line_break_in_cell")
        category = unicodedata.category(character)
        named = {"character": f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()}
        if (
            category in {"Cf", "Zs", "Zl", "Zp"}
            or character in _LOOKS_EMPTY
            or "\ufe00" <= character <= "\ufe0f"
        ):
            return Problem("invisible_character", named)
        if category.startswith("C"):
            return Problem("control_character", named)
        if unicodedata.normalize("NFKC", character).isascii():
            return Problem("full_width_character", named | {"expected": unicodedata.normalize("NFKC", text)})
        if category == "Nd" or ord(character) in _LOOK_ALIKES:
            return Problem("look_alike_character", named | {"expected": _plain_letters(text)})
    return None


def _plain_letters(text: str) -> str:
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return "".join(digits).translate(_LOOK_ALIKES)
