"""Movement: who came in, who left and who stayed, and that it says so where only totals are known."""

import datetime as dt
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from enrollment import answers, edition, publishing
from enrollment.language import CODES, Language
from enrollment.months import parse_month
from enrollment.store import Store
from tests.builders import DataDirectory, Reference, cell, goal, person
from tests.pages.conftest import Open, Shown, deliver

ID = Language("id")
AUGUST = parse_month("2021-08")
FLOWS = {"movement", "movement_by_month"}


def people(words: str) -> int:
    """A whole number of a table; a dash is none."""
    digits = words.replace(".", "").replace(",", "").replace("\N{MINUS SIGN}", "-").replace("+", "")
    return 0 if digits == "–" else int(digits)


def months(data: Path, **filters: Any) -> tuple[answers.MovementByMonth, ...]:
    return answers.movement_by_month(edition.open_edition(Store(data)), as_of=AUGUST, **filters)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months of people known one by one: two join in April, of whom one stays."""
    baseline = goal("2021-2000", is_default=True, stated_on=dt.date(2021, 1, 4))
    directory = DataDirectory(tmp_path_factory.mktemp("people") / "own", Reference(targets=(baseline,)))
    directory.deliver_people("2021-03", *(person(f"P{number}") for number in range(4)))
    directory.deliver_people("2021-04", *(person(f"P{number}") for number in range(6)))
    directory.deliver_people("2021-05", *(person(f"P{number}") for number in range(5)))
    directory.publish()
    return directory.store.data


@pytest.fixture(scope="module")
def net_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of totals without flows."""
    directory = DataDirectory(tmp_path_factory.mktemp("net") / "own")
    directory.deliver("2021-03", cell(1_000))
    directory.deliver("2021-04", cell(1_250), cell(50, source="BUMDES"))
    directory.publish()
    return directory.store.data


@pytest.mark.parametrize("lang", CODES)
def test_the_page_says_who_came_in_who_left_and_what_the_goal_needs(
    show: Open, sample: Path, lang: str
) -> None:
    language = Language(lang)
    shown = show(sample, "movement", lang=lang)
    last = months(sample)[-1]
    entered = (last.new or 0) + (last.reactivated or 0)
    for number in (entered, last.lapsed or 0):
        assert language.people(number, 2) in shown.finding
    assert language.signed_people(last.closing - (last.opening or 0), 2) in shown.finding
    assert language.stated(38_000_000) in shown.words
    assert shown.figures.keys() == {*FLOWS, "retention_by_joining_month"}
    assert "{" not in shown.html
    assert "None" not in shown.text


@pytest.mark.parametrize("since", ["2021-07", "2021-04"])
def test_the_waterfall_closes(show: Open, sample: Path, since: str) -> None:
    shown = show(sample, "movement", since=since)
    rows = [row for row in months(sample) if row.month > parse_month(since)]
    drawn = sorted(
        (place, height, base)
        for trace in shown.figures["movement"]["data"]
        if trace["type"] == "bar"
        for place, height, base in zip(trace["x"], trace["y"], trace["base"], strict=True)
    )
    opening, *steps, closing = [(base, base + height) for _, height, base in drawn]
    assert opening[1] == rows[0].opening
    assert all(step[0] == last[1] for last, step in pairwise([opening, *steps]))
    assert steps[-1][1] == closing[1] == rows[-1].closing


def test_each_month_is_drawn_with_those_who_came_above_and_those_who_left_below(
    show: Open, sample: Path
) -> None:
    shown = show(sample, "movement")
    known = [row for row in months(sample) if row.opening is not None]
    ends = [
        height
        for trace in shown.figures["movement_by_month"]["data"]
        if trace["type"] == "bar"
        for height in trace["y"]
    ]
    for row in known:
        assert {row.new, -(row.lapsed or 0)} - {None, 0} <= set(ends)


def test_what_was_noted_of_a_day_stands_at_its_month(show: Open, sample: Path) -> None:
    shown = show(sample, "movement")
    assert "MoU dan PKB dengan Kemendes PDTT ditandatangani" in shown.words
    english = show(sample, "movement", lang="en")
    assert "Ministry of Villages signed" in english.words
    early = show(sample, "movement", month="2021-02")
    assert "Kemendes PDTT ditandatangani" not in early.words


@pytest.mark.parametrize("lang", CODES)
def test_the_rates_of_all_sources_add_up_and_the_doubt_of_small_groups_is_marked(
    show: Open, sample: Path, lang: str
) -> None:
    language = Language(lang)
    shown = show(sample, "movement", lang=lang)
    header, *rows, total = shown.table(language.say("movement.title_rates"))
    assert header[0] == language.say("movement.column.source")
    assert total[0] == language.say("movement.total")
    for column in (1, 2, 4, 6, 7):
        assert sum(people(row[column]) for row in rows) == people(total[column])
    last = months(sample)[-1]
    assert [people(total[column]) for column in (1, 2, 4, 6)] == [
        last.opening,
        last.lapsed,
        last.reactivated,
        last.new,
    ]
    assert all("%" in row[3] or row[3] == "–" for row in rows)


