"""Two editions side by side: what moved and why, what else differs, and what that does to the headline."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from enrollment import answers
from enrollment.edition import Edition
from enrollment.headline import NoGoal, default_goal, default_month


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an edition sees a month against a goal; people are whole numbers."""

    as_of: dt.date
    goal: str
    active: int
    gap: int
    status: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A standing in the earlier edition and in the later one; None where an edition has none."""

    before: Standing | None
    after: Standing | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A roster whose reconciliation is new, gone or has other counts."""

    month: dt.date
    source: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one edition differs from an earlier one.

    `newest` is the headline of each at its own default month; `same_month` compares both at one month,
    the earlier one's default. `reference` names the reference files whose content differs, `definitions`
    and `program` say whether questions mean something else and whether the fold is another. `reconciled`
    names the rosters whose reconciliation is another.
    """

    earlier: str
    later: str
    changes: tuple[answers.EditionChanges, ...]
    newest: Moved
    same_month: Moved
    reference: tuple[str, ...]
    definitions: bool
    program: bool
    reconciled: tuple[Reconciled, ...] = ()

    def document(self) -> dict[str, Any]:
        """The comparison as `diff --json` prints it."""
        return {
            "from": self.earlier,
            "to": self.later,
            "changes": [asdict(change) for change in self.changes],
            "headline": {"newest": asdict(self.newest), "same_month": asdict(self.same_month)},
            "reference": list(self.reference),
            "definitions": self.definitions,
            "program": self.program,
            "reconciled": [asdict(row) for row in self.reconciled],
        }


def compare(later: Edition, earlier: Edition) -> Comparison:
    """What differs in an edition from an earlier one. Raises NotRecorded."""
    now, then = later.facts, earlier.facts
    return Comparison(
        earlier=earlier.short,
        later=later.short,
        changes=answers.edition_changes(later, earlier=earlier),
        newest=Moved(_standing(earlier, default_month(earlier)), _standing(later, default_month(later))),
        same_month=_same_month(earlier, later),
        reference=tuple(
            name
            for name in sorted({*now.reference, *then.reference})
            if now.reference.get(name) != then.reference.get(name)
        ),
        definitions=now.definitions != then.definitions,
        program=(now.format, now.fold) != (then.format, then.fold),
        reconciled=_reconciled(earlier, later),
    )


def _reconciled(earlier: Edition, later: Edition) -> tuple[Reconciled, ...]:
    """What differs in the counts; when it was made, and from which file, does not count."""
    found = []
    for opened in (earlier, later):
        rows = answers.reconciliation_by_month(opened, as_of=dt.date.max)
        found.append(
            {
                (row.month, row.source): replace(row, name="", file="", reconciled_at=row.reconciled_at.min)
                for row in rows
            }
        )
    before, after = found
    places = sorted(place for place in {*before, *after} if before.get(place) != after.get(place))
    return tuple(Reconciled(*place) for place in places)


def _same_month(earlier: Edition, later: Edition) -> Moved:
    shared = _months(earlier) & _months(later)
    if not shared:
        return Moved(None, None)
    chosen = default_month(earlier)
    month = chosen if chosen in shared else max(shared)
    after = _standing(later, month)
    return Moved(_standing(earlier, month, after.goal if after else None), after)


def _months(opened: Edition) -> set[dt.date]:
    return {row.month for row in answers.known_months(opened)}


def _standing(opened: Edition, month: dt.date, goal: str | None = None) -> Standing | None:
    try:
        chosen = goal or default_goal(opened, month)
    except NoGoal:
        return None
    rows: Sequence[answers.GoalProgress] = answers.goal_progress(opened, as_of=month, goal=chosen)
    return next((Standing(row.as_of, row.goal, row.active, row.gap, row.status) for row in rows), None)
