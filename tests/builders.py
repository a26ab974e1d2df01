"""Small data directories for tests: deliveries written as files, loaded and published as in life.

A test states what was delivered as a few cells; what a cell does not say has a believable default.
The reference files are the test's own, so that every number an answer depends on stands here or in
the test. `DataDirectory.known` is the same history for the oracle, which never sees the store.
"""

import csv
import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from enrollment import building, durable, edition, lock, publishing
from enrollment.answers import NOT_REPORTED, Filters
from enrollment.delivery import Delivery as KeptDelivery
from enrollment.delivery import SourceContent
from enrollment.edition import Edition
from enrollment.months import add_months, parse_month
from enrollment.receipt import Receipt
from enrollment.reconciliation.result import CLASSES, PEOPLE, RULE_VERSION, Result, Since
from enrollment.reference import EVENT_KINDS, SCHEMAS
from enrollment.store import Store
from tests.oracle import Delivery, Known, Row

HEADERS = {
    "source": "sumber",
    "segment": "segmen",
    "province": "provinsi",
    "regency": "kab_kota",
    "programmes": "program",
    "sex": "jenis_kelamin",
    "age_band": "kelompok_umur",
    "active": "aktif",
    "new": "baru",
    "reactivated": "aktif_kembali",
    "lapsed": "berhenti",
    "moved_in": "pindah_masuk",
    "moved_out": "pindah_keluar",
    "simulated": "simulasi",
}
REQUIRED = ("source", "segment", "province", "programmes", "active")
CELL: Row = {
    **dict.fromkeys(HEADERS),
    "source": "TPP",
    "segment": "BPU",
    "province": "ID-AC",
    "programmes": "JKK+JKM",
    "simulated": False,
}
PERSON: Row = {
    **{name: CELL[name] for name in ("source", "segment", "province", "regency", "programmes", "sex")},
    "birth_year": None,
    "simulated": False,
}
KEY_SPACE = "0" * 16
STEWARD = "S. W."


def cell(active: int, **said: Any) -> Row:
    """A row of a delivery: village facilitators in Aceh, in two programmes, unless it says otherwise."""
    if unknown := said.keys() - HEADERS.keys():
        raise TypeError(f"not in a delivery: {sorted(unknown)}")
    return {**CELL, "active": active, **said}


def person(name: str, **said: Any) -> Row:
    """A row about one person: like a cell, in which a birth year takes the place of the age band."""
    if unknown := said.keys() - PERSON.keys():
        raise TypeError(f"not in a row about a person: {sorted(unknown)}")
    return {**PERSON, "person": name, **said}


# Reference files


def partner_source(source: str, **said: Any) -> Row:
    """A line of `partner_sources.csv`; due on the fifth of the next month, with no first month."""
    names = {"partner": source, "partner_name": f"Mitra {source}", "partner_name_en": f"Partner {source}"}
    names |= {"name": f"Sumber {source}", "name_en": f"Source {source}", "segment": "BPU"}
    return {"source": source, **names, "priority": 1, "expected_from": None, "due_day": 5, **said}


def goal(key: str, **said: Any) -> Row:
    """A line of `targets.csv`: from 1,000 on 31 December 2020 to 2,000 a year later."""
    words = {"definition": "Membayar iuran.", "definition_en": "Pays contributions."}
    words |= {"document": "Rencana", "document_en": "Plan", "source": "https://contoh.id/sasaran"}
    return {
        "goal": key,
        "year": 2021,
        "target": 2_000,
        "due": dt.date(2021, 12, 31),
        "baseline": 1_000,
        "baseline_date": dt.date(2020, 12, 31),
        **words,
        "stated_on": dt.date(2021, 1, 4),
        "superseded_by": None,
        "is_default": False,
        "note": None,
        "note_en": None,
        **said,
    }


