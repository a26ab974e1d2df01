"""Rules for single values: each takes the text of a cell and gives its value or the problem with it.

Values are judged once per distinct text, so a rule may take its time to explain. Text that is not
plain ASCII is never changed into it: `PMı` would otherwise become `PMI`.

Columns that hold another text in every row are judged at once in `whole_columns`, which says the same as
the rule and leaves the explaining to it. A Problem's details never hold a NIK.
"""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from enrollment.months import parse_month
from enrollment.reference import SEGMENTS

PROGRAMMES = ("JKK", "JKM", "JHT", "JP", "JKP")
SEXES = ("L", "P")
AGE_BANDS = ("0-19", "20-29", "30-39", "40-49", "50-59", "60+")
LARGEST_COUNT = 300_000_000
"""More people than Indonesia has."""
FIRST_BIRTH_YEAR = 1900
LONGEST_TEXT = 200
LARGEST_WAGE = 10_000_000_000
"""Rupiah a month."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The reference codes a delivery may use.

    `provinces` gives for each ISO 3166-2 code the first and the last year (None: still) in which the
    province exists. `province_names` leads from an upper-case name to the code; it serves messages
    only. `regencies` gives for each code the provinces in which it may lie: several where a province was
    divided. It is None for kept rows, whose regencies were held against the list of their day.
    """

    sources: frozenset[str]
    provinces: Mapping[str, tuple[int, int | None]]
    province_names: Mapping[str, str]
    regencies: Mapping[str, frozenset[str]] | None = None


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
    """A regency by its number at the Ministry of Home Affairs; where it lies is asked of the row."""
    if not (re.fullmatch(r"[0-9]{4}", text) and 11 <= int(text[:2]) <= 97):
        return Problem("regency_format")
    if codes.regencies is None or text in codes.regencies:
        return text
    return Problem("unknown_regency", known=codes.regencies)


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


# Noncharacters, which no text may hold; a reader writes one before a cell that is there but is no value.
MARKS = {"\ufdd0": "cell_error", "\ufdd1": "formula_without_value"}


def marked(rule: str, text: str) -> str:
    """The text of a cell that is known to break a rule, so that the rule is said of its row and column."""
    return next(mark for mark, known in MARKS.items() if known == rule) + text


def strange(text: str) -> Problem | None:
    """The first character that does not belong into a code or a number, explained; None if all do."""
    for character in text:
        if " " <= character <= "~":
            continue
        if character in MARKS:
            return Problem(MARKS[character])
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


# Identity numbers: PPKKCC DDMMYY SSSS. There is no check digit.

NIK_DIGITS = 16
KPJ_DIGITS = 11
WOMEN = 40
"""What is added to the day of birth in the NIK of a woman."""
FIRST_PROVINCE, LAST_PROVINCE = 11, 97
DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_DECIMAL = re.compile(r"[0-9]+[.,]0*")
_SEPARATORS = " .,-/_\t"


def nik(text: str, codes: Codes | None = None) -> Value | Problem:
    """An identity number: 16 digits whose groups can be a region, a birthday and a serial number."""
    if not re.fullmatch(r"[0-9]{16}", text):
        return _not_an_identity(text, "nik", NIK_DIGITS)
    if len(set(text)) == 1:
        return Problem("nik_same_digit")
    region, district, village = text[:2], text[2:4], text[4:6]
    if not FIRST_PROVINCE <= int(region) <= LAST_PROVINCE or "00" in (district, village):
        return Problem("nik_region")
    day, month, year = (int(text[at : at + 2]) for at in (6, 8, 10))
    if not 1 <= month <= 12:
        return Problem("nik_month")
    day -= WOMEN if day > WOMEN else 0
    if not 1 <= day <= DAYS_IN_MONTH[month - 1] or (day == 29 and month == 2 and year % 4):
        return Problem("nik_day")
    return Problem("nik_serial") if text.endswith("0000") else text


def kpj(text: str, codes: Codes | None = None) -> Value | Problem:
    """A membership card number: 11 digits."""
    return text if re.fullmatch(r"[0-9]{11}", text) else _not_an_identity(text, "kpj", KPJ_DIGITS)


def _not_an_identity(text: str, name: str, digits: int) -> Problem:
    """Why a text is not so many digits. The rules are the same for both numbers, under their names."""
    if not text.isascii():
        return strange(text) or Problem(f"{name}_not_digits")
    if re.fullmatch(r"[0-9]+", text):
        found = {"found": str(len(text)), "expected": str(digits)}
        return Problem(f"{name}_too_short" if len(text) < digits else f"{name}_too_long", found)
    if _EXPONENT.fullmatch(text.strip()):
        return Problem(f"{name}_exponent")
    if re.fullmatch(r"['\"`]+[0-9]+['\"`]*", text):
        return Problem(f"{name}_apostrophe")
    if re.fullmatch(r"[0-9]+", text.strip(" \t")):
        return Problem(f"{name}_space")
    if _DECIMAL.fullmatch(text):
        return Problem(f"{name}_decimal")
    if re.fullmatch(r"[0-9]+", text.translate({ord(separator): None for separator in _SEPARATORS})):
        return Problem(f"{name}_separator")
    if re.search(r"[0-9]", text) and re.fullmatch(r"[0-9A-Za-z]+", text):
        return Problem(f"{name}_letters")
    return Problem(f"{name}_not_digits")


