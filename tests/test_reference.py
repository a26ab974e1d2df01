"""Reference files: the user's own before the shipped ones, by column name, and never half read."""

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from enrollment import reference
from enrollment.fold import expected_sources
from enrollment.language import CODES, Language
from enrollment.reference import SCHEMAS, SHIPPED, ReferenceFault
from enrollment.store import Store, codes_of


def own(data: Path, name: str, content: str | bytes) -> Path:
    """Give a data directory a reference file of its own."""
    path = data / "reference" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def shipped(name: str) -> str:
    return (SHIPPED / f"{name}.csv").read_text(encoding="utf-8")


def test_the_shipped_files_are_read_whole_and_typed(tmp_path: Path) -> None:
    tables = reference.read(tmp_path)
    assert set(tables.tables) == set(tables.digests) == set(SCHEMAS)
    assert {name: table.num_rows for name, table in tables.tables.items()} == {
        "targets": 13,
        "partner_sources": 16,
        "agreements": 5,
        "plans": 17,
        "instructions": 7,
        "provinces": 38,
        "regencies": 540,
        "eligible": 0,
        "annotations": 3,
        "events": 2,
        "prognoses": 1,
        "published_figures": 231,
    }
    goal = next(row for row in tables.rows("targets") if row["is_default"])
    assert (goal["goal"], goal["target"], goal["due"]) == ("2021-38.0", 38_000_000, dt.date(2021, 12, 31))
    assert expected_sources(tables.rows("partner_sources"))["TPP"] == dt.date(2021, 4, 30)


def test_a_table_that_is_written_reads_back_as_it_was(tmp_path: Path) -> None:
    tables = reference.read(tmp_path)
    for name in SCHEMAS:
        rows = tables.rows(name)
        if name == "events":
            rows[0] |= {"note": 'Kata "tutup", lalu\nbaris baru', "people": -1, "source_url": None}
        written = reference.document(name, rows).encode()
        assert reference.table(name, tmp_path / f"{name}.csv", written).to_pylist() == rows


def test_an_own_file_takes_the_place_of_the_shipped_one_and_only_of_that(tmp_path: Path) -> None:
    before = reference.read(tmp_path)
    own(
        tmp_path,
        "partner_sources",
        shipped("partner_sources") + "KOPERASI,KOP,Koperasi,,Koperasi,,BPU,50,,5\n",
    )
    after = reference.read(tmp_path)
    assert codes_of(after).sources - codes_of(before).sources == {"KOPERASI"}
    assert {name for name in SCHEMAS if after.digests[name] != before.digests[name]} == {"partner_sources"}
    added = after.rows("partner_sources")[-1]
    assert (added["name_en"], added["expected_from"], added["due_day"]) == (None, None, 5)


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    lines = [line.split(",") for line in shipped("provinces").splitlines()]
    own(tmp_path, "provinces", "\r\n".join(",".join([*reversed(line), "x"]) for line in lines))
    assert reference.read(tmp_path).rows("provinces") == reference.read(tmp_path.parent).rows("provinces")


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("targets", "target", "38.000.000"),
        ("targets", "target", "38_000_000"),
        ("targets", "due", "31-12-2021"),
        ("published_figures", "value", "nan"),
        ("targets", "is_default", "yes"),
        ("partner_sources", "priority", "satu"),
        ("agreements", "committed", "1e3"),
        ("provinces", "from_year", "1945.0"),
        ("targets", "target", "38000000000000000000"),
        ("published_figures", "value", "n/a"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_file_row_and_column(
    tmp_path: Path, name: str, column: str, value: str
) -> None:
    columns = list(SCHEMAS[name])
    own(
        tmp_path,
        name,
        ",".join(columns) + "\n" + ",".join(value if item == column else "" for item in columns) + "\n",
    )
    with pytest.raises(ReferenceFault) as fault:
        reference.read(tmp_path)
    assert (fault.value.path.name, fault.value.row, fault.value.column, fault.value.value) == (
        f"{name}.csv",
        2,
        column,
        value,
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"goal,year\n2021-38.0,2021\n",
        "sasaran;tahun\n".encode("utf-16"),
        b"\xff\xfe\x00\x01",
        b'"goal,year\n',
    ],
    ids=["empty", "columns missing", "utf-16", "no text", "open quote"],
)
def test_a_file_that_cannot_be_read_at_all_is_a_fault_of_that_file(tmp_path: Path, content: bytes) -> None:
    own(tmp_path, "targets", content)
    with pytest.raises(ReferenceFault) as fault:
        reference.read(tmp_path)
    assert fault.value.path.name == "targets.csv"