def commitment(source: str | None, committed: int | None, **said: Any) -> Row:
    """A line of `agreements.csv`: announced and signed on 9 April 2021."""
    signed = dt.date(2021, 4, 9)
    nothing = ("expires_on", "parties", "parties_en", "programmes", "reconciliation", "note", "note_en")
    return {
        **dict.fromkeys(nothing),
        "agreement": "PKB-2021-04-09",
        "document": "Perjanjian kerja sama",
        "document_en": "Working agreement",
        "signed_on": signed,
        "source": source,
        "committed": committed,
        "announced_on": signed,
        "source_url": "https://contoh.id/perjanjian",
        **said,
    }


def figure(day: str, value: int, **said: Any) -> Row:
    """A line of `published_figures.csv`: active participants of the whole country."""
    return {
        "as_of_date": dt.date.fromisoformat(day),
        "metric": "active_participants",
        "segment": "all",
        "value": value,
        "unit": "persons",
        "source": "https://contoh.id/berita",
        "confidence": "high",
        "note": None,
        **said,
    }


def province(code: str, name: str, kemendagri: str, **said: Any) -> Row:
    """A line of `provinces.csv`: one that existed throughout, without a place on the map of tiles."""
    return {
        "province": code,
        "name": name,
        "name_en": f"{name} (en)",
        "short": code[-2:],
        "region": "Wilayah",
        "region_en": "Region",
        "kemendagri": kemendagri,
        "bps": kemendagri,
        "from_year": 1950,
        "until_year": None,
        "tile_column": None,
        "tile_row": None,
        **said,
    }


def regency(code: str, lies_in: str, name: str, **said: Any) -> Row:
    """A line of `regencies.csv`: one that existed throughout."""
    names = {"name": f"Kabupaten {name}", "name_en": f"{name} Regency", "short": name}
    years = dict.fromkeys(("from_year", "until_year", "successor"))
    return {"regency": code, "province": lies_in, **names, **years, **said}


def eligible(day: str, number: int, **said: Any) -> Row:
    """A line of `eligible.csv`: workers of the whole country."""
    texts = {"source": "https://contoh.id/pekerja", "note": None, "note_en": None}
    return {
        "as_of": dt.date.fromisoformat(day),
        "province": None,
        "eligible": number,
        **texts,
        **said,
    }


def annotation(day: str, text: str, **said: Any) -> Row:
    """A line of `annotations.csv`, not translated."""
    return {
        "date": dt.date.fromisoformat(day),
        "text": text,
        "text_en": None,
        "source": None,
        "author": STEWARD,
        **said,
    }


def plan(source: str, month: str, planned: int, **said: Any) -> Row:
    """A line of `plans.csv`: people of the whole country, not simulated."""
    texts = {"note": None, "note_en": None, "source_url": None}
    return {
        "source": source,
        "province": None,
        "month": month,
        "planned": planned,
        **texts,
        "simulated": False,
        **said,
    }


def instruction(party: str, duty: str, **said: Any) -> Row:
    """A line of `instructions.csv`, in both languages."""
    return {
        "party": party,
        "party_en": f"{party} (en)",
        "duty": duty,
        "duty_en": f"{duty} (en)",
        "document": "Inpres 2/2021",
        "section": None,
        "source": "https://contoh.id/inpres",
        **said,
    }


def event(day: str, people: int, **said: Any) -> Row:
    """A line of `events.csv`: people of the whole country who joined or left at once, not simulated."""
    texts = {"note": None, "note_en": None, "source_url": None}
    return {
        "date": dt.date.fromisoformat(day),
        "source": None,
        "segment": None,
        "people": people,
        "kind": "joined" if people > 0 else "left",
        **texts,
        "simulated": False,
        **said,
    }


def prognosis(stated_on: str, due: str, value: int, **said: Any) -> Row:
    """A line of `prognoses.csv`, not translated."""
    return {
        "stated_on": dt.date.fromisoformat(stated_on),
        "due": dt.date.fromisoformat(due),
        "value": value,
        "document": "Keterangan pers",
        "document_en": None,
        "source": "https://contoh.id/prognosis",
        **said,
    }


