"""What is on screen follows from the delivered files alone, whatever order they came in."""

import csv
import datetime as dt
import io
import itertools
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from enrollment import answers, publishing, verification
from enrollment.edition import open_edition, publications
from enrollment.months import month_text, parse_month
from enrollment.store import PROJECT_DATA, Store
from tests.builders import cell, delivery_text
from tests.people import members_text, nik

pytestmark = pytest.mark.long

MONTHS = ("2021-04", "2021-05", "2021-06", "2021-07")
CONTENT = ("cube_fine", "cube_coarse", "lineage", "months", "overlap")


def totals(month: str) -> str:
    grown = MONTHS.index(month) * 10
    return delivery_text(
        month,
        [
            cell(1_000 + grown, source="BESAR", segment="PU", sex="L"),
            cell(900 - grown, source="BESAR", segment="PU", province="ID-JB"),
            cell(500 + grown, source="TANI"),
        ],
    )


def members(month: str) -> str:
    begins = MONTHS.index(month) * 7
    return members_text(
        month,
        [
            {"nik": nik(number), "sumber": "TPP" if number % 3 else "BUMDES"}
            for number in range(begins, begins + 40)
        ],
    )


def loaded(folder: Path, month: str, store: Store) -> None:
    for kind, text in (("nasional", totals(month)), ("kemendes", members(month))):
        path = folder / f"{month}-{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert store.load(path, confirmed=True).kept


def content(store: Store) -> dict[str, object]:
    with duckdb.connect(str(open_edition(store).path), read_only=True) as connection:
        tables: dict[str, object] = {
            name: sorted(map(repr, connection.execute(f"from {name}").fetchall())) for name in CONTENT
        }
        counted = "select month, source, sha256, cells, active from deliveries where counted order by all"
        return tables | {"counted": connection.execute(counted).fetchall()}


def test_four_months_loaded_in_any_order_give_the_same_edition(
    tmp_path: Path, size: Callable[[int, int], int]
) -> None:
    orders = list(itertools.permutations(MONTHS))
    random.Random(1).shuffle(orders)
    found = []
    for number, order in enumerate([MONTHS, *orders][: size(3, 25)]):
        store = Store(tmp_path / str(number))
        for month in order:
            loaded(tmp_path, month, store)
        outcome = publishing.publish(store)
        found.append((outcome.publication.fingerprint, content(store)))
    assert all(item == found[0] for item in found)


def test_publishing_month_by_month_and_all_at_once_give_the_same_edition(tmp_path: Path) -> None:
    step_by_step, at_once = Store(tmp_path / "step"), Store(tmp_path / "once")
    for month in MONTHS:
        loaded(tmp_path, month, step_by_step)
        publishing.publish(step_by_step)
        loaded(tmp_path, month, at_once)
    publishing.publish(at_once)
    assert open_edition(step_by_step).fingerprint == open_edition(at_once).fingerprint
    assert content(step_by_step) == content(at_once)


