"""A PIVOT without its list of values, written out with it.

DuckDB answers such a statement in two steps, the first of which makes a type; the sandbox runs one SELECT.
So the values are looked up, and the statement comes back with the list filled in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb

_ENDS = ("using", "group", "order", "limit", ")", ";")
MOST_VALUES = 50
"""Values of a list that is still worth writing."""


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    depth: int


def _tokens(sql: str) -> list[_Token]:
    """The words of a statement with their places and how many parentheses they stand in."""
    found = [(start, kind) for start, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
    ends = [*(start for start, _ in found[1:]), len(sql)]
    tokens, depth = [], 0
    for (start, _), end in zip(found, ends, strict=True):
        word = sql[start:end].split("--")[0].rstrip()
        depth -= word == ")"
        tokens.append(_Token(word.casefold(), start, start + len(word), depth))
        depth += word == "("
    return tokens


def _unlisted(tokens: list[_Token]) -> Iterator[tuple[int, slice, list[slice]]]:
    """Of each PIVOT its place, the tokens of its source, and of the expressions after ON that lack a list."""
    for at, token in enumerate(tokens):
        if token.word not in ("pivot", "pivot_wider"):
            continue
        after = [n for n in range(at + 1, len(tokens)) if tokens[n].depth <= token.depth]
        end = next((n for n in after if tokens[n].depth < token.depth), len(tokens))
        inside = [n for n in after if n < end and tokens[n].depth == token.depth]
        on = next((n for n in inside if tokens[n].word == "on"), None)
        if on is None:
            continue
        stop = next((n for n in inside if n > on and tokens[n].word in _ENDS), end)
        commas = [n for n in inside if on < n < stop and tokens[n].word == ","]
        edges = [on, *commas, stop]
        parts = [slice(left + 1, right) for left, right in pairwise(edges)]
        depth = token.depth
        bare = [
            part
            for part in parts
            if not any(item.word == "in" and item.depth == depth for item in tokens[part])
        ]
        yield at, slice(at + 1, on), bare


def filled_in(sql: str, values_of: Callable[[str], list[str]]) -> str | None:
    """`sql` with a list after each expression that a PIVOT spreads over, or None where it cannot be written.

    `values_of(select)` gives the values of a statement's one column as SQL literals, at most one more than
    MOST_VALUES of them. It may raise: then the source needs what stands elsewhere in the statement.
    """
    tokens = _tokens(sql)
    lists: dict[int, str] = {}
    for at, source, parts in _unlisted(tokens):
        named = sql[: tokens[at].start] if tokens[0].word == "with" and not tokens[at].depth else ""
        read = _text(sql, tokens[source])
        for part in parts:
            spread = _text(sql, tokens[part])
            # Pasted from the reader's own statement, and checked like it.
            look = f"{named} select distinct {spread} from {read}"  # noqa: S608
            values = values_of(f"{look} where {spread} is not null order by 1")
            if not values or len(values) > MOST_VALUES:
                return None
            lists[tokens[part][-1].end] = f" in ({', '.join(values)})"
    if not lists:
        return None
    for place in sorted(lists, reverse=True):
        sql = sql[:place] + lists[place] + sql[place:]
    return sql


def _text(sql: str, tokens: list[_Token]) -> str:
    return sql[tokens[0].start : tokens[-1].end] if tokens else ""
