"""The figures of commitments: rungs, schedules, and what is open by its maturity."""

import datetime as dt
from dataclasses import replace

import pytest

from enrollment.answers import CommitmentBridge
from enrollment.figures.commitment_bridge import commitment_bridge
from enrollment.figures.commitment_by_month import commitment_by_month
from enrollment.figures.commitment_by_source import commitment_by_source
from enrollment.figures.commitment_ladder import RUNGS, commitment_ladder, magnified, schedule
from enrollment.figures.description import Bars, Figure, Panel, Path, Role, plain
from enrollment.language import Language
from tests.figures.rows import AUGUST, commitments, ladder, progress, rung, scheduled, steps

ID, EN = Language("id"), Language("en")


def bars(marks: Panel | Figure, role: Role) -> list[tuple[float, float, float]]:
    return [
        (bar.at, bar.start, bar.end)
        for mark in marks.marks
        if isinstance(mark, Bars) and mark.role == role
        for bar in mark.bars
    ]


class TestCommitmentLadder:
    def test_every_rung_is_held_against_the_promise(self) -> None:
        panel = commitment_ladder(rows=ladder(), language=ID).panels[0]
        assert bars(panel, "plan") == [(place, 0, 39_844) for place in range(len(RUNGS))]
        assert bars(panel, "context") == [(1, 0, 26_344), (2, 0, 17_888)]
        assert bars(panel, "actual") == [(3, 0, 12_410), (4, 0, 9_874)]
        assert "12.410 31,1%" in [plain(note.text) for note in panel.notes]

    def test_a_source_without_a_roster_has_no_bar_but_its_promise(self) -> None:
        panel = commitment_ladder(rows=ladder(), language=ID).panels[3]
        assert bars(panel, "context") == bars(panel, "actual") == []
        assert [plain(note.text) for note in panel.notes] == ["500  batang ×50", *["belum diketahui"] * 4]

    def test_a_small_source_is_magnified_by_a_factor_that_stands_beside_its_promise(self) -> None:
        figure = commitment_ladder(rows=ladder(), language=ID)
        large, _, small, _ = figure.panels
        assert large.x is None
        assert plain(small.notes[0].text) == "1.039  batang ×20"
        assert small.x is not None
        assert small.x.high == pytest.approx(float(figure.x.high) / 20)  # type: ignore[arg-type]
        assert bars(small, "actual")[0] == (3, 0, 1_002)

    @pytest.mark.parametrize(("committed", "factor"), [(39_844, 1), (9_000, 1), (7_000, 5), (10, 1000)])
    def test_bars_are_never_magnified_beyond_the_longest(self, committed: int, factor: int) -> None:
        row = rung("X", committed, received=0)
        assert magnified(row, 39_844) == factor

    def test_who_may_have_been_active_before_people_are_known_is_new_at_most(self) -> None:
        figure = commitment_ladder(rows=ladder(), language=ID)
        newly = [plain(panel.notes[4].text) for panel in figure.panels]
        assert newly[1].startswith("9.214")
        assert newly[2].startswith("≤ 118")

    def test_only_the_largest_are_drawn_and_all_are_in_the_table(self) -> None:
        rows = [rung(f"S{number:02d}", 100 + number) for number in range(40)]
        figure = commitment_ladder(rows=rows, language=EN)
        assert (len(figure.panels), len(figure.table.rows)) == (6, 40)
        assert "34 more" in figure.subtitle

    def test_nothing_promised_is_no_chart(self) -> None:
        figure = commitment_ladder(rows=(), language=ID)
        assert (figure.panels, figure.table.rows) == ((), ())

    @pytest.mark.parametrize(
        ("status", "ahead", "said"),
        [
            ("behind", -9_590, "▼ Tertinggal 9.590"),
            ("ahead", 870, "▲ Lebih cepat 870"),
            ("on_pace", 0, "■ Sesuai jadwal"),
            ("on_pace", -37, "■ Sesuai jadwal, kurang 37"),
            ("on_pace", 37, "■ Sesuai jadwal, lebih 37"),
            ("unknown", None, "? Jadwal belum diketahui"),
        ],
    )
    def test_a_status_is_said_with_a_mark_and_a_number(
        self, status: str, ahead: int | None, said: str
    ) -> None:
        assert schedule(rung("X", 1, status=status, ahead=ahead), ID) == said


