"""What ours is held against: the same work as somebody would do it who wants it fast, and nothing more."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from enrollment.keys import open_keys

_COLUMNS = {
    "nik": "varchar",
    "periode": "varchar",
    "sumber": "varchar",
    "segmen": "varchar",
    "provinsi": "varchar",
    "kab_kota": "varchar",
    "program": "varchar",
    "jenis_kelamin": "varchar",
    "tgl_lahir": "date",
    "kpj": "varchar",
    "simulasi": "varchar",
}

_TEXTS = ("source", "segment", "province", "regency", "programmes", "sex")
_NEEDED = ("key", *_TEXTS, "birth_date")

_JOIN = """
create table flows as
with before as (
    select
        key, source, segment, province, regency, programmes, sex,
        (2021 - year(birth_date)) // 10 as decade
    from read_parquet($before)
),

after as (
    select
        key, source, segment, province, regency, programmes, sex,
        (2021 - year(birth_date)) // 10 as decade
    from read_parquet($after)
)

select
    before.* exclude (key),
    after.* exclude (key),
    before.key is null as entered,
    after.key is null as gone,
    count(*) as people
from before
full join after on before.key = after.key
group by all
"""


def copy(snapshot: str, data: str, into: str) -> None:
    """DuckDB's COPY of a members snapshot, with keys, in no particular order, which is its fastest."""
    key, pads = open_keys(Path(data), make=False).sql("nik")
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        connection.execute(
            f"""
            copy (
                select {key} as key, * exclude (nik)
                from read_csv(
                    $snapshot, columns = $columns, auto_detect = false,
                    header = true, delim = ',', quote = '"', escape = '"'
                )
            ) to '{into}' (format parquet, compression zstd)
            """,  # noqa: S608 - the expression is our own, the file as well
            pads | {"snapshot": snapshot, "columns": _COLUMNS},
        )


def decode(month: str) -> None:
    """Decode the columns of a people file that its cells are made of, texts as dictionaries."""
    rows = 0
    with pq.ParquetFile(month, read_dictionary=_TEXTS) as file:
        for batch in file.iter_batches(columns=_NEEDED):
            rows += batch.num_rows
        assert rows == file.metadata.num_rows


def join(before: str, after: str) -> None:
    """A plain full outer join of two people files, counted by cell on both sides."""
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        connection.execute(_JOIN, {"before": before, "after": after})
