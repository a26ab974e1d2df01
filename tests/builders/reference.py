"""Lines of reference files, and the files of a test together."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enrollment.reference import SCHEMAS
from tests.oracle import Row

STEWARD = "S. W."


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
        folder.mkdir(parents=True, exist_ok=True)
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
