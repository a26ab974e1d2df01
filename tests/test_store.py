"""The store: what it keeps of a delivery, what it answers, and that nothing else ever changes."""

import csv
import datetime as dt
import hashlib
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from enrollment import durable
from enrollment.delivery import DeliveryDamaged, Piece, UnknownDelivery, counted
from enrollment.language import CODES, Language
from enrollment.receipt import Receipt
from enrollment.store import PROJECT_DATA, AlreadyWithdrawn, Store

HEADER = "periode,sumber,segmen,provinsi,program,aktif,baru,aktif_kembali,berhenti,pindah_masuk,pindah_keluar"
JULY = (
    "2021-07,BESAR,PU,ID-JB,JKK+JKM+JHT,1100,150,10,60,0,0",
    "2021-07,BESAR,PU,ID-JT,JKK+JKM,400,20,0,5,0,0",
    "2021-07,TANI,BPU,ID-JT,JKK+JKM,520,30,0,10,0,0",
)
AUGUST = tuple(row.replace("2021-07", "2021-08") for row in JULY)
TREE = dict[str, bytes]


def written(folder: Path, *rows: str, name: str = "kiriman.csv", end: str = "\n") -> Path:
    """A delivery as somebody would hand it over."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes("".join(row + end for row in (HEADER, *rows)).encode())
    return path


def tree(folder: Path) -> TREE:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of somebody's own that holds July."""
    store = Store(tmp_path / "data")
    assert store.load(written(tmp_path / "in", *JULY, name="juli.csv"), by="sari").verdict == "accepted"
    return store


@pytest.fixture
def deliver(tmp_path: Path, store: Store) -> Callable[..., Receipt]:
    """Hand a file with these rows to the store."""

    def load(*rows: str, name: str = "kiriman.csv", end: str = "\n", **said: object) -> Receipt:
        return store.load(written(tmp_path / "in", *rows, name=name, end=end), **said)  # type: ignore[arg-type]

    return load


def balanced(receipt: Receipt, rows: int) -> str:
    """The verdict of a receipt, once its account is known to balance in both languages."""
    for code in CODES:
        document = receipt.document(Language(code))
        assert document["rows"] == rows
        assert document["rows"] == document["accepted"] + document["quarantined"] + document["refused"]
        assert document["verdict"] == receipt.verdict
        assert document["accepted"] == (rows if receipt.kept else 0)
        said = [fault["message"] for fault in document["faults"]] + document["notes"]
        assert all(receipt.reading.file in message for message in said)
    return receipt.verdict


