"""The shipped nginx configuration at work: on loopback, with its own certificate, before two processes."""

import http.client
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from tests.browser import ROOT
from tests.e2e.conftest import _free_port

SHIPPED = ROOT / "deploy" / "nginx.conf"
MISSING = [name for name in ("nginx", "openssl") if not shutil.which(name)]
"""What a run of these tests lacks."""
HERE, OUTSIDE = "127.0.0.1", "127.0.0.2"
"""Two addresses that a visitor may come from: the machine's own, and one that is not on any list."""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_START_SECONDS = 10
_LOG_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    """Status, headers with their repetitions, and body as it came."""

    status: int
    headers: Message
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return self.headers.get_all(name, [])

    def seat(self) -> str | None:
        """The port of the process that the visitor is to come back to, where the answer names one."""
        found = [re.match(r"cakupan_process=(\d+); ", cookie) for cookie in self.all("Set-Cookie")]
        return next((match[1] for match in found if match), None)


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its ports, the certificate that it shows, and what it logged."""

    secure: int
    plain: int
    certificate: Path
    log: Path

    @property
    def url(self) -> str:
        """Where browsers go."""
        return f"https://{HERE}:{self.secure}"

    def trust(self) -> ssl.SSLContext:
        """What knows its certificate."""
        return ssl.create_default_context(cafile=self.certificate)

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        visitor: str = HERE,
    ) -> Answer:
        """What it answers to a visitor from an address. Raises OSError."""
        connection = http.client.HTTPSConnection(
            HERE, self.secure, context=self.trust(), source_address=(visitor, 0), timeout=60
        )
        try:
            connection.request(method, path, body, {"Host": f"{HERE}:{self.secure}", **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def logged(self, line: str) -> str:
        """What it has logged once this is among it: it answers first and logs then. Raises AssertionError."""
        given_up = time.monotonic() + _LOG_SECONDS
        while line not in (log := self.log.read_text(encoding="utf-8")):
            assert time.monotonic() < given_up, f"{line!r} is not in the log:\n{log}"
            time.sleep(0.02)
        return log


def configured(ports: Sequence[int], folder: Path, secure: int, plain: int) -> Path:
    """The shipped configuration for two processes, on these ports and with nothing of the machine's own."""
    certificate, key = folder / "fullchain.pem", folder / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=cakupan"]
    names = ["-addext", f"subjectAltName=IP:{HERE}"]
    subprocess.run([*make, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = re.sub(
        r"^(\s*)# (?=.*8502.*[;}]$)", r"\1", SHIPPED.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    for shipped, port in zip(("8501", "8502"), ports, strict=True):
        text = text.replace(shipped, str(port))
    text = text.replace("listen 443 ssl", f"listen {HERE}:{secure} ssl")
    text = text.replace("listen 80", f"listen {HERE}:{plain}")
    text = text.replace("/etc/ssl/cakupan", str(folder)).replace("/var/log/nginx", str(folder))
    own = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in _TEMPORARY)
    text = text.replace("http {", f"http {{\n    {own}", 1)
    # Who starts it as root lets it go on so, for these folders are nobody else's.
    user = "user root;\n" if Path(folder).owner() == "root" else ""
    path = folder / "nginx.conf"
    of_its_own = f"{user}daemon off;\npid {folder}/pid;\n"
    path.write_text(of_its_own + text, encoding="utf-8")
    return path


def accepted(configuration: Path) -> subprocess.CompletedProcess[str]:
    """What `nginx -t` says of a configuration."""
    command = ["nginx", "-t", "-c", str(configuration), "-p", str(configuration.parent)]
    return subprocess.run([*command, "-e", "stderr"], capture_output=True, text=True, check=False)


@contextmanager
def standing_before(ports: Sequence[int], folder: Path) -> Iterator[Proxy]:
    """nginx before processes on these ports, until the block ends."""
    proxy = Proxy(_free_port(), _free_port(), folder / "fullchain.pem", folder / "cakupan.log")
    configuration = configured(ports, folder, proxy.secure, proxy.plain)
    command = ["nginx", "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command)
    try:
        _await(proxy, process, folder)
        yield proxy
    finally:
        process.terminate()
        process.wait(10)


def _await(proxy: Proxy, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    given_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < given_up and process.poll() is None:
        try:
            proxy.ask("/_stcore/nothing")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nginx did not start:\n{(folder / 'error.log').read_text(encoding='utf-8')}")
