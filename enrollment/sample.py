"""The shipped sample: simulated totals of nine months that run through the published national figures.

Only the national totals are real. Everything below them is drawn from one seeded stream of
`random.random()` and shared out in whole numbers by largest remainder, so that every machine writes
the same bytes. Stocks come first; the flows that lead from one month to the next are laid over them
afterwards and close for every cell.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from enrollment import reference, store
from enrollment.contract import Reading, read
from enrollment.delivery import record_of
from enrollment.drafting import draft
from enrollment.months import add_months, parse_month
from enrollment.sample_assumptions import (
    AGE_BANDS,
    KEMENDAGRI,
    KEMENDES,
    KEMENDES_ROUTES,
    KEMENDES_SOURCES,
    KNOWLEDGE_DAY,
    MONTHS,
    NATIONAL,
    PROVINCES,
    REGENCIES,
    ROUTES,
    SEED,
    SEGMENTS,
    SOURCES,
    Source,
    province_weight,
)

__all__ = ["MONTHS", "NATIONAL", "SEED", "Sample", "deliveries", "share_out", "write_totals"]

LATE_SOURCE, LATE_MONTH = "BUMDES", "2021-06"
LOW_SOURCE, LOW_MONTH, LOW_BY = "PEMDA", "2021-07", 12400
"""In its first version the delivery of LOW_MONTH counts LOW_SOURCE too low by LOW_BY people."""

DIMENSIONS = ("sumber", "segmen", "provinsi", "kab_kota", "program", "jenis_kelamin", "kelompok_umur")
COUNTS = ("aktif", "baru", "aktif_kembali", "berhenti", "pindah_masuk", "pindah_keluar")


class Cell(NamedTuple):
    """Where people are counted: one combination of all dimensions. `regency` is empty in national files."""

    source: str
    segment: str
    province: str
    regency: str
    programmes: str
    sex: str
    age_band: str


class Flows(NamedTuple):
    """What leads from the opening to the closing of one cell in one month, people."""

    new: int
    reactivated: int
    lapsed: int
    moved_in: int
    moved_out: int


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts in proportion to `weights`; largest remainders first, equal ones in order."""
    whole = sum(weights)
    if total == 0 or whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _regencies(source: Source, province: str) -> tuple[str, ...]:
    if source not in KEMENDES_SOURCES:
        return ("",)
    codes = REGENCIES.get(province, ("01", "02", "03"))
    return tuple(f"{KEMENDAGRI[province]}{code}" for code in codes)


def _cells(source: Source, draw: Callable[[], float]) -> dict[Cell, int]:
    """The cells of one source with their weights, in file order."""
    cells = {}
    for province in PROVINCES:
        place = province_weight(source, province)
        for regency in _regencies(source, province):
            near = 0.7 + 0.6 * draw()
            for programmes, share in source.programmes:
                for sex, of_sex in (("L", 100 - source.women), ("P", source.women)):
                    for age_band, of_age in zip(AGE_BANDS, source.ages, strict=True):
                        spread = near * (0.8 + 0.4 * draw())
                        weight = int(place * share * of_sex * of_age * spread)
                        if weight:
                            cell = Cell(
                                source.code, source.segment, province, regency, programmes, sex, age_band
                            )
                            cells[cell] = weight
    return cells


