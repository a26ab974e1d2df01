"""The page without a server's help: `python -m tests.bench.pages.static_page PORT`.

All four states are written into one file beside the page, and fetched once; a click draws from there with
Plotly.react. Whatever can be said of a page of Plotly's charts, it cannot be faster than this.
"""

import sys
import tempfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import plotly

from enrollment.language import CODES
from tests.bench.pages.content import ROWS, above, below, content, head, month_label, months

_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_PAGE = Path(__file__).parent / "static_page.html"


def write(folder: Path) -> None:
    """Write the page, its charts in every state, and plotly.js into a folder."""
    (folder / "plotly.min.js").write_bytes(_PLOTLY.read_bytes())
    (folder / "index.html").write_bytes(_PAGE.read_bytes())
    states = {f"{code} {day}": _state(code, day) for code in CODES for day in months()}
    (folder / "page.json").write_bytes(
        orjson.dumps({"languages": CODES, "months": months(), "rows": ROWS, "states": states})
    )


def _state(code: str, day: str) -> dict[str, Any]:
    page = content(code, day)
    cards = [
        {"above": above(card), "chart": card.spec, "below": below(card, page.table)} for card in page.cards
    ]
    labels = [month_label((code, each)) for each in months()]
    return {
        "head": head(page),
        "cards": cards,
        "remark": page.remark,
        "config": page.config,
        "months": labels,
    }


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing of it is wanted."""


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write(Path(made))
        ThreadingHTTPServer(
            ("127.0.0.1", int(sys.argv[1])), partial(_Handler, directory=made)
        ).serve_forever()
