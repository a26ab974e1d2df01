"""Each row of a roster gets exactly one class, and the classes sum to the roster."""

import datetime as dt
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.months import add_months, parse_month
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.reconciling import Outcome, again, reconcile
from enrollment.reconciliation.result import CLASSES, PEOPLE, Result
from enrollment.store import Store
from tests.people import members_text, nik, roster_text
from tests.reconciliation import naive

pytestmark = pytest.mark.long

JUNE, JULY = dt.date(2021, 6, 30), dt.date(2021, 7, 31)
AGREED = ("JKK", "JKM", "JHT")
TWO, THREE = "JKK+JKM", "JKK+JKM+JHT"


def loaded(folder: Path, known: naive.Known) -> Store:
    """A store that keeps the memberships of some months."""
    store = Store(folder)
    for month, rows in known.items():
        receipt = store.load(
            io.BytesIO(members_text(month, rows).encode()), name=f"anggota-{month}.csv", confirmed=True
        )
        assert receipt.kept, receipt.faults
    return store


def reconciled(
    store: Store, rows: Sequence[Mapping[str, Any]], month: dt.date = JUNE, source: str = "TPP"
) -> Outcome:
    text = roster_text(
        f"{month:%Y-%m}", [{key: value for key, value in row.items() if key != "bad"} for row in rows]
    )
    return reconcile(store, io.BytesIO(text.encode()), source=source, month=month, name="daftar.csv")


def result_of(outcome: Outcome) -> Result:
    assert outcome.result is not None, outcome.faults
    return outcome.result


# The example of a hundred rows


def member(number: int, **said: str) -> dict[str, str]:
    return {"nik": nik(number), "program": THREE, **said}


def hundred() -> tuple[naive.Known, list[dict[str, Any]]]:
    """100 rows: 3 duplicates, 4 invalid, 10 not found (2 of them slips), 5 lapsed, 6 in part, 2 elsewhere."""
    active = [member(number) for number in range(70)]
    part = [member(number, program=TWO) for number in range(70, 76)]
    elsewhere = [member(number, sumber="BESAR", segmen="PU") for number in range(76, 78)]
    lapsed = [member(number) for number in range(78, 83)]
    # Two members whose number somebody will write with one wrong digit.
    meant = [member(7000), member(8000)]
    known = {
        "2021-05": [*active[:40], *lapsed],
        "2021-06": [*active, *part, *elsewhere, *meant],
    }
    rows = [*active, *part, *elsewhere, *lapsed]
    rows += [{"nik": meant[0]["nik"][:15] + "9"}, {"nik": meant[1]["nik"][:12] + "9" + meant[1]["nik"][13:]}]
    rows += [{"nik": nik(number, region="320101")} for number in range(8)]
    rows += [active[0], active[0], part[0]]
    rows += [
        {"nik": "123"},
        {"nik": nik(90)[:6] + "99" + nik(90)[8:]},
        {"nik": ""},
        {"nik": nik(91), "jenis_kelamin": "P"},
    ]
    return known, [
        {key: value for key, value in row.items() if key != "program"} | {"sumber": "TPP", "segmen": None}
        for row in rows
    ]


def test_a_roster_of_a_hundred_rows_gets_exactly_its_classes(tmp_path: Path) -> None:
    known, rows = hundred()
    outcome = reconciled(loaded(tmp_path, known), rows)
    result = result_of(outcome)
    assert result.rows == len(rows) == 100
    assert result.classes == {
        "active_all": 70,
        "active_part": 6,
        "other_source": 2,
        "lapsed": 5,
        "not_found": 10,
        "duplicate": 3,
        "invalid": 4,
        "out_of_scope": 0,
    }
    assert result.people == 93
    assert result.near_misses == 2
    assert result.reverse == 2
    assert result.missing == {"JHT": 6}
    assert result.programmes == {
        "JKK": {"active": 78, "lapsed": 5, "never": 10},
        "JHT": {"active": 72, "lapsed": 5, "never": 16},
        "JKM": {"active": 78, "lapsed": 5, "never": 10},
    }
    assert {row["earlier_row"] for row in outcome.rows.to_pylist() if row["class"] == "duplicate"} == {2, 72}
    assert all(row["masked"] is None or not row["masked"][4:].strip("*") for row in outcome.rows.to_pylist())


# Any roster

NUMBERS = st.integers(0, 11)
programmes = st.sampled_from((TWO, THREE))
memberships = st.builds(
    lambda number, source, program: {
        "nik": nik(number * 7),
        "sumber": source,
        "segmen": "PU",
        "program": program,
    },
    NUMBERS,
    st.sampled_from(("TPP", "TPP", "BUMDES", "BESAR")),
    programmes,
)


