"""The rules for identity numbers and keys, for whole columns at once: what `values` says of each text.

They say which texts a rule takes, and leave the explaining to the rule.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract.values import (
    DAYS_IN_MONTH,
    FIRST_PROVINCE,
    KPJ_DIGITS,
    LAST_PROVINCE,
    NIK_DIGITS,
    WOMEN,
)

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

_PAIRS = np.full(1 << 16, 255, np.uint8)
"""The value of two ASCII digits, read as a little-endian number; 255 where they are none."""
for _tens in range(10):
    for _ones in range(10):
        _PAIRS[(ord("0") + _tens) | (ord("0") + _ones) << 8] = 10 * _tens + _ones

_IN_LEAP_YEARS = 2
_BIRTHDAYS = np.zeros((256, 256), np.uint8)
"""Whether day and month of a NIK are a birthday: 1 always, 2 in leap years."""
for _month, _days in enumerate(DAYS_IN_MONTH, 1):
    for _offset in (0, WOMEN):
        _BIRTHDAYS[_offset + 1 : _offset + _days + 1, _month] = 1
        if _month == 2:
            _BIRTHDAYS[_offset + 29, _month] = _IN_LEAP_YEARS

_ERA = 146_097
"""Days of 400 years, after which the calendar repeats itself."""
_DAYS_OF_ERA = np.empty(_ERA, np.uint32)
"""Day, month and the last two digits of the year, one byte each, by days since 1970."""
_era_days = np.arange(_ERA).astype("datetime64[D]")
_era_months, _era_years = _era_days.astype("datetime64[M]"), _era_days.astype("datetime64[Y]")
_DAYS_OF_ERA[:] = (_era_days - _era_months).astype(np.int64) + 1
_DAYS_OF_ERA |= ((_era_months - _era_years).astype(np.uint32) + 1) << 8
_DAYS_OF_ERA |= (_era_years.astype(np.int64) + 1970).astype(np.uint32) % 100 << 16

_IS_HEX = np.zeros(256, np.bool_)
_IS_HEX[list(b"0123456789abcdefABCDEF")] = True


def valid_niks(texts: pa.Array) -> pa.BooleanArray:
    """Which texts (string, or dictionary of strings) the rule `nik` takes; null is not taken."""
    return _valid(texts, {NIK_DIGITS: _are_niks})


def valid_keys(texts: pa.Array) -> pa.BooleanArray:
    """Which texts the rule `key` takes; null is not taken."""
    return _valid(texts, {32: _are_keys, 36: _are_uuids})


def valid_kpjs(texts: pa.Array) -> pa.BooleanArray:
    """Which texts the rule `kpj` takes; null is not taken."""
    return _valid(texts, {KPJ_DIGITS: _are_digits})


def all_end_in_zero(texts: pa.Array) -> bool:
    """Whether the last character of every text is 0: what a spreadsheet makes of sixteen digits."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    return bool(pc.all(pc.ends_with(texts, "0"), min_count=1).as_py())


def contradictions(
    niks: pa.Array,
    birth_dates: pa.Array | None = None,
    birth_years: pa.Array | None = None,
    sexes: pa.Array | None = None,
) -> list[tuple[str, Positions]]:
    """Where NIK and the other columns of the same person differ: rules with positions, in that order.

    `niks` are valid NIKs or null, `birth_dates` date32, `birth_years` whole numbers, `sexes` L or P; a
    null contradicts nothing. Of the year the NIK has two digits.
    """
    known, letters = fixed_width(niks, NIK_DIGITS)
    groups = _groups(letters)
    found = []

    def differ(rule: str, column: pa.Array, wrong: Callable[[pa.Array], Flags]) -> None:
        column = column if known is None else column.take(pa.array(known))
        at = np.flatnonzero(wrong(column) & _present(column))
        if len(at):
            found.append((rule, at if known is None else known[at]))

    def other_birthday(column: pa.Array) -> Flags:
        day_of_nik = groups[3] - np.where(groups[3] > WOMEN, np.uint8(WOMEN), np.uint8(0))
        of_nik = day_of_nik | groups[4].astype(np.uint32) << 8 | groups[5].astype(np.uint32) << 16
        different: Flags = _DAYS_OF_ERA[_numbers(column.view(pa.int32())) % _ERA] != of_nik
        return different

    if birth_dates is not None:
        differ("nik_birth_date", birth_dates, other_birthday)
    if birth_years is not None:
        differ("nik_birth_year", birth_years, lambda column: _numbers(column) % 100 != groups[5])
    if sexes is not None:
        differ("nik_sex", sexes, lambda column: _are_women(column) != (groups[3] > WOMEN))
    return found


