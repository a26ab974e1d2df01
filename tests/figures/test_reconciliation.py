"""A roster as a bar that closes: classes end to end, labels apart, programmes that never add up."""

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.answers import ReconciliationByMonth
from enrollment.figures.description import Bar, Bars, Figure, Note, plain
from enrollment.figures.placing import Box, Plane
from enrollment.figures.reconciliation_by_month.ledger import NARROW_PLOT, WIDE_PLOT, ledger
from enrollment.figures.reconciliation_by_month.months import months
from enrollment.figures.reconciliation_by_month.programmes import programmes
from enrollment.figures.style import COLOURS, Theme, colour, paler
from enrollment.language import CODES, Language
from enrollment.months import add_months
from enrollment.reconciliation.result import CLASSES
from tests.figures.rows import AUGUST, roster

ID = Language("id")
COUNTS = st.fixed_dictionaries(
    {name: st.one_of(st.just(0), st.integers(1, 50), st.integers(0, 40_000)) for name in CLASSES}
)


def figure(row: ReconciliationByMonth, **given: Any) -> Figure:
    said: dict[str, Any] = {"source_name": "BUMDes", "colour": "BUMDES", "language": ID}
    return ledger(row=row, **said | given)


def bars(figure: Figure, at: float = 0) -> list[Bar]:
    found = [bar for mark in figure.marks if isinstance(mark, Bars) for bar in mark.bars if bar.at == at]
    return sorted(found, key=lambda bar: bar.start)


def closes(found: list[Bar], whole: int) -> None:
    """Bars lie end to end from 0 to the whole."""
    assert [bar.end for bar in found[:-1]] == [bar.start for bar in found[1:]]
    assert (found[0].start, found[-1].end) == (0, whole) if found else not whole


