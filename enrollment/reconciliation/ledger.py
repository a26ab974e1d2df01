"""The ledger: one class for each row of a roster, and all that is counted of them."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract import Reading
from enrollment.keys import KEY_BYTES
from enrollment.reconciliation import members
from enrollment.reconciliation.against import Against
from enrollment.reconciliation.keeping import open_rows
from enrollment.reconciliation.members import Sought
from enrollment.reconciliation.near_misses import near_misses
from enrollment.reconciliation.result import (
    CLASSES,
    NEAR_MISSES,
    PEOPLE,
    PROGRAMMES,
    REVERSE,
    ROWS,
    RULE_VERSION,
    Result,
    Since,
)

STEPS = Path(__file__).parents[2] / "queries" / "reconciliation"
_NAME = 32
LEDGER_ROWS = pa.schema(
    [
        ("row", pa.int32()),
        ("key", pa.binary(KEY_BYTES)),
        ("rule", pa.string()),
        ("month", pa.date32()),
        ("source", pa.string()),
        ("province", pa.string()),
        ("regency", pa.string()),
        ("masked", pa.string()),
    ]
)
"""The rows of a roster as the ledger takes them: what it says of each, and what is wrong with bad ones."""
_STANDING = ("key", "source", "programmes")
_CONFIRMED = pa.schema([("key", pa.binary(KEY_BYTES)), ("member", pa.binary(KEY_BYTES))])
_MISSED = pa.schema([("person", pa.binary(KEY_BYTES)), ("months", pa.int32())])
_EARLIER = pa.schema([("key", pa.binary(KEY_BYTES)), ("month", pa.date32()), ("programmes", pa.string())])


class Ledger:
    """The rows of a roster with their classes, and all that is counted of them."""

    def __init__(self, against: Against, roster: pa.Table, agreed: Sequence[str]) -> None:
        self.against = against
        self.agreed = tuple(agreed)
        self.decisions = [
            decision
            for decision in against.kept.decisions()
            if decision.source == against.source and decision.key_space == against.key_space
        ]
        self._confirmed = pa.Table.from_pylist(
            [
                {"key": bytes.fromhex(decision.key), "member": bytes.fromhex(decision.candidate)}
                for decision in {item.key: item for item in self.decisions if item.same}.values()
            ],
            _CONFIRMED,
        )
        everybody = pa.chunked_array(
            [*roster["key"].chunks, *self._confirmed["member"].chunks], pa.binary(KEY_BYTES)
        )
        sought = Sought.of(everybody)
        self._listed = against.memberships(sought, _STANDING)
        self._earlier = _earlier(against, sought)
        self._previous = against.kept.rows(against.previous) if against.previous else ROWS.empty_table()
        with duckdb.connect(config={"threads": 2}) as connection:
            connection.execute("set enable_progress_bar = false")
            for name, table in (
                ("roster", roster),
                ("confirmed", self._confirmed),
                ("listed", self._listed),
                ("earlier", self._earlier),
                ("missed", _missed(self._previous)),
                ("previous", self._previous),
            ):
                connection.register(name, table)
            about = {"source": against.source, "month": against.month, "agreed": list(agreed)}
            ledger = connection.sql(_step("ledger"), params=about).to_arrow_table()
            self.rows = ledger.cast(ROWS).combine_chunks()
            connection.register("ledger", self.rows)
            people = {"people": list(PEOPLE)}
            self._programmes = connection.execute(
                _step("programmes"), {"programmes": list(PROGRAMMES)} | people
            ).fetchall()
            self._moved = connection.execute(_step("since"), people).fetchall()[0]
        matched = self.rows.filter(pc.is_in(self.rows["class"], value_set=pa.array(PEOPLE)))
        known = Sought.of(pc.coalesce(matched["member"], matched["key"]))
        self.reverse = members.others(against.store, against.listings, against.source, known).cast(REVERSE)

    def proposals(self, asked: pa.Table) -> pa.Table:
        """Near misses of the rows that were not found by their own NIK, with what was decided of them."""
        in_scope = self.rows.filter(pc.is_in(self.rows["class"], value_set=pa.array(PEOPLE)))
        missing = pc.or_(pc.equal(in_scope["class"], "not_found"), in_scope["confirmed"])
        rows = asked.filter(pc.is_in(asked["row"], value_set=in_scope.filter(missing)["row"]))
        keys = self.against.store.keys()
        return self.decided(near_misses(rows, keys, self.against.memberships, in_scope["key"]))

    def decided(self, proposals: pa.Table) -> pa.Table:
        """Near misses with the decisions that count now."""
        said = {
            (bytes.fromhex(item.key), bytes.fromhex(item.candidate)): "same" if item.same else "other"
            for item in self.decisions
        }
        pairs = zip(proposals["key"].to_pylist(), proposals["candidate"].to_pylist(), strict=True)
        decisions = pa.array([said.get(pair) for pair in pairs], pa.string())
        place = NEAR_MISSES.get_field_index("decision")
        return proposals.set_column(place, NEAR_MISSES.field(place), decisions)

    def result(
        self, proposals: pa.Table, reading: Reading, simulated: bool, by: str, at: dt.datetime
    ) -> Result:
        """The counts, named by all that they were made from."""
        agreement, against = self.against.agreement, self.against
        return self._named(
            Result(
                name="",
                rule_version=RULE_VERSION,
                source=against.source,
                month=against.month,
                agreement=agreement["agreement"] if agreement else None,
                agreed_on=agreement["signed_on"] if agreement else None,
                agreed=self.agreed,
                file=reading.file,
                sha256=reading.sha256,
                key_space=against.key_space,
                simulated=simulated,
                at=at,
                by=by,
                **self._counts(proposals),
            )
        )

    def again(self, result: Result, proposals: pa.Table) -> Result:
        """A result with the counts of now."""
        return self._named(replace(result, rule_version=RULE_VERSION, **self._counts(proposals)))

    def _named(self, result: Result) -> Result:
        inputs = self.against.inputs() | {
            "roster": result.sha256,
            "agreed": result.agreed,
            "decisions": sorted([item.key, item.candidate, str(item.same)] for item in self.decisions),
        }
        content = json.dumps(inputs, sort_keys=True).encode()
        return replace(result, name=hashlib.sha256(content).hexdigest()[:_NAME])

    def _counts(self, proposals: pa.Table) -> dict[str, Any]:
        against = self.against
        rows = self.rows
        counted = _counted(rows["class"])
        classes = {name: counted.get(name, 0) for name in CLASSES}
        after = against.agreement["signed_on"] if against.agreement else None
        return {
            "compared": against.compared,
            "totals_only": against.totals_only,
            "carried": against.carried,
            "people_since": against.people_since,
            "rows": len(rows),
            "people": sum(classes[name] for name in PEOPLE),
            "classes": classes,
            "programmes": {
                programme: {"active": active, "lapsed": lapsed, "never": never}
                for programme, active, lapsed, never in self._programmes
            },
            "missing": _counted(rows["missing"]),
            "rules": _counted(rows["rule"]),
            "not_found_for": _counted(rows["months_not_found"]),
            "near_misses": open_rows(proposals, rows),
            "confirmed": _true(
                pc.and_(rows["confirmed"], pc.is_in(rows["class"], value_set=pa.array(PEOPLE)))
            ),
            "reverse": len(self.reverse),
            "newly_active": _true(
                pc.and_(
                    pc.equal(rows["class"], "active_all"),
                    pc.greater(rows["first_active"], pa.scalar(after or dt.date.min, pa.date32())),
                )
            ),
            "since": self._since(),
        }

    def _since(self) -> Since | None:
        previous = self.against.previous
        if previous is None:
            return None
        newly_registered, joined, left, lost = self._moved
        return Since(
            month=previous.month,
            name=previous.name,
            newly_registered=newly_registered,
            joined=joined,
            left=left,
            lost=lost,
            classes=previous.classes,
            rows=previous.rows,
        )


def _earlier(against: Against, sought: Sought) -> pa.Table:
    """The memberships of the people sought in each known month before."""
    found = [_EARLIER.empty_table()]
    for month, listings in against.before.items():
        if any(listing.delivery.key_space != against.key_space for listing in listings):
            continue
        rows = members.memberships(against.store, listings, sought, ("key", "programmes"))
        months = pa.repeat(pa.scalar(month, pa.date32()), len(rows))
        found.append(pa.table([rows["key"], months, rows["programmes"]], schema=_EARLIER))
    return pa.concat_tables(found).combine_chunks()


def _missed(previous: pa.Table) -> pa.Table:
    """Who was not found a month before, and for how many months in a row."""
    rows = previous.filter(pc.equal(previous["class"], "not_found"))
    person = pc.coalesce(rows["member"], rows["key"])
    return pa.table([person, rows["months_not_found"].cast(pa.int32())], schema=_MISSED)


def _step(name: str) -> str:
    return (STEPS / f"{name}.sql").read_text(encoding="utf-8")


def _counted(column: pa.ChunkedArray) -> dict[Any, int]:
    """How often each value of a column comes, in order, without null."""
    found = {item["values"]: item["counts"] for item in pc.value_counts(column.drop_null()).to_pylist()}
    return dict(sorted(found.items()))


def _true(flags: pa.ChunkedArray) -> int:
    return pc.sum(flags).as_py() or 0
