"""The good rows of a roster that is judged for reconciliation, keyed, in memory and nowhere else."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from enrollment.contract.keying import Keying
from enrollment.keys import KEY_BYTES, Keys

ROSTER_ROWS = pa.schema(
    [
        ("row", pa.int32()),
        ("key", pa.binary(KEY_BYTES)),
        ("nik", pa.string()),
        ("month", pa.date32()),
        ("source", pa.string()),
        ("province", pa.string()),
        ("regency", pa.string()),
        ("programmes", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("simulated", pa.bool_()),
    ]
)
"""One line per good row. `nik` is null where the partner delivered keys; it never leaves the memory."""


class RosterRows:
    """Takes the good rows of a roster, batch after batch. `keys` opens the keys of the installation."""

    def __init__(self, keys: Callable[[], Keys]) -> None:
        self.key_space: str | None = None
        self._keys = keys
        self._batches: list[pa.RecordBatch] = []

    def add(self, batch: pa.RecordBatch, given: str | None) -> None:
        """Key the rows of a batch; `given` is the key space where the partner delivered keys."""
        keying = Keying(self._keys(), given)
        self.key_space = keying.key_space
        made = keying.keys(batch["nik" if given is None else "key"])
        count = batch.num_rows
        columns = {
            "key": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(KEY_BYTES), count, [None, pa.py_buffer(np.ascontiguousarray(made))]
            )
        }
        for column in ROSTER_ROWS:
            if column.name == "key":
                continue
            if column.name not in batch.schema.names:
                columns[column.name] = pa.nulls(count, column.type)
                continue
            values = batch[column.name]
            if pa.types.is_dictionary(values.type):
                values = values.dictionary_decode()
            columns[column.name] = values.cast(column.type)
        self._batches.append(
            pa.record_batch([columns[name] for name in ROSTER_ROWS.names], schema=ROSTER_ROWS)
        )

    def table(self) -> pa.Table:
        """All rows with the columns of ROSTER_ROWS, by row."""
        return pa.Table.from_batches(self._batches, ROSTER_ROWS).sort_by("row")
