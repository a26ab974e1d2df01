"""What must hold to the unit: parts make the whole, flows close, the bridge adds up, counts are whole."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import answers
from enrollment.answers import Filters
from enrollment.edition import Edition
from tests.builders import DataDirectory, Reference, cell
from tests.builders.drawn import PROVINCES, SEGMENTS, SOURCES, Step, filters, histories, references

pytestmark = pytest.mark.long

DIMENSIONS = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")
IN = ("new", "reactivated", "moved_in", "reclassified_in")
OUT = ("lapsed", "moved_out", "reclassified_out")
COUNTS = ("opening", *IN, *OUT, "correction", "closing", "net_change", "carried")


@contextmanager
def published(steps: Sequence[Step], reference: Reference | None = None) -> Iterator[Edition]:
    """The edition of a random history."""
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        for number, step in enumerate(steps):
            directory.deliver(step.month, *step.rows, file=f"kiriman-{number}.csv", received=step.received)
        yield directory.publish()


def known(edition: Edition) -> list[dt.date]:
    return [row.month for row in answers.known_months(edition)]


def total(rows: Iterable[Any], name: str) -> int:
    """The sum of a column, what is not known left out."""
    return sum(getattr(row, name) or 0 for row in rows)


def closes(row: answers.Breakdown | answers.MovementByMonth) -> bool:
    """Whether opening, flows and correction of a row lead to its closing stock."""
    assert row.opening is not None
    flows = sum(getattr(row, name) or 0 for name in IN) - sum(getattr(row, name) or 0 for name in OUT)
    return row.closing == row.opening + flows + (row.correction or 0)


@given(st.data(), histories(), filters)
def test_parts_close_over_every_span_and_add_up_to_the_same_whole_in_every_dimension(
    data: st.DataObject, steps: tuple[Step, ...], chosen: Filters
) -> None:
    with published(steps) as edition:
        since, as_of = sorted(data.draw(st.sampled_from(known(edition)), name) for name in ("since", "as of"))
        wholes = []
        for dimension in DIMENSIONS:
            rows = answers.breakdown(edition, dimension=dimension, since=since, as_of=as_of, **chosen)
            assert [row for row in rows if not closes(row)] == []
            assert [row for row in rows if row.net_change != row.closing - (row.opening or 0)] == []
            wholes.append({name: total(rows, name) for name in COUNTS})
            months = answers.breakdown_by_month(edition, dimension=dimension, as_of=as_of, **chosen)
            assert total([row for row in months if row.month == as_of], "active") == wholes[-1]["closing"]
            if dimension == "programmes":
                params = {"since": since, "as_of": as_of, **chosen}
                for row in answers.breakdown(edition, dimension="programme", **params):
                    assert closes(row)
                    counts_everybody_in_a_set_with_it(row, rows)
        assert wholes == wholes[:1] * len(DIMENSIONS)
        if chosen == Filters():
            shown = {row.month: row.active for row in answers.known_months(edition)}
            assert (wholes[0]["opening"], wholes[0]["closing"]) == (shown[since], shown[as_of])


def counts_everybody_in_a_set_with_it(row: answers.Breakdown, sets: Iterable[answers.Breakdown]) -> None:
    """A programme is never added to another: its count is the sum over the sets that contain it."""
    within = [item for item in sets if row.part in str(item.part).split("+")]
    counts = {name: getattr(row, name) or 0 for name in COUNTS}
    assert counts == {name: total(within, name) for name in COUNTS}


def test_programmes_overlap_so_their_counts_exceed_the_people(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own")
    directory.deliver("2021-04", cell(100), cell(10, programmes="JKK+JKM+JHT"))
    rows = answers.breakdown(
        directory.publish(), dimension="programme", since=None, as_of=dt.date(2021, 4, 30)
    )
    assert {row.part: row.closing for row in rows} == {"JKK": 110, "JKM": 110, "JHT": 10}


@given(st.data(), histories())
def test_flows_lead_from_opening_to_closing_and_files_hold_everybody_in_each_month(
    data: st.DataObject, steps: tuple[Step, ...]
) -> None:
    with published(steps) as edition:
        months = known(edition)
        one = {"source": SOURCES, "segment": SEGMENTS, "province": PROVINCES}
        narrow: Any = {
            name: data.draw(st.one_of(st.none(), st.sampled_from(codes).map(lambda code: (code,))), name)
            for name, codes in one.items()
        }
        rows = answers.movement_by_month(edition, as_of=months[-1], **narrow)
        assert all(closes(row) for row in rows if row.month != months[0])
        assert all(row.opening is None and row.correction is None for row in rows if row.month == months[0])
        for before, row in pairwise(rows):
            if months.index(row.month) == months.index(before.month) + 1:
                assert row.opening == before.closing
            else:
                assert (row.opening, before.closing) == (0, 0)
        for month in answers.known_months(edition):
            files = answers.active_lineage(edition, as_of=month.month)
            assert total(files, "active") == month.active


@given(histories(), references())
def test_verified_committed_and_unassigned_make_the_rise_exactly(
    steps: tuple[Step, ...], reference: Reference
) -> None:
    with published(steps, reference) as edition:
        for as_of in known(edition):
            for goal in reference.targets:
                people = {
                    row.step: row.people
                    for row in answers.commitment_bridge(edition, as_of=as_of, goal=goal["goal"])
                }
                if goal["baseline"] is None:
                    assert people == {}
                    continue
                assert people["committed"] >= 0
                assert people["verified"] + people["committed"] + people["unassigned"] == (
                    people["target"] - people["baseline"]
                )


@pytest.mark.parametrize("dimension", ["regency", "sex", "age_band"])
def test_people_of_whom_a_dimension_is_not_reported_are_a_part_of_their_own(
    tmp_path: Path, dimension: str
) -> None:
    value = {"regency": "1101", "sex": "P", "age_band": "60+"}[dimension]
    directory = DataDirectory(tmp_path / "own")
    directory.deliver("2021-04", cell(100, source="PEMDA"), file="pemda.csv")
    directory.deliver("2021-04", cell(30, **{dimension: value}), cell(7), file="tpp.csv")
    rows = answers.breakdown(directory.publish(), dimension=dimension, since=None, as_of=dt.date(2021, 4, 30))
    assert [(row.part, row.closing) for row in rows] == [(None, 107), (value, 30)]


@pytest.mark.parametrize("table", ["cube_fine", "cube_coarse", "months", "lineage", "deliveries"])
def test_counts_are_whole_numbers_in_the_edition_itself(tmp_path: Path, table: str) -> None:
    directory = DataDirectory(tmp_path / "own")
    directory.deliver("2021-04", cell(100, new=1))
    cursor = directory.publish().cursor()
    types = {row[0]: row[1] for row in cursor.execute(f"describe {table}").fetchall()}
    cursor.close()
    plain = {"DATE", "VARCHAR", "BOOLEAN", "TIMESTAMP", "BIGINT"}
    assert {name: kind for name, kind in types.items() if kind not in plain} == {}
    counts = set(types) & {"active", "opening", *IN, *OUT, "correction", "flows_unknown", "cells", "missing"}
    assert {types[name] for name in counts} == {"BIGINT"}


def test_a_single_code_filters_as_a_list_of_one_does(sample_edition: Edition) -> None:
    as_of = known(sample_edition)[-1]
    one: Filters = {"source": "TPP", "province": "32"}
    listed: Filters = {"source": ["TPP"], "province": ["32"]}
    assert answers.movement_by_month(sample_edition, as_of=as_of, **one) == answers.movement_by_month(
        sample_edition, as_of=as_of, **listed
    )
