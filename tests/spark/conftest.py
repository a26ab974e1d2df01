"""One Spark for all tests here; without it none is collected. `make test-spark` runs them."""

import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest

if importlib.util.find_spec("pyspark") is None:
    collect_ignore_glob = ["test_*.py"]

# Small tables: what costs is starting tasks, not running them.
SMALL = {
    "spark.driver.memory": "3g",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}
LARGE = {"spark.sql.codegen.wholeStage": "true", "spark.sql.shuffle.partitions": "8"}
"""What pays where there are millions of people."""


def pytest_configure(config: pytest.Config) -> None:
    # No pandas frame is made; sockets to the JVM are closed by the JVM.
    config.addinivalue_line("filterwarnings", "ignore:PySpark does not yet:FutureWarning")
    config.addinivalue_line("filterwarnings", "ignore::ResourceWarning")
    config.addinivalue_line("filterwarnings", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    from enrollment.fold import on_spark

    session = on_spark.session("local[2]", 2, SMALL)
    yield session
    session.stop()
