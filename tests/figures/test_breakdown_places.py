"""Parts ranked, on tiles, on a map and crossed: their numbers add up, their keys pick them."""

import re
from dataclasses import replace
from typing import Any

import pytest

from enrollment.figures.breakdown.classes import bounds
from enrollment.figures.breakdown.map import OUTLINED, breakdown_map
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.breakdown.tiles import breakdown_tiles, regency_tiles
from enrollment.figures.crosstab import crosstab
from enrollment.figures.description import Areas, Bar, Bars, Cell, Cells, Figure, Note, plain
from enrollment.language import Language
from enrollment.measures import MEASURES, Measure
from tests.figures.rows import AUGUST, HOSTILE, TILES, pair, part

ID = Language("id")
SPAN: Any = {"as_of": AUGUST, "since": None, "language": ID}
PLACES = (
    part("ID-JB", 4_820_000, 201_800),
    part("ID-JT", 2_920_000, 133_900),
    part("ID-BA", 500_000, -14_200),
    part("ID-PS", 9_000, 120),
    part(None, 40_000),
)
NAMES = {"ID-JB": "Jawa Barat", "ID-JT": "Jawa Tengah", "ID-BA": "Bali", "ID-PS": "Papua Selatan"}


def bars(figure: Figure) -> list[Bar]:
    return [bar for mark in figure.marks if isinstance(mark, Bars) for bar in mark.bars]


def cells(figure: Figure, *roles: str) -> dict[str | None, Cell]:
    """The cells that stand for parts; those of a legend have no label."""
    return {
        cell.key: cell
        for mark in figure.marks
        if isinstance(mark, Cells) and mark.role in (roles or ("actual", "lost"))
        for cell in mark.cells
        if cell.label
    }


def said(notes: tuple[Note, ...]) -> str:
    return " / ".join(plain(note.text) for note in notes)


class TestRanked:
    def figure(self, measure: Measure, **more: Any) -> Figure:
        given: Any = {"rows": PLACES, "dimension": "province", "names": NAMES, **SPAN, **more}
        return breakdown(measure=measure, **given)

    @pytest.mark.parametrize("measure", MEASURES)
    def test_every_measure_is_drawn(self, measure: Measure) -> None:
        figure = self.figure(measure, wholes=(("ID-JB", 6_000_000), ("ID-BA", 1_000_000)))
        assert figure.alt.endswith(".")
        assert figure.table.rows
        assert not re.search(r"[{}]|\bNone\b", figure.title + figure.subtitle + figure.alt)

    def test_shares_of_the_rise_add_up_to_one_with_the_others(self) -> None:
        rows = tuple(part(f"{at:02}", 1_000 * (at + 1), 10 * (at + 1)) for at in range(30))
        figure = self.figure("share_of_rise", rows=rows, dimension="regency", top=5)
        drawn = bars(figure)
        assert len(drawn) == 6
        assert sum(bar.end for bar in drawn) == pytest.approx(1)
        assert [bar.key for bar in drawn if bar.key is None] == [None]

    def test_the_others_of_a_share_are_reckoned_from_their_people(self) -> None:
        rows = tuple(part(f"{at}", 100 * (at + 1), 0) for at in range(4))
        wholes = (("0", 1_000), ("1", 400), ("2", 300), ("3", 400))
        figure = self.figure("achievement", rows=rows, dimension="source", wholes=wholes, top=2)
        assert [(bar.key, bar.end) for bar in bars(figure)] == [
            ("2", 1.0),
            ("3", 1.0),
            (None, pytest.approx(300 / 1_400)),
        ]
        assert figure.table.rows[-1][1:] == ("47,6%", "1.000", "2.100")

    def test_what_nothing_measures_is_one_row_and_no_bar(self) -> None:
        figure = self.figure("coverage", wholes=(("ID-JB", 6_000_000), ("ID-BA", 1_000_000)))
        assert [bar.key for bar in bars(figure)] == ["ID-JB", "ID-BA"]
        assert "tanpa pembanding (3)" in figure.y.categories
        assert "belum diketahui" in said(figure.wide.notes)

    def test_all_provinces_are_shown_with_stock_and_percent_change(self) -> None:
        rows = tuple(part(f"ID-{at:02}", 100_000 + at, 1_000 + at) for at in range(38))
        figure = self.figure("net_change", rows=rows)
        assert len(bars(figure)) == 38
        notes = said(self.figure("net_change").wide.notes)
        assert "+201,8 / 4,82 / +4,4%" in notes

    def test_chosen_parts_stand_out(self) -> None:
        figure = self.figure("closing", selected=("ID-BA", "-"))
        keys = {mark.role: {bar.key for bar in mark.bars} for mark in figure.marks if isinstance(mark, Bars)}
        assert keys == {"actual": {"ID-BA", "-"}, "context": {"ID-JB", "ID-JT", "ID-PS"}}

    @pytest.mark.parametrize("rows", [(), (part("ID-JB", 0, None, None),), (part(None, 5, 5),)])
    @pytest.mark.parametrize("measure", MEASURES)
    def test_nothing_known_or_a_single_part_is_drawn_too(self, measure: Measure, rows: Any) -> None:
        figure = self.figure(measure, rows=rows)
        assert figure.title
        assert figure.x.low < figure.x.high  # type: ignore[operator]