def meet(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def beyond(figure: Figure, width: float) -> list[str]:
    """The labels that leave the plot at a side, or the figure at its foot."""
    plane = Plane(figure.x, figure.y, figure.wide, width)
    foot = figure.wide.height - figure.wide.room.top
    boxes = [(plane.box(note), plain(note.text)) for note in figure.wide.notes]
    return [said for box, said in boxes if box[0] < -2 or box[2] > width + 2 or box[3] > foot]


def overlapping(figure: Figure, notes: tuple[Note, ...], width: float) -> list[tuple[str, str]]:
    plane = Plane(figure.x, figure.y, figure.wide, width)
    boxes = sorted((plane.box(note), plain(note.text)) for note in notes)
    return [
        (one, other)
        for place, (box, one) in enumerate(boxes)
        for beside, other in boxes[place + 1 :]
        if meet(box, beside)
    ]


class TestLedger:
    @given(COUNTS, st.booleans())
    def test_the_classes_lie_end_to_end_and_sum_to_the_rows(
        self, counts: dict[str, int], narrow: bool
    ) -> None:
        row = roster(**counts)
        shown = figure(row, narrow=narrow)
        closes(bars(shown), row.rows)
        assert {bar.key: bar.end - bar.start for bar in bars(shown)} == {
            name: rows for name, rows in counts.items() if rows
        }
        assert {rows[2]: rows[3] for rows in shown.table.machine_rows} == counts

    @given(COUNTS, st.sampled_from(CODES))
    def test_every_class_with_rows_is_labelled_and_no_label_meets_another(
        self, counts: dict[str, int], code: str
    ) -> None:
        for narrow, widths in ((False, (WIDE_PLOT, 900.0, 1_230.0)), (True, (NARROW_PLOT,))):
            shown = figure(roster(**counts), narrow=narrow, language=Language(code))
            assert len(shown.wide.notes) == sum(rows > 0 for rows in counts.values())
            for width in widths:
                assert overlapping(shown, shown.wide.notes, width) == []
                assert beyond(shown, width) == []

    def test_vermilion_is_for_invalid_rows_alone_and_the_rest_is_the_source_or_grey(self) -> None:
        looks = {
            mark.bars[0].key: (mark.role, mark.colour)
            for mark in figure(roster()).marks
            if isinstance(mark, Bars)
        }
        assert [key for key, (role, paint) in looks.items() if "behind" in (role, paint)] == ["invalid"]
        own = [key for key, (_, paint) in looks.items() if str(paint).startswith("BUMDES")]
        assert own == ["active_all", "active_part", "other_source", "lapsed"]

    @pytest.mark.parametrize("code", CODES)
    def test_who_cannot_see_it_is_told_every_class(self, code: str) -> None:
        language = Language(code)
        said = figure(roster(), language=language).alt
        for rows in (27_378, 12_410, 5_478, 894, 1_126, 6_436, 611, 345, 78):
            assert re.search(rf"\b{re.escape(language.number(rows))}\b", said)

    def test_a_roster_without_rows_is_an_empty_bar(self) -> None:
        shown = figure(roster(**dict.fromkeys(CLASSES, 0)))
        assert bars(shown) == []
        assert "0" in shown.alt


class TestProgrammes:
    def test_each_programme_has_all_people_of_the_roster(self) -> None:
        row = roster(jht_active=11_000, jht_never=14_218)
        shown = programmes(row=row, colour="BUMDES", language=ID)
        for place in range(3):
            closes(bars(shown, place), row.people)
        assert [line[2:] for line in shown.table.machine_rows] == [
            ("JKK", 18_782, 1_126, 6_436, 26_344),
            ("JHT", 11_000, 1_126, 14_218, 26_344),
            ("JKM", 18_782, 1_126, 6_436, 26_344),
        ]
        assert "JHT: 15.344" in shown.alt

    def test_a_programme_that_was_not_agreed_says_so(self) -> None:
        shown = programmes(row=roster(agreed="JKK+JKM"), colour="BUMDES", language=ID)
        named = [plain(tick.text) for tick in shown.wide.y_ticks]
        assert [ID.say("reconciliation.not_agreed") in name for name in named] == [False, True, False]

    def test_what_is_not_known_of_a_programme_is_left_out(self) -> None:
        unknown = {f"jht_{state}": None for state in ("active", "lapsed", "never")}
        shown = programmes(row=roster(**unknown), colour="BUMDES", language=ID)
        assert [line[2] for line in shown.table.machine_rows] == ["JKK", "JKM"]


class TestMonths:
    def shown(self, count: int, **given: Any) -> Figure:
        rows = tuple(roster(add_months(AUGUST, place - count + 1)) for place in range(count))
        said: dict[str, Any] = {"source_name": "BUMDes", "colour": "BUMDES", "language": ID}
        return months(rows=rows, **said | given)

    def test_months_lie_under_each_other_in_the_order_of_the_ledger(self) -> None:
        shown = self.shown(4)
        order = [mark.bars[0].key for mark in figure(roster()).marks if isinstance(mark, Bars)]
        for place in range(4):
            closes(bars(shown, place), 27_378)
        assert [mark.name for mark in shown.marks if isinstance(mark, Bars)] == [
            ID.say(f"reconciliation.class.{name}") for name in order
        ]

    @pytest.mark.parametrize("narrow", [False, True])
    def test_the_last_twelve_months_are_drawn_and_the_table_has_all(self, narrow: bool) -> None:
        shown = self.shown(15, narrow=narrow)
        assert len(shown.y.categories) == 12
        assert len(shown.table.machine_rows) == 15

    def test_a_wide_bar_leaves_room_for_what_is_said_of_it(self) -> None:
        shown = self.shown(3)
        longest = max(bar.end for mark in shown.marks if isinstance(mark, Bars) for bar in mark.bars)
        assert isinstance(shown.x.high, float)
        assert longest < shown.x.high / 2


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_paler_step_lies_between_the_colour_and_the_paper(theme: Theme) -> None:
    assert colour(paler("BUMDES", 100), theme) == COLOURS[theme]["BUMDES"]
    assert colour(paler("BUMDES", 0), theme) == COLOURS[theme]["paper"]
    steps = [colour(paler("BUMDES", percent), theme) for percent in (0, 22, 38, 62, 100)]
    brightness = [sum(int(step[place : place + 2], 16) for place in (1, 3, 5)) for step in steps]
    assert all((one - other) * (brightness[0] - brightness[-1]) > 0 for one, other in pairwise(brightness))
