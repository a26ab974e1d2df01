"""What each reconciliation found."""

import datetime as dt
from collections.abc import Sequence

from enrollment import answers
from enrollment.reconciliation.result import Result
from tests.oracle.known import Known


def reconciled(known: Known, as_of: dt.date, source: Sequence[str] | None = None) -> list[Result]:
    """The reconciliations of some sources up to a month, by month and source."""
    found = [
        item for item in known.results if item.month <= as_of and (source is None or item.source in source)
    ]
    return sorted(found, key=lambda item: (item.month, item.source))


def reconciliation_by_month(
    known: Known, *, as_of: dt.date, source: Sequence[str] | None = None
) -> list[answers.ReconciliationByMonth]:
    return [
        answers.ReconciliationByMonth(
            month=result.month,
            source=result.source,
            name=result.name,
            rule_version=result.rule_version,
            agreement=result.agreement,
            agreed_on=result.agreed_on,
            agreed="+".join(result.agreed),
            file=result.file,
            reconciled_at=result.at.replace(tzinfo=None),
            rows=result.rows,
            people=result.people,
            **result.classes,
            **{
                f"{programme.lower()}_{state}": number
                for programme, counts in result.programmes.items()
                for state, number in counts.items()
            },
            near_misses=result.near_misses,
            confirmed=result.confirmed,
            reverse=result.reverse,
            newly_active=result.newly_active,
            people_since=result.people_since,
            newly_registered=result.since.newly_registered if result.since else None,
            joined=result.since.joined if result.since else None,
            left_roster=result.since.left if result.since else None,
            lost=result.since.lost if result.since else None,
            totals_only=",".join(result.totals_only),
            carried=",".join(result.carried),
            simulated=result.simulated,
        )
        for result in reconciled(known, as_of, source)
    ]


def reconciliation_missing(
    known: Known, *, as_of: dt.date, source: Sequence[str] | None = None
) -> list[answers.ReconciliationMissing]:
    return [
        answers.ReconciliationMissing(result.month, result.source, missing, people)
        for result in reconciled(known, as_of, source)
        for missing, people in sorted(result.missing.items(), key=lambda item: (-item[1], item[0]))
    ]


def reconciliation_rules(
    known: Known, *, as_of: dt.date, source: Sequence[str] | None = None
) -> list[answers.ReconciliationRules]:
    return [
        answers.ReconciliationRules(result.month, result.source, rule, rows)
        for result in reconciled(known, as_of, source)
        for rule, rows in sorted(result.rules.items(), key=lambda item: (-item[1], item[0]))
    ]