def corrected(tmp_path: Path, store: Store) -> None:
    """A history with everything in it: months, a correction, a withdrawal, a province, a list of sources."""
    at = dt.datetime(2021, 8, 5, 2, tzinfo=dt.UTC)

    def load(name: str, text: str, **said: str) -> None:
        nonlocal at
        at += dt.timedelta(hours=1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert store.load(path, confirmed=True, now=at, **said).kept
        at += dt.timedelta(hours=1)
        publishing.publish(store, now=at)

    for month in MONTHS:
        load(f"{month}.csv", totals(month))
        load(f"{month}-orang.csv", members(month))
    load("koreksi.csv", totals("2021-05").replace(",1010", ",1015"))
    load(
        "aceh.csv",
        totals("2021-06").splitlines()[0] + "\n" + totals("2021-06").splitlines()[1] + "\n",
        scope="province",
    )
    sources = (PROJECT_DATA / "reference" / "partner_sources.csv").read_text(encoding="utf-8")
    load("partner_sources.csv", sources.replace("TPP desa", "TPP"))
    at += dt.timedelta(hours=1)
    (correction,) = (item for item in store.kept() if item.file == "koreksi.csv")
    store.withdraw(correction.sha256, "keliru", now=at)
    publishing.publish(store, now=at + dt.timedelta(minutes=1))


def test_every_edition_is_rebuilt_from_what_is_kept_with_the_same_fingerprint(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    corrected(tmp_path, store)
    before = {item.number: item.fingerprint for item in publications(store)[0]}
    assert len(set(before.values())) == 11
    for folder in ("editions", "parts"):
        shutil.rmtree(store.root / folder)
    rebuilt = publishing.rebuild(store)
    assert [item.number for item in rebuilt] == sorted(before)
    assert {item.number: item.fingerprint for item in publications(store)[0]} == before
    assert verification.verify(store) == ()


def test_what_is_whole_is_not_rebuilt(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    loaded(tmp_path, MONTHS[0], store)
    publishing.publish(store)
    path = open_edition(store).path
    before = path.stat().st_mtime_ns
    assert publishing.rebuild(store) == ()
    assert path.stat().st_mtime_ns == before


def test_a_backup_put_back_in_an_empty_place_is_the_same_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    corrected(tmp_path, store)
    shutil.copytree(store.data, tmp_path / "backup")
    before = content(store)
    shutil.rmtree(store.data)
    shutil.copytree(tmp_path / "backup", store.data)
    restored = Store(store.data)
    assert verification.verify(restored) == ()
    assert content(restored) == before
    assert not publishing.publish(restored).new


def test_people_stand_in_the_cell_that_their_row_says_in_every_spelling_of_their_birth(
    tmp_path: Path,
) -> None:
    births = {"1985-03-12": "30-39", "2003-07-01": "0-19", "1950-12-31": "60+"}
    store = Store(tmp_path / "data")
    dated = [{"nik": nik(1, birth=day), "tgl_lahir": day} for day in births]
    by_year = [
        {"nik": nik(2, birth=day), "tgl_lahir": None, "tahun_lahir": day[:4], "sumber": "BUMDES"}
        for day in births
    ]
    for name, people in (("tanggal.csv", dated), ("tahun.csv", by_year)):
        (tmp_path / name).write_text(members_text("2021-07", people), encoding="utf-8")
        assert store.load(tmp_path / name).kept
    publishing.publish(store)
    found = answers.breakdown(
        open_edition(store), dimension="age_band", since=None, as_of=dt.date(2021, 7, 31)
    )
    assert {row.part: row.closing for row in found} == {"0-19": 2, "30-39": 2, "60+": 2}


# Any figure, from the shipped files alone: neither the contract nor the store takes part.

FIELDS = {"source": "sumber", "segment": "segmen", "province": "provinsi"}


class Files:
    """The delivered files of the shipped sample as known at a moment, read with nothing but csv."""

    def __init__(self, moment: dt.datetime) -> None:
        self.rows: dict[tuple[str, str], list[Mapping[str, str]]] = {}
        records = [
            json.loads(path.read_text(encoding="utf-8"))
            for path in (PROJECT_DATA / "received").glob("*.json")
        ]
        for record in sorted(records, key=lambda record: record["received_at"]):
            if dt.datetime.fromisoformat(record["received_at"]) <= moment:
                text = (PROJECT_DATA / record["path"]).read_text(encoding="utf-8")
                named: dict[tuple[str, str], list[Mapping[str, str]]] = {}
                for row in csv.DictReader(io.StringIO(text)):
                    named.setdefault((row["periode"], row["sumber"]), []).append(row)
                self.rows |= named
        self.months = sorted({month for month, _ in self.rows})

    def active(self, month: str, part_of: str, **wanted: str) -> Counter[str]:
        """People by part; a source that has not delivered keeps its last month."""
        found: Counter[str] = Counter()
        for source in {source for _, source in self.rows}:
            known = [item for item in self.months if item <= month and (item, source) in self.rows]
            for row in self.rows[known[-1], source] if known else ():
                if all(row[FIELDS[name]] == value for name, value in wanted.items()):
                    found[row.get(part_of) or ""] += int(row["aktif"])
        return found


def test_any_figure_of_any_edition_follows_from_the_delivered_files(
    published_sample: Path, size: Callable[[int, int], int]
) -> None:
    store = Store(published_sample / "data")
    chance = random.Random(20210831)
    columns = FIELDS | {
        "regency": "kab_kota",
        "programmes": "program",
        "sex": "jenis_kelamin",
        "age_band": "kelompok_umur",
    }
    published = publications(store)[0]
    files = {item.number: Files(item.time) for item in published}
    checked = 0
    while checked < size(20, 200):
        item = chance.choice(published)
        edition = open_edition(store, edition=item.fingerprint)
        month = chance.choice(files[item.number].months)
        dimension = chance.choice(list(columns))
        row = chance.choice(chance.choice(list(files[item.number].rows.values())))
        wanted = {name: row[FIELDS[name]] for name in chance.sample(list(FIELDS), chance.randrange(3))}
        expected = files[item.number].active(month, columns[dimension], **wanted)
        filters = {name: [value] for name, value in wanted.items()}
        found = answers.breakdown(
            edition, dimension=dimension, since=None, as_of=parse_month(month), **filters
        )
        assert Counter({row.part or "": row.closing for row in found if row.closing}) == +expected
        assert [row.active for row in answers.known_months(edition) if month_text(row.month) == month] == [
            files[item.number].active(month, "sumber").total()
        ]
        checked += max(1, len(found))
    assert checked


@pytest.mark.parametrize("folder", ["editions", "parts"])
def test_a_wiped_folder_of_built_files_comes_back_by_publishing(tmp_path: Path, folder: str) -> None:
    store = Store(tmp_path / "data")
    loaded(tmp_path, MONTHS[0], store)
    publishing.publish(store)
    before = open_edition(store).fingerprint
    shutil.rmtree(store.root / folder)
    publishing.publish(store)
    assert open_edition(store).fingerprint == before
