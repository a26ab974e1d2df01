"""The shipped sample: made again to the byte, true to the published totals, closing in every cell."""

import csv
import datetime as dt
import hashlib
import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from enrollment.months import add_months, parse_month
from enrollment.sample import MONTHS, NATIONAL, share_out, write_totals
from enrollment.sample_assumptions import KNOWLEDGE_DAY
from enrollment.store import PROJECT_DATA

Row = dict[str, str]
DIMENSIONS = ("sumber", "segmen", "provinsi", "kab_kota", "program", "jenis_kelamin", "kelompok_umur")
FLOWS = ("baru", "aktif_kembali", "berhenti", "pindah_masuk", "pindah_keluar")
KEMENDES = {"TPP", "NON_ASN", "BUMDES"}

# As published; PMI is stated to the person in February, and BPU of December follows from two statements.
PUBLISHED_SPLITS = {
    "2020-12": {"PU": 19_960_000, "BPU": 2_490_000, "JAKON": 7_520_000, "PMI": 389_760},
    "2021-02": {"PU": 19_260_000, "BPU": 2_580_000, "JAKON": 5_460_000, "PMI": 365_842},
}


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cell_of(row: Row) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in DIMENSIONS)


def people(rows: list[Row], column: str = "aktif") -> int:
    return sum(int(row[column]) for row in rows)


def by_cell(rows: list[Row]) -> dict[tuple[str, ...], Row]:
    return {cell_of(row): row for row in rows}


@pytest.fixture(scope="module")
def months() -> list[list[Row]]:
    """The rows of both files of each month."""
    return [
        [
            row
            for kind in ("nasional", "kemendes")
            for row in rows_of(PROJECT_DATA / "snapshots" / f"{month}-{kind}.csv")
        ]
        for month in MONTHS
    ]


@pytest.fixture(scope="module")
def sidecars() -> dict[str, dict[str, object]]:
    received = (PROJECT_DATA / "received").glob("*.json")
    records = (json.loads(path.read_text(encoding="utf-8")) for path in received)
    return {record["path"]: record for record in records}


