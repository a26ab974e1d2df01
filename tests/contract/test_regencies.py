"""Regencies: known, in the row's province, under codes of before and after Papua was divided."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from enrollment import reference
from enrollment.language import Language
from enrollment.store import Store
from tests.people import members_text, nik

HEADER = "periode,sumber,segmen,provinsi,kab_kota,program,aktif\n"


@pytest.fixture(autouse=True)
def _own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "keys" / "key"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A data directory that has no reference files of its own."""
    return Store(tmp_path / "data")


def load(store: Store, *rows: str, **said: Any) -> Mapping[str, Any]:
    """Load totals of August 2021 and give the receipt."""
    path = store.data.parent / "kiriman.csv"
    path.write_text(HEADER + "".join(f"2021-08,TPP,BPU,{row},JKK+JKM,7\n" for row in rows))
    return store.load(path, confirmed=True, **said).document(Language("en"))


@pytest.mark.parametrize("place", ["ID-PA,9101", "ID-PA,9301", "ID-PB,9271", "ID-PB,9671", "ID-JK,3174"])
def test_a_delivery_of_2021_may_use_the_codes_of_then_and_of_today(store: Store, place: str) -> None:
    assert load(store, place)["verdict"] == "accepted"


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ("ID-PB,9101", "regency_elsewhere"),
        ("ID-JB,1101", "regency_elsewhere"),
        ("ID-AC,1199", "unknown_regency"),
        ("ID-AC,11.01", "regency_format"),
    ],
)
def test_a_regency_that_is_not_known_or_lies_elsewhere_is_refused(
    store: Store, place: str, rule: str
) -> None:
    receipt = load(store, "ID-AC,1101", place)
    assert receipt["verdict"] == "refused"
    (fault,) = receipt["faults"]
    assert (fault["rule"], fault["row"], fault["column"]) == (rule, 3, "kab_kota")


def test_a_refusal_says_where_the_regency_lies_and_what_to_do(store: Store) -> None:
    (fault,) = load(store, "ID-JB,9101")["faults"]
    assert "lies in ID-PA, ID-PS, not in ID-JB" in fault["message"]
    assert "regencies.csv" in fault["message"]


def test_a_regency_becomes_known_when_a_list_that_has_it_is_loaded(store: Store) -> None:
    assert load(store, "ID-AC,1199")["verdict"] == "refused"
    path = store.data.parent / "regencies.csv"
    listed = (reference.SHIPPED / "regencies.csv").read_text(encoding="utf-8")
    path.write_text(f"{listed}1199,ID-AC,Kabupaten Baru,Baru Regency,Baru,2021,,\n", encoding="utf-8")
    assert store.load(path).verdict == "accepted"
    assert load(store, "ID-AC,1199")["verdict"] == "accepted"


def test_rows_in_a_wrong_regency_are_set_aside_and_the_others_read_again_as_they_were_kept(
    store: Store,
) -> None:
    rows = ("ID-AC,1101", "ID-AC,1199", "ID-JB,1101", "ID-AC,1102", "ID-AC,1199")
    receipt = load(store, *rows, quarantine=True)
    assert (receipt["verdict"], receipt["accepted"], receipt["quarantined"]) == ("quarantined", 2, 3)
    (delivery,) = store.kept()
    assert store.rows(delivery)["regency"].to_pylist() == ["1101", "1102"]


def test_rows_stay_readable_when_the_list_of_regencies_becomes_another(store: Store) -> None:
    assert load(store, "ID-AC,1101", "ID-AC,1102")["verdict"] == "accepted"
    (delivery,) = store.kept()
    path = store.data / "reference" / "regencies.csv"
    path.parent.mkdir()
    path.write_text("regency,province,name,name_en\n1102,ID-JB,Kabupaten Lain,Other Regency\n")
    assert store.rows(delivery)["regency"].to_pylist() == ["1101", "1102"]


def test_people_in_a_wrong_regency_are_named_row_by_row(store: Store) -> None:
    people = [
        {"nik": nik(1)},
        {"nik": nik(2), "kab_kota": "1199"},
        {"nik": nik(3), "provinsi": "ID-JB"},
        {"nik": nik(4), "kab_kota": ""},
        {"nik": nik(5), "provinsi": "ID-PA", "kab_kota": "9301"},
        {"nik": nik(6), "provinsi": "ID-JB", "kab_kota": "9301"},
    ]
    path = store.data.parent / "peserta.csv"
    path.write_text(members_text("2021-08", people), encoding="utf-8")
    receipt = store.load(path, confirmed=True).document(Language("id"))
    found = [(fault["row"], fault["column"], fault["rule"]) for fault in receipt["faults"]]
    assert found == [
        (3, "kab_kota", "unknown_regency"),
        (4, "kab_kota", "regency_elsewhere"),
        (7, "kab_kota", "regency_elsewhere"),
    ]


def test_every_regency_of_many_sources_is_loaded(store: Store) -> None:
    sources = [f"S{number:03d}" for number in range(40)]
    path = store.data / "reference" / "partner_sources.csv"
    path.parent.mkdir(parents=True)
    header = ",".join(reference.SCHEMAS["partner_sources"])
    path.write_text(header + "\n" + "".join(f"{code},P,P,P,{code},{code},BPU,1,,5\n" for code in sources))
    places = [
        f"{row['province']},{row['regency']}"
        for row in store.reference().rows("regencies")
        if row["from_year"] is None
    ]
    delivered = store.data.parent / "kiriman.csv"
    delivered.write_text(
        HEADER + "".join(f"2021-08,{code},BPU,{place},JKK+JKM,7\n" for code in sources for place in places)
    )
    receipt = store.load(delivered)
    assert (receipt.verdict, receipt.reading.rows_in) == ("accepted", 40 * 514)
