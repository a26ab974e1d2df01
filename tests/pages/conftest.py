"""Pages as Streamlit runs them, without a browser, over a data directory of the test's own."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from streamlit.testing.v1 import AppTest

from enrollment import publishing
from enrollment.store import Store
from tests.builders import cell, delivery_text

ROOT = Path(__file__).parents[2]
OWN_MONTHS = ("2021-06", "2021-07", "2021-08")


@dataclass
class Shown:
    """A page in a visitor's session."""

    app: AppTest

    @property
    def html(self) -> str:
        """All HTML of the page but its style."""
        bodies = [element.proto.body for element in self.app.get("html")]
        return "\n".join(body for body in bodies if not body.startswith("<style>"))

    @property
    def text(self) -> str:
        """Every word a visitor reads: in HTML, labels, options, notices and charts."""
        words = [html.unescape(re.sub(r"<[^>]+>", " ", self.html))]
        for picker in (*self.app.selectbox, *self.app.multiselect):
            words += [picker.label, *picker.options]
        notices = (*self.app.warning, *self.app.error, *self.app.info, *self.app.success)
        words += [element.value for element in notices]
        words += [button.label for button in self.app.button]
        words += [chart.proto.alt for chart in self.app.get("plotly_chart")]
        words += [json.dumps(figure, ensure_ascii=False) for figure in self.figures.values()]
        return "\n".join(words)

    @property
    def words(self) -> str:
        """The same with single blanks between words, as a browser shows it."""
        return re.sub(r" ([,.;:)])", r"\1", " ".join(self.text.split())).replace("( ", "(")

    @property
    def finding(self) -> str:
        """The page's first sentence."""
        found = re.search(r'<h1 class="finding">(.*?)</h1>', self.html)
        assert found, self.html[:500]
        return html.unescape(re.sub(r"<[^>]+>", "", found[1]))

    @property
    def figures(self) -> dict[str, Any]:
        """What Plotly is given, by the name of the figure."""
        return {
            chart.proto.id.split("-")[-1]: json.loads(chart.proto.spec)
            for chart in self.app.get("plotly_chart")
        }

    @property
    def address(self) -> dict[str, str]:
        """The address as it stands now."""
        return {
            name: value[-1] if isinstance(value, list) else value
            for name, value in self.app.query_params.items()
        }

    def table(self, title: str) -> list[list[str]]:
        """The rows of the first table whose block or fold comes after a text: header, body, total."""
        after = self.html[self.html.index(title) :]
        found = re.search(r'<table class="figures">(.*?)</table>', after, re.DOTALL)
        assert found
        return [
            [
                html.unescape(re.sub(r"<[^>]+>", "", cell))
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
        ]

    def go(self, page: str) -> Self:
        """Switch to another page by the navigation."""
        self.app.switch_page(f"pages/{page}.py").run()
        return self.sound()

    def choose(self, key: str, value: Any) -> Self:
        """Pick something and let the page run again."""
        picker = next(
            item
            for item in (*self.app.selectbox, *self.app.multiselect, *self.app.get("button_group"))
            if item.key == key
        )
        picker.set_value(value)
        self.app.run()
        return self.sound()

    def open(self, key: str) -> Self:
        """Open a menu or what lies behind a button, and let the page run again."""
        self.app.session_state[key] = True
        self.app.run()
        return self.sound()

    def narrow(self, dimension: str, parts: list[str]) -> Self:
        """Filter by some parts, as the picker behind the filter button does, and let the page run again."""
        self.app.session_state[dimension] = parts
        self.app.run()
        return self.sound()

    def sound(self) -> Self:
        """Nothing went wrong while the page ran."""
        assert not self.app.exception, [item.message for item in self.app.exception]
        return self


Open = Callable[..., Shown]


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page at an address by its own link, as on a cold server, or by the navigation."""

    def open_page(data: Path, page: str = "", *, walked: bool = False, **address: str) -> Shown:
        monkeypatch.setenv("CAKUPAN_DATA", str(data))
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        shown = Shown(app)
        if page and not walked:
            # Streamlit then runs the page's file without `app.py`.
            app.switch_page(f"pages/{page}.py")
        app.run()
        shown.sound()
        return shown.go(page) if walked else shown

    return open_page


@pytest.fixture(scope="session")
def sample(published_sample: Path) -> Path:
    """A data directory with the nine editions of the shipped sample."""
    return published_sample / "data"


def deliver(store: Store, month: str, *, besar: int, tani: int | None) -> None:
    """One hand-written totals file."""
    rows = [cell(besar, source="BESAR", segment="PU", province="ID-JB", new=150, lapsed=50, sex="L")]
    if tani is not None:
        rows.append(cell(tani, source="TANI", province="ID-JT", programmes="JKK+JKM+JHT"))
    path = store.data.parent / f"jumlah-{month}-{besar}.csv"
    path.write_text(delivery_text(month, rows), encoding="utf-8")
    assert store.load(path, confirmed=tani is None).kept


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's own data: three hand-written files in one edition."""
    store = Store(tmp_path_factory.mktemp("own") / "data")
    for number, month in enumerate(OWN_MONTHS):
        deliver(store, month, besar=1_000 + 100 * number, tani=500 + 20 * number)
    publishing.publish(store, who="sari")
    return store.data
