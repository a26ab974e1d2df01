"""What a measurement found, kept as a file: when, where, with what, medians and every raw figure."""

import datetime as dt
import json
import os
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.process import median
from tests.browser import ROOT

FOLDER = ROOT / "docs" / "measurements"
_PARTS = ("streamlit", "duckdb", "pyarrow", "plotly", "protobuf", "starlette", "uvicorn", "websockets")


def write(
    name: str, settings: Mapping[str, Any], medians: Sequence[Any] | Mapping[str, Any], raw: Any
) -> Path:
    """Keep a measurement as `NAME-YYYY-MM-DD.json` and return where; one from the same day is replaced."""
    now = dt.datetime.now(dt.UTC)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}-{now:%Y-%m-%d}.json"
    told = {
        "measurement": name,
        "finished": now.isoformat(timespec="seconds"),
        "command": shlex.join(["python", "-m", "tests.bench", *sys.argv[1:]]),
        "machine": _machine(),
        "versions": {"python": platform.python_version()} | {part: version(part) for part in _PARTS},
        "settings": dict(settings),
        "medians": medians,
        "raw": raw,
    }
    path.write_text(json.dumps(told, indent=1, default=str) + "\n", encoding="utf-8")
    print(f"kept as {path.relative_to(ROOT)}")
    return path


def rounds(name: str, settings: Mapping[str, Any], taken: Mapping[str, Mapping[str, Sequence[Any]]]) -> Path:
    """Keep what each of some things cost on each side, a dataclass a round."""
    medians = {
        what: {who: asdict(median(each)) for who, each in sides.items()} for what, sides in taken.items()
    }
    raw = {
        what: {who: list(map(asdict, each)) for who, each in sides.items()} for what, sides in taken.items()
    }
    return write(name, settings, medians, raw)


def _machine() -> Mapping[str, Any]:
    """Cores, memory, and how busy it was: absolute times mean nothing without."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "load_of_the_last_15_minutes": round(os.getloadavg()[2], 1),
    }