class TestTiles:
    def figure(self, measure: Measure = "net_change", **more: Any) -> Figure:
        given: Any = {"rows": PLACES, "tiles": TILES, "names": NAMES, **SPAN, **more}
        return breakdown_tiles(measure=measure, **given)

    def test_a_tile_says_the_percent_change_of_its_province(self) -> None:
        labels = {key: plain(cell.label) for key, cell in cells(self.figure()).items()}
        assert labels == {"ID-JB": "JB +4,4", "ID-JT": "JT +4,8", "ID-BA": "BA −2,8"}

    def test_a_decrease_is_hollow_and_in_the_legend(self) -> None:
        figure = self.figure()
        assert list(cells(figure, "lost")) == ["ID-BA"]
        assert cells(figure, "lost")["ID-BA"].shade is None
        assert "turun" in said(figure.wide.notes)

    def test_what_has_no_tile_is_named_with_its_number(self) -> None:
        for layout in (self.figure().wide, self.figure().narrow):
            assert "Papua Selatan +120" in said(layout.notes)
            assert "tidak dilaporkan tidak dilaporkan" in said(layout.notes)

    def test_the_stock_is_written_short(self) -> None:
        labels = {key: plain(cell.label) for key, cell in cells(self.figure("closing")).items()}
        assert labels == {"ID-JB": "JB 4,82", "ID-JT": "JT 2,92", "ID-BA": "BA 0,50"}

    def test_a_province_without_people_keeps_its_tile_if_the_edition_knows_it(self) -> None:
        figure = self.figure(rows=PLACES[:1], names={"ID-JB": "Jawa Barat", "ID-BA": "Bali"})
        assert {key: cell.shade is None for key, cell in cells(figure).items()} == {
            "ID-JB": False,
            "ID-BA": True,
        }

    def test_the_table_closes(self) -> None:
        rows = self.figure("closing").table.rows
        assert rows[-1] == ("Jumlah", "8.289.000", "100,0%")
        assert len(rows) == len(PLACES) + 1

    @pytest.mark.parametrize("measure", MEASURES)
    def test_nothing_known_is_drawn_empty(self, measure: Measure) -> None:
        figure = self.figure(measure, rows=())
        assert "belum diketahui" in figure.title
        assert all(cell.shade is None for cell in cells(figure).values())

    def test_regencies_stand_in_rows_from_the_largest_on(self) -> None:
        rows = [*(part(f"11{at:02}", 10_000 * (at + 1), 5) for at in range(10)), part(None, 900_000)]
        figure = regency_tiles(
            rows=rows, province="Aceh", measure="closing", names={}, short_names={}, columns=4, **SPAN
        )
        drawn = cells(figure)
        assert (drawn["1109"].column, drawn["1109"].row) == (0, 0)
        assert (drawn["-"].column, drawn["-"].row) == (2, 2)
        assert plain(drawn["1109"].label) == "1109 100,0"


