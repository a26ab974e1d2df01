"""Whatever goes wrong ends in a sentence: nobody is ever shown a traceback."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from enrollment.language import CODES, catalogue
from enrollment.lock import writing
from enrollment.store import PROJECT_DATA
from tests.cli.conftest import ROOT, deliveries, new_delivery, run


def test_nothing_printed_for_people_is_a_key_or_has_a_placeholder_left(data: Path, tmp_path: Path) -> None:
    keys = set(catalogue("id"))
    for lang in CODES:
        for words in (
            ("status",),
            ("publish",),
            ("editions",),
            ("deliveries",),
            ("quarantine",),
            ("publish", "--dry-run"),
            ("verify",),
            ("load", *deliveries(tmp_path / "in")),
        ):
            said = run(*words, "--data", data, lang=lang)
            assert "{" not in said.out
            assert not keys.intersection(said.out.split())


COMMANDS: Sequence[tuple[str, ...]] = (
    ("status",),
    ("editions",),
    ("verify",),
    ("publish", "--dry-run"),
    ("publish",),
    ("ask", "known_months"),
    ("deliveries",),
    ("quarantine",),
    ("rows", "abcd"),
    ("withdraw", "abcd", "--reason", "x"),
    ("diff", "abcd", "abcd"),
    ("load", "{new}"),
)


def everything(data: Path, content: bytes) -> None:
    for path in data.rglob("*"):
        if path.is_file():
            path.write_bytes(content)


def replaced(name: str, content: bytes | None) -> Callable[[Path], None]:
    """A file in the place of a folder of the store, or a folder in the place of a file."""

    def replace(data: Path) -> None:
        path = data / "store" / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if content is None:
            path.mkdir(parents=True)
        else:
            path.write_bytes(content)

    return replace


def garbled(pattern: str, content: bytes) -> Callable[[Path], None]:
    """Other content in all files of a kind."""

    def garble(data: Path) -> None:
        for path in (data / "store").glob(pattern):
            path.write_bytes(content)

    return garble


def referred(name: str, content: bytes) -> Callable[[Path], None]:
    """A reference file of the directory's own."""

    def refer(data: Path) -> None:
        (data / "reference").mkdir()
        (data / "reference" / name).write_bytes(content)

    return refer


SHIPPED_GOALS = (PROJECT_DATA / "reference" / "targets.csv").read_bytes()
BROKEN: dict[str, Callable[[Path], None]] = {
    "a store full of garbage": lambda data: everything(data, b"\x00\xffrusak"),
    "a store of empty files": lambda data: everything(data, b""),
    "a store of lists": lambda data: everything(data, b"[]"),
    "a store of empty objects": lambda data: everything(data, b"{}"),
    "a file for a store": replaced(".", b"rusak"),
    "a file for snapshots": replaced("snapshots", b"rusak"),
    "a file for editions": replaced("editions", b"rusak"),
    "a file for publications": replaced("publications", b"rusak"),
    "a file for parts": replaced("parts", b"rusak"),
    "a folder for the lock": replaced("lock", None),
    "a folder for a publication": replaced("publications/000001.json", None),
    "sidecars that are none": garbled("snapshots/*.json", b"{"),
    "parts that are none": garbled("parts/*", b"PAR1"),
    "editions that are none": garbled("editions/*", b"rusak"),
    "publications that are none": garbled("publications/*", b"rusak"),
    "publications of nothing": garbled("publications/*", b'{"time": "2021-09-05T00:00:00+00:00"}'),
    "goals that are no text": referred("targets.csv", b"\xff\xfe\x00"),
    "goals with a quote left open": referred("targets.csv", SHIPPED_GOALS + b'"2022,\n'),
    "no goal at all": referred("targets.csv", SHIPPED_GOALS.splitlines(keepends=True)[0]),
    "provinces without the ones delivered": referred(
        "provinces.csv", (PROJECT_DATA / "reference" / "provinces.csv").read_bytes().replace(b"ID-J", b"ID-X")
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_whatever_lies_in_the_directory_every_command_answers_in_a_sentence(
    data: Path, tmp_path: Path, broken: str
) -> None:
    BROKEN[broken](data)
    new = new_delivery(tmp_path)
    for words in COMMANDS:
        said = run(*(word.format(new=new) for word in words), "--data", data)
        assert said.code in (0, 1), words
        assert said.out or said.err, words
        assert "Error(" not in said.err


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path, words: Sequence[str]) -> None:
    (tmp_path / "data").write_text("bukan folder")
    new = new_delivery(tmp_path)
    said = run(*(word.format(new=new) for word in words), "--data", tmp_path / "data")
    assert (said.code, said.out) == (2, "")
    below = run(*(word.format(new=new) for word in words), "--data", tmp_path / "data" / "lagi")
    assert (below.code, below.out) == (1, "")


# Root may read everything, so it becomes nobody first; what Python fetches at its first use it has by then.
AS_NOBODY = """
import os, sys
from enrollment.cli import main
def status(data):
    sys.argv = ["enrollment", "status", "--json", "--data", data]
    try:
        main()
    except SystemExit as stop:
        return stop.code or 0
    return 0
sound, closed = sys.argv[1:]
status(sound)
sys.stdout.flush()
if os.geteuid() == 0:
    os.setuid(65534)
print("---")
sys.exit(status(closed))
"""


def test_a_directory_that_may_not_be_read_is_refused_in_a_sentence(data: Path, made: Path) -> None:
    data.chmod(0)
    try:
        words = [sys.executable, "-c", AS_NOBODY, str(made), str(data)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        data.chmod(0o755)
    assert done.stdout.endswith("---\n"), done.stdout
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1), done.stderr


def test_a_store_in_use_is_refused_with_the_name_of_who_uses_it(data: Path, tmp_path: Path) -> None:
    new = new_delivery(tmp_path)
    # Whoever holds the lock goes on in the same thread.
    with writing(data / "store"), ThreadPoolExecutor(1) as somebody_else:
        for words in (("load", new), ("publish",)):
            said = somebody_else.submit(run, *words, "--data", data).result()
            assert (said.code, said.out) == (1, "")
            assert f"process {os.getpid()}" in said.err
        assert run("status", "--data", data).code == 0


def test_a_reader_that_stops_reading_ends_the_command_quietly(made: Path) -> None:
    words = (
        f"{sys.executable} -m enrollment ask breakdown_by_month --dimension source --data {made} | head -c 1"
    )
    done = subprocess.run(["bash", "-c", words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
