"""Every answer over random small histories equals the one worked out naively in plain Python."""

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import answers, query
from enrollment.answers import Filters
from enrollment.edition import Edition
from enrollment.months import add_months, parse_month
from enrollment.reconciliation.result import Result
from tests import oracle
from tests.builders import DataDirectory, Reference
from tests.builders.drawn import MONTHS, Step, filters, histories, references, results
from tests.oracle import DIMENSIONS, Known

pytestmark = pytest.mark.long

ALL_DIMENSIONS = (*DIMENSIONS, "programme")
DAY_ONE = dt.date(2020, 10, 31)


def deliver(directory: DataDirectory, steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps, start=1):
        directory.deliver(step.month, *step.rows, file=f"kiriman-{number}.csv", received=step.received)


def agree(question: str, edition: Edition, known: Known, **params: Any) -> None:
    """The edition answers what the oracle works out from what it knows."""
    expected = getattr(oracle, question)(known, **params)
    answered = getattr(answers, question)(edition, **params)
    assert list(answered) == expected, (question, params)


@given(references(), histories(most=4), results())
def test_questions_about_commitments_are_answered_as_the_oracle_does(
    reference: Reference, steps: tuple[Step, ...], made: tuple[Result, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        deliver(directory, steps)
        directory.reconcile(*made)
        edition, known = directory.publish(), directory.published
        agree("instructions", edition, known)
        for as_of in oracle.months(known):
            for question in ASKED_OF_A_MONTH:
                agree(question, edition, known, as_of=as_of)
            for row in reference.targets:
                agree("commitment_bridge", edition, known, as_of=as_of, goal=row["goal"])


ASKED_OF_A_MONTH = (
    "commitment_ladder",
    "commitment_by_month",
    "next_steps",
    "agreements_register",
    "reconciliation_by_month",
    "reconciliation_missing",
    "reconciliation_rules",
)


@given(st.data(), references(), histories())
def test_questions_about_the_whole_country_are_answered_as_the_oracle_does(
    data: st.DataObject, reference: Reference, steps: tuple[Step, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        deliver(directory, steps)
        edition, known = directory.publish(), directory.published
        for question in ASKED_AS_THEY_ARE:
            agree(question, edition, known)
        for as_of in oracle.months(known):
            agree("missing_deliveries", edition, known, as_of=as_of)
            agree("active_lineage", edition, known, as_of=as_of)
            agree("source_overlap", edition, known, as_of=as_of)
            agree("people_known_since", edition, known, as_of=as_of)
            agree("retention_by_joining_month", edition, known, as_of=as_of)
            agree("commitment_by_source", edition, known, as_of=as_of)
            for row in (*reference.targets, {"goal": "2019-unheard-of"}):
                agree("goal_progress", edition, known, as_of=as_of, goal=row["goal"])
                agree("commitment_bridge", edition, known, as_of=as_of, goal=row["goal"])
        day = st.dates(DAY_ONE, dt.date(2021, 5, 31))
        since, as_of = data.draw(st.one_of(st.none(), day), "since"), data.draw(day, "as of")
        agree("annotations", edition, known, since=since, until=data.draw(st.one_of(st.none(), day), "until"))
        agree("events", edition, known, as_of=as_of)
        agree("prognoses", edition, known, known_on=data.draw(st.one_of(st.none(), day), "known on"))
        agree("eligible_workers", edition, known, as_of=as_of.replace(year=as_of.year - 1))
        agree("eligible_workers", edition, known, as_of=as_of)
        agree("active_by_month", edition, known, since=since, as_of=as_of)
        agree("published_active", edition, known, since=since or DAY_ONE, until=as_of)
        month_unknown = add_months(oracle.months(known)[-1], 1)
        agree("goal_progress", edition, known, as_of=month_unknown, goal="2021-0")
        agree("commitment_bridge", edition, known, as_of=month_unknown, goal="2021-0")
        agree("people_known_since", edition, known, as_of=month_unknown)


ASKED_AS_THEY_ARE = (
    "known_months",
    "published_goals",
    "dimension_parts",
    "province_tiles",
    "delivery_completeness",
    "deliveries_received",
)


@given(st.data(), histories(), filters)
def test_questions_over_a_dimension_are_answered_as_the_oracle_does(
    data: st.DataObject, steps: tuple[Step, ...], chosen: Filters
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder))
        deliver(directory, steps)
        edition, known = directory.publish(), directory.published
        months = oracle.months(known)
        for dimension in ALL_DIMENSIONS:
            as_of = data.draw(st.sampled_from(months), "as of")
            opens = [None, DAY_ONE, *(parse_month(month) for month in MONTHS if parse_month(month) <= as_of)]
            since = data.draw(st.sampled_from(opens), "since")
            params = {"dimension": dimension, "as_of": as_of, **chosen}
            agree("breakdown", edition, known, since=since, **params)
            agree("breakdown_by_month", edition, known, **params)
            across = data.draw(st.sampled_from(ALL_DIMENSIONS), "across")
            agree("crosstab", edition, known, across=across, since=since, **params)
        for narrow in ({}, chosen, {"source": ("TPP",)}):
            agree("movement_by_month", edition, known, as_of=months[-1], **narrow)


@given(histories(most=5), histories(most=4))
def test_what_changed_between_two_editions_is_listed_as_the_oracle_lists_it(
    first: tuple[Step, ...], then: tuple[Step, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder))
        deliver(directory, first)
        earlier, known_earlier = directory.publish(), directory.published
        deliver(directory, then)
        later, known_later = directory.publish(), directory.published
        for now, known, past, known_past in (
            (later, known_later, earlier, known_earlier),
            (earlier, known_earlier, later, known_later),
        ):
            changes = answers.edition_changes(now, earlier=past)
            assert list(changes) == oracle.edition_changes(known, earlier=known_past)
        assert answers.edition_changes(later, earlier=later) == ()


def test_no_question_is_left_out() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in query.names() if f'"{name}"' not in source and f".{name}(" not in source] == []
