"""Row rules: whatever is asked of an edition as an officer sees it, it adds up and names no other partner."""

import datetime as dt
import io
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import answers, comparison, rights, sandbox, schema
from enrollment.edition import Edition, Publication
from enrollment.reconciliation.result import Result
from enrollment.rights import OTHERS
from tests import oracle
from tests.builders import DataDirectory, Reference, cell
from tests.builders.drawn import SOURCES, Step, filters, histories, references, results
from tests.oracle import DIMENSIONS, Known, movement

pytestmark = pytest.mark.long

KEPT = sorted((Path(__file__).parent / "editions").glob("*/editions/*.gz"))
DIVIDED = ("source", "segment", "province", "regency", "programmes", "programme", "sex", "age_band")
OWN_ROWS = (
    "commitment_by_source",
    "commitment_ladder",
    "commitment_by_month",
    "next_steps",
    "reconciliation_missing",
    "reconciliation_rules",
)
OF_THE_COUNTRY = ("people_known_since",)

officers = st.sets(st.sampled_from(SOURCES), max_size=3).map(sorted)
"""The partners of an officer; in drawn reference data each source is a partner of its own name."""


def seen_by(edition: Edition, own: Sequence[str]) -> Edition:
    return edition.seen(rights.sight(own))


def deliver(directory: DataDirectory, steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps, start=1):
        directory.deliver(step.month, *step.rows, file=f"kiriman-{number}.csv", received=step.received)


def veiled(found: Callable[[Known], Sequence[Mapping[str, Any]]], own: Sequence[str]) -> Any:
    """The cells of the oracle as an officer may see them: those of others are divided by nothing."""
    elsewhere = dict.fromkeys(DIMENSIONS, OTHERS)
    return lambda known: [row if row["source"] in own else {**row, **elsewhere} for row in found(known)]


