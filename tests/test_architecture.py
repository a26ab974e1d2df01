"""The shape of the project, as tests: who imports whom, how short a page is, one name through all layers."""

import ast
import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
import typing
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[1]
ENTRY = ROOT / "app.py"
PAGES = sorted((ROOT / "pages").glob("*.py"))
QUESTIONS = sorted(path.stem for path in (ROOT / "queries").glob("*.sql"))

# What figures share; every other module of the folder draws one question and has its name.
FIGURE_PARTS = {
    "__init__",
    "annotations",
    "cascade",
    "counted",
    "description",
    # The answer to a reader's own statement.
    "explored",
    "measures",
    "over_time",
    "placing",
    "rows",
    "series",
    "style",
    "units",
}
PYTHON_TYPES = {
    "BIGINT": {"int"},
    "BOOLEAN": {"bool"},
    "DATE": {"date", "datetime.date"},
    "DOUBLE": {"float"},
    "EDITION": {"Edition"},
    "TIMESTAMP": {"datetime", "datetime.datetime"},
    "VARCHAR": {"str"},
    "VARCHAR[]": {"collections.abc.Sequence[str]", "tuple[str, ...]"},
}
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "core", "manager", "managers", "misc"}


def answers() -> ModuleType:
    return importlib.import_module("enrollment.answers")


def row_type(question: str) -> str:
    """`active_by_source` is answered in rows of `ActiveBySource`."""
    return "".join(word.capitalize() for word in question.split("_"))


def imported(tree: ast.AST) -> set[str]:
    """The dotted names a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def texts(tree: ast.AST) -> set[str]:
    """The string literals of a module, its docstrings left out."""
    documented = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node) is not None
        if isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
    }


def test_imports_keep_to_the_contracts() -> None:
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    said = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_entry_is_a_dozen_lines() -> None:
    assert len(ENTRY.read_text(encoding="utf-8").splitlines()) <= 14


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_shorter_than_80_lines(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) < 80


@pytest.mark.parametrize("page", [ENTRY, *PAGES], ids=lambda page: page.stem)
def test_a_page_imports_nothing_but_streamlit_and_the_package(page: Path) -> None:
    names = imported(ast.parse(page.read_text(encoding="utf-8")))
    assert {name for name in names if name.split(".")[0] not in ("streamlit", "enrollment")} == set()


@pytest.mark.parametrize("page", [ENTRY, *PAGES], ids=lambda page: page.stem)
def test_a_page_quotes_no_sentence_and_no_query(page: Path) -> None:
    found = texts(ast.parse(page.read_text(encoding="utf-8")))
    assert {text for text in found if re.search(r"\s", text.strip())} == set()


def test_no_module_has_an_empty_name() -> None:
    folders = (ROOT / name for name in ("enrollment", "pages", "queries", "tests"))
    named = {path for folder in folders for path in folder.rglob("*") if path.is_dir() or path.suffix}
    assert {str(path) for path in named if path.stem.lower() in EMPTY_NAMES} == set()


def test_a_figure_is_named_after_its_question() -> None:
    figures = {path.stem for path in (ROOT / "enrollment" / "figures").glob("*.py")}
    assert figures - FIGURE_PARTS - set(QUESTIONS) == set()


def test_an_answer_is_named_after_its_question() -> None:
    public = {
        name
        for name, item in vars(answers()).items()
        if item.__class__ is type
        and dataclasses.is_dataclass(item)
        and item.__module__ == "enrollment.answers"
    }
    assert public == {row_type(question) for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS)
class TestQuestion:
    """Header, statement, function, row type, list and oracle say the same of a question."""

    def test_is_one_select(self, question: str) -> None:
        statements = duckdb.extract_statements(sql(question))
        assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]

    def test_has_the_parameters_its_header_names(self, question: str) -> None:
        (statement,) = duckdb.extract_statements(sql(question))
        params = header(question).params
        attached = {name for name, kind in params.items() if kind == "EDITION"}
        assert params.keys() - attached == set(statement.named_parameters)
        assert {name for name in attached if f"{name}." not in sql(question)} == set()

    def test_is_asked_by_a_function_of_its_name(self, question: str) -> None:
        function = getattr(answers(), question)
        edition, *values = inspect.signature(function).parameters.values()
        assert (edition.name, edition.kind) == ("edition", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        spread = [value for value in values if value.kind is inspect.Parameter.VAR_KEYWORD]
        filters = typing.get_type_hints(answers().Filters) if spread else {}
        named = [value for value in values if value not in spread]
        assert [*(value.name for value in named), *filters] == list(header(question).params)
        assert {value.kind for value in named} <= {inspect.Parameter.KEYWORD_ONLY}
        hints = typing.get_type_hints(function) | filters
        assert python_types(hints, header(question).params) == {}

    def test_is_answered_in_rows_of_its_columns(self, question: str) -> None:
        row = getattr(answers(), row_type(question))
        assert [field.name for field in dataclasses.fields(row)] == list(header(question).columns)
        assert row.__dataclass_params__.frozen
        assert python_types(typing.get_type_hints(row), header(question).columns) == {}

    def test_is_ordered_as_its_header_says(self, question: str) -> None:
        assert closing_order(sql(question)) == list(header(question).order)

    def test_is_listed_with_its_sentence(self, question: str) -> None:
        listed = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
        assert f"{question}.sql" in listed
        assert header(question).question in listed

    def test_has_an_oracle(self, question: str) -> None:
        assert callable(getattr(importlib.import_module("tests.oracle"), question, None))


def sql(question: str) -> str:
    return (ROOT / "queries" / f"{question}.sql").read_text(encoding="utf-8")


def header(question: str) -> Any:
    return importlib.import_module("enrollment.query").header(question)


def python_types(hints: Mapping[str, Any], types: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The names whose Python type is not the one of their SQL type; that they may be None is left aside."""
    found = {name: hints[name] for name in types}
    plain = {
        name: " | ".join(part for part in written(hint).split(" | ") if part != "None")
        for name, hint in found.items()
    }
    return {
        name: (types[name], plain[name]) for name in types if plain[name] not in PYTHON_TYPES[types[name]]
    }


def written(hint: Any) -> str:
    """A type as its name."""
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def closing_order(statement: str) -> list[str]:
    """The columns of the last ORDER BY outside any parentheses, without table, direction and nulls."""
    text = re.sub(r"--[^\n]*", "", statement).lower()
    outside, depth = [], 0
    for letter in text:
        depth -= letter == ")"
        outside.append(letter if depth == 0 else " ")
        depth += letter == "("
    tail = re.split(r"\border\s+by\b", "".join(outside))[-1]
    terms = re.split(r"\blimit\b|;", tail)[0].split(",")
    return [term.split()[0].split(".")[-1] for term in terms]


def test_the_closing_order_is_read_past_windows_and_tables() -> None:
    statement = "select lag(a) over (order by m) as a -- order by z\nfrom t order by t.b desc, c nulls last;"
    assert closing_order(statement) == ["b", "c"]
