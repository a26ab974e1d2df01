"""Charts on the screen, drawn by a small component of our own or by Streamlit's chart element.

The component gives plotly.js a figure as bytes that were made once for everybody who looks at it, and says
which mark was clicked. plotly.js is the one that the plotly package brings; the server that `make run`
starts hands it out. Where pages are served without it (`streamlit run app.py`), or where the environment
says CAKUPAN_CHARTS=streamlit, Streamlit's element draws the same figure.
"""

import gzip
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import brotli
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from enrollment.drawing import plotly as screen
from enrollment.figures.description import Figure
from enrollment.figures.style import Theme
from enrollment.language import Language

SWITCH = "CAKUPAN_CHARTS"
COMPONENT, STREAMLIT = "component", "streamlit"

ADDRESS = f"/charts/plotly-{screen.VERSION}.min.js"
# The version is in the name, so that a browser never has to ask again.
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}

_mount = st.components.v2.component(
    "cakupan_chart",
    js=Path(__file__).with_name("charts.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure as a visitor sees it. Visitors who see the same share what is drawn of it."""

    figure: Figure
    theme: Theme
    language: Language
    narrow: bool


def choose() -> None:
    """Have the component draw unless the environment chooses. Raises ValueError for a choice there is not."""
    if (chosen := os.environ.setdefault(SWITCH, COMPONENT)) not in (COMPONENT, STREAMLIT):
        raise ValueError(chosen)
    # Packing takes most of a second, beside everything else that a start is made of.
    threading.Thread(target=_packed, args=["br"], daemon=True).start()


def routes() -> list[BaseRoute]:
    """The address of plotly.js."""
    return [Route(ADDRESS, _script)]


def script() -> str | None:
    """The address of plotly.js as the browser asks for it, where the component draws."""
    if os.environ.get(SWITCH) != COMPONENT:
        return None
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}{ADDRESS}" if base else ADDRESS


# Smallest first. Browsers take Brotli from a host whose connection is encrypted, and from localhost.
# At 9 of 11 it takes a sixteenth of the time that 11 takes, and leaves a tenth more.
_PACK: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=9),
    "gzip": partial(gzip.compress, mtime=0),
}


@cache
def _packed(form: str) -> bytes:
    return _PACK[form](screen.SCRIPT.read_bytes())


def _script(request: Request) -> Response:
    taken = request.headers.get("Accept-Encoding", "").replace(" ", "").split(",")
    for form in _PACK:
        if form in taken:
            headers = _FOR_EVER | {"Content-Encoding": form}
            return Response(_packed(form), media_type="text/javascript", headers=headers)
    return FileResponse(screen.SCRIPT, media_type="text/javascript", headers=_FOR_EVER)


def show(chart: Chart, *, key: str, picked: Callable[[str], None] | None = None) -> None:
    """Draw a chart; `picked` is given the key of the mark that is clicked, where marks can be."""
    if script():
        _drawn_by_component(chart, key, picked)
    else:
        _drawn_by_streamlit(chart, key, picked)


def _drawn_by_component(chart: Chart, key: str, picked: Callable[[str], None] | None) -> None:
    def clicked() -> None:
        if picked and (part := st.session_state[key]["picked"]):
            picked(part)

    _mount(
        key=key,
        data=_finished(chart),
        # The room is there before the script is, so that nothing moves when it comes.
        height=(chart.figure.narrow if chart.narrow else chart.figure.wide).height,
        on_picked_change=clicked,
    )


@lru_cache(maxsize=1024)
def _finished(chart: Chart) -> bytes:
    """What the component is given."""
    said = {
        "figure": screen.spec(chart.figure, theme=chart.theme, language=chart.language, narrow=chart.narrow),
        "config": screen.config(chart.language),
        "alt": chart.figure.alt,
        "address": script(),
        "failed": chart.language.say("frame.no_script"),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _drawn_by_streamlit(chart: Chart, key: str, picked: Callable[[str], None] | None) -> None:
    def clicked() -> None:
        """Take up what was clicked; a second click on a mark names nothing and means the same."""
        points = st.session_state[key]["selection"]["points"]
        keys = [point["customdata"][0] for point in points if point.get("customdata")]
        last = f"{key}_clicked"
        if picked and (part := keys[0] if keys else st.session_state.get(last)):
            st.session_state[last] = part
            picked(part)

    st.plotly_chart(
        _drawn(chart),
        theme=None,
        key=key,
        config=_config(chart.language),
        alt=chart.figure.alt,
        on_select=clicked if picked else "ignore",
        selection_mode="points",
    )


@lru_cache(maxsize=512)
def _drawn(chart: Chart) -> Any:
    return screen.draw(chart.figure, theme=chart.theme, language=chart.language, narrow=chart.narrow)


@lru_cache(maxsize=4)
def _config(language: Language) -> dict[str, Any]:
    return screen.config(language)
