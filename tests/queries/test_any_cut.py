"""Any cut of a random history: what is asked, drawn, written down and handed out agree to the unit."""

import csv
import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from enrollment import answers, decomposition
from enrollment.answers import Filters
from enrollment.drawing.office import workbook
from enrollment.edition import Edition
from enrollment.export import cell, csv_text, parquet
from enrollment.figures.breakdown.classes import key_of
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.breakdown.waterfall import decomposition as waterfall
from enrollment.figures.crosstab import crosstab
from enrollment.figures.description import Bar, Bars, Cells, Figure, plain
from enrollment.language import CODES, Language
from enrollment.measures import MEASURES, OVERLAPPING, SHARES, Measure, values
from tests import oracle
from tests.builders import DataDirectory
from tests.builders.drawn import Step, filters, histories
from tests.oracle import Known, Row

pytestmark = pytest.mark.long

ALL_DIMENSIONS = (*oracle.DIMENSIONS, "programme")
COUNTS = ("opening", "new", "reactivated", "lapsed", "closing", "net_change", "carried")
STEPS = ("joined", "moved", "reclassified", "net_only", "correction", "revision")
PEOPLE = {"share_of_rise": "net_change", "achievement": "closing", "coverage": "closing"}
"""What a crosstab shows in place of a share."""
NUMBER = re.compile(r"[+\N{MINUS SIGN}]?\d[\d.,]*")

languages = st.sampled_from([Language(code) for code in CODES])
dimensions = st.sampled_from(ALL_DIMENSIONS)
scales = st.sampled_from((1, 97, 9_973))
"""By how much a history is larger than drawn, so that numbers are written in thousands and millions too."""


def scaled(steps: Sequence[Step], by: int) -> tuple[Step, ...]:
    def larger(row: Row) -> Row:
        return {
            name: value * by if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in row.items()
        }

    return tuple(replace(step, rows=tuple(larger(row) for row in step.rows)) for step in steps)


@contextmanager
def published(*histories: Sequence[Step]) -> Iterator[list[tuple[Edition, Known]]]:
    """An edition after each history, with what is known by then."""
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder))
        found = []
        for number, steps in enumerate(histories):
            for place, step in enumerate(steps):
                file = f"kiriman-{number}-{place}.csv"
                directory.deliver(step.month, *step.rows, file=file, received=step.received)
            found.append((directory.publish(), directory.published))
        yield found


def parsed(words: str, language: Language) -> float | None:
    """The first number that a reader sees in some words."""
    decimal, group = language.separators
    found = NUMBER.search(words)
    if not found:
        return None
    return float(found[0].strip(".,").replace(group, "").replace(decimal, ".").replace("\N{MINUS SIGN}", "-"))


def says(words: str, number: float | None, measure: Measure, language: Language) -> bool:
    """Whether words hold a number in full, or a share to a tenth of a percent."""
    said = parsed(words, language)
    if number is None or said is None:
        return said is None and number is None
    if measure not in SHARES:
        return said == number
    return words.endswith("%") and abs(said - number * 100) <= 0.05 + 1e-9


def sizes(rows: Sequence[Any], name: str) -> dict[Any, int]:
    """What each part has of a column, who has nothing left out."""
    return {row.part: number for row in rows if (number := getattr(row, name))}


def added(rows: Sequence[Any], side: str, name: str) -> dict[Any, int]:
    """The sums of a crosstab by the parts of one side."""
    found: dict[Any, int] = {}
    for row in rows:
        part = getattr(row, side)
        found[part] = found.get(part, 0) + (getattr(row, name) or 0)
    return {part: number for part, number in found.items() if number}


def bars_of(figure: Figure) -> list[Bar]:
    return [bar for mark in figure.marks if isinstance(mark, Bars) for bar in mark.bars]


def handed_out(figure: Figure, language: Language) -> None:
    """CSV, Parquet and workbook hold the rows of the figure, and the workbook its table as it stands."""
    table = figure.table
    columns, rows = table.machine_columns, table.machine_rows
    header, *lines = csv.reader(io.StringIO(csv_text(columns, rows)))
    assert tuple(header) == columns
    assert lines == [[str(cell(value)) for value in row] for row in rows]
    typed = pq.read_table(io.BytesIO(parquet(columns, rows)))
    assert tuple(typed.column_names) == columns
    assert list(zip(*typed.to_pydict().values(), strict=True)) == list(rows)

    book = load_workbook(
        io.BytesIO(workbook(figure, about=[("edisi", "7f3a2c")], language=language)), data_only=True
    )
    sheet = {key: book[language.say(f"workbook.{key}")] for key in ("chart", "table", "data")}
    head, *kept = sheet["data"].iter_rows(values_only=True)
    assert head[: len(columns)] == columns
    # A sheet ends with its last row that says something.
    kept += [(None,) * len(columns)] * (len(rows) - len(kept))
    for row, written in zip(rows, kept, strict=True):
        for value, found in zip(row, written, strict=True):
            if isinstance(value, float):
                assert found == pytest.approx(value, rel=1e-14)
            else:
                assert found == (cell(value) if isinstance(value, str) else value)
    shown = [
        [value or "" for value in row]
        for row in sheet["table"].iter_rows(values_only=True, max_col=len(table.columns))
    ]
    headers = [column.header for column in table.columns]
    assert shown == [headers, *([cell(words) for words in row] for row in table.rows)]
    numbers = [
        value
        for row in sheet["chart"].iter_rows(values_only=True)
        for value in row
        if isinstance(value, int | float)
    ]
    for bar in bars_of(figure):
        # A bar of a waterfall stands on a base; one that crosses zero is drawn in two pieces, one of no
        # length perhaps not at all.
        length = bar.end - bar.start
        if length and bar.start * bar.end >= 0:
            pieces = (bar.end, length, -length)
            assert any(piece == pytest.approx(number, rel=1e-9) for piece in pieces for number in numbers)


