"""Is the server alive, what can it show, how old is that, and what has it counted."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette

from enrollment import answers, edition, publishing
from enrollment.months import today
from enrollment.store import Store
from enrollment.ui import ask, health, metrics
from tests.builders import cell, delivery_text
from tests.people import nik
from tests.serving.asgi import Answer, get


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two editions, of which the newer one lacks a source."""
    store = Store(tmp_path_factory.mktemp("made") / "data")
    full = [cell(1_100, source="BESAR"), cell(520, source="TANI")]
    for month, rows in (("2021-07", full), ("2021-08", full[:1])):
        path = store.data.parent / f"kiriman-{month}.csv"
        path.write_text(delivery_text(month, rows), encoding="utf-8")
        assert store.load(path, confirmed=True).kept
        publishing.publish(store, who="sari")
    return store.data


@pytest.fixture
def data(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that the dashboard shows and a test may break."""
    shutil.copytree(made, tmp_path / "data")
    monkeypatch.setenv("CAKUPAN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def asked(path: str) -> Answer:
    return get(Starlette(routes=health.routes()), path)


def test_a_server_is_alive_whatever_its_data_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_DATA", str(tmp_path / "nothing"))
    assert (asked("/healthz").status, asked("/healthz").body) == (200, b"ok\n")


def test_a_server_is_ready_with_an_edition_and_says_how_old_its_newest_complete_month_is(data: Path) -> None:
    answer = asked("/readyz")
    newest = edition.publications(Store(data))[0][-1]
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.body) == {
        "ready": True,
        "edition": newest.short,
        "as_of": "2021-07-31",
        "days_since": (today() - dt.date(2021, 7, 31)).days,
        "published_at": newest.time.isoformat(),
        "passed_over": [],
    }


def test_a_server_without_an_edition_is_not_ready_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_DATA", str(tmp_path / "empty"))
    answer = asked("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body) == {"ready": False, "reason": "nothing_published"}


def test_a_damaged_edition_is_named_and_when_none_is_whole_the_server_is_not_ready(data: Path) -> None:
    older, newer = edition.publications(Store(data))[0]
    (data / "store" / "editions" / newer.file).write_bytes(b"torn")
    said = json.loads(asked("/readyz").body)
    assert (said["edition"], said["passed_over"]) == (older.short, [newer.file])
    # Also while it is remembered as opened.
    (data / "store" / "editions" / older.file).unlink()
    answer = asked("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body) == {"ready": False, "reason": "damaged"}


def test_times_of_questions_and_numbers_are_counted_by_names_of_the_programs_own(data: Path) -> None:
    ask.ask(answers.active_by_month, ask.opened(None), since=None, as_of=dt.date(2021, 8, 31))
    metrics.exported(f"daftar-{nik(3)}.csv")
    metrics.refused("function")
    metrics.failed("KeyError")
    answer = asked("/metrics")
    text = answer.body.decode()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'cakupan_question_seconds_bucket{le="0.1",question="active_by_month"}' in text
    assert 'cakupan_exports_total{form="csv"}' in text
    assert 'cakupan_refused_statements_total{reason="function"} 1.0' in text
    assert 'cakupan_page_exceptions_total{kind="KeyError"} 1.0' in text
    assert "cakupan_sessions " in text
    assert nik(3) not in text
    assert "sari" not in text
