"""brief and digest: files that are the same each time, and a message only where something changed."""

from pathlib import Path

import pytest

from enrollment.briefing import codes
from enrollment.language import CODES
from tests.cli.conftest import corrected, run

NAMES = [
    "briefing-2021-08-id.pptx",
    "briefing-2021-08-id.pdf",
    "brief-2021-08-id.pdf",
    "briefing-2021-08.html",
]


def test_a_month_becomes_four_files_and_the_same_bytes_each_time(made: Path, tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    said = run("brief", "--data", made, "--month", "2021-08", "--out", once, "--json").document
    assert said["month"] == "2021-08"
    assert [Path(file).name for file in said["files"]] == NAMES
    assert {codes.read(slide["code"]).kind for slide in said["slides"]} == {
        slide["kind"] for slide in said["slides"]
    }
    assert said["left_out"] == ["reconciliation", "then_and_now"]
    assert run("brief", "--data", made, "--month", "2021-08", "--out", again).code == 0
    for name in NAMES:
        assert (once / name).read_bytes() == (again / name).read_bytes()


def test_what_is_written_is_said_with_codes_titles_and_what_is_left_out(made: Path, tmp_path: Path) -> None:
    asked = ("--format", "pdf", "--slides", "then_and_now,headline")
    said = run("brief", "--data", made, "--out", tmp_path, *asked)
    first, left, last = said.out.splitlines()
    assert first.startswith("H2108-")
    assert "then_and_now" in left
    assert last == f"Ditulis: {tmp_path / 'briefing-2021-08-id.pdf'}"
    assert "(1 dari 1)" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["briefing-2021-08-id.pdf"]


@pytest.mark.parametrize("lang", CODES)
def test_words_of_the_presenter_come_from_a_file(made: Path, tmp_path: Path, lang: str) -> None:
    words = tmp_path / "kata.toml"
    words.write_text('[own]\nheadline = "Kita mulai di sini."\n', encoding="utf-8")
    asked = ("--out", tmp_path / "out", "--format", "html", "--words", words, "--slides", "headline")
    assert run("brief", "--data", made, *asked, lang=lang).code == 0
    assert "Kita mulai di sini." in (tmp_path / "out" / "briefing-2021-08.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"[own\n", "kata.toml"),
        (b"\xff\xfe", "kata.toml"),
        (b"[lain]\nheadline = 'x'\n", "lain"),
        (b"own = 'x'\n", "own"),
        (b"[own]\npenutup = 'x'\n", "penutup"),
        (b"[notes]\nheadline = 3\n", "headline"),
    ],
)
def test_words_that_cannot_be_used_are_named_and_nothing_is_written(
    made: Path, tmp_path: Path, text: bytes, named: str, lang: str
) -> None:
    words = tmp_path / "kata.toml"
    words.write_bytes(text)
    said = run("brief", "--data", made, "--out", tmp_path / "out", "--words", words, lang=lang)
    assert said.code == 1
    assert named in said.err
    assert not (tmp_path / "out").exists()


def test_a_template_that_is_none_leaves_no_file(made: Path, tmp_path: Path) -> None:
    template = tmp_path / "templat.pptx"
    template.write_bytes(b"bukan presentasi")
    said = run(
        "brief", "--data", made, "--out", tmp_path / "out", "--format", "html,pptx", "--template", template
    )
    assert said.code == 1
    assert "templat PowerPoint" in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("--slides", "penutup"), 2),
        (("--format", "odp"), 2),
        (("--month", "2021-08", "--as-of", "2021-07"), 2),
        (("--month", "2031-08"), 1),
        (("--sources", "TANI"), 1),
        (("--compare", "0123456789"), 1),
        (("--goal", "2021-1"), 1),
    ],
)
def test_what_there_is_not_is_refused(made: Path, tmp_path: Path, asked: tuple[str, ...], code: int) -> None:
    said = run("brief", "--data", made, "--out", tmp_path / "out", *asked)
    assert said.code == code
    assert not (tmp_path / "out").exists()


def test_since_itself_an_edition_has_no_message(data: Path, tmp_path: Path) -> None:
    newest = run("status", "--data", data, "--json").document["edition"]
    said = run("digest", "--data", data, "--since", newest, "--out", tmp_path / "out")
    assert (said.code, said.out) == (0, "")
    assert "Tidak ada yang berubah" in said.err
    assert not (tmp_path / "out").exists()
    assert run("digest", "--data", data, "--since", newest, "--json").document["changed"] is False


def test_a_correction_is_told_in_both_languages_as_text_and_html(data: Path, tmp_path: Path) -> None:
    before = run("status", "--data", data, "--json").document["edition"]
    corrected(data, tmp_path)
    assert run("publish", "--data", data).code == 0
    now = run("status", "--data", data, "--json").document["edition"]
    said = run("digest", "--data", data, "--since", before, "--out", tmp_path / "out", lang="en")
    files = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in files] == [f"digest-{now}.html", f"digest-{now}.txt"]
    html, text = (path.read_text(encoding="utf-8") for path in files)
    assert text.index("Progress") < text.index("Kemajuan")
    assert "+100" in text
    assert "<strong>" in html
    assert str(files[0]) in said.out
    assert (
        run("digest", "--data", data, "--since", before).out
        == run("digest", "--data", data, "--since", before).out
    )
