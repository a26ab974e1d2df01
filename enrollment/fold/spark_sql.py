"""The fold's SQL in Spark's dialect, by sqlglot.

Steps are written in what both engines understand (`queries/README.md` lists it); one function has another
name and counts from another place.
"""

from functools import lru_cache

from sqlglot import ErrorLevel, exp, parse_one


@lru_cache
def translated(statement: str) -> str:
    """A statement of the fold as Spark takes it; `$name` becomes `:name`.

    Raises sqlglot's ParseError and UnsupportedError.
    """
    tree = parse_one(statement, read="duckdb").transform(_counted_from_nought)
    return str(tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, comments=False))


def _counted_from_nought(node: exp.Expr) -> exp.Expr:
    """Lists begin at 1 in DuckDB; Spark's `get` begins at 0, and is null outside as `list_extract` is."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "list_extract":
        values, place = node.expressions
        return exp.func("get", values, exp.Sub(this=exp.paren(place), expression=exp.Literal.number(1)))
    return node
