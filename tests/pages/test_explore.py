"""The Explore page: a statement is asked, its answer shown, and both stand in the link."""

import datetime as dt
from pathlib import Path

import pytest

from enrollment import answers, edition, query, sandbox, schema
from enrollment.edition import Edition
from enrollment.language import CODES, Language
from enrollment.store import Store
from enrollment.ui.explore.statements import LEFT_OUT, Statement, offered
from tests.pages.conftest import Open, Shown

ID = Language("id")


@pytest.fixture
def newest(sample: Path, monkeypatch: pytest.MonkeyPatch) -> Edition:
    monkeypatch.setenv("CAKUPAN_DATA", str(sample))
    return edition.open_edition(Store(sample))


def asked(shown: Shown, sql: str, **values: str) -> Shown:
    """Write a statement, run it, and give its parameters their values where it has any."""
    (editor,) = [area for area in shown.app.text_area if area.key == "explore_sql"]
    editor.set_value(sql)
    return run(shown, **values)


def run(shown: Shown, **values: str) -> Shown:
    for field in shown.app.text_input:
        name = (field.key or "").removeprefix("explore_value_")
        if name in values:
            field.set_value(values[name])
    (button,) = [button for button in shown.app.button if button.key == "explore_run"]
    button.click()
    return answered(shown)


def answered(shown: Shown) -> Shown:
    """Let the page run until the statement has its answer, as the page does by itself in a browser."""
    shown.app.run()
    while shown.app.session_state["explore_job"] is not None:
        shown.app.run()
    return shown.sound()


@pytest.mark.parametrize("lang", CODES)
def test_the_page_opens_with_a_statement_and_what_the_tables_mean(
    show: Open, sample: Path, newest: Edition, lang: str
) -> None:
    shown = show(sample, "explore", lang=lang)
    language = Language(lang)
    assert newest.short in shown.finding
    cube = schema.TABLES[0]
    assert schema.about(language, cube) in shown.words
    for column in cube.columns:
        assert schema.meaning(language, cube, column).replace("*", "∗").split(". ")[0] in shown.words
    assert "sql" not in shown.address


def test_every_table_of_the_schema_can_be_looked_up(show: Open, sample: Path) -> None:
    shown = show(sample, "explore")
    for table in schema.TABLES:
        shown = shown.choose("explore_table", table.name)
        assert schema.grain(ID, table) in shown.words


def test_a_statement_gives_a_table_a_chart_and_a_link(show: Open, sample: Path, newest: Edition) -> None:
    sql = "select month, active from months order by month"
    shown = asked(show(sample, "explore"), sql)
    months = answers.known_months(newest)
    for row in months:
        assert ID.number(row.active) in shown.html
    (chart,) = shown.figures.values()
    assert ID.number(months[-1].active) in str(chart)
    assert Statement.of(shown.address["sql"]) == Statement(sql)
    again = answered(show(sample, "explore", sql=shown.address["sql"]))
    assert ID.number(months[-1].active) in again.html


def test_a_link_to_a_statement_that_is_damaged_is_passed_over(show: Open, sample: Path) -> None:
    for code in ("x", "eJw", "%%%", "A" * 400):
        assert ID.say("explore.run") in show(sample, "explore", sql=code).text


def test_an_answer_without_numbers_is_a_table_alone(show: Open, sample: Path) -> None:
    shown = asked(show(sample, "explore"), "select name from provinces where province = 'ID-AC'")
    assert "Aceh" in shown.html
    assert shown.figures == {}


def test_a_parameter_gets_a_field_and_its_value_is_bound(show: Open, sample: Path, newest: Edition) -> None:
    sql = "select active from months where month = $as_of and active > $least"
    shown = asked(show(sample, "explore"), sql)
    shown = run(shown, as_of="2021-08", least="1000")
    (active,) = [row.active for row in answers.known_months(newest) if row.month == dt.date(2021, 8, 31)]
    assert ID.number(active) in shown.html
    assert Statement.of(shown.address["sql"]) == Statement(sql, {"as_of": "2021-08", "least": "1000"})


def test_a_refusal_says_in_the_readers_language_what_is_not_possible(show: Open, sample: Path) -> None:
    for lang in CODES:
        language = Language(lang)
        shown = asked(show(sample, "explore", lang=lang), "drop table months")
        (warning,) = shown.app.warning
        said = language.say("explore.refused.not_select", kind="DROP").split(",")[0]
        assert warning.value.replace("\\", "").startswith(said)


def test_a_pivot_comes_back_with_its_list_and_one_click_runs_it(show: Open, sample: Path) -> None:
    shown = asked(show(sample, "explore"), "pivot cube_coarse on segment using sum(active) group by month")
    (button,) = [button for button in shown.app.button if button.key == "explore_use"]
    button.click()
    answered(shown)
    assert "JAKON" in shown.html
    linked = Statement.of(shown.address["sql"])
    assert linked
    assert "in ('BPU', 'JAKON', 'PMI', 'PU')" in linked.sql


def test_hostile_names_of_columns_and_values_stay_text(show: Open, sample: Path) -> None:
    hostile = "<img src=x onerror=alert(1)> **9** $x$ [a](http://b) :red[c]"
    shown = asked(
        show(sample, "explore"),
        f"select '{hostile}' as \"{hostile}\", 1 as \"<b>n</b>\" union all select '{hostile}', 2",
    )
    assert "<img" not in shown.html
    assert "<b>n" not in shown.html
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown.html


@pytest.mark.parametrize("name", offered())
def test_a_question_of_the_dashboard_answers_the_same_as_a_statement(
    show: Open, sample: Path, newest: Edition, name: str
) -> None:
    shown = show(sample, "explore", month="2021-08")
    shown = run(shown.choose("explore_begin", ID.say(f"explore.question.{name}")))
    linked = Statement.of(shown.address["sql"])
    assert linked is not None
    assert linked.sql == query.text(name)
    found = sandbox.Running(newest, linked.sql, params=linked.bound()).result()
    kinds = query.header(name).params
    given = {param: linked.bound().get(param) for param in kinds}
    filters = {param: value for param, value in given.items() if value is not None or not _is_filter(param)}
    assert list(found.rows) == [
        tuple(getattr(row, column) for column in found.columns)
        for row in getattr(answers, name)(newest, **filters)
    ]


def _is_filter(param: str) -> bool:
    return param in answers.Filters.__annotations__


def test_questions_that_a_statement_cannot_ask_are_not_offered(newest: Edition) -> None:
    assert set(LEFT_OUT) < set(query.names())
    for name in LEFT_OUT:
        with pytest.raises(sandbox.Refused):
            sandbox.Running(newest, query.text(name)).result()


def test_another_edition_answers_the_same_statement_with_its_own_numbers(show: Open, sample: Path) -> None:
    sql = "select max(month) as last, arg_max(active, month) as active from months"
    oldest = edition.publications(Store(sample))[0][0]
    newest = asked(show(sample, "explore"), sql)
    linked = answered(show(sample, "explore", sql=newest.address["sql"], edition=oldest.short))
    known = answers.known_months(edition.open_edition(Store(sample), edition=oldest.fingerprint))
    assert ID.number(known[-1].active) in linked.html
