"""Editions: published whole or not at all, never changed after, and opened only while they are sound."""

import datetime as dt
import io
import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from enrollment import answers, edition, publishing, query, verification
from enrollment.edition import Edition, EditionDamaged, NothingPublished, NotYetKnown, UnknownEdition
from enrollment.lock import StoreLocked, writing
from enrollment.publishing import NothingToPublish
from enrollment.store import Store
from tests.builders import cell, delivery_text

ROOT = Path(__file__).parents[1]
AUGUST = dt.date(2021, 8, 31)
TEXTS = {
    "2021-06": delivery_text(
        "2021-06", [cell(1_000, source="BESAR", segment="PU"), cell(500, source="TANI")]
    ),
    "2021-07": delivery_text(
        "2021-07",
        [cell(1_100, source="BESAR", segment="PU", new=150, lapsed=50), cell(520, source="TANI", new=20)],
    ),
    "2021-08": delivery_text(
        "2021-08",
        [cell(1_250, source="BESAR", segment="PU", new=190, lapsed=40), cell(540, source="TANI", new=20)],
    ),
}


def load(store: Store, *months: str) -> None:
    """Keep deliveries for some months in somebody's own store."""
    for month in months:
        path = store.data.parent / f"kiriman-{month}.csv"
        path.write_text(TEXTS[month], encoding="utf-8")
        assert store.load(path).kept


def publish(store: Store, day: str, note: str = "") -> Edition:
    """Publish at nine in the morning of a day in Jakarta, and open what is current then."""
    time = dt.datetime.fromisoformat(f"{day}T09:00:00+07:00")
    publishing.publish(store, now=time, who="sari", note=note)
    return edition.open_edition(store)


def active(opened: Edition) -> dict[dt.date, int]:
    """The people of each month that an edition knows."""
    return {row.month: row.active for row in answers.known_months(opened)}


def test_the_whole_cube_is_handed_out_as_one_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    load(store, "2021-06", "2021-07", "2021-08")
    opened = publish(store, "2021-09-05")
    target = io.BytesIO()
    opened.write_cube(target)
    cube = pq.read_table(target)
    cursor = opened.cursor()
    columns = [name for name, *_ in cursor.execute("describe cube_fine").fetchall()]
    kinds = {kind for _, kind, *_ in cursor.execute("describe cube_fine").fetchall()}
    rows = cursor.execute("from cube_fine").fetchall()
    cursor.close()
    assert kinds == {"BIGINT", "BOOLEAN", "DATE", "VARCHAR"}
    assert {str(kind) for kind in cube.schema.types} == {"int64", "bool", "date32[day]", "string"}
    assert cube.column_names == columns
    assert [tuple(row.values()) for row in cube.to_pylist()] == rows
    august = [row["active"] for row in cube.to_pylist() if row["month"] == AUGUST]
    assert sum(august) == active(opened)[AUGUST]