def test_the_sample_made_again_has_the_shipped_bytes(tmp_path: Path) -> None:
    write_totals(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    shipped = {
        path.relative_to(PROJECT_DATA): path.read_bytes()
        for folder in ("snapshots", "received")
        for path in (PROJECT_DATA / folder).iterdir()
    }
    assert made.keys() == shipped.keys()
    assert [path for path in made if made[path] != shipped[path]] == []


def test_there_are_two_files_a_month_and_they_stay_small() -> None:
    for month in MONTHS:
        pair = [PROJECT_DATA / "snapshots" / f"{month}-{kind}.csv" for kind in ("nasional", "kemendes")]
        assert sum(path.stat().st_size for path in pair) <= 900_000
    shipped = [path for name in ("snapshots", "received") for path in (PROJECT_DATA / name).iterdir()]
    assert len(shipped) == 18 + 20 + 2
    assert sum(path.stat().st_size for path in shipped) <= 8_000_000


def test_each_month_sums_to_the_national_total(months: list[list[Row]]) -> None:
    assert tuple(people(rows) for rows in months) == NATIONAL


@pytest.mark.parametrize("month", PUBLISHED_SPLITS)
def test_segments_lie_within_one_and_a_half_per_cent_of_the_published_split(
    months: list[list[Row]], month: str
) -> None:
    rows = months[MONTHS.index(month)]
    for segment, published in PUBLISHED_SPLITS[month].items():
        active = people([row for row in rows if row["segmen"] == segment])
        assert abs(active - published) <= 0.015 * published, segment


def test_every_cell_closes_in_every_month(months: list[list[Row]]) -> None:
    for before, now in pairwise(months):
        opening, closing = by_cell(before), by_cell(now)
        assert opening.keys() <= closing.keys()
        for cell, row in closing.items():
            new, reactivated, lapsed, moved_in, moved_out = (int(row[name]) for name in FLOWS)
            start = int(opening[cell]["aktif"]) if cell in opening else 0
            assert int(row["aktif"]) == start + new + reactivated - lapsed + moved_in - moved_out, cell
            assert min(new, reactivated, lapsed, moved_in, moved_out) >= 0
            assert lapsed + moved_out <= start


def test_no_cell_is_written_twice(months: list[list[Row]]) -> None:
    assert all(len(by_cell(rows)) == len(rows) for rows in months)


def test_the_first_month_knows_no_flows(months: list[list[Row]]) -> None:
    assert {row[name] for row in months[0] for name in FLOWS} == {""}


def test_whoever_moved_in_moved_out_elsewhere(months: list[list[Row]]) -> None:
    for rows in months[1:]:
        assert people(rows, "pindah_masuk") == people(rows, "pindah_keluar") > 0


def test_about_two_per_cent_lapse_and_more_while_construction_falls(months: list[list[Row]]) -> None:
    rates = [people(now, "berhenti") / people(before) for before, now in pairwise(months)]
    assert all(0.04 <= rate <= 0.06 for rate in rates[:2])
    assert all(0.018 <= rate <= 0.025 for rate in rates[2:])


def test_the_ministry_s_sources_grow_from_april_to_their_august_counts(months: list[list[Row]]) -> None:
    counts: dict[str, list[int]] = defaultdict(list)
    for rows in months:
        for source in KEMENDES:
            counts[source].append(people([row for row in rows if row["sumber"] == source]))
    for source, stated in {"TPP": 31_900, "NON_ASN": 1_000, "BUMDES": 12_400}.items():
        active = counts[source]
        assert active[:4] == [0, 0, 0, 0]
        assert all(earlier < later for earlier, later in pairwise(active[3:]))
        assert active[-1] == pytest.approx(stated, abs=25)


def test_only_the_ministry_s_files_carry_regencies_and_these_lie_in_their_province() -> None:
    provinces = {row["province"]: row for row in rows_of(PROJECT_DATA / "reference" / "provinces.csv")}
    for path in (PROJECT_DATA / "snapshots").iterdir():
        rows = rows_of(path)
        assert ("kab_kota" in rows[0]) == path.stem.endswith("kemendes")
        for row in rows:
            assert int(provinces[row["provinsi"]]["from_year"]) <= 2020
            regency = row.get("kab_kota")
            assert regency is None or (
                len(regency) == 4 and regency.startswith(provinces[row["provinsi"]]["kemendagri"])
            )


def test_all_thirty_four_provinces_and_every_row_says_that_it_is_simulated(
    months: list[list[Row]],
) -> None:
    for rows in months:
        assert len({row["provinsi"] for row in rows}) == 34
        assert {row["simulasi"] for row in rows} == {"ya"}


def test_sources_are_known_and_programme_sets_stand_in_their_fixed_order(months: list[list[Row]]) -> None:
    known = {row["source"] for row in rows_of(PROJECT_DATA / "reference" / "partner_sources.csv")}
    assert {row["sumber"] for row in months[-1]} == known
    assert {row["program"] for row in months[-1]} == {"JKK+JKM", "JKK+JKM+JHT", "JKK+JKM+JHT+JP"}


def test_sidecars_state_the_hash_and_the_rows_of_their_file(
    sidecars: dict[str, dict[str, object]],
) -> None:
    assert len(sidecars) == 20
    assert sorted(record["number"] for record in sidecars.values()) == list(range(1, 21))
    hashes = {record["sha256"] for record in sidecars.values()}
    for path, record in sidecars.items():
        assert record["sha256"] == hashlib.sha256((PROJECT_DATA / path).read_bytes()).hexdigest()
        assert record["rows"] == len(rows_of(PROJECT_DATA / path))
        assert record["replaced_by"] is None or record["replaced_by"] in hashes


def test_deliveries_arrive_in_time_except_the_late_one_and_the_correction(
    sidecars: dict[str, dict[str, object]],
) -> None:
    late = set()
    for path, record in sidecars.items():
        following = add_months(parse_month(str(record["month"])), 1)
        knowledge = dt.datetime(following.year, following.month, KNOWLEDGE_DAY, 2, tzinfo=dt.UTC)
        if dt.datetime.fromisoformat(str(record["received_at"])) > knowledge:
            late.add(path)
    assert late == {"snapshots/2021-06-kemendes.csv", "snapshots/2021-07-nasional.csv"}


def test_the_first_june_delivery_of_the_ministry_lacks_only_bumdes() -> None:
    first = by_cell(rows_of(PROJECT_DATA / "received" / "2021-06-kemendes-awal.csv"))
    full = rows_of(PROJECT_DATA / "snapshots" / "2021-06-kemendes.csv")
    assert first == by_cell([row for row in full if row["sumber"] != "BUMDES"])
    assert people([row for row in full if row["sumber"] == "BUMDES"], "pindah_masuk") == 0


def test_the_first_july_delivery_counts_one_source_12_400_new_people_too_low() -> None:
    first = by_cell(rows_of(PROJECT_DATA / "received" / "2021-07-nasional-awal.csv"))
    corrected = by_cell(rows_of(PROJECT_DATA / "snapshots" / "2021-07-nasional.csv"))
    assert first.keys() == corrected.keys()
    short = 0
    for cell, row in corrected.items():
        less = int(row["aktif"]) - int(first[cell]["aktif"])
        assert less == 0 or cell[0] == "PEMDA"
        assert first[cell] == row | {
            "aktif": str(int(row["aktif"]) - less),
            "baru": str(int(row["baru"]) - less),
        }
        short += less
    assert short == 12_400


def test_shares_are_whole_and_add_up_with_equal_remainders_in_order() -> None:
    assert share_out(10, [1, 1, 1]) == [4, 3, 3]
    assert share_out(7, [5, 3, 2]) == [4, 2, 1]
    assert share_out(0, [5, 3]) == [0, 0]
    assert share_out(2, [0, 9]) == [0, 2]
