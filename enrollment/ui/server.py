"""The server that `make run` starts: the same pages as `streamlit run app.py`, warmed up.

    python -m enrollment.ui.server --port 8501 --data data

Streamlit collects garbage after every rerun, which walks over every object that was ever imported.
Once imports and the default view are there, they are frozen out of it; what comes later is collected
now and then by the interpreter itself.
"""

import gc
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
import streamlit as st
from starlette.middleware import Middleware
from streamlit.testing.v1 import AppTest

from enrollment import logs
from enrollment.lock import StoreLocked
from enrollment.store import data_directory
from enrollment.ui import capacity, charts, frame, health, metrics, preparing, steward
from enrollment.ui.capacity import Capacity
from enrollment.ui.headers import Headers
from enrollment.ui.returning import Returning

_FIRST_START = 600
"""Seconds that the default view may take where the sample is still to be published."""


@click.command()
@click.option("--port", default=8501, show_default=True, help="Port on localhost.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=data_directory,
    help="Data directory; made when missing.",
)
def main(port: int, data: Path) -> None:
    """Serve the dashboard on localhost."""
    os.environ["CAKUPAN_DATA"] = str(data.resolve())
    logs.configure()
    try:
        most = capacity.most_visitors()
    except ValueError as error:
        raise click.UsageError(f"CAKUPAN_MOST_VISITORS is no number of visitors: {error}") from error
    try:
        charts.choose()
    except ValueError as error:
        raise click.UsageError(f"{charts.SWITCH} is component or streamlit, not {error}") from error
    warm_up()
    click.echo(f"http://localhost:{port}")
    app(most).run(config={"server.port": port, "server.maxUploadSize": steward.UPLOAD_LIMIT})


def app(most_visitors: int) -> st.App:
    """The dashboard with its addresses for whoever watches it, and what stands before every answer."""
    return st.App(
        frame.ROOT / "app.py",
        lifespan=_serving,
        routes=[*health.routes(), *charts.routes()],
        middleware=[Middleware(Headers), Middleware(Capacity, most=most_visitors), Middleware(Returning)],
        on_script_error=_failed,
    )


@asynccontextmanager
async def _serving(served: st.App) -> AsyncIterator[None]:
    # By now Streamlit and its server have made their loggers.
    logs.take_over("streamlit", "uvicorn", "websockets", "asyncio")
    logs.tell("serving")
    ended = threading.Event()
    preparing.start(ended)
    yield
    ended.set()
    logs.tell("stopped")


def _failed(error: Exception) -> None:
    """Count and log a page that failed; what the visitor sees stays as it is."""
    metrics.failed(type(error).__name__)
    logs.tell("page_exception", level=logging.ERROR, error=error)


def warm_up() -> None:
    """Run the default view once, so that the first visitor finds imports, edition and figures ready."""
    try:
        view = AppTest.from_file(str(frame.ROOT / "app.py"), default_timeout=_FIRST_START)
        # Without the secrets of this server: nobody has to sign in for a view that nobody sees.
        view.secrets = {"nobody": "signs in"}
        view.run()
    except (OSError, StoreLocked) as error:
        click.echo(str(error), err=True)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
