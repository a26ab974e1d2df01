"""plotly.js comes as small as the browser can take it, and is the same script in every form."""

import gzip

import brotli
import pytest
from starlette.applications import Starlette

from enrollment.drawing.plotly import SCRIPT
from enrollment.ui import charts
from tests.serving.asgi import Answer, get


def asked(takes: str) -> Answer:
    return get(Starlette(routes=charts.routes()), charts.ADDRESS, accept_encoding=takes)


@pytest.mark.parametrize(
    ("takes", "form"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_browser_is_sent_the_smallest_form_that_it_takes(takes: str, form: str | None) -> None:
    answer = asked(takes)
    assert answer.status == 200
    assert answer.headers.get("content-encoding") == form
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[form](answer.body)
    assert unpacked == SCRIPT.read_bytes()
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "immutable" in answer.headers["cache-control"]


def test_each_form_is_smaller_than_the_one_after_it() -> None:
    sizes = [len(asked(takes).body) for takes in ("br", "gzip", "")]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.27 * sizes[2]