@pytest.mark.parametrize("dimension", ["source", "segment", "province", "regency", "sex", "age_band"])
def test_filters_narrow_the_page_and_the_goal_is_not_spoken_of(
    show: Open, sample: Path, dimension: str
) -> None:
    parts = {
        "source": "TPP",
        "segment": "BPU",
        "province": "ID-JB",
        "regency": "-",
        "sex": "P",
        "age_band": "20-29",
    }[dimension]
    shown = show(sample, "movement", **{dimension: parts})
    last = months(sample, **{dimension: (parts,)})[-1]
    _, *_, total = shown.table(ID.say("movement.title_rates"))
    assert people(total[1]) == last.opening
    assert "38 juta perlu" not in shown.words
    assert shown.address == {dimension: parts}


def test_where_only_totals_are_kept_nobody_is_followed_and_the_page_says_why(show: Open, own: Path) -> None:
    shown = show(own, "movement")
    assert ID.say("retention.unknown") in shown.words
    assert "retention_by_joining_month" not in shown.figures


def test_the_people_of_the_sample_are_followed_since_april(show: Open, sample: Path) -> None:
    shown = show(sample, "movement")
    assert "retention_by_joining_month" in shown.figures
    assert ID.month(parse_month("2021-04")) in shown.words


@pytest.mark.parametrize("lang", CODES)
def test_where_people_are_known_one_by_one_who_joined_is_followed(
    show: Open, followed: Path, lang: str
) -> None:
    language = Language(lang)
    shown = show(followed, "movement", lang=lang)
    assert "retention_by_joining_month" in shown.figures
    assert language.month(parse_month("2021-03")) in shown.words
    rows = answers.retention_by_joining_month(
        edition.open_edition(Store(followed)), as_of=parse_month("2021-05")
    )
    (april,) = [row for row in rows if row.joined == parse_month("2021-04") and row.months == 1]
    assert (april.people, april.active) == (2, 1)
    assert language.percent(0.5) in shown.words


def test_who_joined_is_not_followed_by_what_is_not_known_of_their_joining(show: Open, followed: Path) -> None:
    shown = show(followed, "movement", programmes="JKK+JKM")
    assert ID.say("movement.not_of_joining") in shown.words
    assert "retention_by_joining_month" not in shown.figures


@pytest.mark.parametrize("lang", CODES)
def test_totals_without_flows_show_the_net_change_alone_and_say_so(
    show: Open, net_only: Path, lang: str
) -> None:
    language = Language(lang)
    shown = show(net_only, "movement", lang=lang)
    april = language.month(parse_month("2021-04"))
    assert shown.finding == language.say(
        "movement.title.net_only", as_of=april, net=language.signed_people(300, 2)
    )
    assert language.say("movement.detail.net_only") in shown.words
    _, *_, total = shown.table(language.say("movement.title_rates"))
    assert total[2:7] == ["–"] * 5
    assert people(total[7]) == 300


def test_before_the_second_month_there_is_no_movement(show: Open, net_only: Path) -> None:
    shown = show(net_only, "movement", month="2021-03")
    assert shown.finding == ID.say("movement.title.unknown")


def test_the_baseline_is_a_start_here_too_but_editions_are_not_compared(show: Open, sample: Path) -> None:
    shown = show(sample, "movement", since="baseline")
    assert "27,70 juta" in shown.words
    assert "start" not in {picker.key for picker in shown.app.selectbox}


def test_choices_go_along_from_breakdown_to_movement_and_back(show: Open, sample: Path) -> None:
    shown = show(sample, "breakdown", province="ID-JB", since="2021-05", by="segment").go("movement")
    assert shown.address["province"] == "ID-JB"
    assert shown.address["since"] == "2021-05"
    back = shown.go("breakdown")
    assert back.address == {"province": "ID-JB", "since": "2021-05", "by": "segment"}


def annotating(show: Open, data: Path) -> Shown | None:
    """The page with its form for a remark, where there is one."""
    shown = show(data, "movement")
    shown.app.session_state["annotate"] = True
    shown.app.run()
    return shown.sound() if shown.app.text_input else None


def test_a_steward_adds_a_remark_which_counts_from_the_next_edition(
    show: Open, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CAKUPAN_UPLOADS", raising=False)
    shutil.copytree(own, tmp_path / "data")
    store = Store(tmp_path / "data")
    shown = annotating(show, store.data)
    assert shown
    (keep,) = [button for button in shown.app.button if button.label == ID.say("annotations.keep")]
    keep.click().run()
    assert ID.say("annotations.incomplete") in shown.sound().text
    fields = {field.key: field for field in shown.app.text_input}
    fields["annotation_text"].set_value("Kantor cabang pindah")
    fields["annotation_author"].set_value("Sari")
    (day,) = shown.app.date_input
    day.set_value(dt.date(2021, 8, 17))
    (keep,) = [button for button in shown.app.button if button.label == ID.say("annotations.keep")]
    keep.click().run()
    assert ID.say("annotations.kept") in shown.sound().text
    assert "Kantor cabang pindah" not in show(store.data, "movement").words
    deliver(store, "2021-09", besar=1_300, tani=560)
    publishing.publish(store)
    assert "Kantor cabang pindah" in show(store.data, "movement").words


def test_where_nobody_may_load_nobody_may_annotate(
    show: Open, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_UPLOADS", "off")
    assert annotating(show, own) is None
