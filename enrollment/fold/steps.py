"""The steps of the fold: a file of SQL each, under queries/fold/, and the modules that work some out."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

STEPS = Path(__file__).parents[2] / "queries" / "fold"
MODULES = ("memberships", "merging", "cohorts")
"""What these make of people is part of what the fold means, as the SQL is."""


@lru_cache
def step(name: str) -> str:
    """The SQL of one step of the fold."""
    return (STEPS / f"{name}.sql").read_text(encoding="utf-8")


@lru_cache
def module(name: str) -> str:
    """The text of one of MODULES."""
    return (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")


@lru_cache
def program() -> str:
    """SHA-256 over all steps: editions of different programs may differ without any other cause."""
    texts = [f"{path.stem}\n{step(path.stem)}" for path in sorted(STEPS.glob("*.sql"))]
    texts += [f"{name}\n{module(name)}" for name in MODULES]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def literal(text: str | Path) -> str:
    """A text as SQL writes it, where no parameter can stand."""
    return "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as an SQL list of values."""
    return ", ".join(map(literal, sorted(texts)))