def key(text: str, codes: Codes | None = None) -> Value | Problem:
    """A key that the sender made: 32 hexadecimal digits, also in the groups of a UUID."""
    bare = text.replace("-", "") if _UUID.fullmatch(text) else text
    if not re.fullmatch(r"[0-9A-Fa-f]{32}", bare):
        return Problem("key_is_nik" if re.fullmatch(r"[0-9]{16}", text) else "key_format")
    return Problem("key_format") if len(set(bare)) == 1 else bare.lower()


_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def key_space(text: str, codes: Codes | None = None) -> Value | Problem:
    """The name of the space in which the sender's keys were made."""
    plain = re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{3,63}", text)
    return text if plain and not re.fullmatch(r"[0-9]{16,}", text) else Problem("key_space_format")


def npp(text: str, codes: Codes | None = None) -> Value | Problem:
    """An employer's registration number: a short code. A longer number could be a person's."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z./-]{0,19}", text):
        return Problem("npp_format")
    return Problem("npp_long_number") if _LONG_NUMBER.search(text) else text


_LONG_NUMBER = re.compile(r"[0-9](?:[\s.,'/_-]?[0-9]){11,}")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def free_text(text: str, codes: Codes | None = None) -> Value | Problem:
    """A name or an occupation: any letters and signs, also lines; no control characters, no long number.

    Twelve digits or more are refused because they are somebody's number in a column that is kept.
    """
    for character in text:
        if character.isascii() and (character.isprintable() or character == "\n"):
            continue
        category = unicodedata.category(character)
        if (category.startswith("C") and category != "Cf" and character != "\n") or character in _TURNING:
            if character in MARKS:
                return Problem(MARKS[character])
            named = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
            return Problem("control_character", {"character": named})
    if len(text) > LONGEST_TEXT:
        return Problem("text_too_long", {"limit": str(LONGEST_TEXT)})
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return Problem("text_long_number") if _LONG_NUMBER.search(digits) else text


def wage(text: str, codes: Codes | None = None) -> Value | Problem:
    """A month's wage in whole rupiah, digits only."""
    if _PLAIN.fullmatch(text):
        too_large = len(text) > len(str(LARGEST_WAGE)) or int(text) > LARGEST_WAGE
        return Problem("wage_too_large", {"limit": str(LARGEST_WAGE)}) if too_large else int(text)
    return Problem(_not_plain(text).rule, _not_plain(text).details)


def birth_date(text: str, codes: Codes | None = None) -> Value | Problem:
    """A day of birth written YYYY-MM-DD. Whether it lies in the future is asked of the file."""
    return _born(day(text))


def birth_date_day_first(text: str, codes: Codes | None = None) -> Value | Problem:
    """A day of birth written DD/MM/YYYY, for a column that cannot be read in another way."""
    return _born(day_first(text) or Problem("date_format"))


def _born(value: Value | Problem) -> Value | Problem:
    if isinstance(value, dt.date) and value.year < FIRST_BIRTH_YEAR:
        return Problem("birth_too_early", {"year": str(FIRST_BIRTH_YEAR)})
    return value


def birth_year(text: str, codes: Codes | None = None) -> Value | Problem:
    """A year of birth, four digits."""
    if not re.fullmatch(r"[0-9]{4}", text):
        return Problem("year_format")
    if int(text) < FIRST_BIRTH_YEAR:
        return Problem("birth_too_early", {"year": str(FIRST_BIRTH_YEAR)})
    return int(text)


def day(text: str, codes: Codes | None = None) -> Value | Problem:
    """A day written YYYY-MM-DD."""
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if not match:
        return Problem("date_format")
    return _calendar_day(*match.groups()) or Problem("date_impossible")


def day_first(text: str) -> dt.date | None:
    """DD/MM/YYYY as a day, None if it is none."""
    match = _SLASHES.fullmatch(text)
    return _calendar_day(match[3], match[2], match[1]) if match else None


def month_first(text: str) -> dt.date | None:
    """MM/DD/YYYY as a day, None if it is none; it is no way to write a date, only what to rule out."""
    match = _SLASHES.fullmatch(text)
    return _calendar_day(match[3], match[1], match[2]) if match else None


_SLASHES = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


def _calendar_day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
