"""Publishing: what is built from what is kept, what that changes and why, and the way back."""

import datetime as dt
import gzip
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from enrollment import answers, comparison, edition, publishing
from enrollment.comparison import Comparison
from enrollment.edition import Edition
from enrollment.publishing import NothingToPublish
from enrollment.store import Store
from tests import oracle
from tests.builders import DataDirectory, Reference, cell, goal, person

MARCH, APRIL = dt.date(2021, 3, 31), dt.date(2021, 4, 30)
KEPT = Path(__file__).parent / "editions"


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    """Two sources over two months, published."""
    directory = DataDirectory(tmp_path / "data")
    directory.deliver("2021-03", cell(100), cell(40, source="BUMDES"))
    directory.deliver("2021-04", cell(110, new=10), cell(45, source="BUMDES", new=5))
    directory.publish()
    return directory


def moved(changes: Sequence[answers.EditionChanges]) -> list[tuple[Any, ...]]:
    return [(row.month, row.source, row.cause, row.change) for row in changes]


def published(directory: DataDirectory) -> Comparison:
    """What the next edition differs in from the one before."""
    found = publishing.publish(directory.store).comparison
    assert found
    return found


class TestTheCause:
    def test_of_a_month_published_for_the_first_time_is_that_it_is_new(
        self, directory: DataDirectory
    ) -> None:
        directory.deliver("2021-05", cell(120), cell(45, source="BUMDES"))
        assert moved(published(directory).changes) == [
            (dt.date(2021, 5, 31), "BUMDES", "new_month", 45),
            (dt.date(2021, 5, 31), "TPP", "new_month", 120),
        ]

    def test_of_a_source_that_comes_to_a_known_month_is_that_it_was_late(
        self, directory: DataDirectory
    ) -> None:
        directory.deliver("2021-03", cell(7, source="PEMDA"), file="susulan.csv")
        assert moved(published(directory).changes) == [
            (MARCH, "PEMDA", "late_source", 7),
            (APRIL, "PEMDA", "carried", 7),
        ]

    def test_of_another_total_is_a_correction(self, directory: DataDirectory) -> None:
        directory.deliver("2021-03", cell(103), file="koreksi.csv")
        assert moved(published(directory).changes) == [(MARCH, "TPP", "correction", 3)]

    def test_of_other_cells_with_the_same_total_is_a_reclassification(self, directory: DataDirectory) -> None:
        directory.deliver("2021-04", cell(60), cell(50, province="ID-JB"), file="koreksi.csv")
        assert moved(published(directory).changes) == [(APRIL, "TPP", "reclassification", 0)]

    def test_of_other_flows_into_the_same_cells_is_a_reclassification_too(
        self, directory: DataDirectory
    ) -> None:
        directory.deliver("2021-04", cell(110, new=12, lapsed=2), file="koreksi.csv")
        assert moved(published(directory).changes) == [(APRIL, "TPP", "reclassification", 0)]

    def test_of_a_correction_that_is_withdrawn_is_the_withdrawal(self, directory: DataDirectory) -> None:
        receipt = directory.deliver("2021-03", cell(103), file="koreksi.csv")
        directory.publish()
        directory.store.withdraw(receipt.reading.sha256, "salah kirim")
        assert moved(published(directory).changes) == [(MARCH, "TPP", "withdrawn", -3)]

    def test_of_the_only_delivery_that_is_withdrawn_is_the_withdrawal_and_the_source_is_carried(
        self, directory: DataDirectory
    ) -> None:
        directory.deliver("2021-05", cell(120))
        receipt = directory.deliver("2021-05", cell(52, source="BUMDES"), file="susulan.csv")
        directory.publish()
        directory.store.withdraw(receipt.reading.sha256, "salah kirim")
        assert moved(published(directory).changes) == [(dt.date(2021, 5, 31), "BUMDES", "withdrawn", -7)]


