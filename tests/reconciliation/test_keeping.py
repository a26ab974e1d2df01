"""Frozen results: they stay what they were, follow a new key, and give nobody's name away."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from enrollment import custody, verification
from enrollment.keys import open_keys
from enrollment.reconciliation.keeping import Reconciliations, ResultDamaged, UnknownNearMiss
from enrollment.reconciliation.reconciling import NoMembers, again, reconcile
from enrollment.reconciliation.result import Result, result_of
from enrollment.store import Store
from tests.builders import cell, delivery_text
from tests.people import members_text, nik
from tests.reconciliation.test_ledger import JULY, JUNE, THREE, TWO, hundred, loaded, reconciled
from tests.reconciliation.test_ledger import result_of as made


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The members of the example, under a key of their own."""
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "kunci" / "key"))
    return loaded(tmp_path / "data", hundred()[0])


ROSTER = hundred()[1]


def test_a_result_is_the_same_after_it_was_written_and_read(store: Store) -> None:
    result = made(reconciled(store, ROSTER))
    assert result_of(json.loads(json.dumps(result.document()))) == result
    assert Reconciliations(store).results() == (result,)


def test_nobody_is_named_in_what_is_kept(store: Store) -> None:
    reconciled(store, ROSTER)
    niks = [row["nik"] for row in ROSTER if len(row["nik"]) == 16]
    for path in (store.root / "reconciliations").iterdir():
        content = path.read_bytes()
        text = str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else content.decode()
        assert not any(number in text or number.encode() in content for number in niks)


def test_a_new_key_changes_no_count_and_the_same_roster_finds_the_same_people(store: Store) -> None:
    before = made(reconciled(store, ROSTER))
    kept = Reconciliations(store)
    proposal = kept.near_misses(before).to_pylist()[0]
    kept.decide(before, proposal["row"], proposal["candidate"], same=True)
    before = again(store, before)
    receipt = custody.rotate(store)
    assert receipt.reconciled > 90
    (after,) = kept.results()
    assert after.key_space == receipt.key_space != before.key_space
    assert counts(after) == counts(before)
    kept.check(after)
    assert [item for item in verification.verify(store) if item.kind == "damage"] == []
    assert counts(again(store, after)) == counts(before)
    assert counts(made(reconciled(store, ROSTER))) == counts(before)
    assert {item.key_space for item in kept.decisions()} == {receipt.key_space}


def test_a_person_who_is_taken_out_leaves_every_count_and_no_name(store: Store) -> None:
    result = made(reconciled(store, ROSTER))
    kept = Reconciliations(store)
    person = open_keys(store.data, make=False).key_of(nik(0))
    receipt = custody.forget(store, nik=nik(0))
    # Three rows of the roster: one, and two that repeat it.
    assert receipt.reconciled == 3
    (after,) = kept.results()
    assert counts(after) == counts(result)
    assert person not in kept.rows(after)["key"].to_pylist()
    kept.check(after)


def counts(result: Result) -> tuple[Any, ...]:
    told = result.document()
    return tuple(
        told[name]
        for name in ("rows", "people", "classes", "programmes", "missing", "reverse", "near_misses")
    )


def test_a_member_proposed_is_counted_only_once_the_steward_says_so(store: Store) -> None:
    result = made(reconciled(store, ROSTER))
    kept = Reconciliations(store)
    first, *_ = kept.near_misses(result).to_pylist()
    kept.decide(result, first["row"], first["candidate"], same=False)
    refused = again(store, result)
    assert (refused.classes, refused.near_misses) == (result.classes, result.near_misses - 1)
    with pytest.raises(UnknownNearMiss):
        kept.decide(result, 2, first["candidate"], same=True)


def test_a_decision_counts_in_the_months_that_follow(store: Store) -> None:
    june = made(reconciled(store, ROSTER))
    kept = Reconciliations(store)
    first, *_ = kept.near_misses(june).to_pylist()
    july = {"2021-07": hundred()[0]["2021-06"]}
    for month, people in july.items():
        store.load(io.BytesIO(members_text(month, people).encode()), name="juli.csv", confirmed=True)
    undecided = made(reconciled(store, ROSTER, JULY))
    kept.decide(june, first["row"], first["candidate"], same=True)
    decided = made(reconciled(store, ROSTER, JULY))
    assert decided.classes["active_all"] == undecided.classes["active_all"] + 1
    assert decided.classes["not_found"] == undecided.classes["not_found"] - 1
    assert decided.confirmed == 1


def test_months_tell_who_joined_who_left_and_for_how_long_somebody_is_not_found(store: Store) -> None:
    june = made(reconciled(store, ROSTER))
    people = [{"nik": nik(number), "program": THREE if number < 74 else TWO} for number in range(78)]
    people += [{"nik": nik(1, region="320101"), "program": THREE}]
    store.load(io.BytesIO(members_text("2021-07", people).encode()), name="juli.csv", confirmed=True)
    # One leaves the roster, one joins it.
    july = made(reconciled(store, [*ROSTER[1:97], {"nik": nik(500), "sumber": "TPP"}], JULY))
    since = july.since
    assert since is not None
    assert (since.month, since.name, since.rows) == (JUNE, june.name, 100)
    # One row not found has registered; two who were active elsewhere are now here.
    assert (since.newly_registered, since.lost) == (3, 0)
    # The first row comes again further down, as a row that repeated it.
    assert (since.joined, since.left) == (1, 0)
    assert july.not_found_for == {1: 1, 2: 9}


def test_a_changed_file_is_damage_that_verify_names(store: Store) -> None:
    result = made(reconciled(store, ROSTER))
    path = store.root / "reconciliations" / f"{result.name}.rows.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ResultDamaged):
        Reconciliations(store).rows(result)
    (found,) = (item for item in verification.verify(store) if item.kind == "damage")
    assert (found.rule, found.subject) == ("reconciliation", path.name)


def test_what_cannot_be_compared_is_refused_and_nothing_is_kept(store: Store) -> None:
    def why(month: dt.date, source: str) -> str:
        with pytest.raises(NoMembers) as refused:
            reconciled(store, ROSTER, month, source)
        return refused.value.reason

    assert why(JULY, "TPP") == "no_people"
    totals = delivery_text("2021-06", [cell(100, source="TANI")])
    store.load(io.BytesIO(totals.encode()), name="tani.csv", confirmed=True)
    assert why(JUNE, "TANI") == "totals_only_source"
    members = io.BytesIO(members_text("2021-06", [{"nik": nik(1)}]).encode())
    outcome = reconcile(store, members, source="TPP", month=JUNE)
    assert outcome.result is None
    assert [fault.rule for fault in outcome.faults] == ["not_a_roster"]
    assert Reconciliations(store).results() == ()


def test_what_was_held_against_a_withdrawn_file_counts_no_more_and_did_before(store: Store) -> None:
    result = made(reconciled(store, ROSTER))
    kept = Reconciliations(store)
    before = dt.datetime.now(dt.UTC)
    (june,) = (item for item in store.kept() if item.month == JUNE)
    store.withdraw(june.sha256, "uji")
    assert kept.results() == ()
    assert kept.results(before) == kept.all() == (result,)