def test_a_quote_left_open_in_a_row_is_a_fault(tmp_path: Path) -> None:
    own(tmp_path, "targets", shipped("targets") + '"2022-1.0,2022,1000\n')
    with pytest.raises(ReferenceFault):
        reference.read(tmp_path)


@pytest.mark.parametrize("cells", ["2022-1.0,2022,1000", "2022-1.0,2022,1000,2022-12-31,,,,,,,,,,,,,lebih"])
def test_a_row_with_too_few_or_too_many_cells_is_a_fault(tmp_path: Path, cells: str) -> None:
    own(tmp_path, "targets", shipped("targets") + cells + "\n")
    with pytest.raises(ReferenceFault) as fault:
        reference.read(tmp_path)
    assert fault.value.row == len(shipped("targets").splitlines()) + 1


def test_a_month_from_which_a_source_is_expected_is_checked_when_the_file_is_read(tmp_path: Path) -> None:
    own(tmp_path, "partner_sources", shipped("partner_sources").replace("2020-12", "Desember 2020"))
    with pytest.raises(ReferenceFault) as fault:
        reference.read(tmp_path)
    assert fault.value.column == "expected_from"


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("provinces", ("tile_column", "tile_row")),
        ("regencies", ("short", "from_year", "until_year", "successor")),
        ("annotations", ("text_en",)),
        ("plans", ("province", "note", "note_en", "source_url")),
        ("instructions", ("party_en", "duty_en", "section")),
        ("prognoses", ("document_en",)),
    ],
)
def test_a_column_that_a_file_need_not_have_is_not_known_in_any_row(
    tmp_path: Path, name: str, absent: tuple[str, ...]
) -> None:
    lines = list(csv.DictReader(io.StringIO(shipped(name))))
    kept = [column for column in SCHEMAS[name] if column not in absent]
    text = io.StringIO()
    writer = csv.DictWriter(text, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    own(tmp_path, name, text.getvalue())
    rows = reference.read(tmp_path).rows(name)
    assert len(rows) == len(lines)
    assert {row[column] for row in rows for column in absent} == {None}
    store = Store(tmp_path / "loaded")
    assert store.load(tmp_path / "reference" / f"{name}.csv").verdict == "accepted"
    assert store.reference().rows(name) == rows


def test_a_regency_may_lie_in_the_province_that_it_had_before_and_has_after_a_division(
    tmp_path: Path,
) -> None:
    regencies = codes_of(reference.read(tmp_path)).regencies or {}
    assert regencies["1101"] == {"ID-AC"}
    assert regencies["9101"] == regencies["9301"] == {"ID-PA", "ID-PS"}
    assert regencies["9271"] == regencies["9671"] == {"ID-PB", "ID-PD"}
    assert regencies["9103"] == {"ID-PA"}


def test_events_need_neither_notes_nor_an_address_and_are_not_simulated_then(tmp_path: Path) -> None:
    own(tmp_path, "events", "date,source,segment,people,kind\n2021-10,,PU,-5000,cleaned\n")
    (row,) = reference.read(tmp_path).rows("events")
    assert (row["date"], row["source"], row["people"], row["simulated"]) == (
        dt.date(2021, 10, 31),
        None,
        -5_000,
        False,
    )


EVENT = "date,source,segment,people,kind\n2021-05-31,PEMDA,PU,400,joined\n"
PROGNOSIS = (
    "stated_on,due,value,document,source\n2021-09-15,2021-12-31,30500000,Prognosis,https://contoh.id\n"
)
REFUSED = [
    ("events", EVENT + "2021-06-01,PEMDA,PU,-7,gone\n", "event_kind", "kind"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,-7,Left\n", "event_kind", "kind"),
    ("events", EVENT + "2021-06-01,PEMDA,SEKTOR,-7,left\n", "unknown_segment", "segment"),
    ("events", EVENT + "2021-06-01,KOPERASI,PU,-7,left\n", "unknown_source", "source"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,-7,joined\n", "event_not_above_zero", "people"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,7,left\n", "event_not_below_zero", "people"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,7,cleaned\n", "event_not_below_zero", "people"),
    ("events", EVENT + "2021-12-31,PEMDA,PU,7,ending\n", "event_not_below_zero", "people"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,0,reclassified\n", "event_of_nobody", "people"),
    ("events", EVENT + ",PEMDA,PU,7,joined\n", "empty_required", "date"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,,joined\n", "empty_required", "people"),
    ("events", EVENT + "2021-06-01,PEMDA,PU,7,\n", "empty_required", "kind"),
    ("events", EVENT + "2021-05,PEMDA,PU,400,reclassified\n", "duplicate_entry", None),
    ("events", EVENT + "2021-06-01,PEMDA,PU,4.000,joined\n", "reference_value", "people"),
    (
        "prognoses",
        PROGNOSIS + "2022-01-01,2021-12-31,30600000,P,https://a.id\n",
        "stated_after_due",
        "stated_on",
    ),
    ("prognoses", PROGNOSIS + "2021-10-01,2021-12-31,-1,P,https://a.id\n", "count_sign", "value"),
    ("prognoses", PROGNOSIS + "2021-10-01,2021-12-31,,P,https://a.id\n", "empty_required", "value"),
    ("prognoses", PROGNOSIS + "2021-10-01,2021-12-31,1,P,\n", "empty_required", "source"),
    ("prognoses", PROGNOSIS + "2021-09-15,2021-12-31,30600000,P,https://a.id\n", "duplicate_entry", None),
]


@pytest.mark.parametrize(("name", "text", "rule", "column"), REFUSED)
def test_what_moves_a_forecast_is_judged_row_by_row_and_refused_with_a_reason(
    tmp_path: Path, name: str, text: str, rule: str, column: str | None
) -> None:
    store = Store(tmp_path / "data")
    path = tmp_path / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    receipt = store.load(path)
    (fault,) = receipt.all_faults
    assert (receipt.verdict, fault.rule, fault.row, fault.column) == ("refused", rule, 3, column)
    for language in map(Language, CODES):
        assert fault.message(language, path.name).startswith(path.name)
    assert store.kept() == ()


@pytest.mark.parametrize(
    ("kind", "people"), [("joined", 7), ("left", -7), ("reclassified", 7), ("reclassified", -7)]
)
@pytest.mark.parametrize(("source", "segment"), [("PEMDA", "PU"), ("PEMDA", ""), ("", "PU"), ("", "")])
def test_an_event_may_be_of_a_source_a_segment_both_or_the_whole_total(
    tmp_path: Path, kind: str, people: int, source: str, segment: str
) -> None:
    store = Store(tmp_path)
    path = tmp_path / "events.csv"
    path.write_text(EVENT + f"2021-12-31,{source},{segment},{people},{kind}\n", encoding="utf-8")
    assert store.load(path).verdict == "accepted"
    row = store.reference().rows("events")[-1]
    assert (row["source"] or "", row["segment"] or "", row["people"]) == (source, segment, people)


def test_events_stay_readable_when_a_source_is_later_dropped_from_the_list(tmp_path: Path) -> None:
    store = Store(tmp_path)
    listed = tmp_path / "partner_sources.csv"
    listed.write_text(
        shipped("partner_sources") + "KOPERASI,KOP,Koperasi,,Koperasi,,BPU,50,,5\n", encoding="utf-8"
    )
    assert store.load(listed).verdict == "accepted"
    events = tmp_path / "events.csv"
    events.write_text(EVENT + "2021-06-01,KOPERASI,BPU,7,joined\n", encoding="utf-8")
    assert store.load(events).verdict == "accepted"
    store.withdraw(store.kept()[0].sha256, "keliru")
    assert [row["source"] for row in store.reference().rows("events")] == ["PEMDA", "KOPERASI"]
