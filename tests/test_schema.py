"""What readers are told of the tables they may ask: nothing is missing, nothing is said in two ways."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrollment import edition, schema
from enrollment.edition import Edition
from enrollment.language import CODES, Language, catalogue
from enrollment.reference import SCHEMAS
from enrollment.schema import CUBES, TABLES, UNITS, Column, Table
from enrollment.store import Store

ROOT = Path(__file__).resolve().parents[1]
EN = Language("en")
BY_NAME = {table.name: table for table in TABLES}
REFERENCE = [table for table in TABLES if table.name in SCHEMAS]

TABLES_LEFT_OUT = {
    "reference_files": "hashes of files",
    "lineage_parts": "hashes of files; what counts is in deliveries",
}
COLUMNS_LEFT_OUT = {
    ("reconciliations", "name"): "depends on the installation's secret key",
    ("reconciliations", "file"): "a name that a partner gave a file",
    ("deliveries", "sha256"): "the hash of a file",
    ("deliveries", "file"): "a name that a sender gave a file",
    ("deliveries", "received_by"): "who did it",
    ("annotations", "author"): "who did it",
    ("edition", "fold"): "the hash of a program",
    ("lineage", "sha256"): "the hash of a file",
    ("lineage", "digest"): "the hash of rows",
}
SQL_TYPES = {
    "BIGINT": {"people", "rows", "count", "months", "year", "day", "number"},
    "BOOLEAN": {"yes_no"},
    "DATE": {"month", "date"},
    "DOUBLE": {"number"},
    "TIMESTAMP": {"moment"},
    "VARCHAR": {"code", "text", "url"},
}

# The parts of the glossary that say what a table's columns mean; a word means another thing elsewhere.
GLOSSARY = {
    "cube_fine": ("People", "Partners", "Dimensions", "Deliveries and editions"),
    "reconciliations": ("Reconciliation",),
}
NOT_THE_TERM = {
    ("cube_fine", "carried"): "the glossary says what is carried forward, the column whether a row is",
    (
        "cube_fine",
        "simulated",
    ): "the glossary says what simulated numbers are, the column whether a row has any",
    ("reconciliations", "near_misses"): "the column counts those on which nobody has decided yet",
}


@pytest.fixture(scope="module")
def sample(published_sample: Path) -> Edition:
    """The newest edition of the shipped sample."""
    return edition.open_edition(Store(published_sample / "data"))


def asked(opened: Edition, query: str) -> list[tuple[object, ...]]:
    with opened.cursor() as cursor:
        return cursor.execute(query).fetchall()


def held(opened: Edition) -> dict[str, dict[str, str]]:
    """The columns of each table of an edition with their types, in the order that they have there."""
    names = asked(opened, "select table_name from duckdb_tables() where not internal")
    return {
        str(name): {str(column): str(kind) for column, kind, *_ in asked(opened, f"describe {name}")}
        for (name,) in names
    }


def columns() -> Iterator[tuple[Table, Column]]:
    return ((table, column) for table in TABLES for column in table.columns)


def test_every_table_of_an_edition_may_be_asked_or_is_left_out_for_a_reason(sample: Edition) -> None:
    assert set(held(sample)) == set(BY_NAME) | set(TABLES_LEFT_OUT)
    assert not set(BY_NAME) & set(TABLES_LEFT_OUT)


def test_every_column_of_a_table_may_be_asked_or_is_left_out_for_a_reason(sample: Edition) -> None:
    found = held(sample)
    for table in TABLES:
        shown = [name for name in found[table.name] if (table.name, name) not in COLUMNS_LEFT_OUT]
        assert [column.name for column in table.columns] == shown
    assert {(table, name) for table, name in COLUMNS_LEFT_OUT if name not in found[table]} == set()


def test_a_column_holds_what_its_unit_says(sample: Edition) -> None:
    found = held(sample)
    wrong = [
        (table.name, column.name)
        for table, column in columns()
        if column.unit not in SQL_TYPES[found[table.name][column.name]]
    ]
    assert wrong == []


def test_a_month_is_its_last_calendar_day(sample: Edition) -> None:
    wrong = [
        (table.name, column.name)
        for table, column in columns()
        if column.unit == "month"
        and asked(sample, f"from {table.name} where {column.name} <> last_day({column.name})")
    ]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_are_told_apart_by_what_they_are_for(sample: Edition, table: Table) -> None:
    assert set(table.grain_columns) <= {column.name for column in table.columns}
    key = ", ".join(table.grain_columns)
    assert asked(sample, f"from {table.name} select {key} group by {key} having count(*) > 1") == []


def test_all_cubes_hold_the_same_people(sample: Edition) -> None:
    people = {
        table.name: asked(
            sample, f"from {table.name} select month, sum(active) group by month order by month"
        )
        for table in CUBES
    }
    assert set(map(str, people.values())) == {str(people["cube_fine"])}


@pytest.mark.parametrize("table", CUBES, ids=lambda table: table.name)
def test_a_cube_says_which_dimensions_it_does_not_divide_by(sample: Edition, table: Table) -> None:
    dimensions = BY_NAME["cube_fine"].grain_columns
    without = {name for name in dimensions if name not in table.grain_columns}
    empty = {
        name for name in dimensions if asked(sample, f"from {table.name} select count({name})") == [(0,)]
    }
    said = {
        column.name
        for column in table.columns
        if schema.meaning(EN, table, column).startswith("Always NULL here")
    }
    assert without == empty == said


@pytest.mark.parametrize("table", CUBES, ids=lambda table: table.name)
def test_a_column_means_the_same_in_every_cube(table: Table) -> None:
    fine = BY_NAME["cube_fine"]
    for column in table.columns:
        if column.name in table.grain_columns or column.name not in fine.grain_columns:
            assert schema.meaning(EN, table, column) == schema.meaning(EN, fine, column)


@pytest.mark.parametrize("code", CODES)
def test_every_table_and_column_has_words(code: str) -> None:
    words = Language(code)
    said = [schema.nulls(words)]
    for table in TABLES:
        said += [schema.about(words, table), schema.grain(words, table)]
        said += [schema.meaning(words, table, column) for column in table.columns]
    assert [sentence for sentence in said if not re.fullmatch(r"\S.*\.", sentence)] == []
    assert all(schema.unit(words, column) for _, column in columns())


def test_a_table_is_told_in_one_sentence() -> None:
    told = {table.name: schema.about(Language(code), table) for table in TABLES for code in CODES}
    assert {name for name, sentence in told.items() if ". " in sentence} == set()


def test_every_unit_is_that_of_a_column() -> None:
    assert {column.unit for _, column in columns()} == set(UNITS)


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_said_of_what_may_not_be_asked(code: str) -> None:
    """Keys of the catalogue are built from names, so that words without a column would go unnoticed."""
    keys = {key.removeprefix("tables.") for key in catalogue(code) if key.startswith("tables.")}
    names = {f"{table.name}.{column.name}" for table, column in columns()}
    shared = {f"shared.{column.name}" for _, column in columns()}
    about = {f"{table.name}.{word}" for table in TABLES for word in ("about", "grain")}
    assert keys - names - shared - about - {f"unit.{unit}" for unit in UNITS} == {"nulls", "english"}


def test_a_shared_meaning_is_that_of_several_columns_of_one_unit() -> None:
    units = defaultdict(list)
    for table, column in columns():
        if not EN.has(f"tables.{table.name}.{column.name}") and EN.has(f"tables.shared.{column.name}"):
            units[column.name].append(column.unit)
    assert {f"tables.shared.{name}" for name in units} == {
        key for key in catalogue("en") if key.startswith("tables.shared.")
    }
    assert {name for name, found in units.items() if len(found) < 2 or len(set(found)) > 1} == set()


def plain(cell: str) -> str:
    """A cell of a document as the catalogue says it: no markdown, and a file is a table of its name."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell)
    text = re.sub(r"`(\w+)\.csv`", r"\1", text).replace("`", "").strip()
    return text[:1].upper() + text[1:].removesuffix(".") + "."


