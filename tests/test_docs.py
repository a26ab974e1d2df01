"""What the documents say is so: the tree, the command line's own help, the lists, the links."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from enrollment.cli import program

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ROOT / "docs" / "command-line.md"
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def present() -> list[Path]:
    """The project's files, relative to its root: what git knows or would take, else what is there."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if (ROOT / ".git").exists():
        said = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = [Path(name) for name in said.split("\0") if name]
    else:
        made = {".venv", ".venv-peers", ".venv-spark", ".browser", "__pycache__", "store"}
        whole = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        found = [
            path for path in whole if not made.intersection(path.parts) and not path.name.endswith("_cache")
        ]
    return [path for path in found if (ROOT / path).is_file()]


FILES = present()
DOCUMENTS = sorted(path for path in FILES if path.suffix == ".md")


def documented_tree() -> dict[str, set[str]]:
    """The tree in README: the names at each depth-one folder, under "" those at the top.

    It is the fenced block after the line `<!-- tree -->`: a name a line, folders with a closing slash, what a
    folder holds four spaces further in, the description after two spaces or more.
    """
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = FENCE.search(readme, readme.index("<!-- tree -->"))
    assert block, "README.md has no block after <!-- tree -->"
    tree: dict[str, set[str]] = {"": set()}
    folder = ""
    for line in block[1].splitlines():
        indent = len(line) - len(line.lstrip())
        if not line.strip() or indent > 4:
            continue
        name = line.split()[0]
        if indent:
            tree[folder].add(name)
        else:
            folder = name
            tree[""].add(name)
            tree.setdefault(folder, set())
    return tree


def visible(paths: list[Path]) -> set[str]:
    """The first names of paths, folders with a slash, without what begins with a dot."""
    names = {path.parts[0] + ("/" if len(path.parts) > 1 else "") for path in paths}
    return {name for name in names if not name.startswith((".", "__init__"))}


def test_the_tree_in_readme_is_the_tree_on_disk() -> None:
    assert {name for name in documented_tree()[""] if not name.startswith(".")} == visible(FILES)


def test_the_package_in_readme_is_the_package_on_disk() -> None:
    modules = [path.relative_to("enrollment") for path in FILES if path.parts[0] == "enrollment"]
    assert documented_tree()["enrollment/"] == visible(modules)


def test_whatever_else_readme_lists_is_there() -> None:
    listed = {f"{folder}{name}" for folder, names in documented_tree().items() for name in names}
    assert {name for name in listed if not (ROOT / name).exists()} == set()


def help_of(command: str) -> str:
    """What `python -m enrollment ... --help` prints, as in a terminal of 80 columns, where two stay free."""
    words = command.split()
    assert words[:3] == ["python", "-m", "enrollment"], command
    said = CliRunner().invoke(program, words[3:], prog_name="python -m enrollment", terminal_width=78)
    assert said.exit_code == 0
    return said.output.strip()


def shown() -> dict[str, str]:
    """What docs/command-line.md shows under each `$ python -m enrollment ... --help`."""
    blocks = FENCE.findall(COMMANDS.read_text(encoding="utf-8")) if COMMANDS.exists() else []
    prompts = (block.partition("\n") for block in blocks if block.startswith("$ "))
    return {
        first.removeprefix("$ ").strip(): rest.strip()
        for first, _, rest in prompts
        if "--help" in first.split()
    }


@pytest.mark.parametrize("command", sorted(shown()))
def test_the_documented_help_is_the_commands_own(command: str) -> None:
    assert shown()[command] == help_of(command)


def test_every_command_is_documented() -> None:
    overview = help_of("python -m enrollment --help")
    listed = re.findall(r"^  ([a-z-]+)\b", overview[overview.index("Commands:") :], re.MULTILINE)
    expected = {"python -m enrollment --help", *(f"python -m enrollment {name} --help" for name in listed)}
    assert expected - set(shown()) == set()


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(
        path.name for path in FILES if path.parent == Path("docs/decisions") and path.name[0].isdigit()
    )
    assert [name[:5] for name in names] == [f"{number:04d}-" for number in range(1, len(names) + 1)]
    assert names


def test_every_question_is_listed() -> None:
    listed = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    questions = [path.name for path in FILES if path.parent == Path("queries") and path.suffix == ".sql"]
    assert [name for name in questions if name not in listed] == []


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_every_environment_whose_interpreter_went_away_is_made_again(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    marks = [tmp_path / name for name in (".venv/ready-test", ".venv-peers/ready-peers", ".venv-spark/ready")]
    for mark in marks:
        mark.parent.mkdir()
        mark.touch()
    subprocess.run(["make", "--dry-run", "help"], cwd=tmp_path, check=True, capture_output=True)
    assert [mark for mark in marks if mark.exists()] == []


def anchors(document: Path) -> set[str]:
    """The anchors that the headings of a document make."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    text = FENCE.sub("", (ROOT / document).read_text(encoding="utf-8"))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / document).parent / name if name else ROOT / document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


MEASURED = [path for path in FILES if path.parent == Path("docs/measurements") and path.suffix == ".json"]


@pytest.mark.parametrize("measured", MEASURED, ids=str)
def test_a_kept_measurement_is_told_of_and_says_when_how_and_with_what(measured: Path) -> None:
    told = json.loads((ROOT / measured).read_text(encoding="utf-8"))
    day = told.get("date") or told["finished"][:10]
    assert measured.stem.endswith(f"-{day[:10]}")
    assert told["command"].startswith("python -m tests.bench")
    assert {"duckdb", "streamlit"} <= {name.lower() for name in told["versions"]}
    assert told["machine"]
    link = f"(measurements/{measured.name})"
    assert [path for path in DOCUMENTS if link in (ROOT / path).read_text(encoding="utf-8")]