@given(
    st.data(),
    histories(),
    scales,
    filters,
    st.sampled_from(MEASURES),
    dimensions,
    languages,
    st.integers(1, 4),
)
def test_parts_are_the_same_in_question_chart_table_and_every_file(
    data: st.DataObject,
    steps: tuple[Step, ...],
    scale: int,
    chosen: Filters,
    measure: Measure,
    dimension: str,
    language: Language,
    top: int,
) -> None:
    with published(scaled(steps, scale)) as [(edition, known)]:
        months = oracle.months(known)
        as_of = data.draw(st.sampled_from(months), "as of")
        since = data.draw(st.sampled_from([None, *(month for month in months if month <= as_of)]), "since")
        span: Any = {"since": since, "as_of": as_of, **chosen}
        rows = answers.breakdown(edition, dimension=dimension, **span)
        assert list(rows) == oracle.breakdown(known, dimension=dimension, **span)

        wholes = tuple(
            (row.part, data.draw(st.integers(0, 1_000) | st.just(scale * 400), "whole"))
            for row in rows
            if data.draw(st.booleans(), "measured against something")
        )
        given: Any = {"dimension": dimension, "measure": measure, "names": {}, "wholes": wholes}
        figure = breakdown(rows=rows, as_of=as_of, since=since, language=language, top=top, **given)
        found, together = values(rows, [row.part for row in rows], measure, wholes)
        by_key = {key_of(row.part): number for row, number in zip(rows, found, strict=True)}

        # The table names every part and the whole.
        written = {row[0]: row[1] for row in figure.table.rows}
        by_part = {row.part: number for row, number in zip(rows, found, strict=True)}
        assert dict(line[:2] for line in figure.table.machine_rows) == by_part
        for row, number in zip(rows, found, strict=True):
            name = row.part or language.say("format.not_reported")
            assert says(written.pop(name), number, measure, language), name
        if together is None or dimension in OVERLAPPING:
            assert written == {}
        else:
            assert list(written) == [language.say("figures.total")]
            assert says(written[language.say("figures.total")], together, measure, language)

        # The bars are the numbers; parts that are folded into others do not hide the total.
        bars = bars_of(figure)
        assert {bar.start for bar in bars} <= {0.0}
        for bar in bars:
            assert bar.key is None or bar.end == by_key[bar.key]
            number = plain(bar.hover[1:]).split()[0]
            assert says(number, bar.end, measure, language), number
        if measure not in SHARES and dimension not in OVERLAPPING:
            assert sum(bar.end for bar in bars) == (together or 0)
            assert len(bars) <= max(top, 40 if dimension == "province" else 0) + 1
        if measure == "share_of_rise" and together:
            assert sum(bar.end for bar in bars) == pytest.approx(1)
        handed_out(figure, language)


