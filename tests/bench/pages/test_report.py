"""What rounds come to."""

from typing import Any

from tests.bench.pages.report import figures, ratios
from tests.bench.pages.sites import DASH, OURS


def a_round(ours: float, dash: float) -> dict[str, Any]:
    """A round in which every click takes a site the same milliseconds, and its server a hundredth of them."""
    clicks = {
        site: {"language": [taken] * 2, "month": [taken] * 2, "server_cpu": taken / 100, "browser_cpu": 1.0}
        for site, taken in ((OURS, ours), (DASH, dash))
    }
    return {"clicks": clicks}


def test_a_figure_is_the_median_of_its_rounds() -> None:
    found = figures([a_round(100, 90), a_round(900, 80), a_round(110, 100)])
    assert found[OURS]["click_language"] == 110
    assert found[DASH]["click_month"] == 90


def test_a_target_is_met_up_to_its_limit_and_left_out_where_a_figure_is_missing() -> None:
    found = {
        (target["figure"], target["other"]): (target["ratio"], target["met"])
        for target in ratios(figures([a_round(110, 100)]))
    }
    assert found == {
        ("click_language", DASH): (1.1, True),
        ("click_month", DASH): (1.1, True),
        ("click_server_cpu", DASH): (1.1, True),
    }
    assert [target["met"] for target in ratios(figures([a_round(121, 100)]))] == [False] * 3