def rows_of(document: str) -> dict[str, list[list[str]]]:
    """The rows of the tables of a document, as cells, by the heading that they stand under."""
    rows: dict[str, list[list[str]]] = defaultdict(list)
    heading = ""
    for line in (ROOT / document).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip()
        elif line.startswith("| "):
            rows[heading].append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@pytest.mark.parametrize("table", REFERENCE, ids=lambda table: table.name)
def test_a_reference_table_means_what_the_readme_of_the_data_says(table: Table) -> None:
    _, *rows = rows_of("data/README.md")[f"reference/{table.name}.csv"]
    documented = {name.strip("`"): plain(said) for name, _, said in rows}
    left_out = {name for place, name in COLUMNS_LEFT_OUT if place == table.name}
    meant = {
        column.name: schema.meaning(EN, table, column)
        for column in table.columns
        if not column.name.endswith("_en")
    }
    assert {name: said for name, said in documented.items() if name not in left_out} == meant


def test_the_english_of_a_column_stands_after_it() -> None:
    """The rule that the readme of the data has for such columns, instead of a row for each."""
    rule = "A column whose name ends in `_en` is the English of the column before it."
    assert rule in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for table in TABLES:
        names = [column.name for column in table.columns]
        for before, name in zip(["", *names], names, strict=False):
            if name.endswith("_en"):
                assert before == name.removesuffix("_en")
                meaning = schema.meaning(EN, table, table.columns[names.index(name)])
                assert meaning == f"The English of {before}. Empty where there is none."


@pytest.mark.parametrize("name", GLOSSARY)
def test_a_term_of_the_glossary_means_the_same_as_a_column(name: str) -> None:
    """The whole meaning, word for word, of every term that names a column and nothing else."""
    table = BY_NAME[name]
    rows = rows_of("docs/glossary.md")
    terms = [(cells[2], plain(cells[3])) for part in GLOSSARY[name] for cells in rows[part]]
    compared = {}
    for column in table.columns:
        meanings = [said for program, said in terms if f"`{column.name}`" in program.split(", ")]
        if meanings and (name, column.name) not in NOT_THE_TERM:
            compared[column.name] = (meanings, [schema.meaning(EN, table, column)])
    assert {column: pair for column, pair in compared.items() if pair[0] != pair[1]} == {}
    if table in CUBES:
        assert compared.keys() == {column.name for column in table.columns} - {
            column for place, column in NOT_THE_TERM if place == name
        }
