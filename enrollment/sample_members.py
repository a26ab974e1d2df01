"""The people behind the ministry's totals of the shipped sample, made in memory at the first start.

Every month has exactly the people that its totals count in each cell. They stay from month to month: as
many leave a cell as the totals say, some of them come back, and all others are newcomers. Drawn from one
seeded stream in whole numbers, so that every machine makes the same bytes.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from enrollment.delivery import Delivery
from enrollment.months import month_text
from enrollment.sample_assumptions import (
    AGE_BANDS,
    IDENTITIES,
    KEMENDES,
    SEED,
    YOUNGEST,
)

_STRIDE = 100_000_007
"""Shares no factor with IDENTITIES, so that numbers that follow each other make NIKs that do not."""
_OLDEST = (19, 29, 39, 49, 59, 65)
_COME_BACK = 40
"""Per cent a month of those who left."""


class Cell(NamedTuple):
    """Where people are counted."""

    source: str
    segment: str
    province: str
    regency: str
    programmes: str
    sex: str
    age_band: str


class _Counts(NamedTuple):
    """What the totals say of a cell in a month, people."""

    active: int
    returned: int
    left: int


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody who does not exist; `number` is nobody else's, and neither is the NIK. `birth` is ISO."""

    number: int
    nik: str
    birth: str
    sex: str
    province: str
    regency: str
    kpj: str


def behind(shipped: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """The shipped totals whose people are made: those of the ministry, from the first enrolment on."""
    return tuple(
        item
        for item in shipped
        if set(item.sources) <= set(KEMENDES) and any(content.active for content in item.contents)
    )


class Members:
    """The people of all months: `months[m]` as YYYY-MM, and in `stocks[m]` who is active in each cell."""

    def __init__(self, totals: Sequence[Delivery], seed: int = SEED) -> None:
        self.draw = Random(seed).random  # noqa: S311 - a stream to repeat, not a secret
        self._seed = seed
        self._made = 0
        self._left: dict[Cell, list[Person]] = {}
        # Of a month that came twice the later version is whole.
        newest = {month_text(item.month): item.path for item in totals if item.month}
        self.months = tuple(sorted(newest))
        self.stocks: list[dict[Cell, list[Person]]] = []
        for month in self.months:
            before = self.stocks[-1] if self.stocks else {}
            self.stocks.append(self._stock(_counted(newest[month]), before, int(month[:4])))

    def snapshot(self, totals: Delivery) -> bytes:
        """The members snapshot, as CSV, of the month and sources of one totals delivery."""
        month = month_text(totals.month) if totals.month else ""
        header = "nik,periode,sumber,segmen,provinsi,kab_kota,program,jenis_kelamin,tgl_lahir,kpj,simulasi"
        lines = [header]
        for cell, people in self.stocks[self.months.index(month)].items():
            if cell.source in totals.sources:
                told = ",".join((month, *cell[:-1]))
                lines += [f"{one.nik},{told},{one.birth},{one.kpj},ya" for one in people]
        return ("\n".join(lines) + "\n").encode()

    def active(self, source: str) -> dict[Person, list[int]]:
        """Everybody who was ever active under a source, with the months, as places in `months`."""
        found: dict[Person, list[int]] = {}
        for m, stock in enumerate(self.stocks):
            for cell, people in stock.items():
                if cell.source == source:
                    for one in people:
                        found.setdefault(one, []).append(m)
        return found

    def stranger(self, like: Person) -> Person:
        """Somebody registered nowhere, of the place, sex and year of birth of somebody else."""
        return self._person(like.province, like.regency, like.sex, int(like.birth[:4]))

    def _stock(
        self, counts: dict[Cell, _Counts], before: dict[Cell, list[Person]], year: int
    ) -> dict[Cell, list[Person]]:
        stock = {cell: list(before.get(cell, ())) for cell in counts}
        leaving = {cell: self._taken(people, counts[cell].left) for cell, people in stock.items()}
        for cell, people in stock.items():
            joining = counts[cell].active - len(people)
            left = self._left.setdefault(cell, [])
            if left:
                possible = min(joining, counts[cell].returned, self._some(left, _COME_BACK))
                people += self._taken(left, possible)
            age = AGE_BANDS.index(cell.age_band)
            for _ in range(counts[cell].active - len(people)):
                older = int(self.draw() * (_OLDEST[age] - YOUNGEST[age] + 1))
                people.append(
                    self._person(cell.province, cell.regency, cell.sex, year - YOUNGEST[age] - older)
                )
            left += leaving[cell]
        return stock

    def _taken(self, people: list[Person], count: int) -> list[Person]:
        """So many taken out of some people by lot."""
        return [people.pop(int(self.draw() * len(people))) for _ in range(count)]

    def _some(self, people: Sequence[Person], per_cent: int) -> int:
        """About so many of some people; what is less than one is decided by lot."""
        return (len(people) * per_cent + int(self.draw() * 100)) // 100

    def _person(self, province: str, regency: str, sex: str, born: int) -> Person:
        self._made += 1
        identity = (self._made * _STRIDE + self._seed) % IDENTITIES
        month, day = 1 + identity // 28 % 12, 1 + identity % 28
        district, serial = 1 + identity // 336 % 60, 1 + identity // 20160
        nik_day = day + 40 if sex == "P" else day
        return Person(
            number=self._made,
            nik=f"{regency}{district:02d}{nik_day:02d}{month:02d}{born % 100:02d}{serial:04d}",
            birth=f"{born}-{month:02d}-{day:02d}",
            sex=sex,
            province=province,
            regency=regency,
            kpj=str(10_000_000_000 + identity * 31_415_926_537 % 89_999_999_977),
        )


def _counted(path: Path) -> dict[Cell, _Counts]:
    """What a shipped totals file counts in each cell, in file order."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            Cell(
                row["sumber"],
                row["segmen"],
                row["provinsi"],
                row["kab_kota"],
                row["program"],
                row["jenis_kelamin"],
                row["kelompok_umur"],
            ): _Counts(
                int(row["aktif"]),
                int(row["aktif_kembali"]),
                int(row["berhenti"]) + int(row["pindah_keluar"]),
            )
            for row in csv.DictReader(file)
        }
