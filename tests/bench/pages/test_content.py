"""The page that is measured in its peers is the dashboard's: state by state, chart by chart."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.bench.pages import content
from tests.browser import ROOT


@pytest.fixture
def sample(published_sample: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The published sample, as both the dashboard and its peers are pointed to it."""
    monkeypatch.setenv("CAKUPAN_DATA", str(published_sample / "data"))
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(published_sample / "key"))
    monkeypatch.delenv("CAKUPAN_CHARTS", raising=False)
    made = (content.opened, content.months)
    for remembered in made:
        remembered.cache_clear()
    yield published_sample
    for remembered in made:
        remembered.cache_clear()


@pytest.mark.usefixtures("sample")
def test_the_peers_draw_the_very_charts_of_progress() -> None:
    for (language, month), _ in content.cycle():
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params["lang"] = language
        app.query_params["month"] = month[:7]
        app.run()
        shown = {
            chart.proto.id.split("-")[-1]: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")
        }
        page = content.content(language, month)
        assert {card.name: json.loads(json.dumps(card.spec)) for card in page.cards} == shown
        assert {place for row in content.ROWS for place in row} == set(range(len(page.cards)))


@pytest.mark.usefixtures("sample")
def test_four_clicks_lead_through_all_states_and_change_one_thing_each() -> None:
    clicks = list(content.cycle())
    states = [state for state, _ in clicks]
    assert len(set(states)) == len(clicks) == 4
    for (before, after), (_, kind) in zip(pairwise([states[-1], *states]), clicks, strict=True):
        changed = ["language"] * (before[0] != after[0]) + ["month"] * (before[1] != after[1])
        assert changed == [kind]


@pytest.mark.usefixtures("sample")
def test_every_click_changes_the_words_of_a_chart() -> None:
    drawn = {state: [card.spec for card in content.content(*state).cards] for state, _ in content.cycle()}
    for before, after in pairwise([*drawn.values(), next(iter(drawn.values()))]):
        assert before != after