@dataclass(frozen=True)
class Reference:
    """The reference files of a test."""

    partner_sources: tuple[Row, ...] = (
        partner_source("TPP", priority=2),
        partner_source("BUMDES", priority=3),
        partner_source("PEMDA", priority=2, due_day=10),
        partner_source("LAINNYA", priority=99, due_day=28),
    )
    targets: tuple[Row, ...] = (goal("2021-2000", is_default=True),)
    agreements: tuple[Row, ...] = (
        commitment(None, None, agreement="MOU-2021-04-09"),
        commitment("TPP", 400),
        commitment("BUMDES", 700),
    )
    plans: tuple[Row, ...] = ()
    instructions: tuple[Row, ...] = (instruction("34 gubernur", "Mengambil langkah"),)
    # ISO codes and ministry codes sort differently on purpose.
    provinces: tuple[Row, ...] = (
        province("ID-PA", "Papua", "91", tile_column=2, tile_row=0),
        province("ID-JB", "Jawa Barat", "32", tile_column=1, tile_row=0),
        province("ID-AC", "Aceh", "11"),
    )
    regencies: tuple[Row, ...] = (
        regency("9103", "ID-PA", "Jayapura"),
        regency("3204", "ID-JB", "Bandung"),
        regency("1101", "ID-AC", "Aceh Selatan"),
    )
    eligible: tuple[Row, ...] = ()
    annotations: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    prognoses: tuple[Row, ...] = ()
    published_figures: tuple[Row, ...] = (
        figure("2021-02-28", 1_200),
        figure("2021-02-28", 1_250, confidence="low", note="misprint"),
        figure("2021-03-31", 1_300, confidence="medium"),
        figure("2021-03-31", 300, segment="PU"),
        figure("2021-03-31", 40, metric="active_employers", unit="employers"),
    )

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        for name, rows in vars(self).items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, SCHEMAS[name], lineterminator="\n")
                writer.writeheader()
                writer.writerows({key: written(value) for key, value in row.items()} for row in rows)


def written(value: Any) -> str:
    """A value as the files write it."""
    if value is None or value is False:
        return ""
    return "ya" if value is True else str(value)


# Deliveries


def delivery_text(month: str, rows: Sequence[Row]) -> str:
    """A delivery as a CSV file; an optional column is there when a row needs it."""
    fields = [name for name in HEADERS if name in REQUIRED or any(written(row[name]) for row in rows)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["periode", *(HEADERS[name] for name in fields)])
    writer.writerows([month, *(written(row[name]) for name in fields)] for row in rows)
    return text.getvalue()


