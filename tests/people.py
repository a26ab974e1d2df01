"""Small deliveries about people for tests: structurally valid NIKs, members files and rosters as text."""

import csv
import io
from collections.abc import Mapping, Sequence

PERSON = {
    "sumber": "TPP",
    "segmen": "BPU",
    "provinsi": "ID-AC",
    "kab_kota": "1101",
    "program": "JKK+JKM",
    "jenis_kelamin": "L",
    "tgl_lahir": "1985-03-12",
}
"""What a row says unless a test says otherwise."""
LISTED = {
    "nama": "Siti Aminah",
    "tgl_lahir": "1985-03-12",
    "jenis_kelamin": "L",
    "provinsi": "ID-AC",
    "sumber": "TPP",
}
"""What a row of a roster says unless a test says otherwise."""


def nik(number: int, *, birth: str = "1985-03-12", sex: str = "L", region: str = "110101") -> str:
    """The `number`-th NIK of a region, birth date and sex."""
    year, month, day = birth.split("-")
    return f"{region}{int(day) + 40 * (sex == 'P'):02d}{month}{year[2:]}{number + 1:04d}"


def members_text(month: str, people: Sequence[Mapping[str, str | None]]) -> str:
    """A members snapshot as CSV; each person says at least its `nik`, and None takes a column away."""
    return _text([{"nik": "", "periode": month, **PERSON, **person} for person in people])


def roster_text(month: str, people: Sequence[Mapping[str, str | None]]) -> str:
    """A roster as CSV; each person says at least its `nik`, and None takes a column away."""
    return _text([{"nik": "", "periode": month, **LISTED, **person} for person in people])


def _text(rows: Sequence[Mapping[str, str | None]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
