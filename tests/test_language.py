"""Both languages say the same things: same keys, same placeholders, every key used, every used key there."""

import ast
import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from enrollment.language import CODES, Language, catalogue, placeholders

ROOT = Path(__file__).resolve().parents[1]

A_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+")


@lru_cache
def trees() -> dict[str, ast.Module]:
    """The syntax trees of all code that speaks to a reader, by path."""
    paths = [*(ROOT / "enrollment").rglob("*.py"), *(ROOT / "pages").glob("*.py"), *ROOT.glob("app.py")]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(paths)
    }


def nodes() -> Iterator[ast.AST]:
    for tree in trees().values():
        yield from ast.walk(tree)


@lru_cache
def literals() -> frozenset[str]:
    """Every string literal that could be a key."""
    found = (node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(text for text in found if A_KEY.fullmatch(text))


@lru_cache
def built() -> tuple[re.Pattern[str], ...]:
    """Keys that the code puts together: f"status.{word}" may be any one word after `status.`."""
    patterns = set()
    for node in nodes():
        if isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^.]+"
                for part in node.values
            ]
            if re.match(r"[a-z_]+\\\.", parts[0]):
                patterns.add("".join(parts))
    return tuple(re.compile(pattern) for pattern in sorted(patterns))


def says() -> Iterator[tuple[str, ast.Call, str]]:
    """Calls of `say` with a literal key: where, the call, the key."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) == "say"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield f"{path}:{node.lineno}", node, str(node.args[0].value)


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("id")) == set(catalogue("en"))


def test_a_sentence_needs_the_same_values_in_both_languages() -> None:
    indonesian, english = catalogue("id"), catalogue("en")
    unequal = {
        key: (sorted(placeholders(indonesian[key])), sorted(placeholders(english[key])))
        for key in indonesian.keys() & english.keys()
        if placeholders(indonesian[key]) != placeholders(english[key])
    }
    assert unequal == {}


@pytest.mark.parametrize("code", CODES)
def test_no_sentence_is_empty(code: str) -> None:
    assert [key for key, sentence in catalogue(code).items() if not sentence.strip()] == []


def test_every_key_is_used() -> None:
    unused = [
        key
        for key in catalogue("id")
        if key not in literals() and not any(pattern.fullmatch(key) for pattern in built())
    ]
    assert unused == []


def test_every_literal_key_exists() -> None:
    missing = [f"{where} {key}" for where, _, key in says() if key not in catalogue("id")]
    assert missing == []


def test_a_literal_key_is_given_the_values_its_sentence_needs() -> None:
    wrong = []
    for where, call, key in says():
        given = {keyword.arg for keyword in call.keywords}
        needed = placeholders(catalogue("id").get(key, ""))
        if None not in given and given != needed:
            wrong.append(f"{where} {key}: {sorted(map(str, given))} for {sorted(needed)}")
    assert wrong == []


def test_every_built_key_has_a_sentence() -> None:
    idle = [pattern.pattern for pattern in built() if not any(map(pattern.fullmatch, catalogue("id")))]
    assert idle == []


@pytest.mark.parametrize(
    ("code", "number", "share", "people", "day", "short_month"),
    [
        ("id", "10.300.000", "0,73%", "27,7 juta", "31 Agustus 2021", "Agu"),
        ("en", "10,300,000", "0.73%", "27.7 million", "31 August 2021", "Aug"),
    ],
)
def test_numbers_and_dates_are_written_as_the_language_writes_them(
    code: str, number: str, share: str, people: str, day: str, short_month: str
) -> None:
    language = Language(code)
    august = dt.date(2021, 8, 31)
    assert language.number(10_300_000) == number
    assert language.percent(0.0073, 2) == share
    assert language.people(27_700_000) == people
    assert language.day(august) == day
    assert language.short_month(august) == short_month


@pytest.mark.parametrize(
    ("code", "rise", "fall"), [("id", "+1.234,5", "−1.234,5"), ("en", "+1,234.5", "−1,234.5")]
)
def test_a_change_carries_a_sign_as_wide_as_the_other(code: str, rise: str, fall: str) -> None:
    assert Language(code).signed(1234.5, 1) == rise
    assert Language(code).signed(-1234.5, 1) == fall
    assert Language(code).signed(0) == "0"


def test_a_goal_is_shown_as_its_document_states_it() -> None:
    indonesian, english = Language("id"), Language("en")
    assert [indonesian.stated(goal) for goal in (38_000_000, 33_670_000, 48_500_000)] == [
        "38 juta",
        "33,67 juta",
        "48,5 juta",
    ]
    assert english.stated(33_670_000) == "33.67 million"
    assert english.stated(75_332) == "75,332"