class DataDirectory:
    """A data directory, with everything that was delivered to it in order."""

    def __init__(self, folder: Path, reference: Reference | None = None) -> None:
        self.reference = reference or Reference()
        self.reference.write(folder / "reference")
        self.store = Store(folder)
        self.known = Known((), **vars(self.reference))
        self._published = self.known

    def deliver(
        self,
        month: str,
        *rows: Row,
        file: str | None = None,
        received: dt.datetime = dt.datetime(2021, 9, 1, 3, tzinfo=dt.UTC),
        by: str = STEWARD,
        scope: str = "full",
    ) -> Receipt:
        """Write a delivery, load it without asking back, and take it down for the oracle when it is kept."""
        file = file or f"kiriman-{month}.csv"
        path = self.store.data / file
        path.write_text(delivery_text(month, rows), encoding="utf-8", newline="")
        receipt = self.store.load(path, confirmed=True, now=received, by=by, scope=scope)
        assert receipt.kept, [fault.rule for fault in receipt.reading.faults]
        if receipt.verdict != "unchanged":
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            delivery = Delivery(parse_month(month), rows, file, sha256, received, by, scope=scope)
            self.known = replace(self.known, deliveries=(*self.known.deliveries, delivery))
        return receipt

    def deliver_people(
        self,
        month: str,
        *rows: Row,
        file: str | None = None,
        received: dt.datetime = dt.datetime(2021, 9, 1, 3, tzinfo=dt.UTC),
        by: str = STEWARD,
        scope: str = "full",
        key_space: str = KEY_SPACE,
    ) -> str:
        """Keep a file about people as if it had been loaded, and take it down for the oracle; its name."""
        file = file or f"peserta-{month}.csv"
        number = len(self.known.deliveries) + 1
        name = hashlib.sha256(f"{number} {file}".encode()).hexdigest()
        path = self.store.root / "snapshots" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_people(path, parse_month(month), rows, key_space)
        kept = people_delivery(path, parse_month(month), rows, number=number, file=file, scope=scope)
        self.store.record(replace(kept, key_space=key_space, received_at=received, received_by=by))
        delivery = Delivery(
            parse_month(month),
            rows,
            file,
            name,
            received,
            by,
            kind="members",
            scope=scope,
            key_space=key_space,
        )
        self.known = replace(self.known, deliveries=(*self.known.deliveries, delivery))
        return name

    def reconcile(self, *results: Result) -> None:
        """Take reconciliations as made: they are in the next edition."""
        self.known = replace(self.known, results=(*self.known.results, *results))

    def publish(self, **said: Any) -> Edition:
        """Publish what was delivered and open the edition that is current then."""
        if self.known.results:
            return self._publish_with_results()
        if publishing.publish(self.store, **said).new:
            self._published = self.known
        return edition.open_edition(self.store)

    def _publish_with_results(self) -> Edition:
        with lock.writing(self.store.root):
            candidate = building.build(
                self.store, self.store.deliveries(), self.store.reference(), results=self.known.results
            )
            time = dt.datetime.now(dt.UTC)
            edition.publish(self.store, candidate, who=STEWARD, note="", time=time, headline={})
        self._published = self.known
        return edition.open_edition(self.store)

    @property
    def published(self) -> Known:
        """What the current edition knows: publishing nothing new leaves the edition before in place."""
        return self._published


# Reconciliations


def reconciled(
    month: str, source: str = "TPP", *, since: Mapping[str, int] | None = None, **said: Any
) -> Result:
    """A reconciliation with the classes given, 0 of the others, of the agreement of 9 April 2021.

    `since` are the four counts of what moved since the month before, if that was reconciled.
    """
    classes = {name: said.pop(name, 0) for name in CLASSES}
    people = sum(classes[name] for name in PEOPLE)
    day = parse_month(month)
    lapsed, never = classes["lapsed"], classes["not_found"]
    one = {"active": people - lapsed - never, "lapsed": lapsed, "never": never}
    moved = since and Since(
        month=add_months(day, -1), name="sebelumnya", classes=dict.fromkeys(CLASSES, 0), rows=0, **since
    )
    facts: dict[str, Any] = {
        "name": hashlib.sha256(f"{month} {source} {sorted(classes.items())}".encode()).hexdigest()[:16],
        "rule_version": RULE_VERSION,
        "agreement": "PKB-2021-04-09",
        "agreed_on": dt.date(2021, 4, 9),
        "agreed": ("JKK", "JKM", "JHT"),
        "file": f"daftar-{month}-{source}.csv",
        "sha256": "0" * 64,
        "compared": (),
        "totals_only": (),
        "carried": (),
        "people_since": dt.date(2020, 12, 31),
        "programmes": dict.fromkeys(("JKK", "JHT", "JKM"), one),
        "missing": {"JHT": classes["active_part"]} if classes["active_part"] else {},
        "rules": {"nik_digits": classes["invalid"]} if classes["invalid"] else {},
        "not_found_for": {1: never} if never else {},
        "near_misses": 0,
        "confirmed": 0,
        "reverse": 0,
        "newly_active": 0,
        "simulated": False,
        "key_space": KEY_SPACE,
        "at": dt.datetime(2021, 9, 2, 3, tzinfo=dt.UTC),
        "by": STEWARD,
    }
    return Result(
        source=source,
        month=day,
        rows=sum(classes.values()),
        people=people,
        classes=classes,
        since=moved or None,
        **{**facts, **said},
    )


