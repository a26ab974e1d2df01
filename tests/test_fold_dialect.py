"""The fold's SQL says what every engine understands: the list in queries/README.md, by DuckDB's parser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

QUERIES = Path(__file__).resolve().parents[1] / "queries"
STEPS = sorted((QUERIES / "fold").glob("*.sql"))
README = (QUERIES / "README.md").read_text(encoding="utf-8")
NOT_PLAIN = {"SUBQUERY", "LAMBDA", "POSITIONAL_REFERENCE", "COLLATE"}
OWN_TABLES = {"TABLE_FUNCTION", "PIVOT", "SHOW_REF", "DELIM_GET"}


def allowed() -> set[str]:
    """The functions and types that the list names."""
    block = README[README.index("<!-- dialect -->") :].split("```")[1]
    return set(block.split())


def said(statement: str) -> set[str]:
    """The functions and types that a statement names, and what only DuckDB knows, in capitals."""
    with duckdb.connect() as connection:
        (text,) = connection.execute("select json_serialize_sql($said)", {"said": statement}).fetchall()[0]
    tree = json.loads(text)
    if tree["error"]:
        return {"NOT A SELECT"}
    (only,) = tree["statements"]
    return set(_said(only))


def _said(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _said(item)
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    if kind in ("FUNCTION", "WINDOW"):
        yield (node.get("function_name") or node["type"]).lower()
    if kind == "TYPE":
        name = node["type_name"].lower()
        if name != "list":
            yield name
    if kind in NOT_PLAIN or node.get("type") in OWN_TABLES:
        yield str(node.get("type"))
    if kind == "STAR" and any(node.get(name) for name in ("exclude_list", "replace_list", "expr")):
        yield "STAR"
    if node.get("type") in ("ARRAY_EXTRACT", "STRUCT_EXTRACT", "ARRAY_SLICE"):
        yield "BRACKETS"
    for item in node.values():
        yield from _said(item)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.stem)
def test_a_step_says_only_what_every_engine_understands(step: Path) -> None:
    assert said(step.read_text(encoding="utf-8")) - allowed() == set()


def test_whatever_is_allowed_is_said_somewhere() -> None:
    everything = set().union(*(said(step.read_text(encoding="utf-8")) for step in STEPS))
    assert allowed() - everything - {"varchar[]"} == set()


@pytest.mark.parametrize(
    "statement",
    [
        "select md5_number_lower(a) from t",
        "from query_table('t')",
        "select list_position($a, b) from t",
        "select ($a::varchar[])[1] from t",
        "select date_diff('month', a, b) from t",
        "select * exclude (a) from t",
        "from range(3)",
        "select a::uuid from t",
        "select list_transform(a, lambda x: x + 1) from t",
        "pivot t on a using sum(b)",
    ],
)
def test_what_only_one_engine_understands_is_noticed(statement: str) -> None:
    assert said(statement) - allowed() != set()


def test_every_step_is_listed_with_its_sentence() -> None:
    for step in STEPS:
        sentence = re.match(r"-- step: (.*)", step.read_text(encoding="utf-8"))
        assert sentence
        assert f"[`fold/{step.name}`](fold/{step.name}) | {sentence[1]}" in README, step.name
