"""Results of reconciliations for tests: one of a usual month, and any that may come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from enrollment import reference
from enrollment.months import add_months, month_end
from enrollment.reconciliation.result import CLASSES, PEOPLE, PROGRAMMES, Compared, Result, Since
from enrollment.reference import Reference

ROOT = Path(__file__).resolve().parents[2]
AUGUST, JULY = dt.date(2021, 8, 31), dt.date(2021, 7, 31)

USUAL = Result(
    name="9f31c2aa0177bd1e4c55",
    rule_version=1,
    source="BUMDES",
    month=AUGUST,
    agreement="PKB-2021-04-09",
    agreed_on=dt.date(2021, 4, 9),
    agreed=("JKK", "JHT", "JKM"),
    file="bumdes_daftar_2021-08.xlsx",
    sha256="4be19c07f2a8" + "ab" * 23 + "5b30d7",
    compared=(
        Compared("aa" * 32, "2021-08-kemendes.csv", AUGUST, ("TPP", "NON_ASN", "BUMDES"), 45_300),
        Compared("bb" * 32, "2021-08-desa.csv", AUGUST, ("SEHAT",), 91_011),
    ),
    totals_only=("BESAR", "KECIL"),
    carried=("SEHAT",),
    people_since=dt.date(2020, 12, 31),
    rows=27_378,
    people=26_344,
    classes={
        "active_all": 12_410,
        "active_part": 5_478,
        "other_source": 894,
        "lapsed": 1_126,
        "not_found": 6_436,
        "duplicate": 611,
        "invalid": 345,
        "out_of_scope": 78,
    },
    programmes={
        "JKK": {"active": 18_782, "lapsed": 1_126, "never": 6_436},
        "JHT": {"active": 13_304, "lapsed": 1_226, "never": 11_814},
        "JKM": {"active": 18_781, "lapsed": 1_127, "never": 6_436},
    },
    missing={"JHT": 5_400, "JHT+JKM": 78},
    rules={"nik_too_short": 345},
    not_found_for={1: 3_200, 2: 2_236, 3: 990, 7: 7, 8: 3},
    near_misses=212,
    confirmed=31,
    reverse=408,
    newly_active=9_874,
    since=Since(
        month=JULY,
        name="0c",
        newly_registered=2_841,
        joined=3_107,
        left=214,
        lost=331,
        classes=dict(zip(CLASSES, (10_410, 5_978, 794, 1_026, 6_036, 511, 245, 68), strict=True)),
        rows=25_068,
    ),
    simulated=True,
    key_space="0123456789abcdef",
    at=dt.datetime(2021, 9, 16, 3, tzinfo=dt.UTC),
    by="petugas",
)
"""A month with something in every class, a month before it, and a commitment."""

NOTHING = replace(
    USUAL,
    classes=dict.fromkeys(CLASSES, 0) | {"active_all": 3},
    rows=3,
    people=3,
    programmes={name: {"active": 3, "lapsed": 0, "never": 0} for name in PROGRAMMES},
    missing={},
    rules={},
    not_found_for={},
    near_misses=0,
    confirmed=0,
    reverse=0,
    newly_active=0,
    agreement=None,
    agreed_on=None,
    totals_only=(),
    carried=(),
    since=None,
    simulated=False,
)
"""Three people who are all in order, without agreement and without a month before."""

_COUNT = st.integers(0, 3) | st.integers(0, 2_000_000)


@st.composite
def results(draw: st.DrawFn) -> Result:
    """Any result whose counts close, with or without agreement, month before, and simulation."""
    classes = {name: draw(_COUNT) for name in CLASSES}
    people = sum(classes[name] for name in PEOPLE)
    agreement = draw(st.sampled_from([None, "PKB-2021-04-09"]))
    month = month_end(draw(st.integers(2021, 2024)), draw(st.integers(1, 12)))
    earlier = {name: draw(_COUNT) for name in CLASSES}
    since = Since(
        add_months(month, -1), "0c", *(draw(_COUNT) for _ in range(4)), earlier, sum(earlier.values())
    )
    return replace(
        USUAL,
        source=draw(st.sampled_from(["TPP", "NON_ASN", "BUMDES"])),
        month=month,
        agreement=agreement,
        agreed_on=dt.date(2021, 4, 9) if agreement else None,
        people_since=month_end(2021, draw(st.sampled_from([3, 6]))),
        rows=sum(classes.values()),
        people=people,
        classes=classes,
        programmes={name: _programme(draw, people) for name in PROGRAMMES},
        missing=_split(draw, classes["active_part"], ("JHT", "JKM", "JHT+JKM")),
        not_found_for=_split(draw, classes["not_found"], (1, 2, 9)),
        near_misses=draw(st.integers(0, classes["not_found"])),
        confirmed=draw(_COUNT),
        reverse=draw(_COUNT),
        newly_active=draw(st.integers(0, classes["active_all"])),
        since=draw(st.sampled_from([None, since])),
        simulated=draw(st.booleans()),
        at=dt.datetime(month.year + 1, draw(st.integers(1, 12)), draw(st.integers(1, 28)), tzinfo=dt.UTC),
    )


def _programme(draw: st.DrawFn, people: int) -> Mapping[str, int]:
    active = draw(st.integers(0, people))
    lapsed = draw(st.integers(0, people - active))
    return {"active": active, "lapsed": lapsed, "never": people - active - lapsed}


def _split(draw: st.DrawFn, whole: int, parts: tuple[Any, ...]) -> dict[Any, int]:
    """A whole in parts, those left out that are 0."""
    found = {}
    for part in parts[:-1]:
        found[part] = draw(st.integers(0, whole))
        whole -= found[part]
    found[parts[-1]] = whole
    return {part: count for part, count in found.items() if count}


@lru_cache(maxsize=1)
def tables() -> Reference:
    """The shipped reference tables."""
    return reference.read(ROOT / "data")


def with_partner(**given: str) -> Reference:
    """The shipped tables with other words for every partner source."""
    shipped = tables()
    sources = shipped.tables["partner_sources"]
    renamed = pa.Table.from_pylist([row | given for row in sources.to_pylist()], schema=sources.schema)
    return replace(shipped, tables={**shipped.tables, "partner_sources": renamed})