class TestTheCauseAmongPeople:
    def listed(self, *names: str, **said: Any) -> list[Any]:
        return [person(name, **said) for name in names]

    def test_flows_that_follow_from_a_correction_of_the_month_before_are_its_consequence(
        self, tmp_path: Path
    ) -> None:
        directory = DataDirectory(tmp_path / "data")
        directory.deliver_people("2021-03", *self.listed("ani", "budi"))
        directory.deliver_people("2021-04", *self.listed("ani", "budi", "citra"))
        directory.publish()
        directory.deliver_people("2021-03", *self.listed("ani", "budi", "citra"), file="koreksi.csv")
        assert moved(published(directory).changes) == [
            (MARCH, "TPP", "correction", 1),
            (APRIL, "TPP", "consequence", 0),
        ]

    def test_who_appears_under_a_source_that_comes_first_is_counted_there_and_no_longer_elsewhere(
        self, tmp_path: Path
    ) -> None:
        directory = DataDirectory(tmp_path / "data")
        directory.deliver_people("2021-03", *self.listed("ani", "budi", source="LAINNYA"))
        directory.publish()
        directory.deliver_people("2021-03", *self.listed("budi", "citra"), file="susulan.csv")
        assert moved(published(directory).changes) == [
            (MARCH, "LAINNYA", "consequence", -1),
            (MARCH, "TPP", "late_source", 2),
        ]

    def test_a_province_that_comes_after_the_others_was_late(self, tmp_path: Path) -> None:
        directory = DataDirectory(tmp_path / "data")
        directory.deliver("2021-03", cell(100), cell(50, province="ID-JB"))
        directory.deliver("2021-04", cell(110), scope="province")
        directory.publish()
        directory.deliver("2021-04", cell(55, province="ID-JB"), scope="province", file="susulan.csv")
        assert moved(published(directory).changes) == [(APRIL, "TPP", "late_source", 5)]

    def test_they_are_those_of_the_oracle(self, tmp_path: Path) -> None:
        directory = DataDirectory(tmp_path / "data")
        directory.deliver_people("2021-03", *self.listed("ani", "budi"), *self.listed("ani", source="PEMDA"))
        directory.deliver_people("2021-04", *self.listed("ani", "citra", province="ID-JB"))
        earlier, known_earlier = directory.publish(), directory.published
        directory.deliver_people("2021-03", *self.listed("citra", source="BUMDES"), file="susulan.csv")
        directory.deliver_people(
            "2021-04", *self.listed("budi", province="ID-AC"), file="aceh.csv", scope="province"
        )
        later, known_later = directory.publish(), directory.published
        for now, known, past, known_past in (
            (later, known_later, earlier, known_earlier),
            (earlier, known_earlier, later, known_later),
        ):
            changes = answers.edition_changes(now, earlier=past)
            assert list(changes) == oracle.edition_changes(known, earlier=known_past)
            assert changes


class TestWithTheSameDeliveries:
    """Another fold, other rules: the cells of the later edition are changed by hand."""

    def changed(self, directory: DataDirectory, tmp_path: Path, *statements: str) -> list[tuple[Any, ...]]:
        earlier = edition.open_edition(directory.store)
        path = tmp_path / "changed.duckdb"
        shutil.copy(earlier.path, path)
        with duckdb.connect(str(path)) as connection:
            connection.execute("update lineage set active = active + 1, digest = 'x' where source = 'TPP'")
            for statement in statements:
                connection.execute(statement)
        later = Edition(earlier.publication, path)
        return moved(comparison.compare(later, earlier).changes)

    def test_a_change_follows_from_another_month_or_source(
        self, directory: DataDirectory, tmp_path: Path
    ) -> None:
        assert self.changed(directory, tmp_path) == [
            (MARCH, "TPP", "consequence", 1),
            (APRIL, "TPP", "consequence", 1),
        ]

    @pytest.mark.parametrize(
        "statement",
        [
            "update edition set definitions = definitions + 1",
            "update reference_files set sha256 = 'x' where name = 'partner_sources'",
            "update reference_files set sha256 = 'x' where name = 'regencies'",
        ],
    )
    def test_a_change_of_rules_is_the_cause(
        self, directory: DataDirectory, tmp_path: Path, statement: str
    ) -> None:
        found = self.changed(directory, tmp_path, statement)
        assert [cause for _, _, cause, _ in found] == ["changed_definition"] * 2

    def test_a_list_that_the_earlier_edition_did_not_have_decided_nothing_there(
        self, directory: DataDirectory, tmp_path: Path
    ) -> None:
        found = self.changed(directory, tmp_path, "delete from reference_files where name = 'regencies'")
        assert [cause for _, _, cause, _ in found] == ["consequence"] * 2
        published = edition.open_edition(directory.store)
        without = Edition(published.publication, tmp_path / "changed.duckdb")
        back = moved(comparison.compare(published, without).changes)
        assert [cause for _, _, cause, _ in back] == ["consequence"] * 2

    def test_goals_and_published_figures_decide_nothing_that_is_counted(
        self, directory: DataDirectory, tmp_path: Path
    ) -> None:
        statement = "update reference_files set sha256 = 'x' where name in ('targets', 'published_figures')"
        found = self.changed(directory, tmp_path, statement)
        assert [cause for _, _, cause, _ in found] == ["consequence"] * 2


