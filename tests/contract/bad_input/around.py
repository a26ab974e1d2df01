"""Disguises and names; what is in order in itself, but not beside what was delivered before."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.contract.bad_input.case import Case, bad, good
from tests.contract.tables import KINDS, TOTALS, Rows, bytes_of, parquet_of, text_of


def disguises() -> Iterator[Case]:
    csv_text = text_of(TOTALS).encode()
    office = bytes_of(TOTALS, "xlsx")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("kiriman.csv", csv_text)
    for title, content, name in (
        ("PDF named CSV", b"%PDF-1.7 ...", "kiriman.csv"),
        ("spreadsheet named CSV", office, "kiriman.csv"),
        ("CSV named spreadsheet", csv_text, "kiriman.xlsx"),
        ("CSV named Parquet", csv_text, "kiriman.parquet"),
        ("Parquet named spreadsheet", parquet_of(TOTALS), "kiriman.xlsx"),
        ("CSV named gzip", csv_text, "kiriman.csv.gz"),
        ("gzip named CSV", gzip.compress(csv_text), "kiriman.csv"),
        ("archive named spreadsheet", archive.getvalue(), "kiriman.xlsx"),
        ("error page named CSV", b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "kiriman.csv"),
        ("JSON named CSV", json.dumps([{"periode": "2021-08"}]).encode(), "kiriman.csv"),
        ("old spreadsheet named new", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "kiriman.xlsx"),
    ):
        yield bad(f"disguise: {title}", content, ("disguise", None), name=name)
    yield bad("archive", archive.getvalue(), ("form_not_supported", None), name="kiriman.zip")
    within = gzip.compress(office)
    yield bad("spreadsheet within gzip", within, ("form_not_supported", None), name="kiriman.csv.gz")
    cut = gzip.compress(csv_text)[:-30]
    yield bad("gzip cut off", cut, ("broken_gzip", None), name="kiriman.csv.gz")


NAMES = (
    "snap_[0-9].csv",
    "*.csv",
    "a b\tc.csv",
    "baris\nbaru.csv",
    "![](http:__host_x.png).csv",
    "<script>alert(1)<_script>.csv",
    "=HYPERLINK(A1).csv",
    "-rf.csv",
    "~.csv",
    "%2e%2e%2fetc.csv",
    "\u202evsc.exe.csv",
    "NIK 3171234567890123 Siti.csv",
    "n" * 240 + ".csv",
)


def names() -> Iterator[Case]:
    for name in NAMES:
        yield good(f"name: {name[:40]!r}", text_of(TOTALS), TOTALS, name)
        wrong = TOTALS.with_cell(2, "aktif", "x")
        yield bad(
            f"name of a bad file: {name[:40]!r}", text_of(wrong), ("count_not_digits", 4), name=name, rows=5
        )


def others() -> Iterator[Case]:
    july = TOTALS.with_column("periode", "2021-07")
    tenfold = TOTALS.with_cell(2, "aktif", "302140")
    few = TOTALS.with_cell(2, "aktif", "3000")
    without = replace(TOTALS, rows=(*TOTALS.rows[:2], *TOTALS.rows[3:]))
    before = (("juli.csv", text_of(july).encode()),)

    def asked(title: str, table: Rows, name: str, *notes: str, **more: Any) -> Case:
        content = text_of(table).encode()
        return Case(title, content, "confirm", (), name, notes, rows=len(table.rows), **more)

    yield asked("ten times more", tenfold, "agustus.csv", "implausible", before=before)
    yield asked("90 % fewer", few, "agustus.csv", "implausible", before=before)
    yield asked("a source missing", without, "agustus.csv", "source_absent", before=before)
    yield asked("another month in the name", TOTALS, "kiriman-2021-07.csv", "name_month")
    told = good("ten times more, confirmed", text_of(tenfold), tenfold, "agustus.csv", before=before)
    yield replace(told, said={"confirmed": True})
    for table in KINDS:
        text, count = text_of(table).encode(), len(table.rows)
        same = (("pertama.csv", text),)
        rewritten = text_of(table, ";", "\r\n").encode()
        for title, content in (("same bytes again", text), ("same rows in other bytes", rewritten)):
            yield Case(
                f"{table.kind}: {title}", content, "unchanged", (), "kedua.csv", rows=count, before=same
            )
        wrong = table.with_cell(2, "provinsi", "91")
        found = (("province_number", 4),)
        said = {"quarantine": True}
        yield Case(
            f"{table.kind}: a bad row set aside",
            text_of(wrong).encode(),
            "quarantined",
            found,
            rows=count,
            said=said,
            delivered=replace(table, rows=(*table.rows[:2], *table.rows[3:])),
        )
    whole = text_of(TOTALS.without("aktif")).encode()
    yield Case(
        "no bad row is set aside of a bad file",
        whole,
        found=(("missing_column", 1),),
        said={"quarantine": True},
        rows=5,
    )
