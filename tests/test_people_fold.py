"""People one by one: every flow exact to the person, whoever is late, twice or somewhere else."""

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings

from enrollment import answers, fold
from enrollment.answers import Filters
from enrollment.fold import people
from tests import oracle
from tests.builders import DataDirectory, Reference, cell, person
from tests.builders.drawn import PROVINCES, SOURCES, filters
from tests.builders.drawn_people import Step, deliver, histories, references, turnover
from tests.oracle import DIMENSIONS, INWARD, OUTWARD, RECLASSIFIED, Row

pytestmark = pytest.mark.long

MARCH, APRIL, MAY = dt.date(2021, 3, 31), dt.date(2021, 4, 30), dt.date(2021, 5, 31)
FLOWS = (*INWARD, *OUTWARD, *RECLASSIFIED)
COLUMNS = (
    "month",
    *DIMENSIONS,
    "opening",
    *FLOWS,
    "correction",
    "active",
    "flows_unknown",
    "carried",
    "simulated",
)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "own")


# Random histories


def folded(directory: DataDirectory) -> list[dict[str, Any]]:
    """The cells of all months as the fold makes them."""
    priorities = {row["source"]: row["priority"] for row in directory.known.partner_sources}
    origins = fold.origins(directory.store.deliveries(), {})
    parts = fold.parts(directory.store, origins, priorities)
    with duckdb.connect() as connection:
        found = connection.execute(
            "select * from read_parquet($paths)", {"paths": [str(part.path) for part in parts]}
        )
        names = [column[0] for column in found.description]
        cells = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [{name: cell[name] for name in COLUMNS} for cell in cells]


def by_cell(cells: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(cell[name] for name in ("month", *DIMENSIONS)): cell for cell in cells}
    assert len(found) == len(cells)
    return found


def agree(directory: DataDirectory) -> list[dict[str, Any]]:
    """Every cell that the fold makes is the one worked out person by person; the cells."""
    cells = folded(directory)
    expected = by_cell(oracle.cells(directory.known))
    assert {key: {name: cell[name] for name in COLUMNS} for key, cell in expected.items()} == by_cell(cells)
    return cells


def closes(cell: Row) -> bool:
    known = {name: cell[name] or 0 for name in FLOWS}
    inward = sum(known[name] for name in (*INWARD, "reclassified_in"))
    outward = sum(known[name] for name in (*OUTWARD, "reclassified_out"))
    return bool(cell["opening"] + inward - outward + cell["correction"] == cell["active"])


