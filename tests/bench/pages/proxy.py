"""The shipped proxy before a site, on loopback and without TLS: deploy/nginx.conf, a few lines replaced."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.serving import START_SECONDS, answers, free_port
from tests.browser import ROOT

SHIPPED = ROOT / "deploy" / "nginx.conf"
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Unlike(ValueError):
    """The shipped file has not exactly the lines that are replaced."""


def installed() -> bool:
    """Whether there is an nginx on this machine."""
    return shutil.which("nginx") is not None


def configuration(shipped: str, folder: Path, port: int, plain: int, upstream: int) -> str:
    """The shipped text, listening on `port` and writing into `folder` only; `plain` is what only redirects.

    Ports and the certificate's lines are replaced, and paths that only root may write; all else is as
    shipped. Raises Unlike.
    """
    paths = "".join(f"    {name}_temp_path {folder / name};\n" for name in _TEMPORARY)
    replaced = {
        r"^http \{\n": f"http {{\n{paths}",
        r"access_log \S+ plain;": f"access_log {folder / 'access.log'} plain;",
        r"^ {8}server 127\.0\.0\.1:\d+;": f"        server 127.0.0.1:{upstream};",
        r"listen 80;": f"listen 127.0.0.1:{plain};",
        r"listen 443 ssl;": f"listen 127.0.0.1:{port};",
        r"^ *ssl_certificate .*\n": "",
        r"^ *ssl_certificate_key .*\n": "",
        r"^ *ssl_protocols .*\n": "",
    }
    text = shipped
    for pattern, line in replaced.items():
        text, found = re.subn(pattern, line.replace("\\", r"\\"), text, flags=re.MULTILINE)
        # One upstream is for windows without a cookie, and one for those of each process.
        if found != (2 if "server" in pattern else 1):
            raise Unlike(pattern)
    return text


@contextmanager
def proxied(upstream: int, folder: Path) -> Iterator[str]:
    """The address of an nginx before a port of localhost.

    Raises Unlike, and AssertionError where it does not start.
    """
    port, plain = free_port(), free_port()
    made = folder / "nginx.conf"
    shipped = SHIPPED.read_text(encoding="utf-8")
    made.write_text(configuration(shipped, folder, port, plain, upstream), encoding="utf-8")
    outside = f"daemon off; pid {folder / 'nginx.pid'}; error_log {folder / 'nginx.log'};"
    process = subprocess.Popen(
        ["nginx", "-c", str(made), "-g", outside],
    )
    try:
        given_up = time.monotonic() + START_SECONDS
        while not answers(port):
            assert process.poll() is None, "nginx did not start"
            assert time.monotonic() < given_up, "nginx takes no connections"
            time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)
