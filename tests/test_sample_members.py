"""The people of the sample: the same everywhere, as many as the shipped totals count, and nobody real."""

import csv
import datetime as dt
import hashlib
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from enrollment import reference
from enrollment.contract import read
from enrollment.delivery import Delivery
from enrollment.keys import Keys
from enrollment.months import parse_month
from enrollment.sample_assumptions import PROMISED, ROSTERS, Roster
from enrollment.sample_members import Members, behind
from enrollment.sample_rosters import Rosters
from enrollment.store import PROJECT_DATA, codes_of, sample_deliveries

Row = dict[str, str]
TOTALS = behind(sample_deliveries())
PLACE = ("sumber", "segmen", "provinsi", "kab_kota", "program", "jenis_kelamin")
BANDS = (("0-19", 19), ("20-29", 29), ("30-39", 39), ("40-49", 49), ("50-59", 59), ("60+", 200))
MADE = "8b5e371160bed4e8ee82943a0b1a7b75996f67b7c87647ee7978235b9bd5aca7"
"""SHA-256 over all snapshots and lists, as they were made first."""


@pytest.fixture(scope="module")
def members() -> Members:
    return Members(TOTALS)


@pytest.fixture(scope="module")
def snapshots(members: Members) -> dict[str, bytes]:
    return {totals.file: members.snapshot(totals) for totals in TOTALS}


@pytest.fixture(scope="module")
def lists(members: Members) -> dict[tuple[str, str], bytes]:
    rosters = Rosters(members)
    return {
        (source, month): rosters.roster(source, parse_month(month))
        for source in ROSTERS
        for month in members.months
    }


