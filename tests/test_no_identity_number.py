"""No identity number reaches the disk, a log or an answer in clear, whatever becomes of the delivery."""

import gzip
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.people import members_text, nik, roster_text

ROOT = Path(__file__).parents[1]


def niks(count: int) -> list[str]:
    return [nik(number, region="317101" if number % 2 else "110101") for number in range(count)]


def forms(month: str, people: list[dict[str, str]]) -> Iterator[tuple[str, bytes]]:
    """The same people in every form in which they may be delivered."""
    text = members_text(month, people)
    yield f"{month}.csv", text.encode()
    yield f"{month}-utf16.csv", text.encode("utf-16")
    yield f"{month}-kutip.csv", text.replace(",", '","').replace("\n", '"\n"')[:-1].join(['"', ""]).encode()
    yield f"{month}.csv.gz", gzip.compress(text.encode())
    rows = [line.split(",") for line in text.splitlines()]
    table = pa.table({name: [row[index] for row in rows[1:]] for index, name in enumerate(rows[0])})
    written = io.BytesIO()
    pq.write_table(table, written)
    yield f"{month}.parquet", written.getvalue()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    yield f"{month}.xlsx", written.getvalue()


def spellings(number: str) -> set[bytes]:
    """A NIK as text in two encodings, and as a number in the forms in which files keep numbers."""
    value = int(number)
    return {
        number.encode(),
        number.encode("utf-16-le"),
        number.encode("utf-16-be"),
        struct.pack("<q", value),
        struct.pack(">q", value),
        struct.pack("<d", float(value)),
    }


def contents(path: Path) -> Iterator[bytes]:
    """Everything a file holds: its bytes, and what is packed within them."""
    content = path.read_bytes()
    yield content
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    elif content.startswith(b"PAR1"):
        yield repr(pq.read_table(path).to_pylist()).encode()
    elif content[8:12] == b"DUCK":
        with duckdb.connect(str(path), read_only=True) as connection:
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                yield repr(connection.execute(f'from "{name}"').fetchall()).encode()


def command(data: Path, *words: str | Path) -> bytes:
    environment = os.environ | {
        "CAKUPAN_DATA": str(data),
        "CAKUPAN_KEY_FILE": str(data.parent / "kunci" / "key"),
        "TMPDIR": str(data.parent / "tmp"),
        "PYTHONWARNINGS": "ignore",
    }
    (data.parent / "tmp").mkdir(exist_ok=True)
    run = subprocess.run(
        [sys.executable, "-m", "enrollment", *map(str, words)],
        capture_output=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert b"Traceback" not in run.stderr
    return run.stdout + run.stderr


def found_in(folder: Path, delivered: list[str]) -> list[tuple[Path, str]]:
    wanted = [(number, spelling) for number in delivered for spelling in spellings(number)]
    return [
        (path, number)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in contents(path)
        for number, spelling in wanted
        if spelling in content
    ]


FORMS = ("csv", "utf16", "quoted", "gz", "parquet", "xlsx")


def test_a_delivered_nik_is_nowhere_in_clear(tmp_path: Path, size: Callable[[int, int], int]) -> None:
    """Each form with faults, set aside, and in order; one month each, so that all of them count."""
    delivered = niks(size(20, 400))
    data, folder = tmp_path / "data", tmp_path / "in"
    folder.mkdir()
    said = b""
    faulty: list[Path] = []
    for form, _ in enumerate(FORMS):
        month = f"2021-{form + 1:02}"
        people = [{"nik": number} for number in delivered]
        people[3] |= {"sumber": "TIDAKADA"}
        people[4] |= {"jenis_kelamin": "P"}
        people.append({"nik": delivered[0]})
        people.append({"nik": delivered[1][:-1]})
        people.append({"nik": "'" + delivered[2]})
        name, content = list(forms(month, people))[form]
        (folder / name).write_bytes(content)
        faulty.append(folder / name)
        (folder / f"baik-{name}").write_bytes(
            list(forms(month, [{"nik": number} for number in delivered]))[form][1]
        )
    said += command(data, "load", *faulty)
    said += command(data, "load", *faulty, "--quarantine", "--json")
    said += command(data, "load", *sorted(folder.glob("baik-*")), "--confirm", "--json")
    roster = [{"nik": number} for number in (*delivered[:-5], nik(9_000), delivered[0], delivered[1][:-1])]
    (folder / "daftar.csv").write_text(roster_text("2021-06", roster), encoding="utf-8")
    about = ("--source", "TPP", "--month", "2021-06")
    taken = tmp_path / "out"
    said += command(data, "reconcile", folder / "daftar.csv", *about, "--out", taken, "--json")
    assert b'"active_part"' in said
    said += command(data, "publish", "--json")
    said += command(data, "quarantine", "--csv")
    listed = json.loads(command(data, "deliveries", "--json").decode().partition("\nnanobind")[0])
    assert len(listed) == 2 * len(FORMS)
    said += command(data, "rows", listed[0]["sha256"], "--csv")
    said += command(data, "verify")
    every = [*delivered, delivered[1][:-1]]
    assert said.count(b'"verdict": "quarantined"') == len(FORMS)
    assert not [number for number in every for spelling in spellings(number) if spelling in said]
    assert found_in(data, every) == []
    assert found_in(tmp_path / "tmp", every) == []
    assert len(list(taken.iterdir())) > 10
    assert found_in(taken, [*every, nik(9_000)]) == []
