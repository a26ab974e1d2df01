"""What a question returns has the names and the DuckDB types that its header promises."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from enrollment import query
from enrollment.edition import Edition
from tests.builders import DataDirectory, cell

ASKED = {
    "since": dt.date(2021, 3, 31),
    "until": dt.date(2021, 4, 30),
    "known_on": dt.date(2021, 4, 30),
    "as_of": dt.date(2021, 4, 30),
    "goal": "2021-2000",
    "dimension": "source",
    "across": "segment",
    "source": ["TPP"],
    "segment": ["BPU"],
    "province": None,
    "regency": None,
    "programmes": None,
    "programme": "JKK",
    "sex": None,
    "age_band": ["-"],
}
DIMENSIONS = (
    "source",
    "segment",
    "province",
    "regency",
    "programmes",
    "programme",
    "sex",
    "age_band",
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    directory = DataDirectory(tmp_path_factory.mktemp("data") / "own")
    directory.deliver("2021-03", cell(100))
    directory.deliver("2021-04", cell(120, new=25, lapsed=5))
    return directory.publish()


def returned(edition: Edition, question: str, **params: Any) -> dict[str, str]:
    """The columns of a question's answer with their DuckDB types."""
    compares = "EDITION" in query.header(question).params.values()
    cursor = edition.cursor_beside(edition) if compares else edition.cursor()
    try:
        cursor.execute(query.text(question), params)
        return {column[0]: str(column[1]) for column in cursor.description or []}
    finally:
        cursor.close()


def asked(question: str) -> dict[str, Any]:
    params = query.header(question).params
    return {
        name: [ASKED[name]] if kind == "VARCHAR[]" and isinstance(ASKED[name], str) else ASKED[name]
        for name, kind in params.items()
        if kind != "EDITION"
    }


@pytest.mark.parametrize("question", query.names())
def test_a_question_returns_the_columns_of_its_header(edition: Edition, question: str) -> None:
    assert returned(edition, question, **asked(question)) == query.header(question).columns
    assert list(returned(edition, question, **asked(question))) == list(query.header(question).columns)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize("question", ["breakdown", "breakdown_by_month", "crosstab"])
def test_its_columns_are_the_same_for_every_dimension(
    edition: Edition, question: str, dimension: str
) -> None:
    params = asked(question) | {"dimension": dimension}
    assert returned(edition, question, **params) == query.header(question).columns


@pytest.mark.parametrize("question", [name for name in query.names() if asked(name)])
def test_its_columns_are_the_same_when_nothing_is_known_of_what_is_asked(
    edition: Edition, question: str
) -> None:
    nothing = {"goal": "2019-0", "as_of": dt.date(2020, 1, 31), "until": dt.date(2020, 1, 31), "source": []}
    params = {name: nothing.get(name, value) for name, value in asked(question).items()}
    assert returned(edition, question, **params) == query.header(question).columns


def test_this_file_knows_a_value_for_every_parameter() -> None:
    named = {name for question in query.names() for name in asked(question)}
    assert named <= ASKED.keys()


def test_questions_read_no_file(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a\n1\n", encoding="utf-8")
    cursor = edition.cursor()
    with pytest.raises(Exception, match=r"disabled"):
        cursor.execute("from read_csv($path)", {"path": str(tmp_path / "notes.csv")})
