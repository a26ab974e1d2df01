"""Reconciling: a partner's roster against the members of a month, to the person.

    roster -> contract (row by row) -> keys in memory -> memberships of the month and of those before
           -> ledger.sql: one class a row -> near misses -> frozen result

The roster is judged by the rules of `load`, but only a fault of the whole file refuses it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from enrollment import lock
from enrollment.contract import Fault, JudgedRoster, Note, Reading, judge_roster
from enrollment.months import today
from enrollment.reconciliation.against import Against, NoMembers
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.ledger import LEDGER_ROWS, Ledger
from enrollment.reconciliation.result import NEAR_MISSES, REVERSE, ROWS, Result
from enrollment.store import Store, codes_of

__all__ = ["NoMembers", "Outcome", "again", "reconcile"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reconciliation found. `result` is None where the whole file was refused.

    `niks` are the identity numbers of the good rows, in memory only; `fresh` says that the result was not
    kept before.
    """

    reading: Reading
    result: Result | None
    rows: pa.Table = field(default_factory=ROWS.empty_table, repr=False)
    near_misses: pa.Table = field(default_factory=NEAR_MISSES.empty_table, repr=False)
    reverse: pa.Table = field(default_factory=REVERSE.empty_table, repr=False)
    niks: Mapping[int, str] = field(default_factory=dict, repr=False)
    fresh: bool = False

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.reading.faults

    @property
    def notes(self) -> tuple[Note, ...]:
        return self.reading.notes

    @property
    def whole_file(self) -> bool:
        return self.reading.whole_file

    def entered(self) -> dict[str, str | int | None]:
        """What the access log says of it."""
        rows = self.reading.rows_in
        if self.result is None:
            return {"verdict": "refused", "rows": rows}
        return {
            "verdict": "fresh" if self.fresh else "unchanged",
            "rows": rows,
            "name": self.result.name[:10],
        }


def reconcile(
    store: Store,
    file: Path | BinaryIO,
    *,
    source: str,
    month: dt.date,
    name: str | None = None,
    by: str | None = None,
    now: dt.datetime | None = None,
    known_at: dt.datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Hold a roster of a source against the members of a month, and keep the result.

    `month` is the last day of the month. The same inputs give the result that is kept already. With
    `known_at` the members are those that were known at that moment. `progress` is told bytes read and bytes
    in all. Raises NoMembers, StoreLocked, KeyFault, DeliveryDamaged, ResultDamaged, ReferenceFault,
    OSError; then nothing has changed.
    """
    with lock.writing(store.root):
        store.sweep()
        against = Against(store, source, month, known_at)
        against.check()
        judged = judge_roster(
            file,
            codes_of(store.reference()),
            today=today(),
            month=month,
            source=source,
            keys=store.keys,
            name=name,
            progress=progress,
        )
        if judged.reading.whole_file:
            return Outcome(judged.reading, None)
        if judged.key_space is not None:
            against.check_keys(judged.key_space)
        rows = _listed_rows(judged)
        found = Ledger(against, rows, against.agreed_for(judged.rows))
        asked = judged.rows.filter(pc.is_valid(judged.rows["nik"]))
        proposals = found.proposals(asked)
        simulated = bool(pc.any(judged.rows["simulated"]).as_py()) or against.simulated
        moment = now or dt.datetime.now(dt.UTC)
        result = found.result(proposals, judged.reading, simulated, by or lock.user(), moment)
        known = {other.name for other in against.kept.all()}
        kept = against.kept.put(result, found.rows, proposals, found.reverse, now=moment)
        niks = dict(zip(asked["row"].to_pylist(), asked["nik"].to_pylist(), strict=True))
        return Outcome(
            judged.reading, kept, found.rows, proposals, found.reverse, niks, fresh=kept.name not in known
        )


def again(store: Store, result: Result, *, now: dt.datetime | None = None) -> Result:
    """The same roster reconciled again, after decisions or with newer members, from the rows that are kept.

    Raises what `reconcile` raises. Near misses are those that were found when the roster was read.
    """
    with lock.writing(store.root):
        store.sweep()
        reconciliations = Reconciliations(store)
        against = Against(store, result.source, result.month)
        against.check()
        against.check_keys(result.key_space)
        rows = reconciliations.rows(result).select(LEDGER_ROWS.names)
        found = Ledger(against, rows, result.agreed)
        proposals = found.decided(reconciliations.near_misses(result))
        updated = found.again(result, proposals)
        return reconciliations.put(updated, found.rows, proposals, found.reverse, now=now)


def _listed_rows(judged: JudgedRoster) -> pa.Table:
    """The rows of a roster, good and bad, as the ledger takes them."""
    good = judged.rows
    # All identity numbers of a column are masked in one go: their first four digits stay.
    masked = pc.binary_join_element_wise(pc.utf8_slice_codeunits(good["nik"], 0, 4), "*" * 12, "")
    columns = {name: good[name] for name in ("row", "key", "month", "source", "province", "regency")} | {
        "masked": masked,
        "rule": pa.nulls(len(good), pa.string()),
    }
    lines = [
        {"row": row, "rule": fault.rule, "masked": judged.masked.get(row)}
        for row, fault in judged.first_faults.items()
    ]
    return pa.concat_tables(
        [
            pa.table([columns[name] for name in LEDGER_ROWS.names], schema=LEDGER_ROWS),
            pa.Table.from_pylist(lines, LEDGER_ROWS),
        ]
    ).sort_by("row")