@lru_cache(maxsize=32)
def rows_of(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def counted(rows: list[Row]) -> Counter[tuple[str, ...]]:
    """People by cell, the age band worked out from the year of birth."""
    return Counter((*(row[name] for name in PLACE), band(row)) for row in rows)


def band(row: Row) -> str:
    age = int(row["periode"][:4]) - int(row["tgl_lahir"][:4])
    return next(name for name, oldest in BANDS if age <= oldest)


def told(totals: Delivery) -> Iterator[Row]:
    with totals.path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_people_are_made_for_every_delivery_of_the_ministry_since_the_first_enrolment() -> None:
    assert [(totals.file, totals.sources) for totals in TOTALS] == [
        ("2021-04-kemendes.csv", ("BUMDES", "NON_ASN", "TPP")),
        ("2021-05-kemendes.csv", ("BUMDES", "NON_ASN", "TPP")),
        ("2021-06-kemendes-awal.csv", ("NON_ASN", "TPP")),
        ("2021-06-kemendes.csv", ("BUMDES", "NON_ASN", "TPP")),
        ("2021-07-kemendes.csv", ("BUMDES", "NON_ASN", "TPP")),
        ("2021-08-kemendes.csv", ("BUMDES", "NON_ASN", "TPP")),
    ]


def test_every_machine_makes_the_same_people_and_lists(
    snapshots: dict[str, bytes], lists: dict[tuple[str, str], bytes]
) -> None:
    made = hashlib.sha256()
    for content in (*snapshots.values(), *lists.values()):
        made.update(content)
    assert made.hexdigest() == MADE


@pytest.mark.parametrize("totals", TOTALS, ids=lambda totals: totals.file)
def test_every_cell_holds_as_many_people_as_the_shipped_totals_count(
    totals: Delivery, snapshots: dict[str, bytes]
) -> None:
    expected = Counter(
        {
            (*(row[name] for name in PLACE), row["kelompok_umur"]): int(row["aktif"])
            for row in told(totals)
            if row["aktif"] != "0"
        }
    )
    assert counted(rows_of(snapshots[totals.file])) == expected


def test_as_many_people_leave_a_source_as_the_totals_say(snapshots: dict[str, bytes]) -> None:
    whole = [totals for totals in TOTALS if "awal" not in totals.file]
    for before, after in itertools.pairwise(whole):
        expected: Counter[str] = Counter()
        for row in told(after):
            expected[row["sumber"]] += int(row["berhenti"]) + int(row["pindah_keluar"])
        assert gone(snapshots[before.file], snapshots[after.file]) == +expected


def gone(before: bytes, after: bytes) -> Counter[str]:
    """People by source who were there and are no more."""
    still = {(row["sumber"], row["nik"]) for row in rows_of(after)}
    return Counter(row["sumber"] for row in rows_of(before) if (row["sumber"], row["nik"]) not in still)


def test_people_stay_who_they_are_and_some_come_back(snapshots: dict[str, bytes]) -> None:
    seen: dict[str, tuple[str, ...]] = {}
    months: dict[str, list[str]] = {}
    for totals in TOTALS:
        if "awal" not in totals.file:
            rows = rows_of(snapshots[totals.file])
            assert len({row["nik"] for row in rows}) == len({row["kpj"] for row in rows}) == len(rows)
            for row in rows:
                who = tuple(row[name] for name in ("tgl_lahir", "jenis_kelamin", "kab_kota", "kpj"))
                assert seen.setdefault(row["nik"], who) == who
                months.setdefault(row["nik"], []).append(row["periode"])
    away = [found for found in months.values() if len(found) < 1 + int(found[-1][-2:]) - int(found[0][-2:])]
    assert away


def test_the_contract_has_nothing_to_say_against_the_people(
    snapshots: dict[str, bytes], tmp_path: Path
) -> None:
    codes = codes_of(reference.read(PROJECT_DATA))
    reading = read(
        io.BytesIO(snapshots["2021-08-kemendes.csv"]),
        codes,
        today=dt.date(2021, 9, 5),
        name="2021-08-kemendes.csv",
        keys=lambda: Keys((b"k" * 32,), tmp_path / "key"),
        into=tmp_path / "people.parquet",
    )
    assert (reading.faults, reading.notes) == ((), ())
    assert reading.people is not None
    assert [(source, people) for source, people, _ in reading.people.contents] == [
        ("BUMDES", 12412),
        ("NON_ASN", 1003),
        ("TPP", 31897),
    ]


def test_lists_grow_towards_what_was_promised_and_no_further(
    members: Members, lists: dict[tuple[str, str], bytes]
) -> None:
    for source, promised in PROMISED.items():
        listed = [len({row["nik"] for row in rows_of(lists[source, month])}) for month in members.months]
        assert max(listed) <= promised
        assert listed[-1] >= promised * (0.64 if source == "BUMDES" else 0.98)
        assert source == "NON_ASN" or listed == sorted(listed)


def test_lists_leave_out_the_programmes_and_say_that_they_are_simulated(
    lists: dict[tuple[str, str], bytes],
) -> None:
    for (source, month), content in lists.items():
        rows = rows_of(content)
        assert "program" not in rows[0]
        assert {row["simulasi"] for row in rows} == {"ya"}
        assert Counter(row["sumber"] for row in rows).most_common(1)[0][0] == source
        assert Counter(row["periode"] for row in rows).most_common(1)[0][0] == month


def test_a_slip_is_one_step_from_a_member_and_is_nobody_s_number(
    members: Members, snapshots: dict[str, bytes], lists: dict[tuple[str, str], bytes]
) -> None:
    people = {row["nik"] for content in snapshots.values() for row in rows_of(content)}
    by_birth: dict[tuple[str, str], list[str]] = {}
    for nik in people:
        by_birth.setdefault((nik[6:12], nik[:2]), []).append(nik)
    wrong = {
        row["nik"]
        for row in rows_of(lists["BUMDES", "2021-08"])
        if row["nik"] not in people and any(one_slip(row["nik"], nik) for nik in near(row["nik"], by_birth))
    }
    expected = sum(ROSTERS["BUMDES"].flaws[:2]) * len(members.active("BUMDES")) / 10_000
    assert 0.7 * expected < len(wrong) < 1.3 * expected
    assert Roster.FLAWS[:2] == ("digit", "swap")


def near(nik: str, by_birth: dict[tuple[str, str], list[str]]) -> list[str]:
    return by_birth.get((nik[6:12], nik[:2]), [])


def one_slip(one: str, other: str) -> bool:
    """Whether two numbers differ in one digit, or in two neighbours that changed places."""
    if len(one) != len(other):
        return False
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) == 2:
        first, second = apart
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(apart) == 1
