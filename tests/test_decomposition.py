"""Decomposition: nothing is left over, whatever the rows; the sentence names the two largest causes."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import decomposition
from enrollment.answers import Breakdown
from enrollment.decomposition import Contribution
from enrollment.language import CODES, Language

ID, EN = Language("id"), Language("en")
MAY, AUGUST = dt.date(2021, 5, 31), dt.date(2021, 8, 31)
NAMES = {"PU": "Penerima upah", "JAKON": "Jasa konstruksi"}
PARTS: tuple[str | None, ...] = ("PU", "BPU", "JAKON", "PMI", None)
STEPS = ("joined", "moved", "reclassified", "net_only", "correction", "revision")

people = st.integers(0, 10**7)
flow = st.none() | people


@st.composite
def breakdowns(draw: st.DrawFn) -> tuple[Breakdown, ...]:
    """Rows of which the identity holds; flows may be unknown, and then their net change is said to be."""
    rows = []
    for part in draw(st.lists(st.sampled_from(PARTS), unique=True, min_size=1)):
        opening, closing = draw(people), draw(people)
        inward = [draw(flow) for _ in range(4)]
        outward = [draw(flow) for _ in range(3)]
        correction = closing - opening - sum(x or 0 for x in inward) + sum(x or 0 for x in outward)
        rows.append(
            Breakdown(
                part=part,
                opening=opening,
                new=inward[0],
                reactivated=inward[1],
                moved_in=inward[2],
                lapsed=outward[0],
                moved_out=outward[1],
                reclassified_in=inward[3],
                reclassified_out=outward[2],
                correction=correction,
                flows_unknown=draw(st.none() | st.just(correction) | st.integers(-1000, 1000)),
                closing=closing,
                net_change=closing - opening,
                carried=0,
                simulated=False,
            )
        )
    return tuple(rows)


def closes(contributions: Sequence[Contribution], before: int, after: int) -> bool:
    steps = sum(getattr(item, step) for item in contributions for step in STEPS)
    return all(not item.rounded for item in contributions) and before + steps == after


@given(breakdowns())
def test_a_change_of_stock_leaves_nothing_over(rows: tuple[Breakdown, ...]) -> None:
    found = decomposition.of_stock(rows)
    assert closes(found, sum(row.opening or 0 for row in rows), sum(row.closing for row in rows))
    assert {item.part for item in found} == {row.part for row in rows}
    assert [abs(item.change) for item in found] == sorted((abs(item.change) for item in found), reverse=True)


@given(breakdowns(), breakdowns())
def test_a_comparison_of_editions_leaves_nothing_over(
    rows: tuple[Breakdown, ...], earlier: tuple[Breakdown, ...]
) -> None:
    found = decomposition.of_stock(rows, earlier)
    assert closes(found, sum(row.closing for row in earlier), sum(row.closing for row in rows))
    assert {item.part for item in found} == {row.part for row in (*rows, *earlier)}


@given(breakdowns(), breakdowns(), st.sampled_from(("new", "reactivated", "lapsed", "net_change")))
def test_a_change_of_a_flow_leaves_nothing_over(
    before: tuple[Breakdown, ...], after: tuple[Breakdown, ...], measure: decomposition.FlowMeasure
) -> None:
    found = decomposition.of_flow(measure, before, after)
    if not all(any(getattr(row, measure) is not None for row in rows) for rows in (before, after)):
        assert found == ()
        return
    ends = [sum(getattr(row, measure) or 0 for row in rows) for rows in (before, after)]
    assert closes(found, *ends)


def contribution(part: str | None, own: int, correction: int = 0, revision: int = 0) -> Contribution:
    return Contribution(part, 100, own, 0, 0, 0, correction, revision, 100 + own + correction + revision)


def said(*items: Contribution, language: Language = ID) -> str:
    return decomposition.sentence(items, NAMES, MAY, AUGUST, language)


@pytest.mark.parametrize(
    ("items", "indonesian", "english"),
    [
        (
            [contribution("PU", 20), contribution("JAKON", 40), contribution("BPU", -5)],
            "Naik 55 sejak Mei; terbesar dari Jasa konstruksi (+40) dan Penerima upah (+20)",
            "Up 55 since May; most from Jasa konstruksi (+40) and Penerima upah (+20)",
        ),
        (
            [contribution("PU", 20), contribution(None, -40), contribution("BPU", -5)],
            "Turun 25 sejak Mei; terbesar dari tidak dilaporkan (−40) dan BPU (−5)",
            "Down 25 since May; most from not reported (−40) and BPU (−5)",
        ),
        (
            [contribution("PU", 20), contribution("BPU", 0)],
            "Naik 20 sejak Mei; seluruhnya dari Penerima upah (+20)",
            "Up 20 since May; all of it from Penerima upah (+20)",
        ),
        (
            [contribution("PU", -20)],
            "Turun 20 sejak Mei; seluruhnya dari Penerima upah (−20)",
            "Down 20 since May; all of it from Penerima upah (−20)",
        ),
        ([contribution("PU", 0)], "Tidak berubah sejak Mei", "Unchanged since May"),
        (
            [contribution("PU", 20), contribution("BPU", -20)],
            "Jumlah tidak berubah sejak Mei; di dalamnya terbesar Penerima upah (+20) dan BPU (−20)",
            "The total is unchanged since May; within it most from Penerima upah (+20) and BPU (−20)",
        ),
        (
            [contribution("PU", -3, correction=8)],
            "Naik 5 sejak Mei; terbesar dari koreksi (+8)",
            "Up 5 since May; most from correction (+8)",
        ),
        (
            [contribution("PU", 0, revision=-7)],
            "Turun 7 sejak Mei; seluruhnya dari revisi antaredisi (−7)",
            "Down 7 since May; all of it from revision between editions (−7)",
        ),
        (
            [],
            "Perubahan sejak Mei belum diketahui, karena tidak ada data Mei",
            "The change since May is not known, for there are no data of May",
        ),
    ],
)
def test_every_change_has_its_sentence(items: list[Contribution], indonesian: str, english: str) -> None:
    assert [said(*items, language=language) for language in (ID, EN)] == [indonesian, english]


def test_a_month_of_another_year_is_said_with_it() -> None:
    item = contribution("PU", 1)
    sentence = decomposition.sentence([item], NAMES, dt.date(2020, 12, 31), AUGUST, ID)
    assert "sejak Desember 2020" in sentence


def test_a_name_cannot_set_anything_in_bold() -> None:
    names = {"PU": "**x** {y}"}
    assert "**" not in decomposition.sentence([contribution("PU", 1)], names, MAY, AUGUST, ID)


@given(breakdowns())
def test_every_random_change_can_be_said(rows: tuple[Breakdown, ...]) -> None:
    for code in CODES:
        assert said(*decomposition.of_stock(rows), language=Language(code))


def test_an_unknown_opening_has_no_decomposition() -> None:
    assert decomposition.of_stock([_unknown()]) == ()


def _unknown() -> Breakdown:
    return Breakdown("PU", *(None,) * 10, 5, None, 0, False)  # type: ignore[arg-type]
