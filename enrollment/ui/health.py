"""Is the server alive, can it show something, and how old is that: for whoever watches it.

/healthz   the process answers
/readyz    an edition can be opened; which, and how old its data are; else 503 and why
/metrics   what the server counts of itself, for Prometheus; for the machine itself, not for the outside
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from enrollment.delivery import DeliveryDamaged
from enrollment.edition import Edition, EditionDamaged, NothingPublished
from enrollment.lock import StoreLocked
from enrollment.months import today
from enrollment.reference import ReferenceFault
from enrollment.ui import ask, metrics

_FRESH = {"Cache-Control": "no-store"}


def routes() -> list[BaseRoute]:
    """The three addresses."""
    return [
        Route("/healthz", _alive),
        Route("/readyz", _ready),
        Route("/metrics", _metrics),
    ]


def readiness() -> tuple[int, dict[str, Any]]:
    """The HTTP status and what is said: edition and age of its data, or why nothing can be shown."""
    try:
        edition, months = ask.readiness()
        if not edition.path.is_file():
            raise EditionDamaged(edition.path.name)
        return 200, {"ready": True, **_told(edition, [row.month for row in months if not row.missing])}
    except NothingPublished:
        reason = "nothing_published"
    except (EditionDamaged, DeliveryDamaged):
        reason = "damaged"
    except ReferenceFault:
        reason = "reference_fault"
    except StoreLocked:
        reason = "locked"
    except OSError:
        reason = "system"
    return 503, {"ready": False, "reason": reason}


def _told(edition: Edition, complete: Sequence[dt.date]) -> dict[str, Any]:
    as_of = complete[-1] if complete else None
    return {
        "edition": edition.short,
        "as_of": as_of.isoformat() if as_of else None,
        "days_since": (today() - as_of).days if as_of else None,
        "published_at": edition.publication.time.isoformat(),
        "passed_over": list(edition.damaged),
    }


async def _alive(request: Request) -> Response:
    return PlainTextResponse("ok\n", headers=_FRESH)


def _ready(request: Request) -> Response:
    # No coroutine: Starlette then asks beside its loop, so that nobody waits for the disk.
    status, said = readiness()
    return JSONResponse(said, status, _FRESH)


def _metrics(request: Request) -> Response:
    return Response(metrics.text(), headers=_FRESH | {"Content-Type": metrics.CONTENT_TYPE})
