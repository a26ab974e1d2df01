"""Reconciliations in an edition: every count of them, and an edition that is another one with them."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enrollment import answers, comparison, edition, verification
from enrollment.reconciliation.result import CLASSES, PEOPLE
from tests import oracle
from tests.builders import DataDirectory, cell, reconciled

APRIL, MAY = dt.date(2021, 4, 30), dt.date(2021, 5, 31)
SINCE = {"newly_registered": 4, "joined": 3, "left": 2, "lost": 1}
RESULTS = (
    reconciled(
        "2021-05",
        active_all=50,
        active_part=20,
        not_found=9,
        lapsed=3,
        invalid=2,
        duplicate=1,
        missing={"JHT": 15, "JKM": 1, "JHT+JKM": 4},
        rules={"nik_digits": 1, "birth_sex": 1},
        since=SINCE,
        newly_active=12,
        reverse=5,
    ),
    reconciled("2021-04", active_all=30, other_source=2, not_found=40, out_of_scope=1),
    reconciled("2021-05", "BUMDES", not_found=100, near_misses=3, carried=("BUMDES", "TPP"), simulated=True),
)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    made = DataDirectory(tmp_path / "own")
    made.deliver("2021-04", cell(35), cell(500, source="LAINNYA"))
    made.deliver("2021-05", cell(75), cell(480, source="LAINNYA"))
    return made


@pytest.mark.parametrize("as_of", [dt.date(2021, 3, 31), APRIL, MAY])
@pytest.mark.parametrize("source", [None, ("BUMDES",), ("TPP", "BUMDES"), ()])
@pytest.mark.parametrize(
    "question", ["reconciliation_by_month", "reconciliation_missing", "reconciliation_rules"]
)
def test_every_count_of_a_reconciliation_is_in_the_edition(
    directory: DataDirectory, question: str, as_of: dt.date, source: Any
) -> None:
    directory.reconcile(*RESULTS)
    answered = getattr(answers, question)(directory.publish(), as_of=as_of, source=source)
    assert list(answered) == getattr(oracle, question)(directory.published, as_of=as_of, source=source)


def test_the_classes_sum_to_the_rows_and_the_first_five_to_the_people(directory: DataDirectory) -> None:
    directory.reconcile(*RESULTS)
    rows = answers.reconciliation_by_month(directory.publish(), as_of=MAY)
    assert len(rows) == 3
    for row in rows:
        assert sum(getattr(row, name) for name in CLASSES) == row.rows
        assert sum(getattr(row, name) for name in PEOPLE) == row.people


def test_nothing_was_reconciled_where_no_roster_came(directory: DataDirectory) -> None:
    opened = directory.publish()
    assert answers.reconciliation_by_month(opened, as_of=MAY) == ()
    assert answers.reconciliation_missing(opened, as_of=MAY) == ()
    assert answers.reconciliation_rules(opened, as_of=MAY) == ()


def test_an_edition_is_another_one_with_other_counts_and_the_same_one_at_another_time(
    directory: DataDirectory,
) -> None:
    without = directory.publish().fingerprint
    directory.reconcile(RESULTS[0])
    first = directory.publish().fingerprint
    later = replace(
        RESULTS[0], name="lain", file="lain.csv", by="lain", at=dt.datetime(2021, 10, 1, tzinfo=dt.UTC)
    )
    directory.known = replace(directory.known, results=(later,))
    assert directory.publish().fingerprint == first != without
    directory.known = replace(directory.known, results=(replace(later, newly_active=13),))
    assert directory.publish().fingerprint != first


def test_two_editions_name_the_rosters_whose_counts_differ(directory: DataDirectory) -> None:
    directory.reconcile(*RESULTS)
    first = directory.publish()
    at = dt.datetime(2021, 10, 1, tzinfo=dt.UTC)
    changed = (replace(RESULTS[0], near_misses=1), replace(RESULTS[1], at=at, file="lain.csv"))
    directory.known = replace(directory.known, results=changed)
    found = comparison.compare(directory.publish(), first)
    assert [(row.month, row.source) for row in found.reconciled] == [(MAY, "BUMDES"), (MAY, "TPP")]
    assert comparison.compare(first, first).reconciled == ()


def test_an_edition_with_reconciliations_is_what_was_published(directory: DataDirectory) -> None:
    directory.reconcile(*RESULTS)
    opened = directory.publish()
    assert edition.recomputed_fingerprint(opened) == opened.fingerprint
    assert verification.verify(directory.store) == ()
