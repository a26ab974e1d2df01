"""Commitments on their way: the ladder, its schedule, what comes next, and the bridge that they carry."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrollment import answers
from enrollment.edition import Edition
from tests.builders import DataDirectory, Reference, cell, commitment, partner_source, plan, reconciled

APRIL, MAY, JUNE = dt.date(2021, 4, 30), dt.date(2021, 5, 31), dt.date(2021, 6, 30)
STAGES = ("promised", "listed", "active_part", "active_all")


def published(folder: Path, stages: dict[str, int]) -> Edition:
    """An edition in which the people promised under one agreement stand at these stages in May."""
    directory = DataDirectory(
        folder, Reference(agreements=(commitment("TPP", sum(stages.values())),), plans=())
    )
    active = stages["active_part"] + stages["active_all"]
    directory.deliver("2021-05", cell(active), cell(1_200, source="LAINNYA"))
    counts = {name: stages[name] for name in ("active_part", "active_all")}
    directory.reconcile(reconciled("2021-05", not_found=stages["listed"], **counts))
    return directory.publish()


def bridge(edition: Edition) -> dict[str, int]:
    return {row.step: row.people for row in answers.commitment_bridge(edition, as_of=MAY, goal="2021-2000")}


# Each example folds and publishes twice.
@settings(max_examples=5)
@given(st.data(), st.fixed_dictionaries({stage: st.integers(0, 300) for stage in STAGES}))
def test_one_step_up_the_ladder_moves_the_bridge_by_exactly_its_number_and_never_the_rise_needed(
    data: st.DataObject, stages: dict[str, int]
) -> None:
    here = data.draw(st.integers(0, 2), "stage")
    lower, higher = STAGES[here], STAGES[here + 1]
    moved = data.draw(st.integers(0, stages[lower]), "moved")
    after = {**stages, lower: stages[lower] - moved, higher: stages[higher] + moved}
    with tempfile.TemporaryDirectory() as folder:
        was = bridge(published(Path(folder) / "before", stages))
        now = bridge(published(Path(folder) / "after", after))
    change = {step: now[step] - was[step] for step in was if now[step] != was[step]}
    expected = {lower: -moved, higher: moved}
    if (lower, higher) == ("listed", "active_part"):
        expected |= {"committed": -moved, "verified": moved}
    assert change == {step: number for step, number in expected.items() if number}
    for steps in (was, now):
        assert steps["verified"] + steps["committed"] + steps["unassigned"] == 1_000
        assert steps["listed"] + steps["promised"] == steps["committed"]


def test_who_is_active_without_being_on_the_roster_is_not_promised_once_more(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own", Reference(agreements=(commitment("TPP", 400),)))
    directory.deliver("2021-05", cell(130), cell(1_000, source="LAINNYA"))
    directory.reconcile(
        reconciled("2021-05", active_all=100, other_source=20, not_found=60, lapsed=10, reverse=30)
    )
    steps = bridge(directory.publish())
    assert (steps["listed"], steps["promised"], steps["committed"]) == (70, 180, 250)
    assert (steps["active_all"], steps["active_part"], steps["other_source"]) == (100, 0, 20)
    assert steps["verified"] == 130


def test_a_source_without_a_roster_owes_what_is_not_active_under_it(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own")
    directory.deliver("2021-05", cell(150), cell(1_000, source="LAINNYA"))
    rows = answers.commitment_bridge(directory.publish(), as_of=MAY, goal="2021-2000")
    assert {row.step: row.people for row in rows} == {
        "baseline": 1_000,
        "verified": 150,
        "committed": 250 + 700,
        "unassigned": -100,
        "target": 2_000,
    }
    assert {row.within for row in rows} == {None}


@pytest.mark.parametrize(
    ("active_all", "ahead", "status"),
    [
        (95, -5, "on_pace"),
        (94, -6, "behind"),
        (105, 5, "on_pace"),
        (106, 6, "ahead"),
        (0, -100, "behind"),
    ],
)
def test_five_percent_beside_its_own_plan_is_on_pace(
    tmp_path: Path, active_all: int, ahead: int, status: str
) -> None:
    lines = (plan("TPP", "2021-05", 100), plan("TPP", "2021-07", 400))
    directory = DataDirectory(tmp_path / "own", Reference(plans=lines))
    directory.deliver("2021-05", cell(110))
    directory.reconcile(reconciled("2021-05", active_all=active_all, not_found=7))
    ladder = {row.source: row for row in answers.commitment_ladder(directory.publish(), as_of=MAY)}
    row = ladder["TPP"]
    assert (row.planned, row.ahead, row.status) == (100, ahead, status)
    assert (row.received, row.plan_until) == (active_all + 7, dt.date(2021, 7, 31))
    without = ladder["BUMDES"]
    assert (without.received, without.active_all, without.planned, without.status) == (
        None,
        None,
        None,
        "unknown",
    )


def test_a_roster_of_last_month_is_held_against_the_plan_of_last_month(tmp_path: Path) -> None:
    lines = (plan("TPP", "2021-04", 50), plan("TPP", "2021-05", 300))
    directory = DataDirectory(tmp_path / "own", Reference(plans=lines))
    directory.deliver("2021-04", cell(50))
    directory.deliver("2021-05", cell(50))
    directory.reconcile(reconciled("2021-04", active_all=50))
    row = next(
        row for row in answers.commitment_ladder(directory.publish(), as_of=MAY) if row.source == "TPP"
    )
    assert (row.roster_month, row.planned, row.status) == (APRIL, 50, "on_pace")


def test_plans_of_provinces_add_up_where_there_is_none_for_the_country(tmp_path: Path) -> None:
    lines = (
        plan("TPP", "2021-05", 30, province="ID-AC"),
        plan("TPP", "2021-04", 20, province="ID-JB"),
        plan("BUMDES", "2021-05", 500),
        plan("BUMDES", "2021-05", 30, province="ID-AC"),
    )
    directory = DataDirectory(tmp_path / "own", Reference(plans=lines))
    directory.deliver("2021-05", cell(50))
    rows = answers.commitment_by_month(directory.publish(), as_of=MAY)
    assert {(row.source, row.month): row.planned for row in rows} == {
        ("TPP", APRIL): 20,
        ("TPP", MAY): 50,
        ("BUMDES", MAY): 500,
    }


def test_a_plan_made_up_for_the_sample_does_not_judge_real_deliveries(tmp_path: Path) -> None:
    lines = (plan("TPP", "2021-05", 30, simulated=True),)
    for simulated, planned in ((False, None), (True, 30)):
        directory = DataDirectory(tmp_path / str(simulated), Reference(plans=lines))
        directory.deliver("2021-05", cell(50, simulated=simulated))
        rows = answers.commitment_ladder(directory.publish(), as_of=MAY)
        assert {row.source: row.planned for row in rows} == {"BUMDES": None, "TPP": planned}


def test_each_step_has_an_owner_and_a_day_or_says_that_nobody_has_it(tmp_path: Path) -> None:
    sources = (partner_source("TPP", due_day=10), partner_source("BUMDES"))
    directory = DataDirectory(tmp_path / "own", Reference(partner_sources=sources))
    directory.deliver("2021-05", cell(80))
    directory.deliver("2021-06", cell(80))
    directory.reconcile(
        reconciled(
            "2021-05",
            active_all=60,
            active_part=20,
            missing={"JHT": 15, "JHT+JKM": 5},
            not_found=12,
            near_misses=2,
            lapsed=3,
            invalid=1,
        )
    )
    rows = answers.next_steps(directory.publish(), as_of=JUNE)
    tenth, end = dt.date(2021, 6, 10), JUNE
    assert [(row.source, row.step, row.missing, row.people, row.owner, row.due) for row in rows] == [
        ("BUMDES", "no_roster", None, 700, None, None),
        ("TPP", "not_listed", None, 305, "partner", tenth),
        ("TPP", "not_found", None, 10, "bpjamsostek", end),
        ("TPP", "near_misses", None, 2, "bpjamsostek", end),
        ("TPP", "lapsed", None, 3, "bpjamsostek", end),
        ("TPP", "active_part", "JHT", 15, "bpjamsostek", end),
        ("TPP", "active_part", "JHT+JKM", 5, "bpjamsostek", end),
        ("TPP", "invalid", None, 1, "partner", tenth),
    ]
    assert [row.overdue_days for row in rows if row.owner == "partner"] == [20, 20]
    assert {row.overdue_days for row in rows if row.owner != "partner"} == {None}


def test_the_register_names_every_agreement_once_with_the_days_it_has_left(tmp_path: Path) -> None:
    agreements = (
        commitment(None, None, agreement="MOU", expires_on=dt.date(2021, 6, 10), note="Pertama."),
        commitment("TPP", 400, agreement="PKB", note="Kedua."),
        commitment("BUMDES", 700, agreement="PKB", note="Ketiga."),
        commitment(None, None, agreement="LAMA", signed_on=None, announced_on=dt.date(2017, 1, 23)),
        commitment("TPP", 1, agreement="NANTI", signed_on=dt.date(2021, 9, 1)),
    )
    directory = DataDirectory(tmp_path / "own", Reference(agreements=agreements))
    directory.deliver("2021-05", cell(80))
    rows = answers.agreements_register(directory.publish(), as_of=MAY)
    assert [(row.agreement, row.committed, row.sources, row.days_left) for row in rows] == [
        ("LAMA", None, 0, None),
        ("MOU", None, 0, 10),
        ("PKB", 1_100, 2, None),
    ]
    assert [row.note for row in rows] == [None, "Pertama.", "Kedua. Ketiga."]