def _one(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return list({(row["nik"], row["sumber"]): row for row in rows}.values())


months = st.fixed_dictionaries(
    {"2021-06": st.lists(memberships, min_size=1, max_size=9).map(_one)},
    optional={
        month: st.lists(memberships, min_size=1, max_size=9).map(_one)
        for month in ("2021-02", "2021-04", "2021-05")
    },
)


@st.composite
def listed(draw: st.DrawFn) -> dict[str, Any]:
    """A row of a roster: somebody known or not, a slip, or one that is invalid or about something else."""
    number = nik(draw(NUMBERS) * 7)
    kind = draw(
        st.sampled_from(("plain",) * 6 + ("slip", "swap", "short", "birth", "empty", "month", "source"))
    )
    row: dict[str, Any] = {"nik": number, "sumber": "TPP", "periode": "2021-06", "bad": None}
    if kind == "slip":
        place = draw(st.sampled_from((3, 5, 12, 14, 15)))
        row["nik"] = (
            number[:place] + str((int(number[place]) + draw(st.integers(1, 9))) % 10) + number[place + 1 :]
        )
    elif kind == "swap":
        row["nik"] = number[:14] + number[15] + number[14]
    elif kind == "short":
        row |= {"nik": number[:12], "bad": "nik_too_short"}
    elif kind == "birth":
        row |= {"tgl_lahir": "1990-01-01", "bad": "nik_birth_date"}
    elif kind == "empty":
        row |= {"nik": "", "bad": "empty_required"}
    elif kind == "month":
        row["periode"] = "2021-05"
    elif kind == "source":
        row["sumber"] = "BUMDES"
    if row["bad"] is None and (row["nik"][12:] == "0000" or row["nik"][:2] not in ("11",)):
        row["nik"] = number
    if row["bad"] is None and "00" in (row["nik"][2:4], row["nik"][4:6]):
        row["bad"] = "nik_region"
    return row


def rounded(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether numbers are what a spreadsheet makes of sixteen digits; such a roster is refused as a whole."""
    numbers = [row["nik"] for row in rows if row["nik"]]
    return len(numbers) >= 3 and all(number.endswith("0") for number in numbers)


def in_order(known: Mapping[str, Any]) -> dict[str, Any]:
    return {month: known[month] for month in sorted(known)}


@contextmanager
def keeping(known: naive.Known) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        yield loaded(Path(folder), in_order(known))


@given(months, st.lists(listed(), min_size=1, max_size=14).filter(lambda rows: not rounded(rows)))
def test_the_classes_of_any_roster_are_those_worked_out_row_by_row_and_sum_to_it(
    known: naive.Known, rows: list[dict[str, Any]]
) -> None:
    with keeping(known) as store:
        outcome = reconciled(store, rows)
        result = result_of(outcome)
        same: dict[str, str] = {}
        held_against(known, rows, outcome, same)
        kept = Reconciliations(store)
        assert kept.of("TPP", JUNE) == result
        kept.check(result)
        # Making it again from what is kept, or from the same file, changes nothing.
        assert again(store, result) == result
        repeated = reconciled(store, rows)
        assert (repeated.result, repeated.fresh) == (result, False)
        assert repeated.rows.equals(outcome.rows)
        proposals = kept.near_misses(result).to_pylist()
        assert proposals == outcome.near_misses.to_pylist()
        if proposals:
            # One decision moves the counts by exactly what it decides.
            first = proposals[0]
            kept.decide(result, first["row"], first["candidate"], same=True)
            decided = reconciled(store, rows)
            niks = outcome.niks
            same[niks[first["row"]]] = meant(known, niks[first["row"]], store, first)
            held_against(known, rows, decided, same)
            assert again(store, result_of(decided)) == decided.result
            kept.undecide(result, first["row"], first["candidate"])
            assert reconciled(store, rows).result == result


def meant(known: naive.Known, number: str, store: Store, proposal: Mapping[str, Any]) -> str:
    """The member's NIK behind a proposal, which is one slip away at its place; others may be so too."""
    key_of = store.keys(make=False).key_of
    members = {row["nik"] for row in naive.active(known, "2021-06")}
    (found,) = (other for other in members if key_of(other) == proposal["candidate"])
    assert naive.one_slip_away(number, found)
    places = [place for place, (a, b) in enumerate(zip(number, found, strict=True), 1) if a != b]
    assert places[0] == proposal["position"]
    assert len(places) == (2 if proposal["slip"] == "swap" else 1)
    return found


def held_against(
    known: naive.Known, rows: Sequence[Mapping[str, Any]], outcome: Outcome, same: Mapping[str, str]
) -> None:
    result = result_of(outcome)
    expected = naive.reconcile(
        rows, in_order(known), source="TPP", month="2021-06", agreed=AGREED, last_before="2021-03", same=same
    )
    found = outcome.rows.to_pylist()
    assert {row["row"]: row["class"] for row in found} == expected.classes
    assert result.classes == {name: expected.count(name) for name in CLASSES}
    assert sum(result.classes.values()) == result.rows == len(rows)
    assert sum(result.classes[name] for name in PEOPLE) == result.people
    assert result.programmes == expected.programmes
    assert result.reverse == len(expected.reverse)
    assert result.newly_active == expected.newly_active
    for row in found:
        reason = expected.reasons.get(row["row"])
        match row["class"]:
            case "duplicate":
                assert row["earlier_row"] == reason
            case "active_part":
                assert row["missing"] == reason
            case "other_source":
                assert row["elsewhere"] == reason
            case "lapsed":
                assert row["lapsed_since"] == add_months(parse_month(reason), 1)
            case "invalid":
                assert row["rule"] == rows[row["row"] - 2]["bad"]
    # Near misses: every member one slip away who is not on the roster, and nobody else.
    own = {row["nik"] for number, row in enumerate(rows, start=2) if expected.classes[number] in PEOPLE}
    active = {row["nik"] for row in naive.active(known, "2021-06")}
    wanted = {
        (number, other)
        for number, row in enumerate(rows, start=2)
        if expected.classes[number] == "not_found" or (number in expected.persons and row["nik"] in same)
        for other in active - own
        if naive.one_slip_away(row["nik"], other)
    }
    assert len(outcome.near_misses) == len(wanted)
    assert {row["row"] for row in outcome.near_misses.to_pylist()} == {number for number, _ in wanted}
    open_rows = {number for number, _ in wanted if expected.classes[number] == "not_found"}
    assert result.near_misses <= len(open_rows)
