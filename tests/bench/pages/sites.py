"""The sites that are measured: how each is served, and where its pickers are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.bench.pages.content import State, month_label
from tests.bench.serving import module
from tests.browser import ROOT

OURS, DASH, PANEL, STATIC = "ours", "dash", "panel", "static"
STOCK, COPYING = "streamlit", "streamlit-copying"
Find = Callable[[Page, State, str], Locator]


@dataclass(frozen=True)
class Site:
    """How a site is started, and what to click on for a state; finding it may open a list first."""

    command: list[str]
    find: Find
    own_folder: bool = False
    """Whether it is started elsewhere than in the project, whose settings of Streamlit are not stock."""
    environment: Mapping[str, str] = field(default_factory=dict)


def sites(data: Path) -> dict[str, Site]:
    """All of them, by name; each command takes a port as its last word."""
    pages = "tests.bench.pages"
    stock = module(
        "streamlit",
        "run",
        str(ROOT / "tests" / "bench" / "pages" / "streamlit_page.py"),
        # Nothing leaves the machine, and nobody watches files that do not change.
        *("--server.headless=true", "--server.address=localhost", "--browser.gatherUsageStats=false"),
        *("--server.fileWatcherType=none", "--server.port"),
    )
    pickers = _by_text(*(f'[data-testid="stButtonGroup"] >> nth={place}' for place in (0, 1)))
    return {
        OURS: Site(module("enrollment.ui.server", "--data", str(data), "--port"), _ours),
        DASH: Site(module(f"{pages}.dash_page"), _by_text("#lang", "#month")),
        PANEL: Site(
            module(f"{pages}.panel_page"), _by_text(".bk-btn-group >> nth=0", ".bk-btn-group >> nth=1")
        ),
        STOCK: Site(stock, pickers, own_folder=True),
        COPYING: Site(stock, pickers, own_folder=True, environment={"FIGURES": "copied"}),
        STATIC: Site(module(f"{pages}.static_page"), _by_text("#lang", "#month")),
    }


def _by_text(languages: str, months: str) -> Find:
    """Two groups of buttons, each naming what it stands for."""

    def find(page: Page, state: State, kind: str) -> Locator:
        group, text = (languages, state[0]) if kind == "language" else (months, month_label(state))
        return page.locator(group).get_by_text(text, exact=True)

    return find


def _ours(page: Page, state: State, kind: str) -> Locator:
    if kind == "language":
        return page.locator(".st-key-lang").get_by_text(state[0].upper(), exact=True)
    page.locator(".st-key-month input").first.click()
    return page.get_by_role("option", name=month_label(state), exact=True)