@given(st.data(), histories(most=5), officers, filters)
def test_questions_over_a_dimension_are_answered_as_the_oracle_does(
    data: st.DataObject, steps: tuple[Step, ...], own: list[str], chosen: answers.Filters
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        directory = DataDirectory(Path(folder))
        deliver(directory, steps)
        edition, known = seen_by(directory.publish(), own), directory.published
        patch.setattr(movement, "cells", veiled(movement.cells, own))
        months = oracle.months(known)
        as_of = data.draw(st.sampled_from(months), "as of")
        since = data.draw(st.one_of(st.none(), st.sampled_from(months)), "since")
        dimension, across = (data.draw(st.sampled_from(DIVIDED), name) for name in ("by", "across"))
        span = {"as_of": as_of, "since": since}
        asked: list[tuple[str, dict[str, Any]]] = [
            ("movement_by_month", {"as_of": as_of, **chosen}),
            ("breakdown_by_month", {"dimension": dimension, "as_of": as_of, **chosen}),
            ("breakdown", {"dimension": dimension, **span, **chosen}),
            ("breakdown", {"dimension": "source", **span}),
            ("crosstab", {"dimension": dimension, "across": across, **span, **chosen}),
        ]
        for question, params in asked:
            expected = getattr(oracle, question)(known, **params)
            assert list(getattr(answers, question)(edition, **params)) == expected, (question, params)


@given(references(), histories(most=4), results(), officers)
def test_what_is_told_of_single_sources_is_told_of_own_ones_alone(
    reference: Reference, steps: tuple[Step, ...], made: tuple[Result, ...], own: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        deliver(directory, steps)
        directory.reconcile(*made)
        edition, known = seen_by(directory.publish(), own), directory.published
        ours = replace(known, agreements=tuple(row for row in known.agreements if row["source"] in own))
        for as_of in oracle.months(known):
            for question in OWN_ROWS:
                expected = [row for row in getattr(oracle, question)(known, as_of=as_of) if row.source in own]
                assert list(getattr(answers, question)(edition, as_of=as_of)) == expected, question
            register = list(answers.agreements_register(edition, as_of=as_of))
            assert register == oracle.agreements_register(ours, as_of=as_of)
            happened = [
                row for row in oracle.events(known, as_of=as_of) if row.source is None or row.source in own
            ]
            assert list(answers.events(edition, as_of=as_of)) == happened
            reconciled = answers.reconciliation_by_month(edition, as_of=as_of)
            found = [row for row in oracle.reconciliation_by_month(known, as_of=as_of) if row.source in own]
            assert [counts(row) for row in reconciled] == [counts(row) for row in found]


def counts(row: Any) -> dict[str, Any]:
    """A reconciliation without the lists of other sources."""
    return {name: value for name, value in asdict(row).items() if name not in ("totals_only", "carried")}


@given(references(), histories(most=4), results(), officers)
def test_what_is_told_of_the_country_stays_exact(
    reference: Reference, steps: tuple[Step, ...], made: tuple[Result, ...], own: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        deliver(directory, steps)
        directory.reconcile(*made)
        edition, known = seen_by(directory.publish(), own), directory.published
        for question in ("known_months", "published_goals", "province_tiles", "instructions"):
            assert list(getattr(answers, question)(edition)) == getattr(oracle, question)(known)
        for as_of in oracle.months(known):
            for question in OF_THE_COUNTRY:
                expected = getattr(oracle, question)(known, as_of=as_of)
                assert list(getattr(answers, question)(edition, as_of=as_of)) == expected
            for row in reference.targets:
                asked = {"as_of": as_of, "goal": row["goal"]}
                assert list(answers.goal_progress(edition, **asked)) == oracle.goal_progress(known, **asked)
                bridge = list(answers.commitment_bridge(edition, **asked))
                assert bridge == oracle.commitment_bridge(known, **asked)
            traced = answers.active_lineage(edition, as_of=as_of)
            whole = oracle.active_lineage(known, as_of=as_of)
            assert sum(row.active for row in traced) == sum(row.active for row in whole)
            assert [figures(row) for row in traced if row.source in own] == [
                figures(row) for row in whole if row.source in own
            ]
            late = [row for row in oracle.missing_deliveries(known, as_of=as_of) if row.source in own]
            named = answers.missing_deliveries(edition, as_of=as_of)
            assert [row for row in named if row.source in own] == late
        came = [row for row in answers.delivery_completeness(edition) if row.source in own]
        assert came == [row for row in oracle.delivery_completeness(known) if row.source in own]


def figures(row: answers.ActiveLineage) -> tuple[Any, ...]:
    return row.source, row.sha256, row.delivered_month, row.active


@given(histories(most=6), officers)
def test_what_differs_between_two_editions_adds_up_too(steps: tuple[Step, ...], own: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder))
        deliver(directory, steps[:1])
        first = directory.publish()
        deliver(directory, steps[1:])
        second = directory.publish()
        whole = answers.edition_changes(second, earlier=first)
        seen = answers.edition_changes(seen_by(second, own), earlier=seen_by(first, own))
        mine = [(row.month, row.source, row.before, row.after) for row in whole if row.source in own]
        assert [(row.month, row.source, row.before, row.after) for row in seen if row.source in own] == mine
        assert {row.source for row in seen} <= {*own, OTHERS}
        moved: dict[dt.date, int] = defaultdict(int)
        for row in whole:
            moved[row.month] += row.change
        for row in seen:
            moved[row.month] -= row.change
        assert not any(moved.values())


# Numbers of single sources that could be nobody else's.
SECRETS = {"TPP": 100_003, "BUMDES": 200_017, "PEMDA": 400_031, "LAINNYA": 800_077}
MONTHS = ("2021-06", "2021-07", "2021-08")


@pytest.fixture(scope="module")
def told_apart(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """An edition in which each source has a segment, a place and numbers of its own."""
    directory = DataDirectory(tmp_path_factory.mktemp("told-apart"))
    deliver_secrets(directory, MONTHS)
    return directory.publish()


def deliver_secrets(directory: DataDirectory, months: Sequence[str]) -> None:
    for month in months:
        later = MONTHS.index(month)
        rows = [
            cell(
                number + 1_009 * later,
                source=source,
                segment=segment,
                province=province,
                sex=sex,
                new=number // 100 + 13 + 7 * later,
                lapsed=number // 1_000 + 3 * later,
            )
            for (source, number), segment, province, sex in zip(
                SECRETS.items(),
                ("PU", "BPU", "PMI", "JAKON"),
                ("ID-AC", "ID-JB", "ID-PA", "ID-PA"),
                ("L", "P", "L", "P"),
                strict=True,
            )
        ]
        directory.deliver(month, *rows)


def numbers_of(edition: Edition, source: str) -> set[int]:
    """Every number of people that the whole edition tells of a source, large enough to be told apart."""
    rows = answers.breakdown_by_month(edition, dimension="source", as_of=dt.date(2021, 8, 31))
    found = {value for row in rows if row.part == source for value in asdict(row).values()}
    return {value for value in found if isinstance(value, int) and value > 500}


def values_of(edition: Edition) -> Iterator[tuple[str, Any]]:
    """Every value of every table, as it is seen."""
    cursor = edition.cursor()
    try:
        for table in schema.TABLES:
            for row in cursor.execute(f'from "{table.name}"').fetchall():
                yield from ((table.name, value) for value in row)
        for table in ("deliveries", "lineage", "lineage_parts", "reconciliations"):
            for row in cursor.execute(f"from {table}").fetchall():
                yield from ((table, value) for value in row)
    finally:
        cursor.close()


@pytest.mark.parametrize("officer", SECRETS)
def test_no_code_and_no_number_of_another_source_is_anywhere(told_apart: Edition, officer: str) -> None:
    seen = seen_by(told_apart, [officer])
    others = {source: numbers_of(told_apart, source) for source in SECRETS if source != officer}
    assert all(others.values())
    hidden = {*others, *(number for found in others.values() for number in found)}
    leaks = [(table, value) for table, value in values_of(seen) if value in hidden]
    assert leaks == []
    own = {value for _, value in values_of(seen)}
    assert numbers_of(told_apart, officer) & own


def test_neither_the_cube_nor_an_own_statement_gives_more(told_apart: Edition) -> None:
    seen = seen_by(told_apart, ["TPP"])
    target = io.BytesIO()
    seen.write_cube(target)
    sources = {row["source"] for row in pq.read_table(target).to_pylist()}
    assert sources == {"TPP", OTHERS}
    asked = "select distinct source from cube_fine union select distinct source from lineage order by all"
    assert sandbox.Running(seen, asked).result().rows == ((OTHERS,), ("TPP",))
    assert len(sandbox.Running(told_apart, asked).result().rows) == 4


def test_an_edition_seen_otherwise_is_another_one_to_every_cache(told_apart: Edition) -> None:
    views = [told_apart, *(seen_by(told_apart, own) for own in ([], ["TPP"], ["BUMDES"], ["TPP", "BUMDES"]))]
    assert len(set(views)) == len(views)
    assert seen_by(told_apart, ["BUMDES", "TPP"]) == views[-1]
    assert views[1].whole == told_apart


def test_a_partner_without_sources_sees_the_totals_alone(told_apart: Edition) -> None:
    seen = seen_by(told_apart, ["UNHEARD_OF"])
    rows = answers.breakdown(seen, dimension="source", since=None, as_of=dt.date(2021, 8, 31))
    assert [row.part for row in rows] == [OTHERS]
    assert rows[0].closing == answers.known_months(told_apart)[-1].active


def test_without_limits_nothing_is_left_out(told_apart: Edition) -> None:
    assert rights.sight(None) is None
    assert told_apart.seen(None) == told_apart


def test_a_comparison_of_editions_keeps_to_what_is_seen(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    deliver_secrets(directory, MONTHS[:-1])
    first = directory.publish()
    deliver_secrets(directory, MONTHS[-1:])
    second = directory.publish()
    assert {row.source for row in comparison.compare(second, first).changes} == set(SECRETS)
    seen = comparison.compare(seen_by(second, ["TPP"]), seen_by(first, ["TPP"]))
    assert {row.source for row in seen.changes} == {"TPP", OTHERS}


@pytest.mark.parametrize("packed", KEPT, ids=lambda path: path.parts[-3])
def test_an_edition_of_any_age_can_be_seen_so(packed: Path, tmp_path: Path) -> None:
    import gzip

    path = tmp_path / packed.stem
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    (record,) = (packed.parents[1] / "publications").glob("*.json")
    said = json.loads(record.read_text(encoding="utf-8"))
    time = dt.datetime.fromisoformat(said["time"])
    publication = Publication(1, time, "", "", said["fingerprint"], said["sha256"], path.name)
    whole = Edition(publication, path)
    seen = seen_by(whole, ["KEMENDES"])
    assert answers.known_months(seen) == answers.known_months(whole)
    (last,) = answers.known_months(whole)[-1:]
    for opened in (whole, seen):
        rows = answers.active_lineage(opened, as_of=last.month)
        assert sum(row.active for row in rows) == last.active
    parts = answers.breakdown(seen, dimension="source", since=None, as_of=last.month)
    assert OTHERS in {row.part for row in parts}