def test_every_cell_and_flow_is_the_one_worked_out_person_by_person(size: Callable[[int, int], int]) -> None:
    @settings(max_examples=size(6, 1_000))
    @given(references, histories())
    def hold(reference: Reference, history: tuple[Step, ...]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            directory = DataDirectory(Path(folder), reference)
            deliver(directory, history)
            cells = agree(directory)
            for month in {cell["month"] for cell in cells}:
                here = [cell for cell in cells if cell["month"] == month]
                assert all(closes(cell) for cell in here if cell["opening"] is not None)
                if all(step.kind == "members" for step in history):
                    for way in ("moved", "reclassified"):
                        came = sum(cell[f"{way}_in"] or 0 for cell in here)
                        assert came == sum(cell[f"{way}_out"] or 0 for cell in here)

    hold()


@given(references, histories())
def test_the_answers_about_people_are_those_worked_out_person_by_person(
    reference: Reference, history: tuple[Step, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        deliver(directory, history)
        edition, known = directory.publish(), directory.published
        assert list(answers.known_months(edition)) == oracle.known_months(known)
        for month in oracle.months(known):
            for question in ASKED_BY_MONTH:
                answered = getattr(answers, question)(edition, as_of=month)
                assert list(answered) == getattr(oracle, question)(known, as_of=month), question


ASKED_BY_MONTH = (
    "source_overlap",
    "active_lineage",
    "missing_deliveries",
    "movement_by_month",
    "people_known_since",
    "retention_by_joining_month",
)


def test_who_stays_is_counted_by_when_and_where_they_joined(size: Callable[[int, int], int]) -> None:
    @settings(max_examples=size(5, 400))
    @given(turnover(), filters)
    def hold(history: tuple[Step, ...], chosen: Filters) -> None:
        with tempfile.TemporaryDirectory() as folder:
            directory = DataDirectory(Path(folder))
            deliver(directory, history)
            edition, known = directory.publish(), directory.published
            narrow: Any = {name: chosen.get(name) for name in ("source", "segment", "province")}
            for as_of in (oracle.months(known)[-1], oracle.months(known)[0]):
                for said in ({}, narrow):
                    answered = answers.retention_by_joining_month(edition, as_of=as_of, **said)
                    assert list(answered) == oracle.retention_by_joining_month(known, as_of=as_of, **said)
            # Who joins is who the cube says is new.
            for row in answers.retention_by_joining_month(edition, as_of=oracle.months(known)[-1]):
                new = (cell["new"] for cell in oracle.cells(known) if cell["month"] == row.joined)
                assert row.people == oracle.total(new)
                assert row.months or row.people == row.active

    hold()


@given(histories())
def test_how_people_are_grouped_in_parts_changes_nothing(history: tuple[Step, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(people, "ROW_GROUP", 1)
        directory = DataDirectory(Path(folder))
        deliver(directory, history)
        agree(directory)


# One rule at a time


def flows(directory: DataDirectory, month: dt.date, source: str | None = None) -> dict[str, int | None]:
    """The flows of a month that are not nought."""
    row = answers.movement_by_month(directory.publish(), as_of=month, source=source)[-1]
    named = {name: getattr(row, name) for name in (*FLOWS, "correction", "flows_unknown")}
    return {name: number for name, number in named.items() if number != 0}


def test_who_was_active_elsewhere_and_appears_under_a_partner_is_moved_never_new(
    directory: DataDirectory,
) -> None:
    others = person("c", source="LAINNYA")
    directory.deliver_people("2021-03", person("a", source="LAINNYA"), person("b"), others)
    directory.deliver_people("2021-04", person("a"), person("b"), others)
    assert flows(directory, APRIL) == {"moved_in": 1, "moved_out": 1}
    assert flows(directory, APRIL, "TPP") == {"moved_in": 1}


def test_who_comes_back_after_a_pause_is_reactivated(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b"))
    directory.deliver_people("2021-04", person("b"))
    directory.deliver_people("2021-05", person("a"), person("b"), person("c"))
    assert flows(directory, APRIL) == {"lapsed": 1}
    assert flows(directory, MAY) == {"reactivated": 1, "new": 1}


def test_a_birthday_year_shows_in_january_as_a_reclassification(directory: DataDirectory) -> None:
    directory.deliver_people("2020-12", person("a", birth_year=1991), person("b", birth_year=1985))
    directory.deliver_people("2021-01", person("a", birth_year=1991), person("b", birth_year=1985))
    january = dt.date(2021, 1, 31)
    assert flows(directory, january) == {"reclassified_in": 1, "reclassified_out": 1}


def test_people_of_a_late_source_stay_wherever_else_they_are_listed(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a", source="BUMDES"), person("b"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    edition = directory.publish()
    assert flows(directory, APRIL) == {}
    assert [
        (row.source, row.listed, row.counted, row.elsewhere)
        for row in answers.source_overlap(edition, as_of=APRIL)
    ] == [
        ("TPP", 2, 1, 1),
        ("BUMDES", None, None, None),
    ]


def test_provinces_that_no_file_of_the_month_names_are_carried(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b", province="ID-JB"))
    directory.deliver_people("2021-04", person("c"), scope="province")
    edition = directory.publish()
    april = answers.known_months(edition)[-1]
    assert (april.active, april.missing, april.carried) == (2, 1, 1)
    assert flows(directory, APRIL) == {"new": 1, "lapsed": 1}
    lineage = answers.active_lineage(edition, as_of=APRIL)
    assert {row.file: row.active for row in lineage} == {"peserta-2021-03.csv": 1, "peserta-2021-04.csv": 1}


def test_of_a_source_that_goes_from_totals_to_people_only_the_net_change_is_known(
    directory: DataDirectory,
) -> None:
    directory.deliver("2021-03", cell(5))
    directory.deliver_people("2021-04", person("a"), person("b"))
    unknown = dict.fromkeys(FLOWS)
    assert flows(directory, APRIL) == {**unknown, "correction": -3, "flows_unknown": -3}
    directory.deliver_people("2021-05", person("a"), person("c"))
    assert flows(directory, MAY) == {"new": 1, "lapsed": 1}


def test_under_other_keys_nobody_is_recognised_and_the_overlap_is_not_known(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b", source="PEMDA"))
    directory.deliver_people("2021-04", person("a"), key_space="1" * 16, file="kunci-baru.csv")
    directory.deliver_people("2021-04", person("b", source="PEMDA"))
    edition = directory.publish()
    assert flows(directory, APRIL, "TPP") == dict.fromkeys(FLOWS)
    assert {row.elsewhere for row in answers.source_overlap(edition, as_of=APRIL)} == {None}


def retention(directory: DataDirectory, **said: Any) -> list[tuple[int, int, int]]:
    """Month of joining, months since and people still active, in May."""
    rows = answers.retention_by_joining_month(directory.publish(), as_of=MAY, **said)
    return [(row.joined.month, row.months, row.active) for row in rows]


def test_who_was_there_in_the_first_known_month_is_in_no_cohort(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("b"))
    directory.deliver_people("2021-05", person("a"), person("b"))
    assert retention(directory) == [(4, 0, 1), (4, 1, 1)]


def test_who_comes_back_counts_again_in_the_cohort_they_joined(directory: DataDirectory) -> None:
    directory.deliver_people("2021-02", person("a"))
    directory.deliver_people("2021-03", person("a"), person("b"), person("c"))
    directory.deliver_people("2021-04", person("a"), person("c"))
    directory.deliver_people("2021-05", person("a"), person("b"))
    assert retention(directory) == [(3, 0, 2), (3, 1, 1), (3, 2, 1)]
    (row, *_) = answers.retention_by_joining_month(directory.publish(), as_of=MARCH)
    assert (row.people, row.share) == (2, 1.0)


def test_who_moves_stays_in_the_cohort_they_joined(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    directory.deliver_people("2021-05", person("b", source="PEMDA", province="ID-JB", segment="PU"))
    assert retention(directory, source=["TPP"], segment=["BPU"], province=["ID-AC"]) == [(4, 0, 1), (4, 1, 1)]
    assert retention(directory, source=["PEMDA"]) == retention(directory, province=["ID-JB"]) == []


def test_people_who_are_carried_are_still_active_in_their_cohort(directory: DataDirectory) -> None:
    directory.deliver_people("2021-02", person("a"))
    directory.deliver_people("2021-03", person("a"), person("b"))
    # April knows nothing new of anybody, May only of another source.
    directory.deliver("2021-04", cell(5, source="LAINNYA"))
    directory.deliver_people("2021-05", person("c", source="PEMDA"))
    assert retention(directory) == [(3, 0, 1), (3, 1, 1), (3, 2, 1), (5, 0, 1)]


def test_who_appears_where_nobody_is_known_to_be_new_is_in_no_cohort(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(5))
    directory.deliver_people("2021-04", person("a"), person("b"))
    directory.deliver_people("2021-05", person("a"), person("c"))
    assert retention(directory) == [(5, 0, 1)]


def test_it_is_said_since_when_and_of_whom_people_are_known(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(5))
    directory.deliver("2021-04", cell(70, source="LAINNYA"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    edition = directory.publish()
    (march,) = answers.people_known_since(edition, as_of=MARCH)
    (april,) = answers.people_known_since(edition, as_of=APRIL)
    assert march == answers.PeopleKnownSince(None, 0, 1, 0, 5)
    assert april == answers.PeopleKnownSince(APRIL, 1, 2, 2, 72)


def test_one_more_month_of_people_folds_one_month(directory: DataDirectory) -> None:
    def folded_files() -> set[str]:
        return {path.name for path in (directory.store.root / "parts").glob("*.parquet")}

    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    directory.publish()
    before = folded_files()
    directory.deliver_people("2021-05", person("b"))
    directory.publish()
    assert before < folded_files()
    kinds = sorted(name.split("-")[0] for name in folded_files() - before)
    assert len(kinds) == 5
    assert {"cohorts", "overlap", "people", "places"} < set(kinds)


@pytest.mark.parametrize("kind", ["people", "places", "cohorts"])
def test_lost_parts_are_folded_again_to_the_same_content(directory: DataDirectory, kind: str) -> None:
    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("a", source="PEMDA"), *(person(name) for name in "bcd"))
    before = directory.publish().fingerprint
    for path in (directory.store.root / "parts").glob(f"{kind}-*.parquet"):
        path.unlink()
    directory.deliver_people("2021-05", person("b"), person("e", province="ID-JB"))
    agree(directory)
    assert directory.publish().fingerprint != before
    assert retention(directory) == [(4, 0, 3), (4, 1, 1), (5, 0, 1)]


def test_a_folded_month_that_is_made_again_numbers_its_cohorts_as_before(directory: DataDirectory) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (directory.store.root / "parts").iterdir()}

    directory.deliver_people("2021-03", person("a"))
    everywhere = [(source, province) for source in SOURCES for province in PROVINCES]
    directory.deliver_people(
        "2021-04", *(person(f"{place}", source=place[0], province=place[1]) for place in everywhere)
    )
    directory.publish()
    before = files()
    for name in before:
        (directory.store.root / "parts" / name).unlink()
    folded(directory)
    assert files() == before


def test_people_are_counted_in_whole_numbers_from_the_first_step_on(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b", source="PEMDA"))
    edition = directory.publish()
    with duckdb.connect() as connection:
        for path in (directory.store.root / "parts").glob("*.parquet"):
            described = connection.execute(
                "describe from read_parquet($path)", {"path": str(path)}
            ).fetchall()
            assert [row for row in described if row[1] in ("DOUBLE", "FLOAT", "HUGEINT")] == []
    cursor = edition.cursor()
    for table in ("lineage_parts", "overlap", "cohorts", "cube_fine"):
        types = {row[1] for row in cursor.execute(f"describe {table}").fetchall()}
        assert types <= {"DATE", "VARCHAR", "BOOLEAN", "BIGINT"}
    cursor.close()
