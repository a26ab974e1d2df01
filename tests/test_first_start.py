"""The first start: the people of the sample are kept and reconciled, and end with the first real delivery."""

import io
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from enrollment import answers, building, custody, publishing
from enrollment.delivery import counted
from enrollment.edition import open_edition, publications
from enrollment.keys import KeyFault, open_keys
from enrollment.months import month_text, parse_month
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.sample_assumptions import ROSTERS
from enrollment.sample_loading import SamplePeople
from enrollment.sample_members import Members, behind
from enrollment.store import Store, sample_deliveries
from enrollment.verification import verify
from tests.builders import cell, delivery_text

MONTHS = ("2021-04", "2021-05", "2021-06", "2021-07", "2021-08")
AUGUST = parse_month("2021-08")
REAL = delivery_text("2021-09", [cell(1_300, source="BESAR", segment="PU")]).encode()


@pytest.fixture(scope="module")
def published(published_sample: Path) -> Store:
    """What a first start leaves; nobody changes it."""
    return Store(published_sample / "data")


@pytest.fixture
def store(published_sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of it, with its key file, that a test may change."""
    shutil.copytree(published_sample, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "key"))
    return Store(tmp_path / "data")


def without_the_last_edition(store: Store) -> None:
    (store.root / "publications" / "000009.json").unlink()


def test_people_stand_in_place_of_the_totals_of_the_same_name(published: Store) -> None:
    shipped = {item.file: item for item in sample_deliveries()}
    standing = {item.file: item for item in published.deliveries()}
    assert standing.keys() == shipped.keys()
    people = [item for item in standing.values() if item.kind == "members"]
    assert sorted(item.file for item in people) == sorted(item.file for item in published.sample_people())
    assert len(people) == 6
    for item in people:
        totals = shipped[item.file]
        assert (item.number, item.received_at, item.received_by, item.month) == (
            totals.number,
            totals.received_at,
            totals.received_by,
            totals.month,
        )
        assert [(content.source, content.active) for content in item.contents] == [
            (content.source, content.active) for content in totals.contents
        ]
        assert all(content.simulated for content in item.contents)
        assert (item.sample, item.quarantined, item.notes) == (True, 0, ())


def test_nothing_real_is_kept_after_a_first_start(published: Store) -> None:
    assert published.kept() == ()
    assert published.quarantine() == ()
    assert published.sample_counts(published.recorded())


def test_the_late_source_of_june_is_late_among_the_people_too(published: Store) -> None:
    times = [item.time for item in publications(published)[0]]
    june = parse_month("2021-06")
    for time, sources in ((times[6], {"TPP", "NON_ASN"}), (times[7], {"TPP", "NON_ASN", "BUMDES"})):
        deliveries, _ = published.as_known(time)
        counting = {
            source
            for (month, source), pieces in counted(deliveries).items()
            if month == june and pieces[-1].delivery.about_people
        }
        assert counting == sources


def test_people_are_known_since_april_and_every_month_of_theirs_closes(published: Store) -> None:
    edition = open_edition(published)
    (known,) = answers.people_known_since(edition, as_of=AUGUST)
    assert (month_text(known.since or AUGUST), known.sources, known.people) == ("2021-04", 3, 45_312)
    for row in answers.movement_by_month(edition, as_of=AUGUST, source=tuple(ROSTERS)):
        if month_text(row.month) in MONTHS:
            assert (row.correction, row.flows_unknown, row.moved_in, row.moved_out) == (0, 0, 0, 0)
            assert row.reclassified_in == row.reclassified_out


def test_every_list_is_reconciled_on_the_day_on_which_its_people_are_known(published: Store) -> None:
    results = Reconciliations(published).results()
    assert [(month_text(item.month), item.source) for item in results] == [
        (month, source) for month in MONTHS for source in sorted(ROSTERS)
    ]
    times = [item.time for item in publications(published)[0]]
    for item in results:
        late = (item.source, month_text(item.month)) == ("BUMDES", "2021-06")
        assert item.at == times[MONTHS.index(month_text(item.month)) + 4 + late]
        assert item.simulated
        assert sum(item.classes.values()) == item.rows
        assert (item.since is None) == (month_text(item.month) == "2021-04")


def test_the_lists_of_august_have_every_class_and_those_of_tpp_are_the_better(published: Store) -> None:
    kept = Reconciliations(published)
    bumdes, tpp = (kept.of(source, AUGUST) for source in ("BUMDES", "TPP"))
    assert bumdes
    assert tpp
    assert all(bumdes.classes.values())
    assert 26_000 < bumdes.rows < 27_500
    assert tpp.classes["active_all"] / tpp.rows > 0.8 > 0.4 > bumdes.classes["active_all"] / bumdes.rows > 0.3
    for item in (bumdes, tpp):
        assert item.near_misses > 60
        assert len(item.rules) >= 8
        assert len(item.not_found_for) == 5
        assert item.since
        assert item.since.newly_registered


def test_a_whole_first_start_is_found_whole(published: Store) -> None:
    assert verify(published) == ()


def test_another_key_file_gives_the_same_edition(
    published: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "key"))
    other = Store(tmp_path / "data")
    may = publications(published)[0][5]
    people = SamplePeople(other)
    people.load()
    people.reconcile(may.time)
    (space,) = {item.key_space for item in other.sample_people()}
    assert {space} != {item.key_space for item in published.sample_people()}
    results = Reconciliations(other).results()
    assert len(results) == 6
    built = building.build(other, *other.as_known(may.time), results=results)
    assert built.fingerprint == may.fingerprint


def test_no_identity_number_is_written_by_a_first_start(published: Store) -> None:
    people = SamplePeople(published)
    niks = {one.nik for source in ROSTERS for one in people.members.active(source)}
    for source in ROSTERS:
        niks |= set(re.findall(r"\b\d{16}\b", people.rosters.roster(source, AUGUST).decode()))
    assert len(niks) > 60_000
    wanted = pa.array(sorted(niks))
    for path in sorted(published.data.rglob("*")):
        if path.suffix == ".parquet":
            columns = [column for column in pq.read_table(path).columns if pa.types.is_string(column.type)]
            assert not any(pc.any(pc.is_in(column, value_set=wanted)).as_py() for column in columns)
        elif path.suffix == ".json":
            assert not niks & set(re.findall(r"\d{16}", path.read_text(encoding="utf-8")))


def test_a_first_start_that_was_interrupted_goes_on_where_it_was(store: Store) -> None:
    wanted = open_edition(store).fingerprint
    without_the_last_edition(store)
    before = {path: path.stat().st_mtime_ns for path in (store.root / "snapshots").iterdir()}
    publishing.publish_sample(store)
    assert open_edition(store).fingerprint == wanted
    assert {path: path.stat().st_mtime_ns for path in (store.root / "snapshots").iterdir()} == before
    assert len(publications(store)[0]) == 9


def test_without_a_key_file_the_totals_are_published_alone_and_it_is_said_why(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_last_edition(store)
    for name in ("snapshots", "reconciliations"):
        shutil.rmtree(store.root / name)
    monkeypatch.setenv("CAKUPAN_KEY_FILE", "/dev/null/key")
    said: list[KeyFault] = []
    publishing.publish_sample(store, on_totals_alone=said.append)
    assert [fault.reason for fault in said] == ["unwritable"]
    assert store.sample_people() == ()
    edition = open_edition(store)
    (known,) = answers.people_known_since(edition, as_of=AUGUST)
    assert (known.since, known.people, known.all_people) == (None, 0, 29_200_000)


@pytest.mark.parametrize("changed", [False, True], ids=["the same key file", "another key file"])
def test_the_first_real_delivery_ends_the_people_too(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    if changed:
        monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "other-key"))
    times = [item.time for item in publications(store)[0]]
    known_then = store.as_known(times[-1])[0]
    member = b"nik,periode,sumber,segmen,provinsi,program\n3171014505900001,2021-09,TPP,PU,ID-JK,JKK+JKM\n"
    assert store.load(io.BytesIO(REAL), name="asli.csv").verdict == "accepted"
    assert store.load(io.BytesIO(member), name="orang.csv").kept
    assert [item.file for item in store.deliveries()] == ["asli.csv", "orang.csv"]
    assert [item.file for item in store.kept()] == ["asli.csv", "orang.csv"]
    assert Reconciliations(store).results() == ()
    assert len(Reconciliations(store).results(times[-1])) == 15
    assert store.as_known(times[-1])[0] == known_then
    assert len(store.sample_people()) == 6
    publishing.publish(store)
    edition = open_edition(store)
    assert {row.file for row in answers.deliveries_received(edition)} == {"asli.csv", "orang.csv"}
    assert not any(row.simulated for row in answers.known_months(edition))


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that keeps two people of the sample, in place of the totals of April."""
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "key"))
    (april, *_) = behind(sample_deliveries())
    found = Store(tmp_path / "data")
    header, *lines = Members([april]).snapshot(april).splitlines(keepends=True)
    file = io.BytesIO(header + b"".join(lines[:2]))
    assert found.load(file, name=april.file, confirmed=True, stands_for=april).kept
    return found


