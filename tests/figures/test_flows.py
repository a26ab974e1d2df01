"""Figures of movement and of why something changed: bars that add up, every case, both languages."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import decomposition as exact
from enrollment.answers import Breakdown, MovementByMonth, RetentionByJoiningMonth
from enrollment.figures.breakdown.waterfall import decomposition
from enrollment.figures.description import Bar, Bars, Cells, Cut, Dots, Figure, Path, plain
from enrollment.figures.movement_by_month.in_out import movement_by_month
from enrollment.figures.movement_by_month.waterfall import movement
from enrollment.figures.retention_by_joining_month import retention_by_joining_month
from enrollment.language import CODES, Language
from enrollment.months import add_months
from tests.figures.rows import AUGUST, followed, moved, movements, part, remark

ID = Language("id")
JULY = add_months(AUGUST, -1)
people = st.integers(0, 10**7)
flow = st.none() | people


def bars(figure: Figure) -> list[Bar]:
    """All bars in their order of place."""
    found = [bar for mark in figure.marks if isinstance(mark, Bars) for bar in mark.bars]
    return sorted(found, key=lambda bar: bar.at)


def closes(figure: Figure, before: int, after: int) -> None:
    """The first bar ends at before, each starts where the last one ended, the last one ends at after."""
    first, *changes, last = bars(figure)
    assert (first.end, last.end) == (before, after)
    height = first.end
    for bar in changes:
        assert bar.start == height
        height = bar.end
    assert height == after


@st.composite
def months(draw: st.DrawFn) -> tuple[MovementByMonth, ...]:
    """A span of months of which each opens where the last one closed, and whose identity holds."""
    rows, opening = [], draw(people)
    count = draw(st.integers(1, 4))
    for place in range(count):
        inward = [draw(flow) for _ in range(4)]
        outward = [draw(flow) for _ in range(3)]
        closing = draw(people)
        correction = closing - opening - sum(x or 0 for x in inward) + sum(x or 0 for x in outward)
        rows.append(
            MovementByMonth(
                month=add_months(AUGUST, place - count + 1),
                opening=opening,
                new=inward[0],
                reactivated=inward[1],
                moved_in=inward[2],
                lapsed=outward[0],
                moved_out=outward[1],
                reclassified_in=inward[3],
                reclassified_out=outward[2],
                correction=correction,
                closing=closing,
                flows_unknown=draw(st.none() | st.integers(-(10**6), 10**6)),
                carried=draw(st.integers(0, 1)),
            )
        )
        opening = closing
    return tuple(rows)


class TestMovement:
    def figure(self, *rows: MovementByMonth, **given: Any) -> Figure:
        return movement(rows=rows, since=JULY, as_of=AUGUST, **{"language": ID, **given})

    @given(months(), st.booleans())
    def test_the_bars_add_up_exactly(self, rows: tuple[MovementByMonth, ...], narrow: bool) -> None:
        closes(self.figure(*rows, narrow=narrow), rows[0].opening or 0, rows[-1].closing)

    @given(months())
    def test_the_correction_is_what_the_rows_say_without_the_net_only(
        self, rows: tuple[MovementByMonth, ...]
    ) -> None:
        steps = dict(self.figure(*rows).table.machine_rows)
        corrected = sum(row.correction or 0 for row in rows)
        assert steps.get("net_only", 0) + steps.get("correction", 0) == corrected  # type: ignore[operator]

    def test_every_step_has_its_number_and_a_zero_correction_is_shown(self) -> None:
        values = {bar.key: bar.value for bar in bars(self.figure(moved()))}
        assert values == {
            "opening": "28.950.000",
            "new": "+572.795",
            "reactivated": "+298.985",
            "moved_in": "+40.862",
            "lapsed": "−621.780",
            "moved_out": "−40.862",
            "correction": "0",
            "closing": "29.200.000",
        }

    def test_what_came_is_solid_and_what_went_is_hollow(self) -> None:
        roles = {
            bar.key: mark.role
            for mark in self.figure(moved()).marks
            if isinstance(mark, Bars)
            for bar in mark.bars
        }
        assert {key for key, role in roles.items() if role == "lost"} == {"lapsed", "moved_out"}

    def test_both_ends_are_cut_and_it_is_said(self) -> None:
        figure = self.figure(moved())
        assert [mark.x for mark in figure.marks if isinstance(mark, Cut)] == [0, 7]
        assert "dipotong" in figure.subtitle
        small = self.figure(moved(opening=10, closing=250_010))
        assert [mark for mark in small.marks if isinstance(mark, Cut)] == []
        assert "dipotong" not in small.subtitle

    def test_reclassified_people_are_shown_only_where_there_are_any(self) -> None:
        some = self.figure(moved(reclassified_in=5, reclassified_out=5))
        assert {"reclassified_in", "reclassified_out"} <= {bar.key for bar in bars(some)}
        none = self.figure(moved(reclassified_in=0, reclassified_out=0))
        assert not {"reclassified_in", "reclassified_out"} & {bar.key for bar in bars(none)}

    def test_sources_without_flows_stand_apart_from_the_correction(self) -> None:
        figure = self.figure(moved(flows_unknown=-30, correction=-27, lapsed=621_753))
        values = {bar.key: bar.value for bar in bars(figure)}
        assert (values["net_only"], values["correction"]) == ("−30", "+3")
        assert "hanya perubahan bersihnya yang diketahui" in figure.subtitle

    def test_where_no_flows_are_known_only_the_net_change_is_told(self) -> None:
        figure = self.figure(movements()[1])
        assert [bar.key for bar in bars(figure)] == ["opening", "net_only", "closing"]
        assert "belum diketahui" in figure.title
        assert "hanya perubahan bersih" in figure.alt

    def test_a_flow_that_nobody_reported_is_named_and_not_zero(self) -> None:
        figure = self.figure(moved(reactivated=None, correction=298_985))
        assert "reactivated" not in [bar.key for bar in bars(figure)]
        assert "tidak dilaporkan" in " ".join(plain(note.text) for note in figure.wide.notes)

    def test_the_first_month_is_its_closing_alone(self) -> None:
        figure = self.figure(movements()[0])
        assert [(bar.start, bar.end) for bar in bars(figure)] == [(0, 29_200_000)]
        assert "bulan pertama" in figure.title

    def test_carried_people_are_hatched_and_said(self) -> None:
        figure = self.figure(moved(carried=5))
        (mark,) = (mark for mark in figure.marks if isinstance(mark, Bars) and mark.role == "carried")
        assert [bar.key for bar in mark.bars] == ["closing"]
        assert "5 di antaranya" in figure.subtitle

    def test_a_narrow_screen_has_rows(self) -> None:
        figure = self.figure(moved(), narrow=True)
        assert all(mark.horizontal for mark in figure.marks if isinstance(mark, Bars))
        assert "Aktif kembali" in " ".join(plain(note.text) for note in figure.narrow.notes)


class TestInAndOut:
    def drawn(self, figure: Figure, name: str) -> list[tuple[float, float]]:
        return [
            (bar.at, bar.end - bar.start)
            for mark in figure.marks
            if isinstance(mark, Bars) and mark.name == name
            for bar in mark.bars
        ]

    def test_columns_are_the_flows_and_the_line_is_the_net_change(self) -> None:
        figure = movement_by_month(rows=movements(), language=ID)
        assert self.drawn(figure, "baru") == [(1, 572_795)]
        assert self.drawn(figure, "aktif kembali") == [(1, 298_985)]
        assert self.drawn(figure, "berhenti") == [(1, -621_780)]
        (line,) = (mark for mark in figure.marks if isinstance(mark, Path) and mark.role == "actual")
        assert [(point.x, point.y) for point in line.points] == [(0, 250_000), (1, 250_000)]

    def test_a_month_without_flows_has_its_point_and_a_mark(self) -> None:
        figure = movement_by_month(rows=movements(), language=ID)
        assert "–" in [plain(note.text) for note in figure.wide.notes]
        assert "Tanda – pada 1 bulan" in figure.subtitle

    def test_a_click_picks_a_month(self) -> None:
        figure = movement_by_month(rows=movements(), language=ID)
        keys = {
            item.key
            for mark in figure.marks
            if isinstance(mark, Bars | Dots)
            for item in (mark.bars if isinstance(mark, Bars) else mark.points)
        }
        assert keys == {"2021-07", "2021-08"}

    def test_remarks_are_numbered_lines_at_their_days(self) -> None:
        remarks = (remark(dt.date(2021, 8, 16)), remark(dt.date(2021, 7, 1)), remark(dt.date(2020, 1, 1)))
        figure = movement_by_month(rows=movements(), language=ID, annotations=remarks)
        lines = [
            mark.points[0].x for mark in figure.marks if isinstance(mark, Path) and mark.role == "context"
        ]
        assert lines == [pytest.approx(-0.484, abs=0.001), 1.0]
        assert [plain(note.text) for note in figure.wide.notes][:2] == ["1", "2"]
        assert "(1) 1 Jul 2021: MoU. (2) 16 Agu 2021: MoU." in figure.subtitle

    @given(months())
    @pytest.mark.parametrize("code", CODES)
    def test_any_months_are_drawn(self, code: str, rows: tuple[MovementByMonth, ...]) -> None:
        figure = movement_by_month(rows=rows, language=Language(code))
        assert [row[-1] for row in figure.table.machine_rows] == [
            row.closing - (row.opening or 0) for row in rows
        ]

    def test_no_month_is_said_to_be_unknown(self) -> None:
        figure = movement_by_month(rows=movements()[:1], language=ID)
        assert "belum diketahui" in [plain(note.text) for note in figure.wide.notes]


class TestDecomposition:
    parts = (
        part("A", 400, 40),
        part("B", 300, -30),
        part("C", 200, 2),
        part("D", 50, -1),
        part(None, 50, 1),
    )

    def figure(self, rows: Sequence[Breakdown], **given: Any) -> Figure:
        earlier = given.pop("earlier", None)
        chosen = {
            "contributions": exact.of_stock([explained(row) for row in rows], earlier),
            "dimension": "province",
            "measure": "closing",
            "names": {"A": "Jawa Barat"},
            "since": JULY,
            "as_of": AUGUST,
            "language": ID,
        }
        return decomposition(**{**chosen, **given})

    @given(
        st.lists(st.tuples(people, people, st.integers(-(10**6), 10**6)), min_size=1, max_size=12),
        st.integers(1, 12),
        st.booleans(),
    )
    def test_the_bars_add_up_exactly(self, ends: list[tuple[int, int, int]], top: int, narrow: bool) -> None:
        rows = [
            replace(part(str(place), closing, closing - opening), correction=correction, flows_unknown=0)
            for place, (opening, closing, correction) in enumerate(ends)
        ]
        rows = [replace(row, new=(row.net_change or 0) - (row.correction or 0)) for row in rows]
        figure = decomposition(
            contributions=exact.of_stock(rows),
            dimension="source",
            measure="closing",
            names={},
            since=JULY,
            as_of=AUGUST,
            language=ID,
            top=top,
            narrow=narrow,
        )
        closes(figure, sum(opening for opening, _, _ in ends), sum(closing for _, closing, _ in ends))

    def test_rises_come_before_falls_and_the_rest_is_one_bar(self) -> None:
        figure = self.figure(self.parts, top=2)
        assert [bar.value for bar in bars(figure)] == ["988", "+40", "−30", "+2", "0", "1.000"]
        assert [bar.key for bar in bars(figure)] == [None, "A", "B", None, None, None]
        assert "lainnya (3)" in " ".join(plain(tick.text) for tick in figure.wide.x_ticks)

    def test_what_is_not_reported_has_the_key_of_what_is_not_reported(self) -> None:
        assert "-" in [bar.key for bar in bars(self.figure(self.parts))]

    def test_a_revision_between_editions_has_its_bar(self) -> None:
        earlier = [replace(explained(row), closing=(row.opening or 0) - 3) for row in self.parts]
        figure = self.figure(self.parts, earlier=earlier, earlier_edition="7f3a2c")
        assert bars(figure)[-2].value == "+15"
        assert "edisi 7f3a2c" in figure.subtitle
        closes(figure, 988 - 15, 1_000)

    def test_a_part_says_its_own_steps(self) -> None:
        row = replace(part("A", 400, 40), new=50, lapsed=4, moved_in=2, flows_unknown=-5, correction=-8)
        hover = plain(bars(self.figure([row]))[1].hover)
        for said in ("+46", "+2", "−5", "−3", "360 → 400"):
            assert said in hover

    def test_each_column_of_the_table_adds_up(self) -> None:
        table = self.figure(self.parts).table
        sums = [sum(row[column] for row in table.machine_rows) for column in range(1, 10)]  # type: ignore[misc]
        before, *steps, after, change = sums
        assert (before, after, change) == (988, 1_000, 12)
        assert before + sum(steps) == after
        assert table.rows[-1][1:] == ("988", "+12", "0", "0", "0", "0", "0", "1.000", "+12")

    def test_a_share_says_that_people_are_taken_apart(self) -> None:
        assert "yang diurai peserta aktif" in self.figure(self.parts, measure="coverage").subtitle

    def test_a_flow_has_no_correction(self) -> None:
        flows = exact.of_flow("new", [part("A", 1, 1, new=5)], [part("A", 1, 1, new=9)])
        figure = self.figure([], contributions=flows, measure="new")
        assert [bar.value for bar in bars(figure)] == ["5", "+4", "9"]

    @pytest.mark.parametrize("narrow", [False, True])
    def test_an_unknown_opening_is_said(self, narrow: bool) -> None:
        figure = self.figure([], contributions=(), narrow=narrow)
        assert "belum diketahui" in figure.title
        assert "belum diketahui" in " ".join(plain(note.text) for note in figure.wide.notes)


def explained(row: Breakdown) -> Breakdown:
    """A row whose whole change is new people, unless it says otherwise."""
    return row if row.new else replace(row, new=row.net_change)


class TestRetention:
    def cells(self, figure: Figure) -> dict[tuple[float, int], tuple[str, float | None]]:
        (mark,) = (mark for mark in figure.marks if isinstance(mark, Cells))
        return {(cell.column, cell.row): (plain(cell.label), cell.shade) for cell in mark.cells}

    def test_cells_are_the_percentages_and_the_future_is_empty(self) -> None:
        cells = self.cells(retention_by_joining_month(rows=followed(), language=ID))
        assert [cells[month, 0][0] for month in (1, 2, 3)] == ["90", "80", "70"]
        assert cells[4, 0] == ("", None)
        assert cells[1, 3] == ("", None)
        shades = [cells[month, 0][1] or 0 for month in (1, 2, 3)]
        assert shades == sorted(shades, reverse=True)

    def test_the_mean_is_weighted_by_people(self) -> None:
        figure = retention_by_joining_month(rows=followed(), language=ID)
        # After one month: 180 of 200, 11 of 12, 900 of 1.000.
        assert figure.table.rows[-1][2] == "90,0%"
        assert figure.table.rows[-1][1] == "1.412"
        assert figure.title == "70 dari 100 peserta baru masih aktif sesudah 3 bulan"

    def test_small_groups_are_marked_and_said(self) -> None:
        figure = retention_by_joining_month(rows=followed(), language=ID)
        cells = self.cells(figure)
        assert cells[1, 1][0].endswith("·")
        assert not cells[1, 0][0].endswith("·")
        assert "kurang dari 30 orang" in figure.subtitle
        large = retention_by_joining_month(rows=followed(people=(500,)), language=ID)
        assert "kurang dari" not in large.subtitle

    def test_a_year_has_twelve_columns_and_many_months_their_newest_rows(self) -> None:
        figure = retention_by_joining_month(rows=followed(30, (500,)), language=ID)
        cells = self.cells(figure)
        assert max(column for column, _ in cells) == 12
        assert max(row for _, row in cells) == 23
        assert len(figure.table.rows) == 31
        assert "24 bulan masuk terakhir" in figure.subtitle

    @pytest.mark.parametrize("code", CODES)
    def test_the_joining_month_alone_is_no_finding_yet(self, code: str) -> None:
        figure = retention_by_joining_month(rows=followed(1), language=Language(code))
        assert figure.alt.endswith(".")
        assert all(label == "" for label, _ in self.cells(figure).values())

    def test_a_cohort_that_left_at_once_is_zero_and_not_empty(self) -> None:
        rows = (
            RetentionByJoiningMonth(JULY, JULY, 0, 40, 40, 1.0),
            RetentionByJoiningMonth(JULY, AUGUST, 1, 40, 0, 0.0),
        )
        assert self.cells(retention_by_joining_month(rows=rows, language=ID))[1, 0] == ("0", 0.0)

    def test_without_rows_there_is_no_figure(self) -> None:
        with pytest.raises(ValueError, match="nobody"):
            retention_by_joining_month(rows=(), language=ID)
