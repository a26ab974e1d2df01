"""What every test may rely on: sizes, hypothesis profiles, and the rule about browser tests.

`--sizes=all` runs the same tests over more and larger cases; `--no-browser` leaves the browser tests
out, and the summary says so. The shipped sample is published once for all tests that only read it.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from enrollment import disclosure, lock, publishing
from enrollment.edition import open_edition, publications
from enrollment.store import Store

Size = TypeVar("Size")

E2E = Path(__file__).parent / "e2e"

# Nothing is timed: neither deadlines nor complaints about slow data. The moderate run tries the same
# examples each time; the full one looks for new ones.
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("moderate", max_examples=6, derandomize=True, database=None, **UNTIMED)
settings.register_profile("all", max_examples=200, print_blob=True, **UNTIMED)

EDITIONS = 9
"""Editions of the shipped sample."""

LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--sizes",
        choices=("moderate", "all"),
        default="moderate",
        help="moderate: a quick run; all: more and larger cases",
    )
    parser.addoption("--no-browser", action="store_true", help="leave out the tests that need a browser")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(config.getoption("--sizes"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no core waits for the other at the end; then the browser's."""
    driven = [item for item in items if E2E in item.path.parents]
    others = [item for item in items if E2E not in item.path.parents]
    for item in driven:
        item.add_marker(pytest.mark.e2e)
    if config.getoption("--no-browser"):
        config.stash[LEFT_OUT] = len(driven)
        config.hook.pytest_deselected(items=driven)
        driven = []
    long = {item.path for item in others if item.get_closest_marker("long")}
    items[:] = [
        *(item for item in others if item.path in long),
        *driven,
        *(item for item in others if item.path not in long),
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.section("browser tests left out")
        terminalreporter.line(f"{left_out} browser tests were not run, because --no-browser was given.")


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Callable[[Size, Size], Size]:
    """`size(200, 20_000)` is the first in a moderate run and the second under `--sizes=all`."""
    full = request.config.getoption("--sizes") == "all"

    def pick(moderate: Size, all_sizes: Size) -> Size:
        return all_sizes if full else moderate

    return pick


@pytest.fixture(scope="session")
def published_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `data`, in which the sample was published as at a first start, and the `key` made for it.

    Test processes beside this one share the work; each has a copy.
    """
    mine = tmp_path_factory.getbasetemp()
    shared = _shared_sample(mine)
    store = Store(shared / "data")
    with lock.writing(shared / "making", wait=600), pytest.MonkeyPatch.context() as patch:
        if len(publications(store)[0]) < EDITIONS:
            patch.setenv("CAKUPAN_KEY_FILE", str(shared / "key"))
            publishing.publish_sample(store)
    copy = mine / "published-sample-copy"
    shutil.copytree(shared, copy, ignore=shutil.ignore_patterns("making"))
    return copy


@pytest.fixture(scope="session")
def protected_sample(tmp_path_factory: pytest.TempPathFactory, published_sample: Path) -> Path:
    """The same folder, with what somebody sees of the newest edition from whom small counts are kept."""
    shared = _shared_sample(tmp_path_factory.getbasetemp())
    store = Store(shared / "data")
    with lock.writing(shared / "making", wait=600):
        disclosure.protected(open_edition(store), store).close()
    for name in ("rounding", "protected"):
        made, mine = (folder / "data" / "store" / name for folder in (shared, published_sample))
        if made.is_dir():
            shutil.copytree(made, mine, dirs_exist_ok=True)
        else:
            shutil.copy(made, mine)
    return published_sample


def _shared_sample(mine: Path) -> Path:
    """Where test processes beside this one find what one of them has made."""
    return (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "published-sample"