class TestCommitmentByMonth:
    def figure(self) -> Figure:
        return commitment_by_month(rows=scheduled(), ladder=ladder(), as_of=AUGUST, language=ID)

    def test_plan_and_reached_are_shares_of_the_promise(self) -> None:
        panel = self.figure().panels[0]
        assert [end for _, _, end in bars(panel, "plan")][-1] == 1
        assert [end for _, _, end in bars(panel, "actual")][-1] == pytest.approx(12_410 / 39_844)
        assert [plain(note.text) for note in panel.notes] == ["39.844 pada Des"]

    def test_a_line_holds_plan_and_reached_together_where_they_are_apart(self) -> None:
        behind, near = self.figure().panels
        (line,) = (mark for mark in behind.marks if isinstance(mark, Path))
        assert line.role == "behind"
        assert [point.y for point in line.points] == pytest.approx([22_000 / 39_844, 12_410 / 39_844])
        assert {mark.role for mark in near.marks if isinstance(mark, Path)} == {"plan"}

    def test_a_plan_that_was_passed_stays_visible(self) -> None:
        passed = [mark for mark in self.figure().panels[1].marks if isinstance(mark, Path)]
        assert [mark.points[0].y for mark in passed] == pytest.approx([27_000 / 34_449, 31_000 / 34_449])

    def test_months_between_are_kept_and_the_month_shown_stands_out(self) -> None:
        figure = self.figure()
        assert figure.x.high == 7.5
        strong = [
            plain(tick.text)
            for layout in (figure.wide, figure.narrow)
            for tick in layout.x_ticks
            if tick.text[0][0].strong
        ]
        assert strong == ["Agu", "Agu"]

    def test_without_plan_and_roster_it_says_so(self) -> None:
        figure = commitment_by_month(rows=(), ladder=ladder()[3:], as_of=AUGUST, language=EN)
        assert figure.panels == ()
        assert figure.alt == "As of 31 August 2021 no schedule and no roster is known."


class TestMaturity:
    def test_what_is_open_is_listed_or_not_yet_on_a_roster(self) -> None:
        figure = commitment_by_source(
            commitments=commitments(), steps=steps(), progress=progress(), language=ID, ladder=ladder()
        )
        assert bars(figure, "actual")[0] == (0, 0, 39_844 - 8_336 - 13_500)
        assert bars(figure, "context")[0] == (0, 18_008, 18_008 + 8_336)
        assert bars(figure, "plan")[0] == (0, 26_344, 39_844)
        labels = [plain(note.text) for note in figure.wide.notes]
        assert labels[0] == "18.008 aktif dari 39.844 8.336 di daftar, 13.500 belum masuk daftar"
        assert labels[3] == "aktif belum diketahui, dari 500"
        assert "belum masuk daftar" in figure.subtitle

    def test_members_who_are_not_on_the_roster_are_active(self) -> None:
        there = replace(ladder()[0], promised=13_400)
        figure = commitment_by_source(
            commitments=commitments(), steps=steps(), progress=progress(), language=ID, ladder=(there,)
        )
        assert bars(figure, "actual")[0][2] == 39_844 - 8_336 - 13_400

    def test_the_parts_of_the_bridge_are_in_its_table_and_do_not_enter_its_bars(self) -> None:
        five = steps()
        parts = (
            CommitmentBridge("active_all", 45_282, 0.0044, "verified"),
            CommitmentBridge("listed", 9_382, 0.0009, "committed"),
        )
        told = (*five[:2], parts[0], five[2], parts[1], *five[3:])
        whole = commitment_bridge(steps=five, progress=progress(), commitments=commitments(), language=ID)
        figure = commitment_bridge(steps=told, progress=progress(), commitments=commitments(), language=ID)
        for role in ("base", "actual", "plan", "unassigned"):
            assert bars(figure, role) == bars(whole, role)  # type: ignore[arg-type]
        assert [row[0] for row in figure.table.rows][2] == "– aktif di semua program"
        assert figure.table.machine_rows[4] == ("listed", 9_382, 0.0009, "committed")
        (committed,) = (
            bar
            for mark in figure.marks
            if isinstance(mark, Bars)
            for bar in mark.bars
            if bar.key == "committed"
        )
        assert "9.382 di daftar, belum aktif" in plain(committed.hover)


def test_months_far_apart_keep_the_newest() -> None:
    rows = scheduled()
    old = replace(rows[0], month=dt.date(2015, 1, 31))
    figure = commitment_by_month(rows=(old, *rows), ladder=ladder(), as_of=AUGUST, language=ID)
    assert figure.x.high == 17.5
