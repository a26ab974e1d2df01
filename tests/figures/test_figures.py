"""What every figure keeps: its numbers, its words in both languages, its table."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from enrollment.answers import BreakdownByMonth
from enrollment.figures.active_by_month import active_by_month
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.breakdown_by_month import breakdown_by_month
from enrollment.figures.commitment_bridge import bridge_span, commitment_bridge
from enrollment.figures.commitment_by_source import FACTORS, commitment_by_source
from enrollment.figures.description import (
    Areas,
    Band,
    Bars,
    Bracket,
    Cells,
    Cut,
    Dots,
    Figure,
    Note,
    Path,
    Role,
    plain,
)
from enrollment.figures.goal_progress import goal_progress
from enrollment.figures.published_goals import published_goals
from enrollment.language import CODES, Language, catalogue, placeholders
from enrollment.outlook import Ahead, Outlook
from tests.figures.every import every_figure
from tests.figures.rows import (
    ACTIVE,
    AUGUST,
    commitments,
    goals,
    monthly,
    months,
    nowhere,
    outlook,
    part,
    progress,
    published,
    remark,
    steps,
)

ID, EN = Language("id"), Language("en")


def points(figure: Figure, kind: type[Path] | type[Dots], role: Role) -> list[tuple[object, float]]:
    return [
        (point.x, point.y)
        for mark in figure.marks
        if isinstance(mark, kind) and mark.role == role
        for point in mark.points
    ]


def bars(figure: Figure, role: Role) -> list[tuple[float, float, float]]:
    return [
        (bar.at, bar.start, bar.end)
        for mark in figure.marks
        if isinstance(mark, Bars) and mark.role == role
        for bar in mark.bars
    ]


def words(figure: Figure) -> Iterator[str]:
    yield from (figure.title, figure.subtitle, figure.alt, figure.unit)
    for layout in (figure.wide, figure.narrow):
        yield from (plain(note.text) for note in layout.notes)
        yield from (plain(tick.text) for tick in (*layout.x_ticks, *layout.y_ticks))
    for panel in figure.panels:
        yield plain(panel.title)
        yield from (plain(note.text) for note in (*panel.notes, *panel.narrow_notes))
    for mark in (*figure.marks, *(mark for panel in figure.panels for mark in panel.marks)):
        if isinstance(mark, Cells):
            yield from (plain(line) for cell in mark.cells for line in (cell.label, cell.hover))
        if isinstance(mark, Path | Band | Dots):
            yield from (plain(point.hover) for point in mark.points)
        if isinstance(mark, Bars):
            yield from (plain(bar.hover) for bar in mark.bars)
        if isinstance(mark, Cells):
            yield from (plain(words) for cell in mark.cells for words in (cell.label, cell.hover))
        if isinstance(mark, Areas):
            yield from (plain(area.hover) for area in mark.areas)
    yield from (column.header for column in figure.table.columns)
    for row in figure.table.rows:
        yield from row


def labels(notes: tuple[Note, ...]) -> str:
    return " / ".join(plain(note.text) for note in notes)


def goal_chart(language: Language = ID, leads: Outlook | None = None, **changes: object) -> Figure:
    return goal_progress(
        progress=progress(**changes),
        months=months(),
        published=published(),
        outlook=leads or outlook(),
        language=language,
    )


def test_both_catalogues_hold_the_same_figures_with_the_same_placeholders() -> None:
    sides = [
        {key: placeholders(words) for key, words in catalogue(code).items() if key.startswith("figures.")}
        for code in CODES
    ]
    assert sides[0] == sides[1]


@pytest.mark.parametrize("code", CODES)
def test_every_text_of_every_figure_is_finished(code: str) -> None:
    for figure in every_figure(Language(code)):
        for said in words(figure):
            assert not re.search(r"[{}]|\bNone\b|\bnan\b|figures\.", said), (figure.name, said)
        assert figure.alt.endswith(".")
        assert re.search(r"\d", figure.alt)


@pytest.mark.parametrize("code", CODES)
def test_a_table_has_as_many_cells_as_headers(code: str) -> None:
    for figure in every_figure(Language(code)):
        assert figure.table.rows
        assert {len(row) for row in figure.table.rows} == {len(figure.table.columns)}
        assert {len(row) for row in figure.table.machine_rows} == {len(figure.table.machine_columns)}


def test_machines_get_the_same_rows_in_both_languages() -> None:
    for indonesian, english in zip(every_figure(ID), every_figure(EN), strict=True):
        assert indonesian.table.machine_rows == english.table.machine_rows


class TestGoalProgress:
    def test_the_actual_marks_are_the_months(self) -> None:
        counted = points(goal_chart(), Dots, "actual")
        assert counted == [(row.month, row.active) for row in months()]

    def test_a_month_with_carried_people_is_marked_apart(self) -> None:
        figure = goal_progress(
            progress=progress(),
            months=months(carried=(7,)),
            published=(),
            outlook=outlook(),
            language=ID,
        )
        july = dt.date(2021, 7, 31)
        assert points(figure, Dots, "carried") == [(july, ACTIVE[7])]
        assert points(figure, Path, "carried") == [(dt.date(2021, 6, 30), ACTIVE[6]), (july, ACTIVE[7])]

    def test_the_path_runs_from_the_baseline_to_the_goal(self) -> None:
        path = [(dt.date(2021, 4, 9), 27_700_000), (dt.date(2021, 12, 31), 38_000_000)]
        assert points(goal_chart(), Path, "plan") == path

    def test_the_actual_line_does_not_pass_through_the_baseline(self) -> None:
        figure = goal_chart()
        baseline = (dt.date(2021, 4, 9), 27_700_000)
        assert baseline not in points(figure, Path, "actual")
        assert points(figure, Dots, "published").count(baseline) == 1

    def test_disputed_figures_are_lighter_than_the_others(self) -> None:
        assert points(goal_chart(), Dots, "disputed") == [(dt.date(2021, 6, 30), 29_100_000)]

    def test_the_forecast_runs_from_the_month_in_hand_to_the_due_date(self) -> None:
        median = points(goal_chart(), Path, "forecast")
        assert median == [(AUGUST, 29_200_000), *((ahead.day, ahead.median) for ahead in outlook().path)]
        outer, inner = [mark for mark in goal_chart().marks if isinstance(mark, Band)]
        assert (outer.edge, inner.edge) == (True, False)
        assert [(span.x, span.low, span.high) for span in inner.points] == [
            (AUGUST, 29_200_000, 29_200_000),
            *((ahead.day, ahead.low80, ahead.high80) for ahead in outlook().path),
        ]
        assert [(span.low, span.high) for span in outer.points[1:]] == [
            (ahead.low95, ahead.high95) for ahead in outlook().path
        ]

    def test_the_forecast_is_named_at_its_end_with_its_range(self) -> None:
        figure = goal_chart()
        assert "Proyeksi 29,9 juta 80%: 28,9–30,9 juta" in labels(figure.wide.notes)
        assert "Proyeksi 29,9 juta 80%: 28,9–30,9" in labels(figure.narrow.notes)
        assert "Forecast 29.9 million 80%: 28.9–30.9 million" in labels(goal_chart(EN).wide.notes)
        assert "pita 80%, garis tipis 95%" in figure.subtitle
        assert "Peluang mencapainya di bawah 1%." in figure.alt

    def test_few_people_are_told_in_full_in_a_range_as_well(self) -> None:
        ahead = Ahead(dt.date(2021, 12, 31), 1_100, 1_500, 2_000, 2_500, 2_900)
        few = goal_chart(leads=outlook(path=(ahead,)))
        assert "Proyeksi 2.000 80%: 1.500–2.500" in labels(few.wide.notes)

    def test_the_bracket_holds_the_shortfall_of_the_median(self) -> None:
        figure = goal_chart()
        brackets = [mark for mark in figure.marks if isinstance(mark, Bracket)]
        assert [(mark.role, mark.low, mark.high) for mark in brackets] == [("behind", 29_910_000, 38_000_000)]
        assert "kurang 8,1 juta" in labels(figure.wide.notes)
        assert "4,1 juta di bawah jalur" in labels(figure.wide.notes)

    def test_a_median_above_the_goal_is_told_without_alarm(self) -> None:
        figure = goal_chart(leads=outlook(target=28_000_000), target=28_000_000, status="ahead")
        assert "1,9 juta di atas sasaran" in labels(figure.wide.notes)
        assert not [mark for mark in figure.marks if isinstance(mark, Bracket) and mark.role == "behind"]

    def test_a_median_below_the_goal_is_no_alarm_while_the_pace_is_on_it(self) -> None:
        figure = goal_chart(status="on_pace")
        assert [mark.role for mark in figure.marks if isinstance(mark, Bracket)] == ["context"]

    def test_the_axis_holds_both_ranges(self) -> None:
        ahead = Ahead(dt.date(2021, 12, 31), 20_000_000, 25_000_000, 30_000_000, 35_000_000, 41_000_000)
        figure = goal_chart(leads=outlook(path=(ahead,)))
        low, high = figure.y.low, figure.y.high
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        assert low <= 20_000_000 < 41_000_000 <= high

    def test_its_table_says_median_and_ranges_of_each_month_to_come(self) -> None:
        table = goal_chart().table
        assert [row for row in table.machine_rows if row[1] == "median"] == [
            (
                ahead.day.isoformat(), "median", ahead.median, None, "",
                ahead.low80, ahead.high80, ahead.low95, ahead.high95,
            )
            for ahead in outlook().path
        ]  # fmt: skip
        assert table.rows[-2][-2:] == ("28.930.000–30.890.000", "27.900.000–31.920.000")
        assert [column.header for column in table.columns][-2:] == ["rentang 80%", "rentang 95%"]

    def test_after_the_due_date_nothing_is_forecast(self) -> None:
        figure = goal_chart(
            leads=nowhere("past"), as_of=dt.date(2022, 1, 31), continued_active=None, status="missed"
        )
        assert points(figure, Path, "forecast") == []
        assert not [mark for mark in figure.marks if isinstance(mark, Band | Bracket)]
        assert "pita" not in figure.subtitle
        assert len(figure.table.columns) == 4

    def test_one_month_is_enough_for_a_chart(self) -> None:
        december = dt.date(2020, 12, 31)
        figure = goal_progress(
            progress=progress(as_of=december, active=ACTIVE[0], path_active=None, continued_active=None),
            months=months()[:1],
            published=(),
            outlook=nowhere("one_month", as_of=december, active=ACTIVE[0]),
            language=ID,
        )
        assert points(figure, Dots, "actual") == [(december, ACTIVE[0])]

    def test_an_axis_that_is_cut_says_where_it_starts(self) -> None:
        assert "Sumbu mulai dari 26,5 juta." in goal_chart().subtitle
        small = goal_progress(
            progress=progress(active=1_200),
            months=months((1_000, 1_200), dt.date(2021, 7, 31)),
            published=(),
            outlook=nowhere("past"),
            language=EN,
        )
        assert "starts at zero" in small.subtitle

    @pytest.mark.parametrize("count", [1, 2, 9, 24, 60])
    def test_ticks_are_thinned_out(self, count: int) -> None:
        rows = months([25_000_000 + 100_000 * place for place in range(count)], dt.date(2016, 9, 30))
        figure = goal_progress(progress=progress(), months=rows, published=(), outlook=outlook(), language=ID)
        assert len(figure.wide.x_ticks) <= 14
        assert len(figure.narrow.x_ticks) <= 4


class TestActiveByMonth:
    def test_bars_are_the_net_changes_since_the_goal_was_stated(self) -> None:
        figure = active_by_month(months=months(), progress=progress(), language=ID)
        changes = [row.net_change for row in months() if row.month >= dt.date(2021, 4, 30)]
        assert [end for _, _, end in bars(figure, "actual")] == changes

    def test_each_month_left_needs_the_required_pace(self) -> None:
        figure = active_by_month(months=months(), progress=progress(), language=ID)
        assert [end for _, _, end in bars(figure, "plan")] == [2_195_492] * 4
        assert labels(figure.wide.notes).count("+2,20 juta per bulan diperlukan") == 1

    def test_a_decrease_hangs_below_zero(self) -> None:
        figure = active_by_month(
            months=months(), progress=progress(baseline_date=dt.date(2020, 12, 31)), language=ID
        )
        assert [end for _, _, end in bars(figure, "lost")] == [-1_115_000, -1_115_000]

    def test_nothing_is_required_once_the_goal_is_reached(self) -> None:
        figure = active_by_month(months=months(), progress=progress(needed_per_month=0), language=ID)
        assert bars(figure, "plan") == []


class TestCommitmentBridge:
    @pytest.mark.parametrize(
        ("verified", "committed"), [(1_500_000, 30_532), (-600_000, 30_532), (9_000_000, 2_000_000)]
    )
    def test_the_parts_add_up_from_the_baseline_to_the_goal(self, verified: int, committed: int) -> None:
        figure = commitment_bridge(
            steps=steps(verified=verified, committed=committed),
            progress=progress(),
            commitments=commitments(),
            language=ID,
        )
        placed = {
            bar.at: (bar.start, bar.end)
            for mark in figure.marks
            if isinstance(mark, Bars)
            for bar in mark.bars
        }
        assert placed[0][1] == 27_700_000
        assert [placed[row][1] for row in (0, 1, 2)] == [placed[row][0] for row in (1, 2, 3)]
        assert placed[3][1] == placed[4][1] == 38_000_000

    def test_a_cut_bar_is_marked_and_said(self) -> None:
        figure = commitment_bridge(steps=steps(), progress=progress(), commitments=commitments(), language=ID)
        assert len([mark for mark in figure.marks if isinstance(mark, Cut)]) == 2
        assert "dipotong" in figure.subtitle

    def test_what_nobody_promised_is_the_finding(self) -> None:
        figure = commitment_bridge(steps=steps(), progress=progress(), commitments=commitments(), language=ID)
        assert (
            figure.title
            == "Siapa yang menanggung kenaikan 10,3 juta? Untuk 8,77 juta belum ada yang menanggung"
        )
        assert "99,7% dari sisa 8,80 juta" in labels(figure.wide.notes)

    def test_commitments_beyond_the_need_are_told(self) -> None:
        figure = commitment_bridge(
            steps=steps(verified=9_000_000, committed=2_000_000),
            progress=progress(),
            commitments=commitments(),
            language=ID,
        )
        assert "komitmen melebihi kebutuhan" in " ".join(words(figure))
        assert bars(figure, "unassigned") == []


class TestCommitmentBySource:
    def figure(self, language: Language = ID) -> Figure:
        return commitment_by_source(
            commitments=commitments(), steps=steps(), progress=progress(), language=language
        )

    def test_active_and_open_are_each_commitment(self) -> None:
        figure = self.figure()
        assert [end for _, _, end in bars(figure, "actual")] == [12_400, 31_900, 1_000]
        assert [end - start for _, start, end in bars(figure, "plan")] == [27_444, 2_549, 39, 500]

    def test_the_factor_in_the_title_is_exact(self) -> None:
        figure = self.figure()
        factor = int(re.findall(r"Diperbesar (\d+) kali", figure.title)[0])
        low, high = bridge_span(steps())
        assert factor in FACTORS
        assert figure.x.high == (high - low) / factor

    def test_the_plot_is_as_wide_as_the_bridge(self) -> None:
        bridge = commitment_bridge(steps=steps(), progress=progress(), commitments=commitments(), language=ID)
        for ours, theirs in ((self.figure().wide, bridge.wide), (self.figure().narrow, bridge.narrow)):
            assert (ours.room.left, ours.room.right) == (theirs.room.left, theirs.room.right)

    def test_a_source_that_never_delivered_is_unknown_and_not_zero(self) -> None:
        assert "aktif belum diketahui, dari 500" in labels(self.figure().wide.notes)
        assert self.figure().table.machine_rows[-1][4] is None

    def test_sources_keep_their_colours(self) -> None:
        colours = {
            bar.key: mark.colour
            for mark in self.figure().marks
            if isinstance(mark, Bars)
            for bar in mark.bars
        }
        assert (colours["TPP"], colours["BUMDES"], colours["NON_ASN"]) == ("TPP", "BUMDES", "NON_ASN")

    def test_commitments_larger_than_the_bridge_get_a_scale_of_their_own(self) -> None:
        huge = [replace(row, committed=90_000_000, active=1) for row in commitments()]
        figure = commitment_by_source(commitments=huge, steps=steps(), progress=progress(), language=EN)
        assert "their own scale" in figure.subtitle
        assert "Magnified" not in figure.title


class TestPublishedGoals:
    def test_only_goals_for_the_same_year_are_compared(self) -> None:
        figure = published_goals(goals=goals(), progress=progress(), outlook=outlook(), language=ID)
        assert points(figure, Dots, "plan") + points(figure, Dots, "published") == [
            (48_500_000, 0),
            (38_000_000, 1),
        ]
        assert "dipakai" in labels(figure.wide.notes)

    def test_distances_are_from_where_the_forecast_leads(self) -> None:
        figure = published_goals(goals=goals(), progress=progress(), outlook=outlook(), language=ID)
        assert points(figure, Path, "behind") == [(29_910_000, 1), (38_000_000, 1)]
        assert "proyeksi 29,9 juta (80%: 28,9–30,9)" in labels(figure.wide.notes)

    def test_without_a_forecast_distances_are_from_who_is_active(self) -> None:
        figure = published_goals(goals=goals(), progress=progress(), outlook=nowhere("past"), language=ID)
        assert points(figure, Path, "behind") == [(29_200_000, 1), (38_000_000, 1)]
        assert "aktif 29,2 juta" in labels(figure.wide.notes)


class TestBreakdown:
    parts = (
        part("A", 400, 40),
        part("B", 300, -30),
        part("C", 200, 2),
        part("D", 50, -1),
        part(None, 50, 1, new=None),
    )

    def figure(self, measure: str = "closing", dimension: str = "source", top: int = 2) -> Figure:
        return breakdown(
            rows=self.parts,
            dimension=dimension,
            measure=measure,  # type: ignore[arg-type]
            names={"A": "Jawa Barat"},
            as_of=AUGUST,
            since=None,
            language=ID,
            top=top,
        )

    @pytest.mark.parametrize(("measure", "whole"), [("closing", 1_000), ("net_change", 12)])
    def test_the_folded_rest_keeps_the_sum(self, measure: str, whole: int) -> None:
        figure = self.figure(measure)
        shown = [end for role in ("actual", "context", "lost") for _, _, end in bars(figure, role)]
        assert len(shown) == 3
        assert sum(shown) == whole
        assert "lainnya (3)" in figure.y.categories

    def test_a_large_decrease_is_not_folded_away(self) -> None:
        assert bars(self.figure("net_change"), "lost") == [(1, 0, -30)]

    def test_a_part_that_was_not_reported_has_no_bar(self) -> None:
        figure = self.figure("new", top=9)
        assert len(bars(figure, "actual")) == 4
        assert "tidak dilaporkan" in labels(figure.wide.notes)

    def test_bars_carry_the_key_of_their_part(self) -> None:
        keys = [bar.key for mark in self.figure(top=9).marks if isinstance(mark, Bars) for bar in mark.bars]
        assert keys == ["A", "B", "C", "D", "-"]

    def test_programmes_are_never_added(self) -> None:
        figure = self.figure(dimension="programme")
        assert len(bars(figure, "actual")) == len(self.parts)
        assert "tidak dijumlahkan" in figure.subtitle
        assert len(figure.table.rows) == len(self.parts)
        assert not any("%" in said for said in words(figure))

    def test_the_table_has_every_part_and_the_whole(self) -> None:
        rows = self.figure().table.rows
        assert len(rows) == 6
        assert rows[-1][:2] == ("Jumlah", "1.000")


class TestBreakdownByMonth:
    def figure(self, rows: Sequence[BreakdownByMonth], **changes: Any) -> Figure:
        given = {"dimension": "source", "measure": "closing", "names": {}, "language": ID, **changes}
        return breakdown_by_month(rows=rows, **given)

    def drawn(self, figure: Figure, role: Role = "actual") -> list[list[tuple[object, float]]]:
        """The lines of each small chart."""
        return [
            [(point.x, point.y) for point in mark.points]
            for panel in figure.panels
            for mark in panel.marks
            if isinstance(mark, Path) and mark.role == role
        ]

    def keys(self, figure: Figure) -> list[str | None]:
        return [
            point.key
            for panel in figure.panels
            for mark in panel.marks
            if isinstance(mark, Dots) and mark.role == "actual"
            for point in mark.points
        ]

    def test_each_small_chart_is_the_change_of_its_part_since_the_first_month(self) -> None:
        rows = monthly(["A", "B", "C"])
        for key, line in zip("CBA", self.drawn(self.figure(rows)), strict=True):
            people = [row.active for row in rows if row.part == key]
            assert [y for _, y in line] == pytest.approx([100 * (one / people[0] - 1) for one in people])

    def test_all_parts_together_are_grey_in_each_small_chart(self) -> None:
        rows = monthly(["A", "B", "C"])
        whole = [
            sum(row.active for row in rows if row.month == month) for month in sorted({r.month for r in rows})
        ]
        grey = self.drawn(self.figure(rows), "context")
        assert len(grey) == 3
        assert [y for _, y in grey[0]] == pytest.approx([100 * (one / whole[0] - 1) for one in whole])

    def test_the_parts_beyond_the_largest_are_one_more_chart_and_none_is_hidden(self) -> None:
        rows = monthly(["A", "B", "C", "D"])
        figure = self.figure(rows, top=2, measure="net_change")
        assert [plain(panel.title).split("  ")[0] for panel in figure.panels][-1].startswith("lainnya (2)")
        last = [line[-1][1] for line in self.drawn(figure)]
        assert sum(last) == sum(row.net_change or 0 for row in rows if row.month == AUGUST)
        assert self.keys(figure)[-1] is None

    def test_programmes_have_no_whole_and_no_others_but_are_counted(self) -> None:
        figure = self.figure(monthly(["A", "B", "C", "D"]), dimension="programme", top=2)
        assert len(figure.panels) == 2
        assert self.drawn(figure, "context") == []
        assert "2 bagian lain tidak digambar" in figure.subtitle

    def test_what_was_selected_comes_first_and_a_click_picks_month_and_part(self) -> None:
        figure = self.figure(monthly(["A", "B", None]), selected=("A",))
        assert plain(figure.panels[0].title).startswith("A ")
        assert self.keys(figure)[:3] == ["2021-06|A", "2021-07|A", "2021-08|A"]
        assert "2021-08|-" in self.keys(figure)

    def test_a_part_that_begins_with_nobody_is_drawn_in_people(self) -> None:
        rows = [replace(row, active=0) if row.month.month == 6 else row for row in monthly(["A"])]
        figure = self.figure(rows)
        assert [y for _, y in self.drawn(figure)[0]] == [row.active for row in rows]
        assert "bukan persen" in figure.subtitle

    def test_a_month_that_was_not_reported_leaves_a_gap(self) -> None:
        rows = [
            replace(row, new=None) if row.month == dt.date(2021, 7, 31) else row for row in monthly(["A"], 5)
        ]
        assert [len(line) for line in self.drawn(self.figure(rows, measure="new"))] == [3]

    @pytest.mark.parametrize("measure", ["closing", "new", "net_change", "coverage"])
    def test_one_month_or_none_is_enough(self, measure: str) -> None:
        assert "tidak dilaporkan" in " ".join(words(self.figure(monthly(["A", None], 1), measure=measure)))
        assert self.figure([], measure=measure).panels == ()

    def test_a_remark_on_a_day_is_a_line_in_each_chart_and_words_in_the_subtitle(self) -> None:
        figure = self.figure(monthly(["A", "B"]), annotations=(remark(), remark(dt.date(2019, 1, 1))))
        assert len([line for line in self.drawn(figure, "context") if line[0][0] == line[1][0]]) == 2
        assert "(1) 9 Jul 2021: MoU." in figure.subtitle
        assert "2019" not in figure.subtitle
