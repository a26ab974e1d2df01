"""Editions outlive the code that wrote them: one of every format is kept and opened with today's."""

import datetime as dt
import gzip
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from enrollment import answers, building, edition, query
from enrollment.edition import Edition
from enrollment.store import Store

KEPT = sorted((Path(__file__).parent / "editions").glob("*/answers.json"))
AUGUST = dt.date(2021, 8, 31)
# Filters were called so when the first editions were kept.
NAMED_SINCE = {"sources": "source", "segments": "segment", "provinces": "province"}


@pytest.fixture(params=KEPT, ids=lambda path: path.parent.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Edition, dict[str, Any]]:
    """An edition kept in the repository, opened from a store of its own, with what it answered then."""
    folder = request.param.parent
    for name in ("editions", "publications"):
        shutil.copytree(folder / name, tmp_path / "store" / name)
    for packed in (tmp_path / "store" / "editions").glob("*.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    recorded = json.loads(request.param.read_text(encoding="utf-8"))
    return edition.open_edition(Store(tmp_path)), recorded


def test_an_edition_is_kept_of_every_format() -> None:
    formats = {json.loads(path.read_text(encoding="utf-8"))["format"] for path in KEPT}
    assert formats == set(range(1, building.FORMAT + 1))


def test_a_kept_edition_opens_with_the_code_of_today(kept: tuple[Edition, dict[str, Any]]) -> None:
    opened, recorded = kept
    assert opened.short == recorded["edition"]
    assert opened.damaged == ()
    if recorded["format"] == building.FORMAT and recorded["definitions"] == building.DEFINITIONS:
        assert edition.recomputed_fingerprint(opened) == opened.fingerprint


def test_a_kept_edition_gives_its_headline_to_the_unit(kept: tuple[Edition, dict[str, Any]]) -> None:
    opened, recorded = kept
    headline = recorded["headline"]
    as_of = dt.date.fromisoformat(headline["as_of"])
    (status,) = answers.goal_progress(opened, as_of=as_of, goal=headline["goal"])
    answered = json.loads(json.dumps(asdict(status), default=str))
    assert {name: answered[name] for name in headline} == headline
    assert dict(opened.publication.headline) == headline


def test_a_kept_edition_answers_every_question_it_answered_then(kept: tuple[Edition, dict[str, Any]]) -> None:
    opened, recorded = kept
    for asked in recorded["answers"]:
        params = {
            NAMED_SINCE.get(name, name): dt.date.fromisoformat(value)
            if name in ("as_of", "since", "until") and value
            else value
            for name, value in asked["params"].items()
        }
        if "earlier" in params:
            params["earlier"] = opened
        rows = getattr(answers, asked["question"])(opened, **params)
        assert len(rows) == asked["rows"], asked["question"]
        people = [row.active for row in rows if getattr(row, "active", None) is not None]
        assert sum(people) == asked["active"], asked["question"]


def test_an_edition_names_regencies_from_its_list_or_else_by_their_codes(
    kept: tuple[Edition, dict[str, Any]],
) -> None:
    opened, recorded = kept
    has_list = recorded["format"] > 2
    named = ("1101", "Kabupaten Aceh Selatan", "ID-AC") if has_list else ("1101", "1101", None)
    parts = [part for part in answers.dimension_parts(opened) if part.dimension == "regency"]
    assert [(part.part, part.name, part.parent) for part in parts] == [named]
    assert bool(answers.annotations(opened)) is has_list
    (country,) = answers.eligible_workers(opened, as_of=AUGUST)
    assert (country.province, country.eligible, country.day) == (None, 92_000_000, dt.date(2021, 3, 25))
    if has_list:
        assert len(answers.province_tiles(opened)) == 38
    else:
        with pytest.raises(query.NotRecorded):
            answers.province_tiles(opened)


def test_retention_is_not_recorded_in_editions_from_before_cohorts_were_kept(
    kept: tuple[Edition, dict[str, Any]],
) -> None:
    opened, recorded = kept
    if recorded["format"] < 3:
        with pytest.raises(query.NotRecorded, match="retention_by_joining_month"):
            answers.retention_by_joining_month(opened, as_of=AUGUST)


def test_an_edition_from_before_rosters_were_reconciled_holds_none_and_still_knows_the_promises(
    kept: tuple[Edition, dict[str, Any]],
) -> None:
    opened, recorded = kept
    rows = answers.commitment_ladder(opened, as_of=AUGUST)
    assert sum(row.committed for row in rows) == 75_332
    reconciled = answers.reconciliation_by_month(opened, as_of=AUGUST)
    if recorded["format"] < 4:
        assert reconciled == answers.instructions(opened) == ()
        assert {row.active_all for row in rows} == {None}
        assert {row.step for row in answers.next_steps(opened, as_of=AUGUST)} == {"no_roster"}
    else:
        assert [(row.month.month, row.source, row.active_all) for row in reconciled] == [
            (7, "TPP", 9),
            (8, "TPP", 12),
        ]


def test_an_edition_from_before_one_off_events_were_registered_has_none(
    kept: tuple[Edition, dict[str, Any]],
) -> None:
    opened, recorded = kept
    registered, told = answers.events(opened, as_of=AUGUST), answers.prognoses(opened)
    if recorded["format"] < 5:
        assert registered == told == ()
    else:
        assert [(row.kind, row.people, row.scheduled) for row in registered] == [
            ("joined", 180, False),
            ("ending", -600, True),
        ]
        assert [(row.due.month, row.value) for row in told] == [(12, 30_500_000)]
