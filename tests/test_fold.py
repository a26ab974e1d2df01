"""The fold: late sources are carried, never lapsed; the same content gives the same edition, always."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from enrollment import answers
from enrollment.edition import open_edition
from enrollment.publishing import publish
from tests.builders import DataDirectory, Reference, cell, partner_source
from tests.oracle import Row

MARCH, APRIL, MAY, JUNE = (
    dt.date(2021, 3, 31),
    dt.date(2021, 4, 30),
    dt.date(2021, 5, 31),
    dt.date(2021, 6, 30),
)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "own")


def parts_folded(directory: DataDirectory) -> set[str]:
    return {path.name for path in (directory.store.root / "parts").glob("*.parquet")}


def fingerprint(folder: Path, deliveries: list[tuple[str, Row]]) -> str:
    """The fingerprint of a new data directory to which these were delivered in this order."""
    directory = DataDirectory(folder)
    for month, row in deliveries:
        directory.deliver(month, row, file=f"kiriman-{month}-{row['source']}.csv")
    return directory.publish().fingerprint


class TestALateSource:
    @pytest.fixture
    def late(self, directory: DataDirectory) -> DataDirectory:
        """BUMDES delivers March and May; in April only the facilitators do."""
        directory.deliver("2021-03", cell(100), cell(50, source="BUMDES"))
        directory.deliver("2021-04", cell(110, new=15, lapsed=5))
        return directory

    def test_keeps_its_last_people_and_is_marked(self, late: DataDirectory) -> None:
        april = answers.known_months(late.publish())[-1]
        assert (april.month, april.active, april.missing, april.carried) == (APRIL, 160, 1, 50)

    def test_is_named_with_the_month_its_people_are_from(self, late: DataDirectory) -> None:
        expected = answers.MissingDeliveries(APRIL, "BUMDES", carried_from=MARCH, carried=50)
        assert answers.missing_deliveries(late.publish(), as_of=APRIL) == (expected,)

    def test_loses_nobody_and_moves_nobody(self, late: DataDirectory) -> None:
        april = answers.movement_by_month(late.publish(), as_of=APRIL, source="BUMDES")[-1]
        assert (april.opening, april.closing, april.lapsed, april.new, april.correction) == (
            50,
            50,
            None,
            None,
            0,
        )

    def test_does_not_count_as_having_delivered_the_month(self, late: DataDirectory) -> None:
        edition = late.publish()
        states = {
            (row.source, row.month): (row.state, row.versions, row.active)
            for row in answers.delivery_completeness(edition)
        }
        assert states["BUMDES", APRIL] == ("missing", 0, 50)
        assert [row.sources for row in answers.deliveries_received(edition) if row.month == APRIL] == [1]

    def test_runs_its_flows_from_the_month_it_delivered_last(self, late: DataDirectory) -> None:
        late.deliver("2021-05", cell(110, new=0), cell(64, source="BUMDES", new=20, lapsed=6))
        may = answers.movement_by_month(late.publish(), as_of=MAY, source="BUMDES")[-1]
        assert (may.opening, may.new, may.lapsed, may.correction, may.closing) == (50, 20, 6, 0, 64)

    def test_takes_its_place_once_it_delivers_and_the_next_month_opens_there(
        self, late: DataDirectory
    ) -> None:
        late.deliver("2021-05", cell(110, new=0), cell(64, source="BUMDES", new=20, lapsed=6))
        before = late.publish()
        late.deliver("2021-04", cell(58, source="BUMDES", new=8), file="kiriman-susulan.csv")
        after = late.publish()
        april, may = answers.movement_by_month(after, as_of=MAY, source="BUMDES")[1:]
        assert (april.closing, april.correction) == (58, 0)
        assert (may.opening, may.closing, may.correction) == (58, 64, -8)
        assert [
            (row.month, row.source, row.cause) for row in answers.edition_changes(after, earlier=before)
        ] == [(APRIL, "BUMDES", "late_source")]

    def test_is_carried_over_several_months_from_the_same_delivery(self, late: DataDirectory) -> None:
        late.deliver("2021-05", cell(112))
        late.deliver("2021-06", cell(113))
        missing = answers.missing_deliveries(late.publish(), as_of=JUNE)
        assert [(row.month, row.carried_from, row.carried) for row in missing] == [
            (APRIL, MARCH, 50),
            (MAY, MARCH, 50),
            (JUNE, MARCH, 50),
        ]


def test_a_month_that_nobody_delivered_is_known_with_everybody_carried(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(100))
    directory.deliver("2021-05", cell(120))
    months = answers.known_months(directory.publish())
    assert [(row.month, row.active, row.missing, row.carried) for row in months] == [
        (MARCH, 100, 0, 0),
        (APRIL, 100, 1, 100),
        (MAY, 120, 0, 0),
    ]


def test_a_month_is_known_even_if_nobody_is_active_in_it(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(0))
    directory.deliver("2021-05", cell(120))
    months = answers.known_months(directory.publish())
    assert [(row.month, row.active, row.missing) for row in months] == [
        (MARCH, 0, 0),
        (APRIL, 0, 1),
        (MAY, 120, 0),
    ]


def test_in_a_directory_of_its_own_a_source_is_owed_from_its_first_delivery_on(tmp_path: Path) -> None:
    expected = Reference(
        partner_sources=(
            partner_source("TPP", expected_from="2021-03"),
            partner_source("PEMDA", expected_from="2021-03"),
            partner_source("BUMDES"),
        )
    )
    directory = DataDirectory(tmp_path / "own", expected)
    directory.deliver("2021-03", cell(100))
    directory.deliver("2021-04", cell(100), cell(5, source="BUMDES"))
    directory.deliver("2021-05", cell(100))
    missing = answers.missing_deliveries(directory.publish(), as_of=MAY)
    assert [(row.month, row.source) for row in missing] == [(MAY, "BUMDES")]


def test_simulated_people_stop_marking_a_source_once_real_ones_take_their_place(
    directory: DataDirectory,
) -> None:
    directory.deliver("2021-03", cell(100, simulated=True))
    directory.deliver("2021-04", cell(110))
    directory.deliver("2021-05", cell(120))
    months = answers.known_months(directory.publish())
    assert [row.simulated for row in months] == [True, False, False]


def test_simulated_people_that_are_carried_stay_marked(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(100, simulated=True), cell(9, source="PEMDA"))
    directory.deliver("2021-04", cell(9, source="PEMDA"))
    assert answers.known_months(directory.publish())[-1].simulated


FOUR = (
    ("2021-03", cell(100, sex="L")),
    ("2021-03", cell(40, source="BUMDES", regency="1101")),
    ("2021-04", cell(110, sex="L", new=10)),
    ("2021-04", cell(60, source="PEMDA", province="ID-JB")),
)


class TestTheFingerprint:
    def test_does_not_depend_on_the_order_in_which_different_sources_came(
        self, tmp_path: Path, size: Callable[[int, int], int]
    ) -> None:
        orders = list(permutations(FOUR))[:: size(5, 1)]
        found = {fingerprint(tmp_path / str(number), list(order)) for number, order in enumerate(orders)}
        assert len(orders) == size(5, 24)
        assert len(found) == 1

    def test_does_not_depend_on_times_people_notes_and_file_names(self, tmp_path: Path) -> None:
        one, other = DataDirectory(tmp_path / "one"), DataDirectory(tmp_path / "other")
        for month, row in FOUR:
            one.deliver(month, row, file=f"a-{month}-{row['source']}.csv")
            other.deliver(
                month,
                row,
                file=f"{row['source']}.csv",
                received=dt.datetime(2022, 1, 1, tzinfo=dt.UTC),
                by="D. K.",
            )
        first = one.publish(note="Maret dan April", who="S. W.")
        second = other.publish(note="", who="D. K.", now=dt.datetime(2022, 1, 2, tzinfo=dt.UTC))
        assert first.fingerprint == second.fingerprint

    def test_does_not_depend_on_how_a_month_is_cut_into_files_or_rows_are_ordered(
        self, tmp_path: Path
    ) -> None:
        apart, together = DataDirectory(tmp_path / "apart"), DataDirectory(tmp_path / "together")
        rows = [row for month, row in FOUR if month == "2021-03"]
        for row in rows:
            apart.deliver("2021-03", row, file=f"{row['source']}.csv")
        together.deliver("2021-03", *reversed(rows))
        assert apart.publish().fingerprint == together.publish().fingerprint

    @pytest.mark.parametrize(
        "changed",
        [
            {"active": 101},
            {"active": 100, "sex": "P"},
            {"active": 100, "new": 0},
            {"active": 100, "province": "ID-PA"},
            {"active": 100, "simulated": True},
        ],
        ids=lambda changed: "-".join(changed),
    )
    def test_changes_with_every_content_of_a_cell(self, tmp_path: Path, changed: dict[str, object]) -> None:
        plain = [("2021-03", cell(100, sex="L"))]
        other = [("2021-03", {**cell(100, sex="L"), **changed})]
        assert fingerprint(tmp_path / "plain", plain) != fingerprint(tmp_path / "other", other)

    def test_tells_what_is_not_reported_from_nought(self, tmp_path: Path) -> None:
        found = {
            fingerprint(tmp_path / str(flow), [("2021-03", cell(100, lapsed=flow, new=1))])
            for flow in (None, 0)
        }
        assert len(found) == 2

    def test_changes_with_the_reference_files(self, tmp_path: Path) -> None:
        found = set()
        for priority in (1, 2):
            sources = (partner_source("TPP", priority=priority),)
            reference = replace(Reference(), partner_sources=sources)
            directory = DataDirectory(tmp_path / str(priority), reference)
            directory.deliver("2021-03", cell(100))
            found.add(directory.publish().fingerprint)
        assert len(found) == 2

    def test_is_the_same_after_the_folded_months_were_thrown_away(self, directory: DataDirectory) -> None:
        for month, row in FOUR:
            directory.deliver(month, row, file=f"{month}-{row['source']}.csv")
        before = directory.publish().fingerprint
        for path in (directory.store.root / "parts").iterdir():
            path.unlink()
        assert not publish(directory.store).new
        assert open_edition(directory.store).fingerprint == before


class TestFoldedMonths:
    @pytest.fixture
    def two_months(self, directory: DataDirectory) -> DataDirectory:
        directory.deliver("2021-03", cell(100), cell(9, source="PEMDA"))
        directory.deliver("2021-04", cell(110))
        directory.publish()
        return directory

    def test_are_folded_once(self, two_months: DataDirectory) -> None:
        folded = parts_folded(two_months)
        two_months.deliver("2021-05", cell(120))
        two_months.publish()
        assert len(folded) == 2
        assert folded < parts_folded(two_months)
        assert len(parts_folded(two_months)) == 3

    def test_are_folded_anew_from_the_month_that_was_corrected(self, two_months: DataDirectory) -> None:
        folded = parts_folded(two_months)
        two_months.deliver("2021-04", cell(111), file="perbaikan.csv")
        two_months.publish()
        assert len(parts_folded(two_months) - folded) == 1

    def test_follow_a_correction_into_the_months_after_it(self, two_months: DataDirectory) -> None:
        folded = parts_folded(two_months)
        two_months.deliver("2021-03", cell(90), file="perbaikan.csv")
        april = answers.movement_by_month(two_months.publish(), as_of=APRIL, source="TPP")[-1]
        assert len(parts_folded(two_months) - folded) == 2
        assert (april.opening, april.closing, april.correction) == (90, 110, 20)


class TestAnEdition:
    def test_is_never_changed_by_what_is_loaded_or_published_later(self, directory: DataDirectory) -> None:
        directory.deliver("2021-03", cell(100))
        early = directory.publish()
        content = early.path.read_bytes()
        known = answers.known_months(early)
        directory.deliver("2021-03", cell(130), file="perbaikan.csv")
        assert answers.known_months(open_edition(directory.store)) == known
        later = directory.publish()
        assert answers.known_months(later)[-1].active == 130
        assert early.path.read_bytes() == content
        assert answers.known_months(open_edition(directory.store, edition=early.short)) == known

    def test_is_not_published_again_when_nothing_is_new(self, directory: DataDirectory) -> None:
        directory.deliver("2021-03", cell(100))
        first = publish(directory.store)
        again = publish(directory.store, note="sekali lagi")
        assert (first.new, again.new) == (True, False)
        assert again.publication == first.publication

    def test_counts_the_delivery_that_was_loaded_last(self, directory: DataDirectory) -> None:
        directory.deliver("2021-03", cell(100), cell(50, source="BUMDES"))
        directory.deliver("2021-03", cell(51, source="BUMDES"), file="perbaikan.csv")
        edition = directory.publish()
        assert answers.known_months(edition)[-1].active == 151
        counted = {row.file: row.counted for row in answers.deliveries_received(edition)}
        assert counted == {"kiriman-2021-03.csv": 1, "perbaikan.csv": 1}
        assert {row.source: row.file for row in answers.active_lineage(edition, as_of=MARCH)} == {
            "TPP": "kiriman-2021-03.csv",
            "BUMDES": "perbaikan.csv",
        }