def key_of(name: str, key_space: str) -> uuid.UUID:
    """The key of a person, as far as a test goes."""
    return uuid.UUID(hashlib.md5(f"{key_space} {name}".encode(), usedforsecurity=False).hexdigest())


def write_people(path: Path, month: dt.date, rows: Sequence[Row], key_space: str) -> None:
    """A kept file about people: sorted by key, with a group of rows for each range of keys."""
    keyed = sorted(
        (key_of(row["person"], key_space).bytes, number, row) for number, row in enumerate(rows, 2)
    )
    texts = ("source", "segment", "province", "regency", "programmes", "sex")
    schema = pa.schema(
        [
            ("key", pa.uuid()),
            ("key_range", pa.uint8()),
            ("row", pa.int32()),
            ("month", pa.date32()),
            *((name, pa.string()) for name in texts),
            ("birth_date", pa.date32()),
            ("birth_year", pa.int16()),
            ("simulated", pa.bool_()),
        ]
    )
    with pq.ParquetWriter(path, schema) as writer:
        for key_range in range(16):
            group = [item for item in keyed if item[0][0] >> 4 == key_range]
            if not group:
                continue
            columns = [
                pa.ExtensionArray.from_storage(
                    pa.uuid(), pa.array([key for key, _, _ in group], pa.binary(16))
                ),
                pa.array([key_range] * len(group), pa.uint8()),
                pa.array([number for _, number, _ in group], pa.int32()),
                pa.array([month] * len(group), pa.date32()),
                *(pa.array([row[name] for _, _, row in group], pa.string()) for name in texts),
                pa.nulls(len(group), pa.date32()),
                pa.array([row["birth_year"] for _, _, row in group], pa.int16()),
                pa.array([row["simulated"] for _, _, row in group], pa.bool_()),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def people_delivery(
    path: Path, month: dt.date, rows: Sequence[Row], *, number: int, file: str, scope: str
) -> KeptDelivery:
    """The sidecar of a kept file about people."""
    sources = sorted({row["source"] for row in rows})
    lines = {source: [row for row in rows if row["source"] == source] for source in sources}
    return KeptDelivery(
        number=number,
        sha256=path.stem,
        content_sha256=durable.sha256(path),
        file=file,
        kind="members",
        month=month,
        contents=tuple(
            SourceContent(source, len(found), len(found), any(row["simulated"] for row in found))
            for source, found in lines.items()
        ),
        provinces=tuple(sorted({row["province"] for row in rows})),
        scope=scope,
        rows_digest=path.stem,
        quarantined=0,
        mends=None,
        key_space=KEY_SPACE,
        keyed_here=False,
        reference=None,
        received_at=dt.datetime(2021, 9, 1, 3, tzinfo=dt.UTC),
        received_by=STEWARD,
        stated_month=False,
        stated_source=None,
        withdrawn=None,
        path=path,
    )


# Random histories

SOURCES = ("TPP", "BUMDES", "PEMDA", "LAINNYA")
SEGMENTS = ("BPU", "PU")
PROVINCES = ("ID-AC", "ID-JB", "ID-PA")
REGENCIES = {"ID-AC": "1101", "ID-JB": "3204", "ID-PA": "9103"}
PROGRAMMES = ("JKK+JKM", "JKK+JKM+JHT", "JKK+JKM+JHT+JP")
MONTHS = ("2020-11", "2020-12", "2021-01", "2021-02", "2021-03", "2021-04")


@dataclass(frozen=True)
class Step:
    """One delivery of a random history."""

    month: str
    rows: tuple[Row, ...]
    received: dt.datetime


def reported(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.sampled_from(values))


@st.composite
def steps(draw: st.DrawFn, months: Sequence[str]) -> Step:
    """A delivery for one of some months: one to six cells of any sources, with any columns.

    Flows are drawn without regard to the stock, so that nearly every cell needs a correction.
    """
    absent = draw(st.sets(st.sampled_from(("regency", "sex", "age_band", "flows"))))
    columns: dict[str, st.SearchStrategy[Any]] = {
        "source": st.sampled_from(SOURCES),
        "segment": st.sampled_from(SEGMENTS),
        "province": st.sampled_from(PROVINCES),
        "programmes": st.sampled_from(PROGRAMMES),
        "regency": reported((HERE,)),
        "sex": reported(("L", "P")),
        "age_band": reported(("20-29", "60+")),
        "active": st.one_of(st.just(0), st.integers(1, 500)),
    }
    flow = st.one_of(st.none(), st.integers(0, 60))
    if "flows" not in absent:
        columns |= dict.fromkeys(("new", "reactivated", "lapsed", "moved_in", "moved_out"), flow)
    kept = {name: column for name, column in columns.items() if name not in absent}
    simulated = draw(st.booleans())
    drawn = st.fixed_dictionaries(kept).map(located)
    rows = draw(st.lists(drawn, min_size=1, max_size=6, unique_by=place_drawn))
    month = draw(st.sampled_from(months))
    # Around midnight in Jakarta (17:00 UTC), from in time to weeks late.
    day = parse_month(month) + dt.timedelta(days=draw(st.integers(1, 40)))
    hour = draw(st.sampled_from((3, 16, 17)))
    received = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)
    return Step(month, tuple(cell(**row, simulated=simulated) for row in rows), received)


