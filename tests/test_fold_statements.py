"""The fold by SQL alone, which a cluster runs, makes the same parts as the fold that runs here."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from enrollment import fold
from enrollment.fold.elsewhere import FoldingElsewhere
from enrollment.fold.engines import Engine, OnDuckDB
from enrollment.store import Store, codes_of
from tests.builders import DataDirectory, Reference
from tests.builders.drawn_people import Step, deliver, histories, references

pytestmark = pytest.mark.long


def contents(parts: tuple[fold.Part, ...]) -> list[tuple[bytes | None, ...]]:
    """The bytes of every month's cells, overlap and cohorts."""
    return [
        tuple(path and path.read_bytes() for path in (part.path, part.overlap, part.cohorts))
        for part in parts
    ]


def folding_by(engine: Engine, store: Store) -> FoldingElsewhere:
    """The fold of a store that nothing was folded in yet, its people counted by an engine."""
    tables = store.reference()
    priorities = {row["source"]: row["priority"] for row in tables.rows("partner_sources")}
    return FoldingElsewhere(store, priorities, {}, engine, codes_of(tables))


def folded_by(engine: Engine, store: Store) -> tuple[fold.Part, ...]:
    return folding_by(engine, store).parts(fold.origins(store.deliveries(), {}))


def folded_here(store: Store) -> tuple[fold.Part, ...]:
    priorities = {row["source"]: row["priority"] for row in store.reference().rows("partner_sources")}
    return fold.parts(store, fold.origins(store.deliveries(), {}), priorities)


def test_the_statements_make_the_parts_that_the_fold_makes(size: Callable[[int, int], int]) -> None:
    @settings(max_examples=size(15, 400))
    @given(references, histories())
    def hold(reference: Reference, history: tuple[Step, ...]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            directory = DataDirectory(Path(folder) / "own", reference)
            deliver(directory, history)
            shutil.copytree(Path(folder) / "own", Path(folder) / "other")
            engine = OnDuckDB(Path(folder) / "people")
            by_statements = folded_by(engine, Store(Path(folder) / "other"))
            engine.connection.close()
            assert contents(by_statements) == contents(folded_here(directory.store))

    hold()
