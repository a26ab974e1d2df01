"""Parquet: from a columnar file to batches of text.

After `layout` has judged the file, columns are found by name and read in slices, however large a row
group is. There is no header row: the first row of data is row 1.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment.contract import layout
from enrollment.contract.batches import Batch, Table
from enrollment.contract.faults import Fault, Findings, Refused

LONGEST_CELL = 32_767
_BATCH = 65_536
_PIECE = 2**20
_IDENTITY = frozenset({"NIK", "KUNCI", "KPJ", "NPP"})
_DAYS = frozenset({"TGL_LAHIR", "BIRTH_DATE", "TGL_DAFTAR", "REGISTERED_ON"})
# Columns whose texts hardly ever repeat; they are handed over without a dictionary.
_DISTINCT = frozenset({"NIK", "KUNCI", "KEY", "KPJ", "NPP", "NAMA", "NAME", "UPAH", "WAGE"})


def open_table(file: BinaryIO, findings: Findings, *, progress: Callable[[int], None] | None = None) -> Table:
    """The header and the rows of a Parquet file; `progress` is told how many bytes are done.

    Integers become digits, days YYYY-MM-DD, null the empty text. Raises Refused, also while the rows
    are read, for a fault of the whole file.
    """
    known = layout.check(file)
    with _faults_of_file():
        parquet = pq.ParquetFile(file, page_checksum_verification=True, buffer_size=_PIECE)
        names = list(parquet.schema_arrow.names)
        if names != known.names:
            raise layout.broken()
        if len(set(names)) == len(names):
            _check_types(parquet.schema_arrow)
    if not known.checksums:
        findings.note("no_checksums")
    # A column that is named twice is a fault of the header, found before any row is asked for.
    return Table((0, names), _batches(file, known, progress or (lambda done: None)))


def _check_types(schema: pa.Schema) -> None:
    """Every column of a type that can be taken as text without a guess."""
    faults = []
    for name, type_ in zip(schema.names, schema.types, strict=True):
        plain = type_.value_type if pa.types.is_dictionary(type_) else type_
        identity = name.strip().upper() in _IDENTITY
        if _is_text(plain) or pa.types.is_null(plain):
            continue
        if pa.types.is_integer(plain) and not identity:
            continue
        if pa.types.is_date32(plain) and name.strip().upper() in _DAYS:
            continue
        is_nik = identity and name.strip().upper() in ("NIK", "KUNCI")
        rule = "nik_not_text" if is_nik else "column_type"
        faults.append(Fault.of(rule, column=name, details={"type": str(plain)[:40]}))
    if faults:
        raise Refused(*faults)


def _is_text(type_: pa.DataType) -> bool:
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(is_kind(type_) for is_kind in kinds)


def _batches(file: BinaryIO, known: layout.Layout, progress: Callable[[int], None]) -> Iterator[Batch]:
    size = file.seek(0, 2)
    plain = {name for name in known.names if _is_distinct(name)} | known.by_length
    row = 0
    with _faults_of_file():
        _check_words(file, known, plain)
        # A long text that repeats is in memory once in a dictionary; of texts that hardly repeat, the
        # dictionary itself would grow with the file.
        repeating = [name for name in known.names if name not in plain]
        parquet = pq.ParquetFile(
            file, page_checksum_verification=True, buffer_size=_PIECE, read_dictionary=repeating
        )
        for read in parquet.iter_batches(batch_size=_BATCH, use_threads=True):
            columns = tuple(
                _texts(name, column, row) for name, column in zip(known.names, read.columns, strict=True)
            )
            rows = pa.array(np.arange(row + 1, row + 1 + len(read), dtype=np.int64))
            yield Batch(rows, columns)
            row += len(read)
            progress(size * row // max(1, known.rows))
        if row != known.rows:
            raise layout.broken()


def _is_distinct(name: str) -> bool:
    return name.strip().upper() in _DISTINCT


def _check_words(file: BinaryIO, known: layout.Layout, plain: set[str]) -> None:
    """No word of a dictionary may be so long that its repetitions do not fit into memory."""
    parquet = pq.ParquetFile(
        file, page_checksum_verification=True, buffer_size=_PIECE, read_dictionary=sorted(plain)
    )
    for group, names in enumerate(known.dictionaries):
        chosen = sorted(names & plain)
        if not chosen:
            continue
        # The first row brings the whole dictionary with it.
        read = next(parquet.iter_batches(batch_size=1, row_groups=[group], columns=chosen), None)
        if read is None:
            raise layout.broken()
        for name, column in zip(read.schema.names, read.columns, strict=True):
            if isinstance(column, pa.DictionaryArray) and _is_text(column.type.value_type):
                words = column.dictionary.cast(pa.large_binary())
                if (pc.max(pc.binary_length(words)).as_py() or 0) > LONGEST_CELL:
                    limit = {"limit": str(LONGEST_CELL)}
                    raise Refused(Fault.of("cell_too_long", column=name, details=limit))


def _texts(name: str, column: pa.Array, before: int) -> pa.Array:
    """A column as text without nulls, proved to be UTF-8; `before` rows have been read before it."""
    if isinstance(column, pa.DictionaryArray) and _is_text(column.type.value_type):
        indices, words = column.indices, column.dictionary.cast(pa.large_binary())
        if indices.null_count:
            words = pa.concat_arrays([words, pa.array([b""], pa.large_binary())])
            indices = indices.fill_null(len(words) - 1)
        longest = pc.max(pc.binary_length(words)).as_py() or 0
        if longest <= LONGEST_CELL and len(words) > len(indices):
            # A dictionary that grows with the file is not gone through again for every batch.
            texts = _proved(name, words.take(indices), lambda word: before + 1 + word, before)
            return texts if _is_distinct(name) else texts.dictionary_encode()
        words = _proved(name, words, lambda word: before + 1 + pc.index(indices, word).as_py(), before)
        indices = indices.cast(pa.int32())
        return words.take(indices) if _is_distinct(name) else pa.DictionaryArray.from_arrays(indices, words)
    if _is_text(column.type):
        return _proved(name, column.fill_null(""), lambda word: before + 1 + word, before)
    return column.cast(pa.string()).fill_null("")


def _proved(name: str, texts: pa.Array, row_of: Callable[[int], int], before: int) -> pa.Array:
    """Texts that are UTF-8 and not too long, as plain text arrays. Raises Refused with the first row.

    A dictionary also holds words of later rows only, whose row is `before` as long as it is not known;
    the batch that uses them will be refused.
    """
    raw = texts.cast(pa.large_binary())
    longest = pc.max(pc.binary_length(raw)).as_py() or 0
    if longest <= LONGEST_CELL:
        try:
            return raw.cast(pa.string())
        except pa.ArrowInvalid:
            pass
    faults = {}
    kept = raw.to_pylist()
    for place, value in enumerate(kept):
        if (problem := _problem(value)) is not None:
            faults[place] = problem
            kept[place] = b""
    found = {row_of(place): problem for place, problem in faults.items()}
    rows = sorted(row for row in found if row > before)
    if rows:
        rule, details = found[rows[0]]
        raise Refused(Fault.of(rule, row=rows[0], column=name, details=details))
    return pa.array(kept, pa.large_binary()).cast(pa.string())


def _problem(value: bytes) -> tuple[str, dict[str, str]] | None:
    if len(value) > LONGEST_CELL:
        return "cell_too_long", {"limit": str(LONGEST_CELL)}
    try:
        value.decode()
    except UnicodeDecodeError as error:
        return "not_utf8", {"offset": str(error.start), "byte": f"0x{value[error.start]:02X}"}
    return None


@contextmanager
def _faults_of_file() -> Iterator[None]:
    """What the reader of Parquet raises, as a fault: its own words may repeat values of the file."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            raise
        raise Refused(_explained(error)) from None
    except (pa.ArrowException, ValueError, KeyError, UnicodeError, OverflowError, MemoryError) as error:
        raise Refused(_explained(error)) from None


def _explained(error: BaseException) -> Fault:
    encrypted = re.search("encrypt|decrypt", str(error), re.IGNORECASE)
    return Fault.of("password" if encrypted else "broken_parquet")