class TestTheComparison:
    def test_gives_the_headline_before_and_after_at_both_months(self, directory: DataDirectory) -> None:
        directory.deliver("2021-04", cell(115, new=15), file="koreksi.csv")
        directory.deliver("2021-05", cell(120), cell(45, source="BUMDES"))
        found = published(directory)
        newest, same = found.newest, found.same_month
        assert newest.before
        assert newest.after
        assert same.before
        assert same.after
        assert (newest.before.as_of, newest.after.as_of) == (APRIL, dt.date(2021, 5, 31))
        assert (newest.before.active, newest.after.active) == (155, 165)
        assert (same.before.as_of, same.after.as_of) == (APRIL, APRIL)
        assert (same.before.active, same.after.active) == (155, 160)
        assert (same.before.gap, same.after.gap) == (2_000 - 155, 2_000 - 160)

    def test_names_the_reference_files_that_differ(self, directory: DataDirectory) -> None:
        (directory.store.data / "reference" / "targets.csv").unlink()
        folder = directory.store.data / "anew"
        Reference(targets=(goal("2021-2500", target=2_500, is_default=True),)).write(folder)
        shutil.copy(folder / "targets.csv", directory.store.data / "reference" / "targets.csv")
        found = published(directory)
        assert (found.changes, found.reference, found.definitions, found.program) == (
            (),
            ("targets",),
            False,
            False,
        )
        assert found.same_month.after
        assert found.same_month.after.gap == 2_500 - 155
        assert found.same_month.before is None

    def test_with_an_edition_of_the_first_format_finds_no_difference_in_equal_deliveries(
        self, tmp_path: Path
    ) -> None:
        store = Store(tmp_path / "data")
        for path in sorted((KEPT / "format-1" / "received").glob("*.csv")):
            assert store.load(path, confirmed=True).kept
        publishing.publish(store)
        old = Store(tmp_path / "old")
        for name in ("editions", "publications"):
            shutil.copytree(KEPT / "format-1" / name, old.root / name)
        for packed in (old.root / "editions").glob("*.gz"):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        now, then = edition.open_edition(store), edition.open_edition(old)
        assert comparison.compare(now, then).changes == ()
        assert comparison.compare(then, now).changes == ()
        assert then.facts.fold is None


class TestAPreview:
    def test_says_what_publishing_then_does_and_leaves_no_edition_behind(
        self, directory: DataDirectory
    ) -> None:
        directory.deliver("2021-04", cell(115, new=15), file="koreksi.csv")
        before = {path.name for path in (directory.store.root / "editions").iterdir()}
        would = publishing.preview(directory.store)
        assert {path.name for path in (directory.store.root / "editions").iterdir()} == before
        assert edition.open_edition(directory.store).fingerprint != would.publication.fingerprint
        did = publishing.publish(directory.store)
        assert (would.new, would.publication.fingerprint) == (True, did.publication.fingerprint)
        assert would.comparison == did.comparison

    def test_of_what_is_published_already_says_so(self, directory: DataDirectory) -> None:
        current = edition.open_edition(directory.store)
        would = publishing.preview(directory.store)
        assert (would.new, would.changes, would.publication) == (False, (), current.publication)
        assert edition.open_edition(directory.store).path == current.path

    def test_of_the_first_edition_has_nothing_to_compare_with(self, tmp_path: Path) -> None:
        directory = DataDirectory(tmp_path)
        directory.deliver("2021-03", cell(100))
        would = publishing.preview(directory.store)
        assert (would.new, would.comparison) == (True, None)
        assert edition.publications(directory.store) == ((), ())

    def test_of_nothing_at_all_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(NothingToPublish):
            publishing.preview(Store(tmp_path))


class TestTheWayBack:
    def test_makes_the_same_file_current_again_by_a_new_publication(self, directory: DataDirectory) -> None:
        first = edition.open_edition(directory.store)
        directory.deliver("2021-04", cell(115, new=15), file="koreksi.csv")
        second = directory.publish()
        outcome = publishing.return_to(directory.store, first.short, note="kembali", who="sari")
        back = edition.open_edition(directory.store)
        assert (back.path, back.fingerprint) == (first.path, first.fingerprint)
        assert (back.publication.number, back.publication.who, back.publication.note) == (
            3,
            "sari",
            "kembali",
        )
        assert back.publication.headline == first.publication.headline
        assert moved(outcome.changes) == [(APRIL, "TPP", "withdrawn", -5)]
        assert publishing.return_to(directory.store, first.short).new is False
        assert directory.publish().fingerprint == second.fingerprint

    def test_leads_to_no_edition_that_is_damaged(self, directory: DataDirectory) -> None:
        first = edition.open_edition(directory.store)
        directory.deliver("2021-04", cell(115, new=15), file="koreksi.csv")
        second = directory.publish()
        first.path.write_bytes(b"rusak")
        with pytest.raises(edition.EditionDamaged):
            publishing.return_to(directory.store, first.short)
        assert edition.open_edition(directory.store).fingerprint == second.fingerprint


def test_withdrawing_all_that_counts_leaves_nothing_to_publish(directory: DataDirectory) -> None:
    for delivery in directory.store.kept():
        directory.store.withdraw(delivery.sha256, "uji coba")
    with pytest.raises(NothingToPublish):
        publishing.publish(directory.store)
    assert edition.open_edition(directory.store).publication.number == 1


def test_publishing_says_how_many_months_are_folded(directory: DataDirectory) -> None:
    directory.deliver("2021-05", cell(120), cell(45, source="BUMDES"))
    told: list[tuple[int, int]] = []
    publishing.publish(directory.store, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(1, 3), (2, 3), (3, 3)]
