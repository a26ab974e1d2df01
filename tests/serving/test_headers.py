"""What the browser is told not to do: by the server, and word for word by the shipped proxy."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from enrollment.ui import steward
from enrollment.ui.headers import Headers, headers
from tests.serving.asgi import get

ROOT = Path(__file__).parents[2]
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
PROXY = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def policy() -> dict[str, list[str]]:
    """The parts of the content policy."""
    parts = (part.split() for part in headers()["Content-Security-Policy"].split(";"))
    return {name: said for name, *said in parts}


def test_every_answer_carries_the_headers_once() -> None:
    def own(request: Request) -> Response:
        return PlainTextResponse("ok", headers={"X-Frame-Options": "DENY"})

    app = Headers(Starlette(routes=[Route("/", own)]))
    for path, status in (("/", 200), ("/nowhere", 404)):
        answer = get(app, path)
        assert answer.status == status
        assert {name: answer.headers[name.lower()] for name in headers()} == dict(headers())


def test_nothing_may_come_from_another_host_and_no_text_may_become_a_program() -> None:
    allowed = re.compile(r"'(self|none|sha256-[A-Za-z0-9+/=]+)'|data:|blob:")
    for name, said in policy().items():
        foreign = [word for word in said if not allowed.fullmatch(word)]
        assert foreign == (["'unsafe-inline'"] if name == "style-src" else [])
    assert policy()["default-src"] == ["'self'"]
    assert policy()["connect-src"] == ["'self'", "data:"]
    assert "data:" not in policy()["script-src"]


def test_the_scripts_within_streamlits_page_are_allowed_by_their_hashes_alone() -> None:
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script\b([^>]*)>", index)
    inline = [attributes for attributes in scripts if "src=" not in attributes]
    hashes = [word for word in policy()["script-src"] if word.startswith("'sha256-")]
    # One more presents slides.
    assert len(hashes) == len(inline) + 1
    assert re.search(r"\son[a-z]+=", index) is None


def test_the_proxy_gives_the_same_headers_and_gives_them_once() -> None:
    given = dict(re.findall(r'^\s*add_header (\S+) "(.*)" always;$', PROXY, re.MULTILINE))
    assert given == dict(headers())
    assert set(re.findall(r"^\s*proxy_hide_header (\S+);$", PROXY, re.MULTILINE)) == set(headers())
    # A place that gave headers of its own would give none of these.
    places = PROXY[PROXY.index("location /") :]
    assert "add_header" not in places
    assert "proxy_set_header" not in places


def test_the_proxy_takes_what_the_server_takes_and_writes_none_of_it_to_its_disk() -> None:
    most = int(re.findall(r"client_max_body_size (\d+)m;", PROXY)[0])
    assert steward.UPLOAD_LIMIT < most <= steward.UPLOAD_LIMIT + 8
    assert "proxy_request_buffering off;" in PROXY
    assert "proxy_max_temp_file_size 0;" in PROXY
    assert "$request_uri" not in re.findall(r"log_format plain (.*)", PROXY)[0]


def test_the_proxy_shows_figures_of_the_server_to_its_own_machine_alone() -> None:
    place = PROXY[PROXY.index("location ~ ") :]
    pattern = re.findall(r"location ~ (\S+) \{", place)[0]
    for path in ("/metrics", "/readyz", "/_stcore/metrics"):
        assert re.search(pattern, path)
    for path in ("/", "/healthz", "/_stcore/stream", "/_stcore/health", "/metricsx"):
        assert not re.search(pattern, path)
    assert place.index("deny all;") < place.index("proxy_pass")


@pytest.mark.skipif(
    not shutil.which("nginx") or not shutil.which("openssl"), reason="nginx or openssl is not installed"
)
def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    certificate, key = tmp_path / "fullchain.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=cakupan"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    (tmp_path / "mime.types").write_text("types { text/html html; }", encoding="utf-8")
    text = PROXY.replace("/etc/ssl/cakupan", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    # Nothing of the machine's own nginx is needed or touched.
    own = "".join(f"{kind}_temp_path {tmp_path}/{kind}; " for kind in _TEMPORARY)
    text = text.replace("include /etc/nginx/mime.types;", f"include {tmp_path}/mime.types; {own}")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\n{text}", encoding="utf-8")
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
