"""The simulated people: real in form, steady from month to month, the same for the same seed."""

import csv
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from enrollment import sample_people
from enrollment.months import add_months, month_end, month_text
from enrollment.sample_people import EARLIEST, MOST_MONTHS, MOST_PEOPLE, NEWEST, write_people
from enrollment.store import Store

PEOPLE, MONTHS = 40_000, 6
SEED = 3
SHIPPED = Path(__file__).parents[1] / "data" / "snapshots"
PARTNERS = ("TPP", "NON_ASN", "BUMDES")
Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def whole_nik(row: Row) -> bool:
    """Whether a NIK is one in form, and says the birth and sex of its row."""
    match = re.fullmatch(r"([1-9]\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{4})", row["nik"])
    if not match or "00" in match.groups()[:3] or match[7] == "0000":
        return False
    day = int(match[4]) - (40 if row["jenis_kelamin"] == "P" else 0)
    born = dt.date.fromisoformat(row["tgl_lahir"])
    return (day, int(match[5]), int(match[6])) == (born.day, born.month, born.year % 100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("people")
    write_people(out, PEOPLE, MONTHS, SEED)
    return out


@pytest.fixture(scope="module")
def months(folder: Path) -> dict[str, list[Row]]:
    return {path.stem: rows_of(path) for path in sorted((folder / "snapshots").iterdir())}


@pytest.fixture(scope="module")
def sources(months: dict[str, list[Row]]) -> dict[str, dict[str, set[str]]]:
    """Of each month, the sources in which each person is."""
    found: dict[str, dict[str, set[str]]] = {}
    for month, rows in months.items():
        people = found.setdefault(month, {})
        for row in rows:
            people.setdefault(row["nik"], set()).add(row["sumber"])
    return found


def test_there_is_a_snapshot_a_month_and_a_roster_a_month_and_partner_from_april_on(folder: Path) -> None:
    assert sorted(path.name for path in (folder / "snapshots").iterdir()) == [
        f"2021-{month:02d}.csv" for month in range(3, 9)
    ]
    assert {path.name for path in (folder / "rosters").iterdir()} == {
        f"2021-{month:02d}-{source}.csv" for month in range(4, 9) for source in PARTNERS
    }
    assert {path.name for path in folder.iterdir()} == {"snapshots", "rosters"}


def test_every_month_has_as_many_people_as_were_asked_for(sources: dict[str, dict[str, set[str]]]) -> None:
    assert {len(people) for people in sources.values()} == {PEOPLE}


def test_every_nik_is_whole_and_agrees_with_birth_and_sex(months: dict[str, list[Row]]) -> None:
    assert [row for rows in months.values() for row in rows if not whole_nik(row)] == []


def test_a_nik_and_a_card_number_belong_to_one_person(months: dict[str, list[Row]]) -> None:
    everybody = {
        (row["nik"], row["kpj"], row["tgl_lahir"], row["jenis_kelamin"])
        for rows in months.values()
        for row in rows
    }
    assert len({nik for nik, *_ in everybody}) == len({kpj for _, kpj, *_ in everybody}) == len(everybody)
    assert all(re.fullmatch(r"[1-9]\d{10}", kpj) for _, kpj, *_ in everybody)


def test_nobody_is_twice_in_a_source_and_a_few_are_in_two(
    months: dict[str, list[Row]], sources: dict[str, dict[str, set[str]]]
) -> None:
    for month, rows in months.items():
        assert len({(row["nik"], row["sumber"]) for row in rows}) == len(rows)
        twice = sum(len(found) == 2 for found in sources[month].values())
        assert 0.002 * PEOPLE < twice < 0.006 * PEOPLE
        assert max(map(len, sources[month].values())) == 2


def test_a_fiftieth_leave_each_month_and_as_many_come(sources: dict[str, dict[str, set[str]]]) -> None:
    for before, now in pairwise(sources.values()):
        assert 0.017 * PEOPLE < len(before.keys() - now.keys()) < 0.025 * PEOPLE
        assert len(before.keys() - now.keys()) == len(now.keys() - before.keys())


def test_some_come_back_and_some_move_to_another_source(sources: dict[str, dict[str, set[str]]]) -> None:
    *earlier, before, now = sources.values()
    known = set().union(*earlier)
    returned = [nik for nik in now if nik in known and nik not in before]
    assert 0.003 * PEOPLE < len(returned) < 0.012 * PEOPLE
    moved = [nik for nik in now.keys() & before.keys() if not now[nik] & before[nik]]
    assert 0.0003 * PEOPLE < len(moved) < 0.005 * PEOPLE


def test_some_change_place_or_programmes_within_their_source(months: dict[str, list[Row]]) -> None:
    before, now = (
        {(row["nik"], row["sumber"]): (row["provinsi"], row["kab_kota"], row["program"]) for row in rows}
        for rows in list(months.values())[-2:]
    )
    changed = sum(before[person] != now[person] for person in before.keys() & now.keys())
    assert 0.001 * PEOPLE < changed < 0.006 * PEOPLE


def test_no_source_shrinks_or_grows_tenfold_from_one_month_to_the_next(months: dict[str, list[Row]]) -> None:
    counts = [Counter(row["sumber"] for row in rows) for rows in months.values()]
    for before, now in pairwise(counts):
        assert before.keys() <= now.keys()
        assert all(count / 10 < now[source] < count * 10 for source, count in before.items())


def test_sources_have_the_shares_of_the_shipped_sample(months: dict[str, list[Row]]) -> None:
    shipped: Counter[str] = Counter()
    for row in rows_of(SHIPPED / "2021-08-nasional.csv"):
        shipped[row["sumber"]] += int(row["aktif"])
    made = Counter(row["sumber"] for row in months["2021-08"] if row["sumber"] not in PARTNERS)
    for source, people in shipped.items():
        assert made[source] / made.total() == pytest.approx(people / shipped.total(), rel=0.15, abs=0.002), (
            source
        )


def test_the_same_seed_makes_the_same_bytes_and_another_seed_other_people(
    folder: Path, tmp_path: Path
) -> None:
    again = write_people(tmp_path / "again", PEOPLE, 2, SEED)
    assert [path.read_bytes() for path in again] == [
        (folder / path.relative_to(tmp_path / "again")).read_bytes() for path in again
    ]
    snapshot, *_ = write_people(tmp_path / "other", PEOPLE, 1, SEED + 1)
    assert snapshot.read_bytes() != (folder / "snapshots" / "2021-08.csv").read_bytes()


def test_parquet_holds_the_same_rows_as_text(folder: Path, tmp_path: Path) -> None:
    written = write_people(tmp_path, PEOPLE, 1, SEED, form="parquet")
    for path in written:
        other = folder / path.relative_to(tmp_path).with_suffix(".csv")
        rows = duckdb.read_parquet(str(path)).fetchall()
        assert [tuple("" if value is None else str(value) for value in row) for row in rows] == [
            tuple(row.values()) for row in rows_of(other)
        ]


@pytest.mark.parametrize("source", PARTNERS)
def test_a_roster_lists_members_others_and_mistakes(
    folder: Path, sources: dict[str, dict[str, set[str]]], source: str
) -> None:
    roster = rows_of(folder / "rosters" / f"2021-08-{source}.csv")
    members = {nik for nik, found in sources["2021-08"].items() if source in found}
    listed = {row["nik"] for row in roster}
    assert len(members & listed) > 0.9 * len(members)
    assert all(row["periode"] == "2021-08" and row["simulasi"] == "ya" for row in roster)


def test_rosters_hold_every_kind_of_row(folder: Path, sources: dict[str, dict[str, set[str]]]) -> None:
    now = sources["2021-08"]
    known = set().union(*sources.values())
    kinds: Counter[str] = Counter()
    for source in PARTNERS:
        seen: set[str] = set()
        for row in rows_of(folder / "rosters" / f"2021-08-{source}.csv"):
            nik = row["nik"]
            if not whole_nik(row):
                kinds["invalid"] += 1
            elif nik in seen:
                kinds["duplicate"] += 1
            elif row["sumber"] != source:
                kinds["out_of_scope"] += 1
            elif source in now.get(nik, ()):
                kinds["active"] += 1
            elif nik in now:
                kinds["other_source"] += 1
            else:
                kinds["lapsed" if nik in known else "not_found"] += 1
            seen.add(nik)
    whole = kinds.total()
    assert kinds["active"] > 0.5 * whole
    for rare in ("invalid", "duplicate", "out_of_scope", "lapsed"):
        assert 1 <= kinds[rare] < 0.03 * whole, rare
    assert kinds["other_source"] > 0.02 * whole
    assert kinds["not_found"] > 0.02 * whole


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_snapshot_loads_without_a_fault_or_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: sample_people.Form
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "key"))
    written = write_people(tmp_path, 3000, 9, SEED, form=form)
    store = Store(tmp_path / "data")
    # DuckDB writes no checksums, which the load says of every Parquet file.
    expected = {"csv": ("accepted", []), "parquet": ("noted", ["no_checksums"])}[form]
    for path in written[:9]:
        receipt = store.load(path)
        reading = receipt.reading
        assert (receipt.verdict, [note.rule for note in reading.notes]) == expected, path.name
        assert (reading.kind, reading.faults, receipt.reasons) == ("members", (), ()), path.name