def test_the_same_edition_hands_out_the_same_cube(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    load(store, "2021-06")
    opened = publish(store, "2021-07-05")
    first, second = io.BytesIO(), io.BytesIO()
    opened.write_cube(first)
    opened.write_cube(second)
    assert first.getvalue() == second.getvalue()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two editions: June and July, and August besides."""
    store = Store(tmp_path_factory.mktemp("made") / "data")
    load(store, "2021-06", "2021-07")
    publish(store, "2021-08-05")
    load(store, "2021-08")
    publish(store, "2021-09-05", note="Agustus masuk")
    return store.data


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Store:
    """A copy of it that a test may break."""
    shutil.copytree(made, tmp_path / "data")
    return Store(tmp_path / "data")


def newest_file(store: Store) -> Path:
    return store.root / "editions" / edition.publications(store)[0][-1].file


def test_a_published_edition_is_current_and_says_who_published_it_when_and_why(store: Store) -> None:
    opened = edition.open_edition(store)
    assert active(opened)[AUGUST] == 1_790
    publication = opened.publication
    assert (publication.number, publication.who, publication.note) == (2, "sari", "Agustus masuk")
    assert publication.time == dt.datetime(2021, 9, 5, 2, tzinfo=dt.UTC)
    assert publication.known_on == dt.date(2021, 9, 5)
    assert opened.path.name.startswith(opened.short)
    assert opened.damaged == ()


def test_the_day_on_which_an_edition_is_known_is_that_of_jakarta(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    load(store, "2021-06")
    late = dt.datetime(2021, 7, 4, 18, tzinfo=dt.UTC)
    assert publishing.publish(store, now=late).publication.known_on == dt.date(2021, 7, 5)


def test_the_headline_is_kept_with_the_publication(store: Store) -> None:
    opened = edition.open_edition(store)
    (status,) = answers.goal_progress(opened, as_of=AUGUST, goal="2021-38.0")
    assert opened.publication.headline == json.loads(json.dumps(asdict(status), default=str))
    record = json.loads((store.root / "publications" / "000002.json").read_text(encoding="utf-8"))
    assert record["headline"]["active"] == 1_790


def test_loading_changes_nothing_that_is_shown_until_it_is_published(store: Store) -> None:
    before = edition.open_edition(store)
    path = store.data / "september.csv"
    path.write_text(TEXTS["2021-08"].replace("2021-08", "2021-09"), encoding="utf-8")
    assert store.load(path).kept
    assert edition.open_edition(store) == before
    assert dt.date(2021, 9, 30) in active(publish(store, "2021-10-05"))


def test_publishing_with_nothing_new_says_so_and_leaves_every_file_as_it_was(store: Store) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}

    before = files()
    outcome = publishing.publish(store, note="lagi")
    assert (outcome.new, outcome.changes) == (False, ())
    assert outcome.publication.number == 2
    assert files() == before


def test_publishing_nothing_at_all_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(NothingToPublish):
        publishing.publish(store)
    with pytest.raises(NothingPublished):
        edition.open_edition(store)


def test_a_publication_says_what_it_changes(store: Store) -> None:
    path = store.data / "koreksi.csv"
    path.write_text(TEXTS["2021-07"].replace("1100", "1110"), encoding="utf-8")
    assert store.load(path).kept
    outcome = publishing.publish(store)
    changes = {
        (row.month, row.source): (row.cause, row.before, row.after, row.change) for row in outcome.changes
    }
    assert changes[dt.date(2021, 7, 31), "BESAR"] == ("correction", 1_100, 1_110, 10)
    assert (AUGUST, "TANI") not in changes


def test_the_same_deliveries_make_the_same_fingerprint_in_any_store_order_and_time(
    store: Store, tmp_path: Path
) -> None:
    again = Store(tmp_path / "again" / "data")
    again.data.mkdir(parents=True)
    load(again, "2021-08", "2021-06", "2021-07")
    assert publish(again, "2026-11-22").fingerprint == edition.open_edition(store).fingerprint


def test_without_its_folded_parts_a_store_makes_the_same_edition_again(store: Store) -> None:
    before = edition.open_edition(store).fingerprint
    shutil.rmtree(store.root / "parts")
    shutil.rmtree(store.root / "publications")
    assert publish(store, "2021-09-06").fingerprint == before


def test_the_fingerprint_recomputed_from_the_file_is_the_one_published(store: Store) -> None:
    for publication in edition.publications(store)[0]:
        opened = edition.open_edition(store, edition=publication.fingerprint)
        assert edition.recomputed_fingerprint(opened) == publication.fingerprint


def test_counts_are_whole_numbers_in_every_table(store: Store) -> None:
    cursor = edition.open_edition(store).cursor()
    found = cursor.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where data_type in ('DOUBLE', 'FLOAT', 'HUGEINT') and table_name <> 'published_figures'"
    ).fetchall()
    assert found == []


# What is opened


def test_an_edition_is_found_by_its_id_or_the_beginning_of_it(store: Store) -> None:
    first, second = edition.publications(store)[0]
    for publication in (first, second):
        for name in (publication.fingerprint, publication.short, publication.fingerprint[:4]):
            assert edition.open_edition(store, edition=name).publication == publication


@pytest.mark.parametrize("name", ["", "0", "abc", "ffffffffff", "%", "../../etc", "\N{BULLET}" * 10])
def test_an_unknown_id_or_too_little_of_one_opens_nothing(store: Store, name: str) -> None:
    with pytest.raises(UnknownEdition):
        edition.open_edition(store, edition=name)


@pytest.mark.parametrize(
    ("day", "number"), [("2021-08-05", 1), ("2021-09-04", 1), ("2021-09-05", 2), ("2199-01-01", 2)]
)
def test_as_known_on_a_day_is_the_edition_that_was_current_then(store: Store, day: str, number: int) -> None:
    opened = edition.open_edition(store, known_on=dt.date.fromisoformat(day))
    assert opened.publication.number == number


def test_before_the_first_publication_nothing_was_known(store: Store) -> None:
    with pytest.raises(NotYetKnown) as unknown:
        edition.open_edition(store, known_on=dt.date(2021, 8, 4))
    assert (unknown.value.known_on, unknown.value.first) == (dt.date(2021, 8, 4), dt.date(2021, 8, 5))
    newest = edition.open_edition(store).short
    with pytest.raises(NotYetKnown) as unknown:
        edition.open_edition(store, edition=newest, known_on=dt.date(2021, 9, 4))
    assert unknown.value.first == dt.date(2021, 9, 5)


def test_readers_keep_the_edition_that_they_have_open_while_a_new_one_is_published(store: Store) -> None:
    reading = edition.open_edition(store)
    before = active(reading)
    path = store.data / "koreksi.csv"
    path.write_text(TEXTS["2021-08"].replace("1250", "1300"), encoding="utf-8")
    stop, seen = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            seen.append(active(reading))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert store.load(path).kept
        newer = publish(store, "2021-09-06")
    finally:
        stop.set()
        reader.join()
    assert seen
    assert all(answer == before for answer in [*seen, active(reading)])
    assert active(newer)[AUGUST] == 1_840


def test_many_readers_may_ask_one_edition_at_once(store: Store) -> None:
    opened = edition.open_edition(store)
    found: list[Any] = []
    readers = [threading.Thread(target=lambda: found.append(active(opened))) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [active(opened)] * 8


@pytest.mark.parametrize(
    "statement",
    [
        "delete from months",
        "create table more as select 1",
        "update cube_fine set active = 0",
        "copy months to 'out.csv'",
        "from read_text('/etc/passwd')",
        "from read_csv('/etc/passwd')",
        "from glob('/*')",
        "attach 'other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "export database 'out'",
    ],
)
def test_an_opened_edition_can_neither_be_written_nor_lead_to_another_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.chdir(tmp_path)
    first, _ = edition.publications(store)[0]
    opened = edition.open_edition(store)
    earlier = edition.open_edition(store, edition=first.fingerprint)
    before = opened.path.read_bytes()
    for cursor in (opened.cursor(), opened.cursor_beside(earlier)):
        with pytest.raises(duckdb.Error):
            cursor.execute(statement)
        cursor.close()
    assert opened.path.read_bytes() == before
    assert names(tmp_path) == {"data"}


# Damage


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def with_log(path: Path) -> None:
    path.with_name(f"{path.name}.wal").write_bytes(b"")


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "one bit": flip,
    "cut off": cut,
    "deleted": Path.unlink,
    "a write-ahead log beside it": with_log,
    "a folder in its place": folder_instead,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_edition_is_passed_over_for_the_last_good_one_which_names_it(
    store: Store, damage: str
) -> None:
    path = newest_file(store)
    assert edition.open_edition(store).publication.number == 2
    DAMAGE[damage](path)
    opened = edition.open_edition(store)
    assert (opened.publication.number, opened.damaged) == (1, (path.name,))
    assert AUGUST not in active(opened)
    with pytest.raises(EditionDamaged, match=path.name):
        edition.open_edition(store, edition=path.name[:10])


def record_of(store: Store) -> Path:
    return store.root / "publications" / "000002.json"


def changed(**said: Any) -> Callable[[Store], None]:
    """A record with some of its fields changed, or left out where they are None."""

    def change(store: Store) -> None:
        record = json.loads(record_of(store).read_text(encoding="utf-8")) | said
        kept = {name: value for name, value in record.items() if value is not ...}
        record_of(store).write_text(json.dumps(kept), encoding="utf-8")

    return change


RECORDS: dict[str, Callable[[Store], None]] = {
    "text": lambda store: record_of(store).write_text("rusak"),
    "empty": lambda store: record_of(store).write_bytes(b""),
    "no text": lambda store: record_of(store).write_bytes(b"\xff\xfe\x00"),
    "cut off": lambda store: record_of(store).write_bytes(record_of(store).read_bytes()[:-40]),
    "a list": lambda store: record_of(store).write_text("[]"),
    "no time": changed(time=...),
    "a time that is none": changed(time="besok"),
    "a time without a zone": changed(time="2021-09-05T02:00:00"),
    "no file": changed(file=None),
    "no headline": changed(headline=None),
    "a folder": lambda store: (record_of(store).unlink(), record_of(store).mkdir()),
}


@pytest.mark.parametrize("damage", RECORDS)
def test_a_damaged_publication_record_is_passed_over_and_named(store: Store, damage: str) -> None:
    RECORDS[damage](store)
    opened = edition.open_edition(store)
    assert (opened.publication.number, opened.damaged) == (1, ("000002.json",))


def test_a_record_never_leads_out_of_the_store_s_editions(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.duckdb"
    shutil.copy(newest_file(store), outside)
    changed(file="../../../elsewhere.duckdb")(store)
    assert edition.open_edition(store).publication.number == 1


def test_where_nothing_is_whole_nothing_is_opened_and_all_of_it_is_named(store: Store) -> None:
    _, second = edition.publications(store)[0]
    (store.root / "publications" / "000001.json").write_text("rusak")
    (store.root / "editions" / second.file).unlink()
    with pytest.raises(EditionDamaged) as damaged:
        edition.open_edition(store)
    assert {"000001.json", second.file} == set(str(damaged.value).split(", "))


@pytest.mark.parametrize("damage", [flip, Path.unlink], ids=["one bit", "deleted"])
def test_publishing_again_mends_a_damaged_edition(store: Store, damage: Callable[[Path], None]) -> None:
    wanted = edition.open_edition(store).fingerprint
    damage(newest_file(store))
    opened = publish(store, "2021-09-06")
    assert (opened.fingerprint, opened.publication.number, opened.damaged) == (wanted, 3, ())


def test_a_publication_number_is_never_used_twice(store: Store) -> None:
    record_of(store).write_text("rusak")
    load(store, "2021-08")
    assert publish(store, "2021-09-06").publication.number == 3
    assert record_of(store).read_text() == "rusak"


def test_a_file_that_is_no_record_beside_the_records_stops_nobody(store: Store) -> None:
    (store.root / "publications" / "1 salinan.json").write_text("{}")
    (store.root / "publications" / "catatan.txt").write_text("milik saya")
    path = store.data / "koreksi.csv"
    path.write_text(TEXTS["2021-08"].replace("1250", "1300"), encoding="utf-8")
    assert store.load(path).kept
    assert publish(store, "2021-09-06").publication.number == 3


def garbled(path: Path) -> None:
    path.write_bytes(b"PAR1 rusak PAR1")


def counted_otherwise(path: Path) -> None:
    """A sound Parquet file with seven people more in every cell, and flows that say so."""
    other = path.with_name("other.parquet")
    duckdb.sql(
        f"copy (select * replace (active + 7 as active, correction + 7 as correction)"  # noqa: S608
        f" from read_parquet('{path}')) to '{other}' (format parquet)"
    )
    other.replace(path)


@pytest.mark.parametrize("damage", [garbled, cut, counted_otherwise], ids=lambda damage: damage.__name__)
def test_a_folded_part_that_is_no_longer_what_was_folded_is_folded_again(
    store: Store, damage: Callable[[Path], None]
) -> None:
    wanted = edition.open_edition(store).fingerprint
    for path in (store.root / "parts").iterdir():
        damage(path)
    shutil.rmtree(store.root / "publications")
    assert publish(store, "2021-09-06").fingerprint == wanted


# Two at once, and the power failing


def test_who_loads_while_another_does_is_refused_and_told_who_it_is(store: Store) -> None:
    path = store.data / "lagi.csv"
    path.write_text(TEXTS["2021-08"], encoding="utf-8")
    with writing(store.root), ThreadPoolExecutor(1) as somebody_else:
        for attempt in (lambda: store.load(path), lambda: publishing.publish(store)):
            with pytest.raises(StoreLocked, match=r".+, process \d+, \d{4}-\d\d-\d\dT"):
                somebody_else.submit(attempt).result()
    assert edition.open_edition(store).publication.number == 2


def test_a_locked_store_can_be_read(store: Store) -> None:
    with writing(store.root):
        assert active(edition.open_edition(store))[AUGUST] == 1_790
        assert store.kept()


def test_a_question_newer_than_an_edition_is_not_recorded_in_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = newest_file(store)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table deliveries")
    opened = Edition(edition.publications(store)[0][-1], path)
    with pytest.raises(query.NotRecorded, match="active_lineage"):
        answers.active_lineage(opened, as_of=AUGUST)
    assert active(opened)[AUGUST] == 1_790


def test_an_edition_without_people_has_nobody_of_whom_it_is_known_when_they_joined(store: Store) -> None:
    opened = edition.open_edition(store)
    assert answers.retention_by_joining_month(opened, as_of=AUGUST) == ()
    (known,) = answers.people_known_since(opened, as_of=AUGUST)
    assert known == answers.PeopleKnownSince(None, 0, 2, 0, 1_790)


def test_a_store_that_went_through_all_this_is_whole(store: Store) -> None:
    assert verification.verify(store) == ()
