"""What the rounds come to: medians, ratios against limits, a table, and a file that keeps all of it."""

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.pages.sites import COPYING, DASH, OURS, STATIC, STOCK
from tests.browser import ROOT, find

KEPT = ROOT / "docs" / "measurements"
PROXIED = f"{OURS} behind nginx"
PACKAGES = (
    "streamlit",
    "dash",
    "panel",
    "bokeh",
    "plotly",
    "duckdb",
    "flask",
    "waitress",
    "uvicorn",
    "tornado",
    "orjson",
)
Figures = dict[str, float]
Round = dict[str, Any]
"""A kind of measurement (`clicks`, `first_load`, `start`), then a site, to its figures."""


@dataclass(frozen=True)
class Target:
    """What ours may be, as a multiple of another site's figure."""

    name: str
    figure: str
    other: str
    limit: float
    ours: str = OURS


TARGETS = (
    Target("T8 click on language, to all charts", "click_language", DASH, 1.1),
    Target("T8 click on language, to all charts", "click_language", STATIC, 1.75),
    Target("T8 click on month, to all charts", "click_month", DASH, 1.1),
    Target("T8 click on month, to all charts", "click_month", STATIC, 1.75),
    Target("T9 server CPU of a click", "click_server_cpu", STOCK, 0.15),
    Target("T9 server CPU of a click", "click_server_cpu", COPYING, 0.15),
    Target("T9 server CPU of a click", "click_server_cpu", DASH, 1.2),
    Target("T11 bytes of a first load", "load_bytes", STOCK, 0.35, PROXIED),
    Target("T12 process start, to all charts", "start", DASH, 1.2),
)
FIGURES = {
    "click_language": "click on language, ms",
    "click_month": "click on month, ms",
    "click_server_cpu": "server CPU of a click, ms",
    "click_browser_cpu": "browser CPU of a click, ms",
    "load": "first load, ms",
    "load_server_cpu": "server CPU of it, ms",
    "load_bytes": "bytes of it, MB",
    "load_requests": "requests of it",
    "start": "start to charts, ms",
    "start_listening": "start to listening, ms",
    "start_server_cpu": "server CPU of it, ms",
}
_DIGITS = {"load_bytes": 2, "click_server_cpu": 1}


def figures(rounds: Sequence[Round]) -> dict[str, Figures]:
    """Medians over rounds by site; a round's clicks count with their median."""
    taken: dict[str, dict[str, list[float]]] = {}
    for each in rounds:
        for site, name, value in _values(each):
            taken.setdefault(site, {}).setdefault(name, []).append(value)
    return {
        site: {name: round(statistics.median(values), 4) for name, values in named.items()}
        for site, named in taken.items()
    }


def _values(one: Round) -> Iterator[tuple[str, str, float]]:
    for site, clicks in one.get("clicks", {}).items():
        for kind in ("language", "month"):
            yield site, f"click_{kind}", statistics.median(clicks[kind])
        yield site, "click_server_cpu", clicks["server_cpu"]
        yield site, "click_browser_cpu", clicks["browser_cpu"]
    for site, load in one.get("first_load", {}).items():
        yield site, "load", load["wall"]
        yield site, "load_server_cpu", load["server_cpu"]
        yield site, "load_bytes", load["bytes"] / 1e6
        yield site, "load_requests", load["requests"]
    for site, start in one.get("start", {}).items():
        yield site, "start", start["wall"]
        yield site, "start_listening", start["listening"]
        yield site, "start_server_cpu", start["server_cpu"]


def ratios(medians: Mapping[str, Figures]) -> list[dict[str, Any]]:
    """Each target whose two figures there are: both, their ratio, and whether it is met."""
    found = []
    for target in TARGETS:
        ours = medians.get(target.ours, {}).get(target.figure)
        other = medians.get(target.other, {}).get(target.figure)
        if ours is not None and other:
            ratio = round(ours / other, 3)
            figures_of_it = {"ours_is": ours, "other_is": other, "ratio": ratio, "met": ratio <= target.limit}
            found.append(asdict(target) | figures_of_it)
    return found


def show(medians: Mapping[str, Figures]) -> None:
    """Print the figures of all sites, and the targets."""
    print(f"{'':30}" + "".join(f"{site:>18}" for site in medians))
    for name, label in FIGURES.items():
        cells = (
            f"{named[name]:18,.{_DIGITS.get(name, 0)}f}" if name in named else f"{'':18}"
            for named in medians.values()
        )
        print(f"{label:30}" + "".join(cells))
    print(f"\n{'':56}{'ratio':>8}{'limit':>8}")
    for target in ratios(medians):
        what = f"{target['name']}, {target['ours']} against {target['other']}"
        print(f"{what:56}{target['ratio']:8.2f}{target['limit']:8.2f}  {'' if target['met'] else 'missed'}")


def keep(rounds: Sequence[Round], browser: str, folder: Path = KEPT) -> Path:
    """Write everything that was measured, and on what, into a file of today."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    medians = figures(rounds)
    document = {
        "date": today,
        "command": " ".join(["python -m tests.bench.pages", *sys.argv[1:]]),
        "commit": _said("git", "rev-parse", "HEAD"),
        "machine": _machine(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
            "chromium": browser,
            "nginx": _said("nginx", "-v").rpartition("/")[2],
        },
        "medians": medians,
        "targets": ratios(medians),
        "rounds": list(rounds),
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"peers-{today}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return path


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "load_at_the_end": [round(load, 1) for load in os.getloadavg()],
        "browser": str(find()),
    }


def _said(*command: str) -> str:
    """What a command says in a line; nothing where there is none."""
    try:
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return (said.stdout or said.stderr).strip()
