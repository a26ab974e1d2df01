"""The steps of the fold on Spark: paths, members and folded people are as Spark sees them.

pyspark and sqlglot are installed where people are folded on Spark only (`requirements-spark.txt`).
"""

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession, functions

from enrollment.fold.engines import MEMBERS, EngineEnded, EngineFailed, MembersFault, Values, named
from enrollment.fold.spark_sql import translated

# No frame of pandas is made here, so that what Spark says of them concerns nobody.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)

_TYPES = {
    "blob": "binary",
    "varchar": "string",
    "integer": "int",
    "date": "date",
    "boolean": "boolean",
}
_SCHEMA = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in MEMBERS.items())
_HEX_NUMBER = """
    create or replace temporary function hex_number(digits string) returns decimal(20, 0)
    return cast(conv(digits, 16, 10) as decimal(20, 0))
"""
_SETTINGS = {
    "spark.ui.enabled": "false",
    # Its bar of progress and its notes would stand between the command's own words.
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    # What does not fit a number is an error, never null.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # No table is kept there, yet Spark makes the folder, else wherever one stands.
    "spark.sql.warehouse.dir": (Path(tempfile.gettempdir()) / "cakupan-spark").as_uri(),
    # What is written is known to be whole by the file _SUCCESS; some clusters leave it out.
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "true",
}
# On one machine this process does the workers' part as well, for which Spark's own 1 GB is too little.
_LOCAL_SETTINGS = {"spark.driver.memory": "4g"}
_COLUMN = re.compile(
    r"reading Parquet column \[?([\w., ]+?)\]?\. Expected Spark type .+?, actual Parquet type ([\w(),]+)"
)
_FILE = re.compile(
    r"(?:while reading file|Could not read footer for file:?) (.+?)(?:\.\s|\.?$)", re.MULTILINE
)
_CALL = "An error occurred while calling"
_CAUSE = "Caused by: "
_LONGEST = 300


def session(master: str, partitions: int, settings: dict[str, str]) -> SparkSession:
    """A session at a master; people are spread over so many partitions by the hash of their key.

    Raises EngineFailed.
    """
    builder = SparkSession.builder.master(master).appName("cakupan fold")
    own = _SETTINGS | (_LOCAL_SETTINGS if master.startswith("local") else {})
    chosen = own | {"spark.sql.shuffle.partitions": str(partitions)} | settings
    for name, value in chosen.items():
        builder = builder.config(name, value)
    with _told():
        return builder.getOrCreate()


@dataclass(slots=True)
class OnSpark:
    """The steps in Spark's dialect; people are kept under `work`, a folder that all its workers see."""

    spark: SparkSession
    work: str
    _held: list[DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        with _told():
            self.spark.sql(_HEX_NUMBER)

    def put(self, name: str, table: pa.Table) -> None:
        with _told():
            self.spark.createDataFrame(table).createOrReplaceTempView(name)

    def make(self, name: str, statement: str, values: Values, *, kept: bool = False) -> None:
        with _told():
            table = self.spark.sql(translated(statement), args=_arguments(named(statement, values)))
            if kept:
                table = table.persist(StorageLevel.MEMORY_AND_DISK)
                self._held.append(table)
            table.createOrReplaceTempView(name)

    def get(self, name: str) -> pa.Table:
        with _told():
            return self.spark.table(name).toArrow()

    def partitions(self, path: str) -> Mapping[str, str]:
        with _told():
            system, place = self._place(path)
            if not system.exists(place) or not system.getFileStatus(place).isDirectory():
                raise MembersFault("no_such_path", path)
            if place.getName().startswith("month="):
                return {place.getName().removeprefix("month="): system.makeQualified(place).toString()}
            folders = [status.getPath() for status in system.listStatus(place) if status.isDirectory()]
            return {
                folder.getName().removeprefix("month="): folder.toString()
                for folder in folders
                if folder.getName().startswith("month=")
            }

    def read_members(self, name: str, paths: Sequence[str]) -> None:
        with _told(", ".join(paths)):
            for path in paths:
                system, place = self._place(path)
                if not system.exists(place):
                    raise MembersFault("no_such_path", path)
            # Without a schema Spark takes no Parquet UUID; with it, UUIDs and 16 plain bytes alike.
            table = self.spark.read.schema(_SCHEMA).parquet(*paths)
            table.select(*MEMBERS).createOrReplaceTempView(name)

    def keep_people(self, name: str, key: str) -> None:
        with _told():
            self.spark.table(name).write.mode("overwrite").parquet(self._kept(key))
        if not self.read_people(name, key):
            raise EngineFailed(f"{self._kept(key)}: no _SUCCESS was written")

    def read_people(self, name: str, key: str) -> bool:
        with _told():
            system, place = self._place(f"{self._kept(key)}/_SUCCESS")
            if system.exists(place):
                self.spark.read.parquet(self._kept(key)).createOrReplaceTempView(name)
            return bool(system.exists(place))

    def forget_people_but(self, keys: Sequence[str]) -> None:
        with _told():
            system, place = self._place(self.work)
            for status in system.listStatus(place) if system.exists(place) else ():
                folder = status.getPath()
                if folder.getName().startswith("people-") and folder.getName()[7:] not in keys:
                    system.delete(folder, True)

    def month_ended(self) -> None:
        with _told():
            while self._held:
                self._held.pop().unpersist()

    def _kept(self, key: str) -> str:
        return f"{self.work.rstrip('/')}/people-{key}"

    def _place(self, path: str) -> tuple[Any, Any]:
        """A path and the file system in which it lies, as Hadoop knows them."""
        java: Any = self.spark
        place = java._jvm.org.apache.hadoop.fs.Path(path)
        return place.getFileSystem(java._jsc.hadoopConfiguration()), place


def _arguments(values: Values) -> dict[str, Any]:
    """Values as Spark takes them: a list as an array of texts, which may be empty."""
    return {
        name: functions.array(*map(functions.lit, value)) if isinstance(value, list) else value
        for name, value in values.items()
    }


@contextmanager
def _told(members: str = "") -> Iterator[None]:
    """Turn what Spark and its JVM raise into what engines raise."""
    try:
        yield
    except (ConnectionError, Py4JNetworkError) as error:
        raise EngineEnded from error
    except (PySparkException, Py4JError) as error:
        text = str(error)
        if found := _COLUMN.search(text):
            column, kind = found.groups()
            file = _FILE.search(text)
            raise MembersFault("wrong_type", file[1] if file else members, column, kind) from error
        if "FAILED_READ_FILE" in text or "CANNOT_READ_FILE_FOOTER" in text or "PATH_NOT_FOUND" in text:
            file = _FILE.search(text)
            raise MembersFault("unreadable", file[1] if file else members) from error
        raise EngineFailed((_reason(text) or type(error).__name__)[:_LONGEST]) from error


def _reason(text: str) -> str:
    """What went wrong, in one line: the innermost cause where a failure is told with its causes.

    Python's own name of the call that failed says nothing of it.
    """
    lines = [line.strip().removeprefix(": ") for line in text.splitlines()]
    causes = [line.removeprefix(_CAUSE) for line in lines if line.startswith(_CAUSE)]
    said = [line for line in lines if line.strip(":") and not line.startswith(_CALL)]
    return next(iter((*reversed(causes), *said)), "")
