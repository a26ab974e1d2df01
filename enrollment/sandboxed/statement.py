"""What a statement may be: one SELECT whose parsed tree holds nothing but what is listed.

Words in the text decide nothing: DuckDB parses it, and each node of its own tree is held against the
lists of nodes, functions and tables.
"""

import difflib
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

import duckdb

from enrollment.sandboxed.functions import FUNCTIONS, HIDDEN_FUNCTIONS, TABLE_FUNCTIONS

LONGEST = 20_000
"""Characters of a statement."""

# Nodes of queries, tables, expressions and modifiers that only read what they are given.
_LISTED = """
SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE
BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST EMPTY PIVOT SHOW_REF COLUMN_DATA
ORDER_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER DISTINCT_MODIFIER
ORDER_DEFAULT ASCENDING DESCENDING INVALID
COLUMN_REF POSITIONAL_REFERENCE STAR VALUE_CONSTANT VALUE_PARAMETER VALUE_DEFAULT VALUE_NULL
FUNCTION LAMBDA LAMBDA_REF CASE_EXPR TYPE COLLATE BETWEEN
OPERATOR_CAST OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_COALESCE OPERATOR_NULLIF
OPERATOR_TRY OPERATOR_UNPACK UNPACK GROUPING_FUNCTION ARRAY_CONSTRUCTOR ARRAY_EXTRACT ARRAY_SLICE
STRUCT_EXTRACT ARROW
COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO
COMPARE_GREATERTHANOREQUALTO COMPARE_IN COMPARE_NOT_IN COMPARE_DISTINCT_FROM
COMPARE_NOT_DISTINCT_FROM COMPARE_BETWEEN COMPARE_NOT_BETWEEN
CONJUNCTION_AND CONJUNCTION_OR
WINDOW_AGGREGATE WINDOW_RANK WINDOW_RANK_DENSE WINDOW_NTILE WINDOW_PERCENT_RANK WINDOW_CUME_DIST
WINDOW_ROW_NUMBER WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_LEAD WINDOW_LAG WINDOW_NTH_VALUE WINDOW_FILL
"""
_NODES = frozenset(_LISTED.split())

# Allowed only with names that are written out: see _check_names.
_BY_NAME = "query_table"
_NAME = re.compile(r"[^\W\d][\w ]*")
_SYSTEM = re.compile(r"(?:duckdb|pg|pragma|sqlite|information_schema)(?:_|$)")


class Refusal(Exception):
    """A statement that is not run: `reason` is a key of the catalogue, `values` stand in its sentence."""

    def __init__(self, reason: str, **values: str) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def check(connection: duckdb.DuckDBPyConnection, sql: str, tables: Collection[str]) -> str:
    """The one statement of `sql`. Raises Refusal, or duckdb.Error for a slip of syntax.

    `tables` are the names that it may read besides those that it makes itself.
    """
    if len(sql) > LONGEST:
        raise Refusal("too_long", count=str(len(sql)), most=str(LONGEST))
    try:
        statements = connection.extract_statements(sql)
        kinds = [statement.type for statement in statements]
    except ValueError as unnamed:
        # DuckDB knows kinds of statements that its Python side has no name for.
        raise Refusal("not_select", kind="?") from unnamed
    if len(statements) != 1:
        raise Refusal("several" if statements else "nothing")
    if kinds == [duckdb.StatementType.MULTI]:
        raise Refusal("pivot")
    if kinds != [duckdb.StatementType.SELECT]:
        raise Refusal("not_select", kind=kinds[0].name)
    text = statements[0].query
    found = connection.execute("select json_serialize_sql($text::varchar)", {"text": text}).fetchone()
    tree = json.loads(found[0]) if found else {"error": True}
    if tree["error"]:
        raise Refusal("not_select", kind=str(tree.get("error_type", "")))
    known = {name.casefold() for name in tables}
    known |= {_own_name(name) for name in _made_by(tree)}
    for node in _nodes(tree):
        _check_node(node, known, tables)
    return text


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree; a walk without recursion, for statements may be nested deeply."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _made_by(tree: Any) -> Iterator[str]:
    """The names of the tables that a statement makes for itself."""
    for node in _nodes(tree):
        if isinstance(entries := node.get("map"), list):
            yield from (entry["key"] for entry in entries if isinstance(entry.get("key"), str))
        if name := node.get("cte_name"):
            yield name


def _own_name(name: str) -> str:
    """A name that a statement gives itself, if it hides nothing that is there without it.

    Where it is out of scope DuckDB would take it for a table of the system, or for a file.
    """
    plain = name.casefold()
    if not _NAME.fullmatch(name) or _SYSTEM.match(plain):
        raise Refusal("name", name=name)
    return plain


def _check_node(node: dict[str, Any], known: Collection[str], tables: Collection[str]) -> None:
    kind = node.get("type")
    if isinstance(kind, str) and kind not in _NODES:
        raise Refusal("part", part=kind.removesuffix("_NODE").lower().replace("_", " "))
    # A name is listed or not, whatever schema it is looked up in: `name.upper()` reads as one.
    if isinstance(name := node.get("function_name"), str):
        if name.casefold() == _BY_NAME:
            _check_names(node, known)
        elif name.casefold() not in FUNCTIONS:
            raise Refusal("function", name=name)
    if kind == "BASE_TABLE":
        if node.get("at_clause"):
            raise Refusal("part", part="at")
        _check_table(node, known, tables)
    elif kind == "TABLE_FUNCTION":
        called = str(node["function"].get("function_name", ""))
        if called.casefold() not in (*TABLE_FUNCTIONS, _BY_NAME):
            raise Refusal("function", name=called)
    elif kind == "SHOW_REF" and not node.get("query"):
        shown = str(node.get("table_name", ""))
        if node.get("show_type") == "SHOW_SPECIAL":
            if shown.strip('"') != "tables":
                raise Refusal("show", name=shown.strip('"'))
        else:
            _check_table(node, known, tables)
    elif kind == "COLUMN_REF" and len(node["column_names"]) == 1:
        (word,) = node["column_names"]
        if word.casefold() in HIDDEN_FUNCTIONS:
            raise Refusal("function", name=word)


def _check_names(function: dict[str, Any], known: Collection[str]) -> None:
    """A table chosen by name, if every name that it may choose is written out and known."""
    waiting = [argument["expression"] for argument in function.get("arguments", ())]
    while waiting:
        chosen = waiting.pop()
        literal = chosen.get("literal", {})
        if chosen["type"] == "CASE_EXPR":
            waiting += [check["then_expr"] for check in chosen["case_checks"]]
            waiting.append(chosen["else_expr"])
        elif chosen["type"] == "FUNCTION" and chosen["function_name"] == "if":
            waiting += [argument["expression"] for argument in chosen["arguments"][1:]]
        elif literal.get("kind") != "STRING" or literal["text"].casefold() not in known:
            raise Refusal("function", name=_BY_NAME)


def _check_table(node: dict[str, Any], known: Collection[str], tables: Collection[str]) -> None:
    name = str(node.get("table_name", ""))
    elsewhere = node.get("schema_name") not in (None, "", "main") or node.get("catalog_name")
    if elsewhere or name.casefold() not in known:
        near = difflib.get_close_matches(name.casefold(), tables, 1, 0.7)
        raise Refusal("table_near", name=name, near=near[0]) if near else Refusal("table", name=name)
