"""The proxy that is measured is the shipped one."""

import difflib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bench.pages.proxy import SHIPPED, Unlike, configuration


def test_only_ports_certificate_and_paths_of_the_shipped_file_are_replaced(tmp_path: Path) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    made = configuration(shipped, tmp_path, 9443, 9080, 9501)
    lines = difflib.ndiff(shipped.splitlines(), made.splitlines())
    left_out = [line[2:].split()[0] for line in lines if line.startswith("- ")]
    names = ["access_log", "server", "server", "listen", "listen", "ssl_certificate", "ssl_certificate_key"]
    assert left_out == [*names, "ssl_protocols"]
    for line in ("server 127.0.0.1:9501;", "listen 127.0.0.1:9443;", "listen 127.0.0.1:9080;", "gzip on;"):
        assert line in made


def test_a_shipped_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8").replace("listen 443 ssl;", "listen 8443 ssl;")
    with pytest.raises(Unlike, match="listen 443"):
        configuration(shipped, tmp_path, 9443, 9080, 9501)


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    made = tmp_path / "nginx.conf"
    shipped = SHIPPED.read_text(encoding="utf-8")
    made.write_text(configuration(shipped, tmp_path, 9443, 9080, 9501), encoding="utf-8")
    outside = f"pid {tmp_path / 'nginx.pid'}; error_log {tmp_path / 'nginx.log'};"
    said = subprocess.run(
        ["nginx", "-t", "-c", made, "-g", outside], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