def test_an_accepted_delivery_is_kept_byte_for_byte_with_who_and_when(tmp_path: Path, store: Store) -> None:
    path = written(tmp_path / "in", *AUGUST, name="agustus.csv")
    moment = dt.datetime(2021, 9, 4, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    receipt = store.load(path, by="budi", now=moment)
    assert balanced(receipt, 3) == "accepted"
    july, august = store.kept()
    assert august.path.read_bytes() == path.read_bytes()
    assert august.path.name == f"{hashlib.sha256(path.read_bytes()).hexdigest()}.csv"
    assert (august.file, august.received_by, august.received_at) == ("agustus.csv", "budi", moment)
    assert (august.month, august.sources, august.number) == (dt.date(2021, 8, 31), ("BESAR", "TANI"), 2)
    assert [(item.source, item.cells, item.active) for item in august.contents] == [
        ("BESAR", 2, 1500),
        ("TANI", 1, 520),
    ]
    assert july.received_by == "sari"


def test_what_is_kept_is_read_again_in_the_next_process(tmp_path: Path, store: Store) -> None:
    kept = store.kept()
    assert Store(tmp_path / "data").kept() == kept
    rows = store.rows(kept[0])
    assert rows["active"].to_pylist() == [1100, 400, 520]


def test_a_delivery_with_something_to_say_is_kept_with_a_note(deliver: Callable[..., Receipt]) -> None:
    receipt = deliver(*(row.replace("BESAR", " besar ") for row in AUGUST), end="\r\n")
    assert balanced(receipt, 3) == "noted"
    assert receipt.reading.notes


def test_the_same_bytes_again_change_nothing(store: Store, deliver: Callable[..., Receipt]) -> None:
    before = tree(store.data)
    receipt = deliver(*JULY, name="lagi.csv")
    assert balanced(receipt, 3) == "unchanged"
    assert "juli.csv" in receipt.document(Language("id"))["notes"][-1]
    assert tree(store.data) == before


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_same_rows_in_other_bytes_change_nothing(
    store: Store, deliver: Callable[..., Receipt], confirmed: bool
) -> None:
    before = tree(store.data)
    receipt = deliver(*reversed(JULY), end="\r\n", confirmed=confirmed)
    assert balanced(receipt, 3) == "unchanged"
    assert tree(store.data) == before


def test_a_correction_counts_and_then_the_first_version_sent_again_does_not(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    corrected = (JULY[0].replace(",1100,150", ",1110,160"), *JULY[1:])
    assert balanced(deliver(*corrected), 3) == "accepted"
    (counting,) = set(counted(store.kept()).values())
    assert [piece.delivery.number for piece in counting] == [2]
    assert balanced(deliver(*JULY), 3) == "unchanged"
    assert counted(store.kept()) == {(dt.date(2021, 7, 31), source): counting for source in ("BESAR", "TANI")}


def test_per_month_and_source_the_last_delivery_counts(store: Store, deliver: Callable[..., Receipt]) -> None:
    deliver(JULY[2].replace(",520,", ",530,"))
    first, second = store.kept()
    assert counted(store.kept()) == {
        (dt.date(2021, 7, 31), "BESAR"): (Piece(first),),
        (dt.date(2021, 7, 31), "TANI"): (Piece(second),),
    }


REFUSED = {
    "a wrong header": ("periode;bulan", ("2021-08;1",)),
    "a text in aktif": (HEADER, (AUGUST[0].replace("1100", "banyak"), *AUGUST[1:])),
    "an unknown source": (HEADER, (AUGUST[0].replace("BESAR", "RAKSASA"),)),
    "a duplicate cell": (HEADER, (AUGUST[0], AUGUST[1], AUGUST[0])),
    "a future month": (HEADER, tuple(row.replace("2021-08", "2199-01") for row in AUGUST)),
    "two months": (HEADER, (*JULY, *AUGUST)),
    "no rows": (HEADER, ()),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_delivery_leaves_no_trace(tmp_path: Path, store: Store, fault: str) -> None:
    header, rows = REFUSED[fault]
    path = tmp_path / "in" / "salah.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    before = tree(store.data)
    receipt = store.load(path, confirmed=True)
    assert balanced(receipt, len(rows)) == "refused"
    assert receipt.reading.faults
    assert tree(store.data) == before


DOUBTED = {
    "ten times more": ("11000,150,10,60,0,0", "implausible"),
    "ninety per cent fewer": ("110,150,10,60,0,0", "implausible"),
    "nobody left": ("0,0,0,0,0,0", "implausible"),
}


@pytest.mark.parametrize("doubt", DOUBTED)
def test_the_implausible_waits_for_a_person_s_word(tmp_path: Path, doubt: str) -> None:
    counts, rule = DOUBTED[doubt]
    store = Store(tmp_path / "data")
    store.load(written(tmp_path / "in", JULY[0]))
    path = written(tmp_path / "in", AUGUST[0].replace("1100,150,10,60,0,0", counts), name="agustus.csv")
    before = tree(store.data)
    waiting = store.load(path)
    assert balanced(waiting, 1) == "confirm"
    assert [note.rule for note in waiting.reasons] == [rule]
    (said,) = waiting.document(Language("id"))["notes"]
    assert all(word in said for word in ("BESAR", "1.100", "2021-07", "--confirm"))
    assert tree(store.data) == before
    assert balanced(store.load(path, confirmed=True), 1) == "accepted"
    assert len(store.kept()) == 2


@pytest.mark.parametrize("active", [10_999, 111])
def test_a_change_of_just_under_ten_times_is_taken(tmp_path: Path, active: int) -> None:
    store = Store(tmp_path / "data")
    store.load(written(tmp_path / "in", JULY[0]))
    path = written(tmp_path / "in", AUGUST[0].replace("1100,", f"{active},", 1))
    assert balanced(store.load(path), 1) == "accepted"


def test_a_source_is_held_against_its_last_known_month_however_long_ago(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    store.load(written(tmp_path / "in", JULY[0]))
    later = written(tmp_path / "in", JULY[0].replace("2021-07", "2022-03").replace(",1100,", ",11000,"))
    assert store.load(later).verdict == "confirm"


def test_a_source_in_its_first_month_or_growing_from_nobody_is_not_doubted(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    assert store.load(written(tmp_path / "in", JULY[0].replace(",1100,", ",0,"))).verdict == "accepted"
    assert store.load(written(tmp_path / "in", AUGUST[0])).verdict == "accepted"


def test_a_source_that_the_file_left_out_is_not_forgotten_silently(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    """A second version of a month without one of its sources does not take that source away."""
    deliver(*(row.replace(",1100,", ",1101,") for row in JULY if "TANI" not in row))
    assert {source for _, source in counted(store.kept())} == {"BESAR", "TANI"}


@pytest.mark.parametrize("name", ["nasional-2021-07.csv", "202107 nasional.csv", "2021-07-31.csv"])
def test_another_month_in_the_file_s_name_waits_for_a_person_s_word(
    store: Store, deliver: Callable[..., Receipt], name: str
) -> None:
    before = tree(store.data)
    waiting = deliver(*AUGUST, name=name)
    assert balanced(waiting, 3) == "confirm"
    assert [note.rule for note in waiting.reasons] == ["name_month"]
    assert tree(store.data) == before
    assert deliver(*AUGUST, name=name, confirmed=True).verdict == "accepted"


@pytest.mark.parametrize("name", ["agustus.csv", "nasional-2021-08.csv", "kiriman 12345678.csv", "2021.csv"])
def test_a_file_s_name_without_another_month_raises_no_doubt(
    deliver: Callable[..., Receipt], name: str
) -> None:
    assert deliver(*AUGUST, name=name).verdict == "accepted"


HOSTILE = [
    "snap_[0-9].csv",
    "*.csv",
    "; rm -rf ~ #.csv",
    "$(id).csv",
    "' or 1=1 --.csv",
    "<script>alert(1)</script>.csv".replace("/", "\N{FULLWIDTH SOLIDUS}"),
    "![](http:evil).csv",
    "=cmd|A0.csv",
    "a\nb\x1b[31m.csv",
    "\u202egnp.csv",
    ".part-1-x.csv",
    "3171234567890123.csv",
    "é" * 100 + ".csv",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_file_is_called_it_reads_itself_and_is_kept_under_its_hash(
    tmp_path: Path, store: Store, deliver: Callable[..., Receipt], name: str
) -> None:
    written(tmp_path / "in", JULY[0].replace("1100", "7"), name="snap_1.csv")
    receipt = deliver(*AUGUST, name=name)
    assert balanced(receipt, 3) == "accepted"
    kept = store.kept()[-1]
    assert kept.path.read_bytes() == (tmp_path / "in" / name).read_bytes()
    assert kept.path.stem == kept.sha256
    assert kept.file.isprintable()
    assert "3171234567890123" not in kept.path.with_suffix(".json").read_text(encoding="utf-8")
    assert len(tree(store.root / "snapshots")) == 4
    assert list(durable.leftovers(store.root)) == []


@pytest.mark.parametrize("name", ["../../keluar.csv", "/etc/passwd.csv", "..\\..\\keluar.csv", ".."])
def test_the_name_a_sender_gives_leads_nowhere(tmp_path: Path, store: Store, name: str) -> None:
    path = written(tmp_path / "in", *AUGUST)
    outside = {str(item) for item in tmp_path.rglob("*") if store.root not in item.parents}
    receipt = store.load(path, name=name)
    assert receipt.kept
    assert "/" not in store.kept()[-1].file
    assert {str(item) for item in tmp_path.rglob("*") if store.root not in item.parents} == outside


def test_the_sidecar_survives_as_it_was_written(store: Store, deliver: Callable[..., Receipt]) -> None:
    (path,) = (store.root / "snapshots").glob("*.json")
    before = path.read_bytes()
    record = json.loads(before)
    assert record["file"] == "juli.csv"
    assert record["number"] == 1
    assert dt.datetime.fromisoformat(record["received_at"]).utcoffset() == dt.timedelta(0)
    deliver(*AUGUST)
    deliver(*JULY)
    deliver("rusak")
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["one byte", "cut", "gone", "longer", "empty"])
def test_a_delivery_whose_bytes_changed_is_found_before_its_rows_are_used(store: Store, damage: str) -> None:
    (delivery,) = store.kept()
    content = bytearray(delivery.path.read_bytes())
    content[-10] ^= 1
    changed = {
        "one byte": bytes(content),
        "cut": bytes(content[:-20]),
        "longer": bytes(content) + b"\n",
        "empty": b"",
    }
    if damage == "gone":
        delivery.path.unlink()
    else:
        delivery.path.write_bytes(changed[damage])
    with pytest.raises(DeliveryDamaged) as found:
        store.rows(delivery)
    assert found.value.path == delivery.path


def test_a_delivery_that_reads_otherwise_than_it_did_is_found(store: Store) -> None:
    (delivery,) = store.kept()
    with pytest.raises(DeliveryDamaged):
        store.rows(replace(delivery, rows_digest="0" * 64))
    with pytest.raises(DeliveryDamaged):
        store.rows(replace(delivery, provinces=()))


def test_what_the_loader_said_of_a_file_is_remembered_with_it(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "in" / "tanpa-bulan.csv"
    rows = [row.removeprefix("2021-08,BESAR,") for row in AUGUST[:2]]
    path.write_text("\n".join((HEADER.removeprefix("periode,sumber,"), *rows)) + "\n", encoding="utf-8")
    assert store.load(path, month=dt.date(2021, 8, 31), source="BESAR").verdict == "noted"
    delivery = store.kept()[-1]
    assert delivery.stated_month
    assert delivery.stated_source == "BESAR"
    assert store.rows(delivery)["active"].to_pylist() == [1100, 400]


def test_leftovers_of_a_killed_command_are_swept_by_the_next_load(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    for folder in ("snapshots", "parts", "editions", "publications"):
        (store.root / folder).mkdir(exist_ok=True)
        (store.root / folder / ".part-4711-x").write_bytes(b"half")
    assert deliver(*AUGUST).verdict == "accepted"
    assert list(durable.leftovers(store.root)) == []


def test_a_folder_that_a_killed_command_spilled_into_is_swept_too(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    spilled = store.root / "editions" / ".part-4711-candidate.duckdb.tmp"
    spilled.mkdir(parents=True)
    (spilled / "duckdb_temp_storage-0.tmp").write_bytes(b"half")
    assert deliver(*AUGUST).verdict == "accepted"
    assert list(durable.leftovers(store.root)) == []


def test_a_delivery_without_its_sidecar_was_never_kept_and_is_taken_again(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    (path,) = (store.root / "snapshots").glob("*.json")
    path.unlink()
    assert store.kept() == ()
    assert deliver(*JULY, name="juli.csv").verdict == "accepted"
    assert len(store.kept()) == 1


def test_a_file_that_changes_while_it_is_loaded_is_not_kept(
    store: Store, deliver: Callable[..., Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(store.data)
    monkeypatch.setattr(
        shutil, "copyfileobj", lambda source, target: target.write(source.read() + b"2021-08,")
    )
    with pytest.raises(OSError, match="changed"):
        deliver(*AUGUST)
    monkeypatch.undo()
    assert tree(store.data) == before


def test_somebody_s_own_directory_never_shows_the_sample(tmp_path: Path) -> None:
    assert Store(tmp_path).deliveries() == ()
    assert not Store(tmp_path).ships_sample
    assert Store(PROJECT_DATA).ships_sample


def test_the_store_knows_one_directory_by_every_spelling_of_it(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "data")
    (tmp_path / "data").mkdir()
    assert Store(tmp_path / "link") == Store(tmp_path / "in" / ".." / "data") == Store(tmp_path / "data")


def test_random_deliveries_come_back_to_the_unit(tmp_path: Path, size: Callable[[int, int], int]) -> None:
    chance = random.Random(7)
    store = Store(tmp_path / "data")
    for number in range(size(3, 40)):
        month = f"20{21 + number // 12}-{number % 12 + 1:02d}"
        cells = [
            f"{month},{source},PU,{province},JKK+JKM,{chance.randrange(400, 600)},,,,,"
            for source in ("BESAR", "KECIL", "TANI")
            for province in ("ID-AC", "ID-JB", "ID-JT", "ID-PA")
        ]
        chance.shuffle(cells)
        path = written(tmp_path / "in", *cells[: chance.randrange(6, 13)])
        assert store.load(path, confirmed=True).kept
        delivery = store.kept()[-1]
        with path.open(encoding="utf-8") as file:
            delivered = sorted(
                (row["sumber"], row["provinsi"], int(row["aktif"])) for row in csv.DictReader(file)
            )
        rows = store.rows(delivery).to_pylist()
        assert sorted((row["source"], row["province"], row["active"]) for row in rows) == delivered
        assert sum(item.active for item in delivery.contents) == sum(active for *_, active in delivered)


# Withdrawal, provinces, reference files


def test_a_withdrawn_delivery_counts_no_more_and_stays_kept_and_listed(store: Store) -> None:
    (delivery,) = store.kept()
    withdrawn = store.withdraw(delivery.sha256[:10], "berkas uji", by="R. P.")
    assert withdrawn.path.read_bytes()
    (listed,) = store.kept()
    assert listed == withdrawn
    assert listed.withdrawn is not None
    assert (listed.withdrawn.by, listed.withdrawn.reason) == ("R. P.", "berkas uji")
    assert counted(store.kept()) == {}
    with pytest.raises(AlreadyWithdrawn):
        store.withdraw(delivery.sha256, "lagi")


def test_withdrawing_a_correction_lets_the_delivery_before_it_count_again(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    deliver(JULY[0].replace(",1100,150", ",1110,160"), *JULY[1:])
    first, second = store.kept()
    store.withdraw(second.sha256, "keliru")
    assert {piece.delivery for pieces in counted(store.kept()).values() for piece in pieces} == {first}


def test_a_withdrawn_file_delivered_again_counts_again(store: Store, deliver: Callable[..., Receipt]) -> None:
    (delivery,) = store.kept()
    store.withdraw(delivery.sha256, "keliru")
    assert deliver(*JULY, name="juli.csv").verdict == "accepted"
    (again,) = store.kept()
    assert (again.number, again.withdrawn) == (2, None)
    assert len(counted(store.kept())) == 2


@pytest.mark.parametrize("name", ["", "abc", "zzzzzzzz", "0" * 64])
def test_a_delivery_that_nobody_knows_is_not_withdrawn(store: Store, name: str) -> None:
    before = tree(store.data)
    with pytest.raises(UnknownDelivery):
        store.withdraw(name, "x")
    assert tree(store.data) == before


def test_a_delivery_of_single_provinces_takes_only_these_out_of_what_was_there(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    receipt = deliver(JULY[0].replace(",1100,150", ",1110,160"), scope="province")
    assert receipt.verdict == "accepted"
    first, second = store.kept()
    assert second.scope == "province"
    assert counted(store.kept()) == {
        (dt.date(2021, 7, 31), "BESAR"): (Piece(first, frozenset(second.provinces)), Piece(second)),
        (dt.date(2021, 7, 31), "TANI"): (Piece(first),),
    }


def test_a_full_delivery_after_one_of_single_provinces_replaces_both(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    deliver(JULY[0].replace(",1100,150", ",1110,160"), scope="province")
    deliver(JULY[0].replace(",1100,150", ",1120,170"), *JULY[1:])
    third = store.kept()[-1]
    assert {piece for pieces in counted(store.kept()).values() for piece in pieces} == {Piece(third)}


def test_a_source_that_used_to_come_along_and_is_absent_needs_a_person_s_word(
    store: Store, deliver: Callable[..., Receipt]
) -> None:
    alone = AUGUST[:2]
    receipt = deliver(*alone)
    assert (receipt.verdict, [note.rule for note in receipt.reasons]) == ("confirm", ["source_absent"])
    assert receipt.reasons[0].details["source"] == "TANI"
    assert deliver(*alone, source="BESAR").verdict == "accepted"


def reference_file(tmp_path: Path, drop: str = "", **replaced: str) -> Path:
    text = (PROJECT_DATA / "reference" / "partner_sources.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not drop or not line.startswith(drop + ",")]
    lines.append("BARU,BARU,Mitra Baru,New partner,Sumber Baru,New source,PU,40,2021-09,5")
    path = tmp_path / "partner_sources.csv"
    content = "\n".join(lines) + "\n"
    for old, new in replaced.items():
        content = content.replace(old, new)
    path.write_text(content, encoding="utf-8")
    return path


def test_a_reference_file_is_a_delivery_and_counts_until_a_later_one(tmp_path: Path, store: Store) -> None:
    before = {row["source"] for row in store.reference().rows("partner_sources")}
    receipt = store.load(reference_file(tmp_path))
    assert (receipt.verdict, receipt.document(Language("en"))["kind"]) == ("accepted", "reference")
    assert {row["source"] for row in store.reference().rows("partner_sources")} == before | {"BARU"}
    assert store.load(reference_file(tmp_path)).verdict == "unchanged"
    (delivery,) = (item for item in store.kept() if item.kind == "reference")
    assert delivery.reference == "partner_sources"
    store.withdraw(delivery.sha256, "keliru")
    assert {row["source"] for row in store.reference().rows("partner_sources")} == before


def test_a_reference_file_with_a_bad_value_is_refused_with_its_place(tmp_path: Path, store: Store) -> None:
    before = tree(store.data)
    receipt = store.load(reference_file(tmp_path, **{",40,": ",empat puluh,"}))
    assert receipt.verdict == "refused"
    (fault,) = receipt.all_faults
    assert (fault.rule, fault.column, fault.value) == ("reference_value", "priority", "empat puluh")
    assert tree(store.data) == before


def test_a_list_of_sources_without_one_that_has_delivered_needs_a_person_s_word(
    tmp_path: Path, store: Store
) -> None:
    receipt = store.load(reference_file(tmp_path, drop="TANI"))
    assert (receipt.verdict, [note.rule for note in receipt.reasons]) == ("confirm", ["sources_dropped"])
    assert store.load(reference_file(tmp_path, drop="TANI"), confirmed=True).verdict == "accepted"
