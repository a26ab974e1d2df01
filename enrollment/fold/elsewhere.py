"""The fold of months whose people are counted by an engine that goes where they lie.

What people amount to, cells, cohorts and overlap, comes back and becomes the same parts that are folded
here. The people themselves stay with the engine, under the keys of the months.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from enrollment.contract import Codes
from enrollment.delivery import Delivery, DeliveryDamaged
from enrollment.fold import members, people, statements
from enrollment.fold.delivered import delivered
from enrollment.fold.engines import Engine, MembersFault, PeopleNotKept, on_this_machine
from enrollment.fold.origins import Holding
from enrollment.fold.parts import Folding, Month
from enrollment.fold.statements import Before, Listed

_OVERLAP = "source varchar, listed bigint, elsewhere bigint"
_PLACES = "elsewhere-places-"
"""Numbers of cells are the engine's own here, and no part that is folded here may take them for its."""


@dataclass(frozen=True, slots=True)
class FoldingElsewhere(Folding):
    """The parts of one store, whose people are counted by an engine.

    `codes` are those of the reference data. Members are judged once: `surveyed` says where they lie, by the
    name of their delivery, once they are known to be what they were.
    """

    engine: Engine
    codes: Codes
    surveyed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def _fold_people(self, connection: duckdb.DuckDBPyConnection, month: Month) -> None:
        listed = people.listed(month.origins)
        files = [self._listed(holding, sources) for holding, sources in listed.items()]
        before = month.people_before
        try:
            self._count(month, before, files)
        except PeopleNotKept:
            # Folded on this engine before, or not at all; but its people are not kept any more.
            if before is None:
                raise
            self.engine.month_ended()
            self._fold(before)
            self._count(month, before, files)
        try:
            if self._repeated():
                for number, (holding, file) in enumerate(zip(listed, files, strict=True)):
                    if holding.delivery.elsewhere:
                        self._no_duplicates(number, file)
            tables = {
                "people_cells": people.CELLS,
                "cohorts": people.COHORTS,
                "places": people.PLACES,
                "overlap": _OVERLAP,
            }
            for name, columns in tables.items():
                connection.register(
                    "fetched", self.engine.get("people_overlap" if name == "overlap" else name)
                )
                connection.execute(f"create temp table {name} ({columns})")
                connection.execute(f"insert into {name} by name from fetched")
        finally:
            self.engine.month_ended()
        self._write(connection, "from places order by place", f"{_PLACES}{month.key}")

    def _count(self, month: Month, before: Month | None, files: Sequence[Listed]) -> None:
        statements.fold(
            self.engine,
            month.month,
            month.key,
            files,
            self._before(before),
            sources=people.numbered(month.origins, self.priorities),
            delivered=delivered(month.origins),
            compared=people.compared(month.origins, month.previous is None),
            one_key_space=people.one_key_space(month.origins),
        )

    def _before(self, before: Month | None) -> Before:
        if before is None:
            return Before(None, _empty(people.PLACES), _empty(people.COHORTS))
        places, cohorts = (self._path(before, kind) for kind in (_PLACES, "cohorts-"))
        return Before(before.key, pq.read_table(places), pq.read_table(cohorts))

    def _listed(self, holding: Holding, sources: Sequence[str]) -> Listed:
        delivery = holding.delivery
        away = delivery.elsewhere
        paths = self._members(delivery) if away else (on_this_machine(self.store.people(delivery)),)
        return Listed(paths, tuple(sorted(sources)), tuple(sorted(holding.without)))

    def _members(self, delivery: Delivery) -> tuple[str, ...]:
        """Where the members of a delivery lie, once they are what they were.

        Raises DeliveryDamaged, EngineFailed, MembersFault.
        """
        if delivery.sha256 not in self.surveyed:
            if delivery.month is None:
                raise DeliveryDamaged(delivery.path)
            found = members.survey(self.engine, delivery.month, _paths_of(delivery), self.codes)
            if found.digest != delivery.rows_digest:
                raise MembersFault("changed", ", ".join(found.paths))
            self.surveyed[delivery.sha256] = found.paths
        return self.surveyed[delivery.sha256]

    def _repeated(self) -> bool:
        """Whether a source lists somebody more than once, if only in two files of one month."""
        self.engine.make("rows_counted", "select count(*) as people from memberships", {})
        rows: int = self.engine.get("rows_counted")["people"][0].as_py()
        once: int = sum(self.engine.get("listings")["listed"].to_pylist())
        return rows != once

    def _no_duplicates(self, number: int, file: Listed) -> None:
        """Within a file each person stands once under a source, as the contract asks. Raises MembersFault."""
        each = f"select count(*) as people from {statements.LISTED}{number} group by source, key"  # noqa: S608
        counted = f"select sum(people - 1)::bigint as again from ({each}) as each_person"  # noqa: S608
        self.engine.make("repeated", counted, {})
        if again := self.engine.get("repeated")["again"][0].as_py():
            raise MembersFault("duplicates", ", ".join(file.paths), "key", str(again))


def _paths_of(delivery: Delivery) -> tuple[str, ...]:
    """Where the members of a delivery lie in the cluster. Raises DeliveryDamaged."""
    try:
        return tuple(json.loads(delivery.path.read_text(encoding="utf-8"))["members"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DeliveryDamaged(delivery.path) from error


def _empty(columns: str) -> pa.Table:
    """A table without rows."""
    with duckdb.connect() as connection:
        connection.execute(f"create temp table nothing ({columns})")
        return connection.sql("from nothing").to_arrow_table()