class Sample:
    """Stocks and flows of all months: `stocks[m]` and `flows[m]` by cell, m counted along MONTHS.

    A cell enters `stocks` with its first people and stays, with 0 once it is empty. The heaviest cell of each
    source of the ministry in each province is there from the start, with 0 until people enrol.
    `flows[0]` is empty: nothing is known of the month before the first.
    """

    def __init__(self, seed: int = SEED) -> None:
        self._draw = Random(seed).random  # noqa: S311 - a stream to repeat, not a secret
        self._weights = {source: _cells(source, self._draw) for source in SOURCES + KEMENDES_SOURCES}
        self._places: dict[tuple[str, str, str], list[Cell]] = {}
        for cells in self._weights.values():
            for cell in cells:
                self._places.setdefault(cell[:3], []).append(cell)
        # A province gains or loses weight in a source at a steady rate, at most 0.6 % a month.
        self._drift = {place: 0.012 * (self._draw() - 0.5) for place in self._places}
        self.stocks: list[dict[Cell, int]] = []
        self.flows: list[dict[Cell, Flows]] = []
        for m in range(len(MONTHS)):
            self.stocks.append(self._stock(m))
            self.flows.append(self._flow(m) if m else {})

    def _stock(self, m: int) -> dict[Cell, int]:
        before = self.stocks[m - 1] if m else {}
        stock: dict[Cell, int] = {}
        for source, total in _people(m).items():
            weights = self._weights[source]
            drifted = [
                int(weight * (1 + m * self._drift[cell[:3]]) * (0.998 + 0.004 * self._draw()))
                for cell, weight in weights.items()
            ]
            people = zip(weights, share_out(total, drifted), strict=True)
            stock |= {cell: count for cell, count in people if count or cell in before}
        for source in KEMENDES_SOURCES:
            weights = self._weights[source]
            growth = _growth(source.code, m)
            heaviest = {cell[:3]: cell for cell in sorted(weights, key=weights.__getitem__)}
            people = zip(weights, share_out(growth, list(weights.values())), strict=True)
            stock |= {
                cell: before.get(cell, 0) + count
                for cell, count in people
                if count or cell in before or cell == heaviest[cell[:3]]
            }
        return stock

    def _moves(self, m: int) -> tuple[Counter[Cell], Counter[Cell]]:
        """People who moved into and out of each cell; both sum to the same. They stay in their province."""
        opening, closing = self.stocks[m - 1], self.stocks[m]
        growth = {cell: people - opening.get(cell, 0) for cell, people in closing.items()}
        routes: list[tuple[tuple[str, str], tuple[str, str], int, Mapping[Cell, int]]] = []
        for *ends, people in ROUTES:
            size = int(people * (0.85 + 0.3 * self._draw()))
            routes.append(((ends[0], ends[1]), (ends[2], ends[3]), size, closing))
        for *ends, per_cent in KEMENDES_ROUTES:
            # Without the late source nobody moves into it, so that the month closes with and without it.
            size = 0 if (ends[2], MONTHS[m]) == (LATE_SOURCE, LATE_MONTH) else _growth(ends[2], m) * per_cent
            routes.append(((ends[0], ends[1]), (ends[2], ends[3]), size // 100, growth))
        moved_in: Counter[Cell] = Counter()
        moved_out: Counter[Cell] = Counter()
        for origin, target, size, capacity in routes:
            doors = {place: cells for place, cells in self._places.items() if place[:2] == target}
            by_place = [sum(capacity.get(cell, 0) for cell in cells) for cells in doors.values()]
            for (place, entered), people in zip(doors.items(), share_out(size, by_place), strict=True):
                left = self._places[*origin, place[2]]
                leaving = [opening.get(cell, 0) - moved_out[cell] for cell in left]
                room = [capacity.get(cell, 0) - moved_in[cell] for cell in entered]
                possible = min(people, sum(leaving), sum(room))
                moved_out.update(dict(zip(left, share_out(possible, leaving), strict=True)))
                moved_in.update(dict(zip(entered, share_out(possible, room), strict=True)))
        return moved_in, moved_out

    def _flow(self, m: int) -> dict[Cell, Flows]:
        moved_in, moved_out = self._moves(m)
        sources = {(source.code, source.segment): source for source in self._weights}
        flows = {}
        for cell, closing in self.stocks[m].items():
            source = sources[cell[:2]]
            opening = self.stocks[m - 1].get(cell, 0)
            rest = closing - opening - moved_in[cell] + moved_out[cell]  # joined less lapsed
            usual = int(opening * source.lapses / 1000 * (0.8 + 0.4 * self._draw()) + self._draw())
            # Some people join a shrinking source too.
            joining = int(opening * 0.006 + self._draw()) if opening else 0
            lapsed = min(max(usual, joining - rest), opening - moved_out[cell])
            joined = rest + lapsed
            returned = int(joined * source.returns / 100 * (0.8 + 0.4 * self._draw()) + self._draw())
            returned = min(returned, joined)
            flows[cell] = Flows(joined - returned, returned, lapsed, moved_in[cell], moved_out[cell])
        return flows


def _growth(code: str, m: int) -> int:
    """People by which a source of the ministry grows in month m."""
    return KEMENDES[code][m] - (KEMENDES[code][m - 1] if m else 0)


def _people(m: int) -> dict[Source, int]:
    """The people of each source outside the ministry in month m; with the ministry's, the national total."""
    rest = {segment: totals[m] for segment, totals in SEGMENTS.items()}
    rest["BPU"] = NATIONAL[m] - sum(rest.values())
    rest["PU"] -= sum(totals[m] for totals in KEMENDES.values())
    people: dict[Source, int] = {}
    for segment, total in rest.items():
        sources = [source for source in SOURCES if source.segment == segment]
        shares = [s.first_share * (len(MONTHS) - 1 - m) + s.last_share * m for s in sources]
        people |= zip(sources, share_out(total, shares), strict=True)
    return people


Row = tuple[Cell, int, Flows | None]


def _rows(sample: Sample, m: int, kemendes: bool) -> list[Row]:
    """The rows of one delivery, in file order."""
    stock, flows = sample.stocks[m], sample.flows[m]
    return [(cell, stock[cell], flows.get(cell)) for cell in stock if bool(cell.regency) == kemendes]


def _counted_low(rows: Iterable[Row]) -> list[Row]:
    """The rows with LOW_SOURCE short of LOW_BY new people."""
    rows = list(rows)
    newcomers = [flows.new if flows and cell.source == LOW_SOURCE else 0 for cell, _, flows in rows]
    short = share_out(LOW_BY, newcomers)
    return [
        (cell, active - less, flows and flows._replace(new=flows.new - less))
        for (cell, active, flows), less in zip(rows, short, strict=True)
    ]


def _csv(month: str, rows: Iterable[Row], kemendes: bool) -> bytes:
    dimensions = [name for name in DIMENSIONS if kemendes or name != "kab_kota"]
    lines = [",".join(["periode", *dimensions, *COUNTS, "simulasi"])]
    for cell, active, flows in rows:
        place = cell if kemendes else cell[:3] + cell[4:]
        counts = map(str, flows) if flows else [""] * len(Flows._fields)
        lines.append(",".join([month, *place, str(active), *counts, "ya"]))
    return ("\n".join(lines) + "\n").encode()


@dataclass(frozen=True)
class Delivery:
    """One delivered file: where it lies under the sample, what it holds and when who received it."""

    path: str
    month: str
    rows: list[Row]
    received_at: dt.datetime
    received_by: str
    note: str = ""
    replaced_by: str | None = None  # path of the delivery that corrects this one


def _utc(year: int, month: int, day: int, hour: int, minute: int) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def _versions(delivery: Delivery) -> list[Delivery]:
    """The delivery as it was received: alone, or behind a first version that it replaced."""
    if delivery.path == f"snapshots/{LATE_MONTH}-kemendes.csv":
        rows = [row for row in delivery.rows if row[0].source != LATE_SOURCE]
        first_note, note = f"Versi pertama, tanpa {LATE_SOURCE}.", f"Lengkap dengan {LATE_SOURCE}."
        first_at, at = _utc(2021, 7, 4, 7, 20), _utc(2021, 7, 12, 7, 28)
    elif delivery.path == f"snapshots/{LOW_MONTH}-nasional.csv":
        rows = _counted_low(delivery.rows)
        first_note, note = "Versi pertama.", f"Koreksi: {LOW_SOURCE} semula kurang {LOW_BY} orang."
        first_at, at = _utc(2021, 8, 4, 2, 20), _utc(2021, 9, 1, 2, 31)
    else:
        return [delivery]
    path = delivery.path.replace("snapshots/", "received/").replace(".csv", "-awal.csv")
    return [
        replace(
            delivery, path=path, rows=rows, received_at=first_at, note=first_note, replaced_by=delivery.path
        ),
        replace(delivery, received_at=at, note=note),
    ]


def deliveries(sample: Sample) -> list[Delivery]:
    """All deliveries month by month, the two that were replaced included."""
    found = []
    for m, month in enumerate(MONTHS):
        following = add_months(parse_month(month), 1)
        for kind, by, hour in (("nasional", "R. P.", 2), ("kemendes", "S. W.", 7)):
            kemendes = kind == "kemendes"
            day = KNOWLEDGE_DAY - 1 - (m + kemendes) % 3
            received_at = _utc(following.year, following.month, day, hour, 10 + 3 * m)
            rows = _rows(sample, m, kemendes)
            found += _versions(Delivery(f"snapshots/{month}-{kind}.csv", month, rows, received_at, by))
    return found


def write_totals(out: Path, *, seed: int = SEED) -> list[Path]:
    """Write the sample under `out`: `snapshots/*.csv`, and in `received/` the two first versions that were
    replaced and a sidecar for each delivery. The same seed writes the same bytes; returns the files."""
    for folder in ("snapshots", "received"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    found = deliveries(Sample(seed))
    codes = store.codes_of(reference.read(store.PROJECT_DATA))
    readings: dict[str, Reading] = {}
    for delivery in found:
        kemendes = any(cell.regency for cell, *_ in delivery.rows)
        (out / delivery.path).write_bytes(_csv(delivery.month, delivery.rows, kemendes))
        readings[delivery.path] = read(out / delivery.path, codes, today=delivery.received_at.date())
    written = [out / delivery.path for delivery in found]
    in_order = sorted(found, key=lambda delivery: delivery.received_at)
    for number, delivery in enumerate(in_order, start=1):
        kept = draft(
            readings[delivery.path],
            number=number,
            received_at=delivery.received_at,
            received_by=delivery.received_by,
            folder=out,
        )
        record = record_of(kept) | {
            "path": delivery.path,
            "rows": len(delivery.rows),
            "replaced_by": readings[delivery.replaced_by].sha256 if delivery.replaced_by else None,
            "note": delivery.note,
        }
        text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        written.append(out / "received" / f"{Path(delivery.path).stem}.json")
        written[-1].write_bytes(text.encode())
    return written
