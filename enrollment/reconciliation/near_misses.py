"""Near misses: members whose NIK is one slip away from that of a row that was not found.

A slip is one wrong digit, or two neighbouring digits that changed places. All NIKs one slip away are made in
memory, keyed, and looked up among the members; no NIK is kept for it. The digits of birth and sex are left
as they are, since a member must agree with the row in both.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract import shown
from enrollment.keys import KEY_BYTES, Keys
from enrollment.reconciliation.members import Sought
from enrollment.reconciliation.result import NEAR_MISSES

_DIGITS = 16
_AFTER_BIRTH = 12
_FREE = (*range(6), *range(_AFTER_BIRTH, _DIGITS))
"""The places of region and serial number; those between hold birth and sex."""
_AT_ONCE = 20_000
"""Rows whose slips are made at once: some two million keys."""

_Digits = npt.NDArray[np.uint8]


def near_misses(
    rows: pa.Table, keys: Keys, listed: Callable[[Sought], pa.Table], on_roster: pa.ChunkedArray
) -> pa.Table:
    """Members who probably are meant by rows that were not found, with the columns of NEAR_MISSES.

    `rows` has `row`, `key`, `nik`, `birth_date`, `sex` and `province` of the roster; `listed` gives the
    memberships of some people, `on_roster` the keys of those who stand in the roster themselves: each of them
    is somebody else. A member who reports another birth or sex is none.
    """
    found = [NEAR_MISSES.empty_table()]
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows.slice(begin, _AT_ONCE)
        slips = _slips(some)
        made = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(KEY_BYTES), len(slips), [None, pa.py_buffer(keys.keyed(slips.niks, 0))]
        )
        members = listed(Sought.of(made))
        members = members.filter(pc.invert(pc.is_in(members["key"], value_set=on_roster)))
        found.append(_agreeing(some, slips, made, members))
    return pa.concat_tables(found).combine_chunks().sort_by([("row", "ascending"), ("position", "ascending")])


class _Slips:
    """NIKs one slip away: the row, the NIK as letters, the kind of slip and its place, counted from 1."""

    def __init__(self, parts: list[tuple[npt.NDArray[np.int64], _Digits, str, int]]) -> None:
        self.rows = np.concatenate([rows for rows, *_ in parts])
        self.niks = np.concatenate([niks for _, niks, *_ in parts])
        self.swap = np.concatenate([np.full(len(rows), kind == "swap") for rows, _, kind, _ in parts])
        self.position = np.concatenate([np.full(len(rows), at, np.int8) for rows, _, _, at in parts])

    def __len__(self) -> int:
        return len(self.rows)


def _slips(rows: pa.Table) -> _Slips:
    niks = np.frombuffer("".join(rows["nik"].to_pylist()).encode(), np.uint8).reshape(-1, _DIGITS)
    return _Slips(list(_each_slip(niks)))


def _each_slip(niks: _Digits) -> Iterator[tuple[npt.NDArray[np.int64], _Digits, str, int]]:
    everybody = np.arange(len(niks))
    for place in _FREE:
        for step in range(1, 10):
            changed = niks.copy()
            changed[:, place] = (niks[:, place] - ord("0") + step) % 10 + ord("0")
            yield everybody, changed, "digit", place + 1
    for place in _FREE:
        if place + 1 not in _FREE:
            continue
        different = np.flatnonzero(niks[:, place] != niks[:, place + 1])
        changed = niks[different]
        changed[:, [place, place + 1]] = changed[:, [place + 1, place]]
        yield different, changed, "swap", place + 1


def _agreeing(rows: pa.Table, slips: _Slips, made: pa.Array, members: pa.Table) -> pa.Table:
    """The slips that are a member's NIK, where the member agrees with the row."""
    lines = []
    by_key: dict[bytes, list[dict[str, object]]] = {}
    for member in members.to_pylist():
        by_key.setdefault(member["key"], []).append(member)
    wanted = pa.array(list(by_key), pa.binary(KEY_BYTES))
    for at in np.flatnonzero(pc.is_in(made, value_set=wanted).to_numpy(zero_copy_only=False)).tolist():
        row = rows.slice(int(slips.rows[at]), 1).to_pylist()[0]
        memberships = sorted(by_key[made[at].as_py()], key=lambda member: str(member["source"]))
        member = memberships[0]
        same_birth = _same_birth(row, member)
        same_sex = None if member["sex"] is None else member["sex"] == row["sex"]
        if same_birth is False or same_sex is False:
            continue
        lines.append(
            {
                "row": row["row"],
                "key": row["key"],
                "candidate": member["key"],
                "masked": shown(row["nik"]),
                "masked_candidate": shown(slips.niks[at].tobytes().decode()),
                "slip": "swap" if slips.swap[at] else "digit",
                "position": int(slips.position[at]),
                "same_birth": same_birth,
                "same_sex": same_sex,
                "same_province": member["province"] == row["province"],
                "source": "+".join(str(found["source"]) for found in memberships),
                "programmes": member["programmes"],
                "decision": None,
            }
        )
    return pa.Table.from_pylist(lines, NEAR_MISSES)


def _same_birth(row: Mapping[str, Any], member: Mapping[str, Any]) -> bool | None:
    if member["birth_date"] is not None:
        return bool(member["birth_date"] == row["birth_date"])
    if member["birth_year"] is not None:
        return bool(member["birth_year"] == row["birth_date"].year)
    return None