class TestMap:
    def figure(self, measure: Measure = "net_change", **more: Any) -> Figure:
        given: Any = {"rows": PLACES, "names": NAMES, **SPAN, **more}
        return breakdown_map(measure=measure, **given)

    def test_every_outline_is_drawn_once_in_the_class_of_its_tile(self) -> None:
        areas = [area for mark in self.figure().marks if isinstance(mark, Areas) for area in mark.areas]
        assert sorted(area.code for area in areas) == sorted(OUTLINED)
        tiles = cells(TestTiles().figure())
        shades = {area.key: area.shade for area in areas}
        assert {key: cell.shade for key, cell in tiles.items()} == {key: shades[key] for key in tiles}
        assert shades["ID-AC"] is None

    def test_what_has_no_outline_is_named_with_its_number(self) -> None:
        assert "Papua Selatan +120" in said(self.figure().narrow.notes)

    def test_the_drawer_of_the_outlines_is_named(self) -> None:
        assert "@svg-maps/indonesia, CC BY 4.0" in self.figure().subtitle


class TestCrosstab:
    rows = tuple(
        pair(f"P{down:02}" if down else None, f"S{along:02}" if along else None, 100 * down + along + 1, down)
        for down in range(16)
        for along in range(11)
    )

    def figure(self, measure: Measure = "closing", **more: Any) -> Figure:
        given: Any = {
            "rows": self.rows,
            "dimension": "province",
            "across": "source",
            "names": {},
            "across_names": {},
            **SPAN,
            **more,
        }
        return crosstab(measure=measure, **given)

    def test_cells_with_the_others_add_up_to_the_sums(self) -> None:
        figure = self.figure()
        drawn = [cell for mark in figure.marks if isinstance(mark, Cells) for cell in mark.cells]
        assert len(drawn) == 13 * 9
        assert all(cell.shade is not None for cell in drawn)

        def people(words: str) -> int:
            return int(words.replace(".", "").replace("−", "-"))

        total = sum(row.closing for row in self.rows)
        assert sum(people(plain(cell.label)) for cell in drawn) == total
        notes = {(note.x, note.y): people(plain(note.text)) for note in figure.wide.notes}
        assert notes[9, 13] == total
        assert sum(value for (x, y), value in notes.items() if x == 9 and y != 13) == total
        assert sum(value for (x, y), value in notes.items() if y == 13 and x != 9) == total

    def test_the_table_is_the_whole_pivot_and_closes(self) -> None:
        *rows, sums = self.figure().table.rows
        assert len(rows) == 16
        numbers = [[int(said.replace(".", "")) for said in row[1:]] for row in (*rows, sums)]
        for row in numbers:
            assert sum(row[:-1]) == row[-1]
        for column in zip(*numbers, strict=True):
            assert sum(column[:-1]) == column[-1]

    def test_a_cell_picks_both_its_parts(self) -> None:
        keys = set(cells(self.figure()))
        assert {"P15|S10", "P10|S05", None} <= keys
        assert "-|PU" in cells(self.figure(rows=[pair(None, "PU", 5)]))

    def test_decreases_are_hollow_and_pairs_without_people_empty(self) -> None:
        rows = [pair("A", "X", 10, 4), pair("A", "Y", 10, -4), pair("B", "X", 10)]
        drawn = cells(self.figure("net_change", rows=rows))
        assert (drawn["A|X"].shade is None, drawn["A|Y"].shade) == (False, None)
        assert plain(drawn["B|Y"].label) == plain(drawn["B|X"].label) == "–"

    def test_programmes_are_neither_folded_nor_added(self) -> None:
        figure = self.figure(across="programme")
        assert len(cells(figure)) == 12 * 11 + 1
        assert "tidak dijumlahkan" in figure.subtitle
        assert "Jumlah" not in [column.header for column in figure.table.columns]

    @pytest.mark.parametrize("rows", [(), (pair(None, None, 3),), (pair("A", "X", 0),)])
    def test_nothing_known_or_a_single_pair_is_drawn_too(self, rows: Any) -> None:
        assert self.figure(rows=rows).title

    def test_hostile_names_stay_words(self) -> None:
        rows = [replace(self.rows[20], part="X")]
        figure = self.figure(rows=rows, names={"X": HOSTILE})
        assert HOSTILE in figure.table.rows[0][0]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1.2, 2.0, 2.4, 3.1, 3.9, 4.8), (1.5, 3, 4.5)),
        ((0.1, 0.2, 0.3, 0.45, 0.8, 4.8, 4.9), (0.2, 0.3, 0.8, 4)),
        ((61.0, 64.0, 70.0, 78.0), (65, 70, 75)),
        ((3.0, 3.0), ()),
        ((), ()),
        ((-1.0, -2.0), ()),
    ],
)
def test_classes_begin_at_round_numbers(numbers: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert bounds(numbers, 0.01) == pytest.approx(expected)