HERE = "here"
"""Stands for the regency of a row's province."""


def located(row: Row) -> Row:
    """A drawn row whose regency lies in its province."""
    return {**row, "regency": REGENCIES[row["province"]]} if row.get("regency") == HERE else row


def place_drawn(row: Mapping[str, Any]) -> tuple[Any, ...]:
    dimensions = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")
    return tuple(row.get(name) for name in dimensions)


@st.composite
def histories(draw: st.DrawFn, most: int = 9) -> tuple[Step, ...]:
    """Deliveries over one to six months, in any order: late ones, missing ones, corrections."""
    months = MONTHS[: draw(st.integers(1, len(MONTHS)))]
    return tuple(draw(st.lists(steps(months), min_size=1, max_size=most)))


plans = st.builds(
    plan,
    st.sampled_from(SOURCES),
    st.sampled_from(MONTHS),
    st.integers(0, 900),
    province=st.sampled_from((None, None, *PROVINCES)),
    simulated=st.booleans(),
)
"""A line of any source's plan, for the country or a province, of the sample or not."""


@st.composite
def events(draw: st.DrawFn) -> Row:
    """A one-off event of a source, a segment, both or neither, of the sample or not."""
    kind, sign = draw(st.sampled_from(sorted(EVENT_KINDS.items())))
    return event(
        draw(st.dates(dt.date(2020, 10, 1), dt.date(2021, 8, 31))).isoformat(),
        draw(st.integers(1, 900)) * (sign or draw(st.sampled_from((-1, 1)))),
        kind=kind,
        source=draw(reported(SOURCES)),
        segment=draw(reported(SEGMENTS)),
        simulated=draw(st.booleans()),
    )


@st.composite
def results(draw: st.DrawFn, most: int = 6) -> tuple[Result, ...]:
    """Reconciliations of any sources and months, one of each at most, with any counts."""
    places = st.tuples(st.sampled_from(MONTHS), st.sampled_from(SOURCES))
    counts = st.fixed_dictionaries({name: st.integers(0, 200) for name in CLASSES})
    found = []
    for month, source in draw(st.lists(places, max_size=most, unique=True)):
        classes = draw(counts)
        found.append(
            reconciled(
                month,
                source,
                **classes,
                near_misses=draw(st.integers(0, classes["not_found"])),
                newly_active=draw(st.integers(0, classes["active_all"])),
                reverse=draw(st.integers(0, 300)),
                simulated=draw(st.booleans()),
                since=draw(
                    st.one_of(st.none(), st.just({"newly_registered": 3, "joined": 2, "left": 1, "lost": 0}))
                ),
            )
        )
    return tuple(found)


