"""Members as they lie in a cluster: keys and codes in Parquet files under a folder for each month."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from enrollment.months import parse_month
from tests.builders.deliveries import KEY_SPACE, write_people
from tests.oracle import Row


def members(
    folder: Path,
    month: str,
    *rows: Row,
    key_space: str = KEY_SPACE,
    columns: Mapping[str, pa.Array] | None = None,
) -> Path:
    """Write the members of a month; `columns` take the place of those that the rows give."""
    partition = folder / f"month={month}"
    partition.mkdir(parents=True, exist_ok=True)
    path = partition / f"part-{len(list(partition.iterdir()))}.parquet"
    write_people(path, parse_month(month), rows, key_space)
    if columns:
        table = pq.read_table(path)
        names: Sequence[str] = table.column_names
        for name, column in columns.items():
            table = table.set_column(names.index(name), name, column)
        pq.write_table(table, path)
    return partition