def test_rosters_load_but_for_the_mistakes_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "key"))
    store = Store(tmp_path / "data")
    for path in sorted((folder / "rosters").glob("2021-08-*")):
        receipt = store.load(path, quarantine=True)
        assert receipt.verdict in ("accepted", "noted", "quarantined"), path.name
        assert receipt.reading.kind == "roster"
        assert receipt.reading.faulty_rows < 0.03 * receipt.reading.rows_in


def test_progress_counts_the_files(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    written = write_people(tmp_path, 1000, 1, SEED, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(done, len(written)) for done in range(len(written) + 1)]


def test_few_people_still_make_months_and_no_empty_roster(tmp_path: Path) -> None:
    written = write_people(tmp_path, 30, 2, SEED, until=month_end(2022, 1))
    assert [path.stem for path in written] == ["2021-12", "2022-01"]
    assert [len({row["nik"] for row in rows_of(path)}) for path in written] == [30, 30]


@pytest.mark.parametrize(
    ("people", "months", "until"),
    [
        (0, 1, NEWEST),
        (1, 0, NEWEST),
        (MOST_PEOPLE + 1, 1, NEWEST),
        (1, MOST_MONTHS + 1, month_end(2030, 1)),
        (1, 2, EARLIEST),
    ],
)
def test_what_cannot_be_made_is_an_error(tmp_path: Path, people: int, months: int, until: dt.date) -> None:
    with pytest.raises(ValueError, match="people"):
        write_people(tmp_path, people, months, SEED, until=until)
    assert list(tmp_path.iterdir()) == []


def test_in_the_earliest_month_everybody_is_born(tmp_path: Path, size: Callable[[int, int], int]) -> None:
    months = size(24, MOST_MONTHS)
    path, *_ = write_people(tmp_path, 2000, months, SEED, until=add_months(EARLIEST, months - 1))
    assert path.stem == month_text(EARLIEST)
    assert max(row["tgl_lahir"] for row in rows_of(path)) < path.stem


def test_as_many_people_as_there_are_niks_for_keep_their_own() -> None:
    with duckdb.connect() as connection:
        sample_people._prepare(connection, 1000, SEED, 2021)
        sample_people._set(connection, {"people": MOST_PEOPLE})
        ends = [connection.sql(f"select identity({slot}, {turn})").fetchall()[0][0] for slot, turn in (
            (0, 0), (MOST_PEOPLE - 1, 3), (MOST_PEOPLE - 1, 0), (0, 3)
        )]  # fmt: skip
    assert len(set(ends)) == 4
    assert all(0 <= number < 4 * MOST_PEOPLE for number in ends)