@given(
    st.data(),
    histories(),
    scales,
    filters,
    st.sampled_from(MEASURES),
    st.lists(dimensions, min_size=2, max_size=2, unique=True),
    languages,
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
def test_two_dimensions_at_once_add_up_to_each_of_them_in_question_chart_table_and_every_file(
    data: st.DataObject,
    steps: tuple[Step, ...],
    scale: int,
    chosen: Filters,
    measure: Measure,
    both: list[str],
    language: Language,
    tops: tuple[int, int],
) -> None:
    dimension, across = both
    with published(scaled(steps, scale)) as [(edition, known)]:
        months = oracle.months(known)
        as_of = data.draw(st.sampled_from(months), "as of")
        since = data.draw(st.sampled_from([None, *(month for month in months if month <= as_of)]), "since")
        span: Any = {"since": since, "as_of": as_of, **chosen}
        rows = answers.crosstab(edition, dimension=dimension, across=across, **span)
        assert list(rows) == oracle.crosstab(known, dimension=dimension, across=across, **span)

        whole = answers.breakdown(edition, dimension="programmes", **span)
        for side, along, other in (("part", dimension, across), ("across", across, dimension)):
            if other in OVERLAPPING:
                continue
            sides = answers.breakdown(edition, dimension=along, **span)
            for name in COUNTS:
                assert added(rows, side, name) == sizes(sides, name), (side, name)
                if along not in OVERLAPPING:
                    assert sum(sizes(sides, name).values()) == sum(sizes(whole, name).values())

        figure = crosstab(
            rows=rows,
            dimension=dimension,
            across=across,
            measure=measure,
            names={},
            across_names={},
            as_of=as_of,
            since=since,
            language=language,
            top=tops[0],
            across_top=tops[1],
        )
        shown: Any = PEOPLE.get(measure, measure)
        by_parts = {(row.part, row.across): getattr(row, shown) for row in rows}
        assert {line[:2]: line[2] for line in figure.table.machine_rows} == by_parts
        pairs = {(key_of(part), key_of(across)): people for (part, across), people in by_parts.items()}

        # Every square says its people in full, and no pair is left out.
        squares = [square for mark in figure.marks if isinstance(mark, Cells) for square in mark.cells]
        said = []
        for square in squares:
            number = parsed(plain(square.hover[1:]), language)
            said.append(number or 0)
            if square.key is not None:
                part, _, other = square.key.partition("|")
                assert number == pairs.get((part, other))
        overlaps = {dimension, across} & OVERLAPPING
        total = sum(getattr(row, shown) or 0 for row in rows)
        assert sum(said) == total
        if not overlaps:
            assert total == sum(sizes(whole, shown).values())
            assert len(squares) <= (tops[0] + 1) * (tops[1] + 1) or min(tops) < 1

        # The sums in the chart are those of the squares, in its unit.
        grand = [plain(note.text) for note in figure.wide.notes]
        if rows and not overlaps and abs(total) < 10_000 and max(map(abs, said), default=0) < 10_000:
            assert (parsed(grand[-1], language) or 0) == total

        # The table holds the whole pivot with the sums of rows and columns.
        lines = {line[0]: [parsed(words, language) or 0 for words in line[1:]] for line in figure.table.rows}
        sums = lines.pop(language.say("figures.total"), None)
        if rows and dimension not in OVERLAPPING:
            assert sums == [sum(column) for column in zip(*lines.values(), strict=True)]
        if across not in OVERLAPPING:
            assert all(sum(line[:-1]) == line[-1] for line in lines.values())
        handed_out(figure, language)


@given(
    st.data(),
    histories(most=5),
    histories(most=4),
    scales,
    filters,
    st.sampled_from([name for name in ALL_DIMENSIONS if name not in OVERLAPPING]),
    languages,
)
def test_a_change_between_two_months_or_two_editions_is_explained_without_a_rest(
    data: st.DataObject,
    first: tuple[Step, ...],
    then: tuple[Step, ...],
    scale: int,
    chosen: Filters,
    dimension: str,
    language: Language,
) -> None:
    with published(scaled(first, scale), scaled(then, scale)) as [(earlier, known_then), (later, known_now)]:
        months = oracle.months(known_now)
        since, as_of = sorted(data.draw(st.sampled_from(months), name) for name in ("since", "as of"))
        asked: Any = {"dimension": dimension, **chosen}
        rows = answers.breakdown(later, since=since, as_of=as_of, **asked)
        people: Any = {"dimension": "source", **chosen, "since": None}

        def counted(known: Known, month: Any) -> int:
            return sum(row.closing for row in oracle.breakdown(known, as_of=month, **people))

        for stated, known in ((None, known_now), (earlier, known_then)):
            if stated is not None and since not in oracle.months(known):
                continue
            start = answers.breakdown(stated, since=None, as_of=since, **asked) if stated else None
            found = decomposition.of_stock(rows, start)
            before, after = counted(known, since), counted(known_now, as_of)
            assert [item for item in found if item.rounded] == []
            assert sum(item.before for item in found) == before
            assert sum(item.after for item in found) == after
            assert before + sum(getattr(item, step) for item in found for step in STEPS) == after
            if stated is None:
                assert [item for item in found if item.revision] == []

            figure = waterfall(
                contributions=found,
                dimension=dimension,
                measure=data.draw(st.sampled_from(("closing", "net_change", "coverage")), "measure"),
                names={},
                since=since,
                as_of=as_of,
                language=language,
                top=data.draw(st.integers(1, 3), "top"),
                earlier_edition=stated and stated.short,
                narrow=data.draw(st.booleans(), "narrow"),
            )
            closes(figure, before, after, language)
            handed_out(figure, language)


def closes(figure: Figure, before: int, after: int, language: Language) -> None:
    """The bars lead from one stock to the other, each from where the last one ended; so do the words."""
    bars = sorted(bars_of(figure), key=lambda bar: bar.at)
    if not bars:
        return
    opening, *changes, closing = bars
    assert (opening.end, closing.end) == (before, after)
    assert before + sum(bar.end - bar.start for bar in changes) == after
    assert all(bar.start == last.end for last, bar in pairwise([opening, *changes]))
    said = [parsed(bar.value, language) or 0 for bar in bars]
    assert said == [before, *(bar.end - bar.start for bar in changes), after]
    *parts, total = figure.table.rows
    columns = [[parsed(words, language) for words in row[1:]] for row in parts]
    assert [parsed(words, language) for words in total[1:]] == [sum(c) for c in zip(*columns, strict=True)]  # type: ignore[arg-type]
    assert parsed(total[-1], language) == after - before