@st.composite
def references(draw: st.DrawFn) -> Reference:
    """Goals, commitments and expectations of any size."""
    days = st.dates(dt.date(2020, 10, 1), dt.date(2021, 5, 31))

    def any_goal(number: int) -> Row:
        begun = draw(days)
        due = max(begun + dt.timedelta(days=1), draw(days))
        if draw(st.booleans()):
            due = dt.date(2021, 12, 31)
        known = draw(st.integers(0, 5)) > 0
        return goal(
            f"2021-{number}",
            target=draw(st.integers(1, 3_000)),
            due=due,
            baseline=draw(st.integers(0, 2_000)) if known or number == 0 else None,
            baseline_date=begun if known or number == 0 else None,
            stated_on=draw(st.one_of(st.none(), days)),
            is_default=number == 1,
        )

    # Few days and few numbers, so that several fall on one day and some of these agree.
    any_day = st.sampled_from([dt.date(year, month, 28) for year in (2019, 2020, 2021) for month in (2, 11)])
    some_workers = st.integers(5_000, 5_002)
    expected = reported(("2020-10", "2021-01", "2021-06"))
    return replace(
        Reference(),
        partner_sources=tuple(
            partner_source(
                source,
                priority=draw(st.integers(1, 3)),
                expected_from=draw(expected),
                due_day=draw(st.integers(1, 28)),
            )
            for source in SOURCES
        ),
        targets=tuple(any_goal(number) for number in range(draw(st.integers(1, 3)))),
        agreements=tuple(
            commitment(source, draw(st.integers(0, 900)), signed_on=draw(days))
            for source in draw(st.sets(st.sampled_from(SOURCES), min_size=1))
        ),
        plans=draw(
            st.lists(
                plans, max_size=6, unique_by=lambda row: (row["source"], row["province"], row["month"])
            ).map(tuple)
        ),
        eligible=tuple(
            eligible(draw(any_day).isoformat(), draw(some_workers), province=draw(reported(PROVINCES)))
            for _ in range(draw(st.integers(0, 4)))
        ),
        annotations=tuple(
            annotation(draw(any_day).isoformat(), f"Catatan {number}", text_en=draw(reported(("A note",))))
            for number in range(draw(st.integers(0, 3)))
        ),
        events=draw(
            st.lists(
                events(),
                max_size=4,
                unique_by=lambda row: (row["date"], row["source"], row["segment"], row["people"]),
            ).map(tuple)
        ),
        prognoses=tuple(
            prognosis(
                day.isoformat(), due, draw(st.integers(0, 3_000)), document_en=draw(reported(("Told",)))
            )
            for day, due in draw(
                st.sets(st.tuples(days, st.sampled_from(("2021-06-30", "2021-12-31"))), max_size=3)
            )
        ),
        published_figures=Reference().published_figures
        + tuple(
            figure(
                draw(any_day).isoformat(),
                draw(some_workers),
                metric="eligible_workers",
                confidence=draw(st.sampled_from(("high", "medium", "low"))),
            )
            for _ in range(draw(st.integers(0, 3)))
        ),
    )


def some(*values: str) -> st.SearchStrategy[tuple[str, ...] | None]:
    """A choice of parts; None is all of them."""
    return st.one_of(st.none(), st.sets(st.sampled_from(values)).map(sorted).map(tuple))


filters: st.SearchStrategy[Filters] = st.fixed_dictionaries(  # type: ignore[assignment]
    {},
    optional={
        "source": some(*SOURCES),
        "segment": some(*SEGMENTS),
        "province": some(*PROVINCES),
        "regency": some(*REGENCIES.values(), NOT_REPORTED),
        "programmes": some(*PROGRAMMES),
        "programme": st.sampled_from((None, "JKK", "JHT", "JP", "JKP")),
        "sex": some("L", "P", NOT_REPORTED),
        "age_band": some("20-29", "60+", NOT_REPORTED),
    },
)
"""Which people a question is about: any choice of parts in any of the dimensions."""
