"""What is shipped for operators beside the proxy, as far as it can be tried here: the image and the unit."""

import fnmatch
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import ROOT

DEPLOY = ROOT / "deploy"
SHIPPED = ("Dockerfile", "Dockerfile.dockerignore", "cakupan@.service", "nginx.conf")
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "cakupan@.service").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, one after another, with what each is told."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", IMAGE, flags=re.MULTILINE))
    return [
        (name, told.strip()) for name, _, told in (line.partition(" ") for line in text.splitlines() if line)
    ]


def told(name: str) -> list[str]:
    """What every instruction of a name is told."""
    return [words for instruction, words in instructions() if instruction == name]


def copied() -> list[str]:
    """The project's own files and folders that the image is made of."""
    sources = (shlex.split(words)[:-1] for words in told("COPY") if not words.startswith("--from"))
    return [source for each in sources for source in each]


def settings(section: str) -> list[tuple[str, str]]:
    """The settings of a section of the unit."""
    body = re.split(r"^\[(\w+)\]$", UNIT, flags=re.MULTILINE)
    lines = dict(zip(body[1::2], body[2::2], strict=True))[section].splitlines()
    return [
        (name, value) for name, _, value in (line.partition("=") for line in lines if line and line[0] != "#")
    ]


def test_whatever_lies_in_deploy_is_explained_to_whoever_deploys() -> None:
    explained = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert sorted(path.name for path in DEPLOY.iterdir()) == sorted((*SHIPPED, "README.md"))
    assert [name for name in SHIPPED if f"`{name}`" not in explained and f"({name})" not in explained] == []


def test_the_image_is_made_of_files_that_are_there_and_that_the_build_is_given() -> None:
    assert {name for name, _ in instructions()} <= {
        *("ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE"),
        *("HEALTHCHECK", "ENTRYPOINT", "CMD"),
    }
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    given = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in given if line.startswith("!")]
    assert "*" in given
    assert sorted(allowed) == sorted(copied())
    # Data that were loaded here, secrets and the environment of this machine stay out.
    for private in (
        "data/store/editions/a.duckdb",
        ".streamlit/secrets.toml",
        ".venv/bin/python",
        ".git/config",
    ):
        assert not any(
            fnmatch.fnmatch(private, pattern) or private.startswith(f"{pattern}/") for pattern in allowed
        )


def test_the_image_holds_all_that_the_dashboard_is_served_from() -> None:
    parts = {path.parts[0] for path in map(Path, copied())}
    assert {"app.py", "pages", "queries", "enrollment", "data", ".streamlit"} <= parts


def test_the_image_has_the_pinned_packages_by_their_hashes_and_nothing_to_install_more() -> None:
    (install,) = [words for words in told("RUN") if "install --no-cache-dir" in words]
    words = shlex.split(install)
    assert {"--require-hashes", "--only-binary", "--requirement", "requirements.txt"} <= set(words)
    # Whatever is installed stands in that file; no version is named beside it.
    assert "==" not in IMAGE
    (removal,) = [words for words in told("RUN") if "pip uninstall" in words]
    assert {"pip", "setuptools", "wheel"} <= set(shlex.split(removal))
    assert "apt-get" not in IMAGE
    # Of the stage in which they are installed, only the packages go on.
    stages = IMAGE.split("\nFROM ")
    assert "requirements.txt" not in stages[-1]
    assert stages[-1].count("--from=packages") == 1


def test_every_pinned_package_has_a_hash() -> None:
    pinned = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.txt").read_text(encoding="utf-8"))
    packages = [part for part in pinned if re.match(r"[a-z0-9._-]+==", part)]
    assert packages
    assert [part.split()[0] for part in packages if "--hash=sha256:" not in part] == []


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_lives() -> None:
    assert told("USER") == ["10001:10001"]
    order = [name for name, _ in instructions()]
    assert order.index("USER") > max(place for place, name in enumerate(order) if name in ("RUN", "COPY"))
    (health,) = told("HEALTHCHECK")
    command = json.loads(health[health.index("CMD ") + 4 :])
    compile(command[-1], "health", "exec")
    assert "/healthz" in command[-1]
    assert json.loads(told("ENTRYPOINT")[0]) == [".venv/bin/python", "-m", "enrollment.ui.server"]
    (port,) = told("EXPOSE")
    assert json.loads(told("CMD")[0]) == ["--port", port]
    assert f":{port}/" in command[-1]


def test_the_image_writes_its_data_and_keys_apart_and_asks_nobody_for_its_address() -> None:
    environment = dict(shlex.split(words)[0].split("=", 1) for words in told("ENV")[0].split())
    volumes = json.loads(told("VOLUME")[0])
    assert environment["CAKUPAN_DATA"] in volumes
    assert str(Path(environment["CAKUPAN_KEY_FILE"]).parent) in volumes
    assert environment["STREAMLIT_BROWSER_SERVER_ADDRESS"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit_and_finds_it_little_exposed(tmp_path: Path) -> None:
    # The program lies elsewhere here than where the unit says.
    there = UNIT.replace("/opt/cakupan/.venv/bin/python", "/bin/true")
    unit = tmp_path / "cakupan@8501.service"
    unit.write_text(there, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    judge = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit]
    judged = subprocess.run(judge, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-400:]


def test_a_process_writes_nothing_but_its_data_and_becomes_nobody_else() -> None:
    service = settings("Service")
    assert dict(service)["ReadWritePaths"] == "/var/lib/cakupan"
    assert {("ProtectSystem", "strict"), ("NoNewPrivileges", "yes"), ("User", "cakupan")} <= set(service)
    environment = dict(pair.split("=", 1) for pair in dict(service)["Environment"].split())
    assert environment["CAKUPAN_DATA"] == "/var/lib/cakupan"
    # The key would travel with copies of the data otherwise.
    assert not environment["CAKUPAN_KEY_FILE"].startswith("/var/lib/cakupan")
    assert "%i" in dict(service)["ExecStart"]
