"""Rows with faults are set aside with their reasons, and leave the quarantine once they are mended."""

import json
from pathlib import Path

import pytest

from enrollment import answers, publishing, verification
from enrollment.contract import RULES
from enrollment.edition import open_edition
from enrollment.language import CODES, Language
from enrollment.receipt import Receipt
from enrollment.store import Store
from tests.builders import cell, delivery_text
from tests.people import members_text, nik

TOTALS = delivery_text(
    "2021-07", [cell(1_000, source="BESAR", segment="PU"), cell(500, source="TANI"), cell(7, source="TPP")]
)
BAD_TOTALS = TOTALS.replace(",500", ",lima ratus")
PEOPLE = [{"nik": nik(number)} for number in range(10)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "kunci" / "key"))
    return Store(tmp_path / "data")


def load(store: Store, text: str, name: str = "juli.csv", **said: bool) -> Receipt:
    path = store.data.parent / name
    path.write_text(text, encoding="utf-8")
    return store.load(path, **said)


def waiting(store: Store) -> list[tuple[int, str | None, str]]:
    return [(found.row, found.fault.column, found.fault.rule) for found in store.quarantine()]


def people(store: Store) -> int:
    publishing.publish(store)
    return answers.known_months(open_edition(store))[-1].active


def test_without_the_wish_to_set_rows_aside_a_file_with_one_is_refused_whole(store: Store) -> None:
    receipt = load(store, BAD_TOTALS)
    assert (receipt.verdict, store.kept(), store.quarantine()) == ("refused", (), ())


def test_rows_set_aside_are_counted_and_listed_with_their_reason(store: Store) -> None:
    receipt = load(store, BAD_TOTALS, quarantine=True)
    document = receipt.document(Language("en"))
    assert (document["verdict"], document["rows"]) == ("quarantined", 3)
    assert (document["accepted"], document["quarantined"], document["refused"]) == (2, 1, 0)
    assert waiting(store) == [(3, "aktif", "count_not_digits")]
    assert people(store) == 1_007
    for code in CODES:
        (found,) = store.quarantine()
        message = found.fault.message(Language(code), found.delivery.file)
        assert "juli.csv" in message
        assert "lima ratus" in message


def test_the_same_file_again_is_already_loaded_with_or_without_the_wish(store: Store) -> None:
    load(store, BAD_TOTALS, quarantine=True)
    assert load(store, BAD_TOTALS, quarantine=True).verdict == "unchanged"
    assert load(store, BAD_TOTALS).verdict == "unchanged"
    assert len(store.kept()) == 1


def test_the_whole_file_delivered_in_order_empties_the_quarantine(store: Store) -> None:
    load(store, BAD_TOTALS, quarantine=True)
    assert load(store, TOTALS, "juli-benar.csv").verdict == "accepted"
    assert waiting(store) == []
    assert people(store) == 1_507


def mending(store: Store, lines: list[str], rows: list[int], header: str) -> str:
    name = store.kept()[0].sha256[:12]
    body = [f"{line},{name},{row}" for line, row in zip(lines, rows, strict=True)]
    return "\n".join((f"{header},kiriman,baris", *body)) + "\n"


def test_a_mended_row_alone_joins_its_delivery_and_leaves_the_quarantine(store: Store) -> None:
    load(store, BAD_TOTALS, quarantine=True)
    header, *rows = TOTALS.splitlines()
    receipt = load(store, mending(store, [rows[1]], [3], header), "perbaikan.csv")
    assert receipt.verdict in ("accepted", "noted")
    assert waiting(store) == []
    assert people(store) == 1_507
    assert verification.verify(store) == ()


def test_the_mended_row_goes_with_its_delivery_when_that_is_withdrawn(store: Store) -> None:
    load(store, BAD_TOTALS, quarantine=True)
    header, *rows = TOTALS.splitlines()
    load(store, mending(store, [rows[1]], [3], header), "perbaikan.csv")
    load(store, TOTALS.replace("2021-07", "2021-08"), "agustus.csv")
    store.withdraw(store.kept()[0].sha256, "keliru")
    publishing.publish(store)
    (month,) = answers.known_months(open_edition(store))
    assert month.active == 1_507
    assert str(month.month) == "2021-08-31"


@pytest.mark.parametrize(
    ("line", "row", "rule"),
    [(1, 2, "mends_unknown_row"), (0, 3, "mends_kept_row")],
    ids=["a row that does not wait", "a cell that is there already"],
)
def test_what_mends_nothing_is_refused(store: Store, line: int, row: int, rule: str) -> None:
    load(store, BAD_TOTALS, quarantine=True)
    header, *rows = TOTALS.splitlines()
    receipt = load(store, mending(store, [rows[line]], [row], header), "perbaikan.csv")
    assert receipt.verdict == "refused"
    assert rule in receipt.document(Language("id"))["fault_counts"]
    assert waiting(store) == [(3, "aktif", "count_not_digits")]


def test_people_are_set_aside_and_mended_alike(store: Store) -> None:
    text = members_text("2021-07", [*PEOPLE[:9], PEOPLE[9] | {"nik": PEOPLE[9]["nik"][:-1]}, PEOPLE[0]])
    receipt = load(store, text, quarantine=True)
    assert receipt.document(Language("id"))["quarantined"] == 2
    found = store.quarantine()
    assert [item.row for item in found] == [11, 12]
    assert found[0].key is None
    assert found[1].key is not None
    assert people(store) == 9
    header, *rows = members_text("2021-07", PEOPLE).splitlines()
    assert load(store, mending(store, [rows[9]], [11], header), "perbaikan.csv").kept
    assert [item.row for item in store.quarantine()] == [12]
    assert people(store) == 10
    again = load(store, mending(store, [rows[0]], [12], header), "lagi.csv")
    assert "mends_kept_row" in again.document(Language("id"))["fault_counts"]
    assert verification.verify(store) == ()


def test_a_file_without_one_good_row_is_refused_even_so(store: Store) -> None:
    header, *rows = BAD_TOTALS.splitlines()
    receipt = load(store, f"{header}\n{rows[1]}\n", quarantine=True)
    assert (receipt.verdict, store.kept()) == ("refused", ())


def test_a_damaged_quarantine_is_named_and_hides_nothing(store: Store) -> None:
    load(store, BAD_TOTALS, quarantine=True)
    (path,) = (store.root / "quarantine").glob("*.json")
    path.write_text("{", encoding="utf-8")
    assert [(found.rule, found.subject) for found in verification.verify(store)] == [
        ("quarantine", path.name)
    ]
    assert people(store) == 1_007


def test_what_is_set_aside_names_rules_of_the_contract_and_no_identity_number(store: Store) -> None:
    text = members_text("2021-07", [*PEOPLE, {"nik": "317101850312" + "99999"}])
    load(store, text, quarantine=True)
    (path,) = (store.root / "quarantine").glob("*.json")
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert {row["rule"] for row in rows} <= set(RULES)
    assert "31710185" not in path.read_text(encoding="utf-8")
