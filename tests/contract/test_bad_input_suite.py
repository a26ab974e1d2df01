"""Every kind of good and broken file through the store: the intended answer, and nothing lost or changed."""

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from enrollment.delivery import Delivery
from enrollment.language import CODES, Language
from enrollment.receipt import Receipt
from enrollment.store import Store
from tests.builders import STEWARD, Reference, regency
from tests.contract.bad_input import BOMBS, Case, cases
from tests.contract.tables import Rows

CASES = cases()
_FIELDS = {
    "sumber": "source",
    "segmen": "segment",
    "provinsi": "province",
    "kab_kota": "regency",
    "program": "programmes",
    "jenis_kelamin": "sex",
    "kelompok_umur": "age_band",
    "aktif": "active",
    "baru": "new",
}
_PEOPLE_FIELDS = {name: _FIELDS[name] for name in ("sumber", "provinsi", "jenis_kelamin")}
_PEOPLE_FIELDS |= {"tgl_lahir": "birth_date"}
_MEMBER_FIELDS = {"segmen": "segment", "kab_kota": "regency", "program": "programmes", "kpj": "kpj"}
_ROSTER_FIELDS = {"jabatan": "position"}
_LONG_NUMBER = re.compile(r"\d{12}")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    Reference().write(tmp_path / "data" / "reference")
    return Store(tmp_path / "data")


@pytest.fixture(autouse=True)
def _own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "keys" / "key"))


def load(store: Store, name: str, content: bytes, **said: Any) -> Receipt:
    """Load a file that lies in a folder of its own under the name its sender gave it."""
    folder = store.data.parent / "kiriman"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return store.load(path, by=STEWARD, **said)


def answer(store: Store, case: Case) -> Receipt:
    if case.regencies:
        own = Reference()
        more = (regency(code, "ID-AC", code) for code in case.regencies)
        replace(own, regencies=(*own.regencies, *more)).write(store.data / "reference")
    for name, content in case.before:
        assert load(store, name, content, confirmed=True).kept
    return load(store, case.name, case.content, **case.said)


EACH = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


@EACH
def test_a_file_gets_its_answer_and_nothing_is_lost_or_changed(case: Case, store: Store) -> None:
    receipt = answer(store, case)
    document = receipt.document(Language("en"))
    found = sorted(((fault["rule"], fault["row"]) for fault in document["faults"]), key=str)
    assert (document["verdict"], found) == (case.verdict, sorted(case.found, key=str))
    notes = {note.rule for note in (*receipt.reading.notes, *receipt.reasons)}
    assert set(case.notes) <= notes
    assert document["rows"] == document["accepted"] + document["quarantined"] + document["refused"]
    if case.rows is not None:
        assert document["rows"] == case.rows
    kept = [delivery for delivery in store.kept() if delivery.file == receipt.reading.file]
    if case.verdict not in ("accepted", "noted", "quarantined"):
        assert not kept
    elif case.delivered is not None:
        assert_kept(store, kept[-1], case.delivered, case)
    assert_said_safely(receipt)
    assert_no_identity_number_on_disk(store, case)


def assert_said_safely(receipt: Receipt) -> None:
    """Every message names the file, in both languages, and no answer holds an identity number."""
    for code in CODES:
        document = receipt.document(Language(code))
        sayings = [*(fault["message"] for fault in document["faults"]), *document["notes"]]
        for saying in sayings:
            assert saying.startswith(document["file"])
            assert not any(unicodedata.category(character)[0] == "C" for character in saying)
        text = json.dumps({**document, "sha256": ""}, ensure_ascii=False)
        assert not _LONG_NUMBER.search(text)


def assert_no_identity_number_on_disk(store: Store, case: Case) -> None:
    niks = {number.encode() for number in re.findall(r"1101\d{12}", _text_of(case))}
    for path in (store.data / "store").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(nik in content for nik in niks)


def _text_of(case: Case) -> str:
    rows = case.delivered.rows if case.delivered else ()
    return case.content.decode("utf-8", "replace") + " ".join(cell for row in rows for cell in row)


def assert_kept(store: Store, delivery: Delivery, table: Rows, case: Case) -> None:
    """What is kept are the rows of the table, value for value."""
    kept = [row for batch in store.accepted(delivery) for row in batch.to_pylist()]
    assert delivery.kind == table.kind
    assert len(kept) == len(table.rows)
    fields = _FIELDS
    if table.kind != "totals":
        fields = _PEOPLE_FIELDS | (_MEMBER_FIELDS if table.kind == "members" else _ROSTER_FIELDS)
        key_of = store.keys(make=False).key_of
        order = {key_of(row[0]): row for row in table.rows}
        assert len(order) == len(kept)
        delivered = [order[_raw(row["key"])] for row in kept]
    else:
        kept.sort(key=lambda row: row["row"])
        delivered = list(table.rows)
    for row, cells in zip(kept, delivered, strict=True):
        told = dict(zip(table.header, cells, strict=True))
        assert row["month"].strftime("%Y-%m") == told["periode"]
        assert {name: _written(row[field]) for name, field in fields.items()} == {
            name: told[name] for name in fields
        }


def _raw(key: Any) -> bytes:
    return key if isinstance(key, bytes) else key.bytes


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def test_the_suite_holds_files_of_every_form_and_kind() -> None:
    assert len(CASES) >= 160
    titles = " ".join(case.title for case in CASES)
    for kind in ("totals", "members", "roster"):
        for form in ("csv", "gz", "xlsx", "parquet"):
            assert f"{kind} as {form}: " in titles
            assert f"{kind}: {form}" in titles


def test_one_name_never_reads_another_file(store: Store) -> None:
    """A name that a library would take for a pattern stands beside a file that the pattern finds."""
    good = next(case for case in CASES if case.title == "totals: csv")
    load(store, "snap_1.csv", good.content.replace(b"30214", b"1"))
    receipt = load(store, "snap_[0-9].csv", good.content, confirmed=True)
    assert receipt.reading.accepted["active"].to_pylist()[2] == 30214


LIMITED = """
import re, resource, sys
from pathlib import Path
from enrollment.store import Store
receipt = Store(Path(sys.argv[1])).load(Path(sys.argv[2]), by="S. W.")
(fault,) = receipt.reading.faults
used = resource.getrusage(resource.RUSAGE_SELF)
# The peak of this process alone: what getrusage tells may be that of the process it was started by.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(receipt.verdict, fault.rule, peak // 1024, used.ru_utime + used.ru_stime)
"""


@pytest.mark.parametrize("title", BOMBS)
def test_a_bomb_is_refused_in_ten_seconds_and_500_megabytes(title: str, store: Store, tmp_path: Path) -> None:
    name, make, rule = BOMBS[title]
    path = tmp_path / name
    path.write_bytes(make())
    words = [sys.executable, "-c", LIMITED, str(store.data), str(path)]
    run = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    verdict, found, megabytes, seconds = run.stdout.split()
    assert (verdict, found) == ("refused", rule)
    # Of the processor's time: the clock also counts what else the machine does.
    assert float(seconds) < 10
    assert int(megabytes) < 500