def test_a_new_secret_key_takes_the_people_of_the_sample_along(few: Store) -> None:
    (before,) = few.sample_people()
    assert custody.rotate(few).files == (before.file,)
    (after,) = few.sample_people()
    assert after.key_space == open_keys(few.data, make=False).space != before.key_space
    assert (after.sha256, after.contents, after.number) == (before.sha256, before.contents, before.number)


def test_people_of_the_sample_under_keys_that_are_gone_bar_no_new_key(
    few: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "other-key"))
    before = few.sample_people()
    few.keys(make=True)
    receipt = custody.rotate(few)
    assert (receipt.files, receipt.foreign) == ((), (before[0].key_space,))
    assert few.sample_people() == before


def test_a_person_of_the_sample_can_be_taken_out(few: Store) -> None:
    (april, *_) = behind(sample_deliveries())
    nik = Members([april]).snapshot(april).splitlines()[1].split(b",")[0].decode()
    assert custody.forget(few, nik=nik).rows == 1
    (after,) = few.sample_people()
    assert [content.active for content in after.contents] == [1]
    assert after.sample


def test_people_of_the_sample_delivered_once_more_change_nothing(few: Store) -> None:
    (april, *_) = behind(sample_deliveries())
    before = few.sample_people()
    header, *lines = Members([april]).snapshot(april).splitlines(keepends=True)
    file = io.BytesIO(header + b"".join(lines[:2]))
    receipt = few.load(file, name=april.file, confirmed=True, stands_for=april)
    assert receipt.verdict == "unchanged"
    assert few.sample_people() == before