def _valid(texts: pa.Array, checks: Mapping[int, Callable[[Bytes], Flags]]) -> pa.BooleanArray:
    if pa.types.is_dictionary(texts.type):
        return pc.fill_null(_valid(texts.dictionary, checks).take(texts.indices), False)
    valid = np.zeros(len(texts), np.bool_)
    for width, check in checks.items():
        at, letters = fixed_width(texts, width)
        valid[slice(None) if at is None else at] = check(letters)
    return pa.array(valid)


def fixed_width(texts: pa.Array, width: int) -> tuple[Positions | None, Bytes]:
    """The texts of a width as a table of bytes, and their positions (None: all of them)."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    fits = pc.fill_null(pc.equal(pc.binary_length(texts), width), False)
    at = None
    if fits.false_count:
        at = np.flatnonzero(fits.to_numpy(zero_copy_only=False))
        texts = texts.filter(fits)
    if not len(texts):
        return at, np.empty((0, width), np.uint8)
    wide = pa.types.is_large_string(texts.type)
    offsets = np.frombuffer(texts.buffers()[1], np.int64 if wide else np.int32)
    start = int(offsets[texts.offset])
    letters = np.frombuffer(texts.buffers()[2], np.uint8, count=len(texts) * width, offset=start)
    return at, letters.reshape(-1, width)


def flagged(flags: pa.Array) -> Positions:
    """The positions at which a column of booleans is true; null is not."""
    found: Positions = np.flatnonzero(pc.fill_null(flags, False).to_numpy(zero_copy_only=False))
    return found


def _groups(letters: Bytes) -> Bytes:
    """The eight two-digit groups of NIKs, one row each."""
    groups: Bytes = _PAIRS[np.ascontiguousarray(letters.view("<u2").T)]
    return groups


def _are_niks(letters: Bytes) -> Flags:
    groups = _groups(letters)
    province, district, village, day, month, year, serial, last = groups
    # 255 marks what are no digits; it is larger than every group.
    valid: Flags = (province >= FIRST_PROVINCE) & (province <= LAST_PROVINCE) & (groups.max(axis=0) < 100)
    valid &= (district != 0) & (village != 0) & ((serial | last) != 0)
    birthday = _BIRTHDAYS[day, month]
    valid &= (birthday == 1) | ((birthday == _IN_LEAP_YEARS) & (year % 4 == 0))
    valid &= (province % 11 != 0) | (groups != province).any(axis=0)
    return valid


def _are_digits(letters: Bytes) -> Flags:
    valid: Flags = np.logical_and.reduce((letters - np.uint8(ord("0"))) < 10, axis=1)
    return valid


def _are_keys(letters: Bytes) -> Flags:
    valid: Flags = np.logical_and.reduce(_IS_HEX[letters], axis=1)
    valid &= (letters != letters[:, :1]).any(axis=1)
    return valid


def _are_uuids(letters: Bytes) -> Flags:
    dashes = [8, 13, 18, 23]
    valid: Flags = np.logical_and.reduce(letters[:, dashes] == ord("-"), axis=1)
    return valid & _are_keys(np.delete(letters, dashes, axis=1))


def _numbers(column: pa.Array) -> npt.NDArray[np.int64]:
    numbers: npt.NDArray[np.int64] = pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def _present(column: pa.Array) -> Flags:
    present: Flags = column.is_valid().to_numpy(zero_copy_only=False)
    return present


def _are_women(column: pa.Array) -> Flags:
    if pa.types.is_dictionary(column.type):
        column = pc.equal(column.dictionary, "P").take(column.indices)
    else:
        column = pc.equal(column, "P")
    women: Flags = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return women
