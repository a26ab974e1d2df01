"""Slides of an edition: what they say is what the edition answers, and only that."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrollment import answers, edition, query
from enrollment.briefing import codes, content
from enrollment.briefing.content import Wish
from enrollment.briefing.slides import KINDS, Deck, Slide
from enrollment.edition import Edition
from enrollment.language import CODES, Language
from enrollment.store import Store
from tests.builders import DataDirectory, Reference, cell, goal

AUGUST = dt.date(2021, 8, 31)
GOAL = "2021-38.0"
ID, EN = Language("id"), Language("en")


@pytest.fixture(scope="module")
def sample(published_sample: Path) -> Store:
    return Store(published_sample / "data")


@pytest.fixture(scope="module")
def newest(sample: Store) -> Edition:
    return edition.open_edition(sample)


def briefed(sample: Store, opened: Edition, language: Language = ID, **said: object) -> Deck:
    whole, _ = edition.publications(sample)
    earlier = tuple(item for item in whole if item.number < opened.publication.number)
    wish = Wish(**{"compared": edition.open_edition(sample, edition=whole[-3].fingerprint), **said})  # type: ignore[arg-type]
    return content.deck(opened, as_of=AUGUST, goal=GOAL, earlier=earlier, language=language, wish=wish)


@pytest.fixture(scope="module", params=CODES)
def deck(request: pytest.FixtureRequest, sample: Store, newest: Edition) -> Deck:
    return briefed(sample, newest, Language(request.param), base_url="https://cakupan.contoh.id/")


def words(slide: Slide) -> Iterator[str]:
    yield from (slide.title, slide.detail, *slide.foot, *slide.remarks)
    yield from (text for number in slide.numbers for text in (number.value, number.label))
    yield from (text for row in (slide.table.rows if slide.table else ()) for text in row)


def test_the_sample_fills_every_kind_of_slide_in_the_usual_order(deck: Deck) -> None:
    assert tuple(slide.kind for slide in deck.slides) == KINDS


def test_every_sentence_is_finished(deck: Deck) -> None:
    for slide in deck.slides:
        for said in words(slide):
            assert not re.search(r"[{}]|\bNone\b|\bnan\b", said), said
            assert said.count("**") % 2 == 0, said


def test_every_slide_says_as_of_edition_that_it_is_simulated_and_its_goal(
    deck: Deck, newest: Edition
) -> None:
    language = Language(deck.language)
    for slide in deck.slides:
        assert language.day(AUGUST) in slide.foot[0]
        assert newest.short in slide.foot[0]
        assert language.say("format.simulated") in slide.foot[0]
        assert language.stated(38_000_000) in slide.foot[1]


def test_both_languages_show_the_same_numbers(sample: Store, newest: Edition) -> None:
    for one, other in zip(briefed(sample, newest).slides, briefed(sample, newest, EN).slides, strict=True):
        assert (one.kind, one.code, one.question, one.params) == (
            other.kind,
            other.code,
            other.question,
            other.params,
        )
        for here, there in zip(one.figures, other.figures, strict=True):
            assert here.table.machine_rows == there.table.machine_rows


def test_a_slide_names_a_question_that_the_edition_answers(
    deck: Deck, sample: Store, newest: Edition
) -> None:
    for slide in deck.slides:
        params = dict(slide.params)
        if slide.question == "edition_changes":
            earlier = edition.open_edition(sample, edition=params["earlier"])
            assert answers.edition_changes(newest, earlier=earlier)
        else:
            known = query.header(slide.question).params
            assert params.keys() <= known.keys()
            assert getattr(answers, slide.question)(newest, **params)


def test_a_link_and_a_code_open_the_page_with_the_same_edition_month_and_goal(
    deck: Deck, newest: Edition
) -> None:
    for slide in deck.slides:
        code = codes.read(slide.code)
        asked = content.address(code, newest)
        assert code.kind == slide.kind
        assert asked["edition"] == newest.short
        assert (asked["month"], asked["goal"]) == ("2021-08", GOAL)
        assert slide.link.startswith(f"https://cakupan.contoh.id/{content.PAGES[slide.kind]}?")
        for name, value in asked.items():
            assert f"{name}={value}" in slide.link


def test_without_an_address_of_the_dashboard_there_is_the_code_alone(sample: Store, newest: Edition) -> None:
    assert {slide.link for slide in briefed(sample, newest).slides} == {""}


def test_then_and_now_shows_both_numbers_and_causes_that_add_up(deck: Deck) -> None:
    (slide,) = [slide for slide in deck.slides if slide.kind == "then_and_now"]
    steps = dict(slide.figures[0].table.machine_rows)
    before, after = steps.pop("before"), steps.pop("after")
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert before + sum(value for value in steps.values() if isinstance(value, int)) == after
    assert len(slide.remarks) == len(steps)
    assert slide.table
    assert slide.table.machine_rows[0] == ("active", before, after)


def test_chosen_slides_come_in_the_chosen_order_with_the_presenters_words(
    sample: Store, newest: Edition
) -> None:
    own = (("bridge", " Siapa mengambil sisanya? "),)
    found = briefed(
        sample, newest, kinds=("bridge", "headline"), own=own, notes=(("headline", "Sapa dahulu."),)
    )
    assert [slide.kind for slide in found.slides] == ["bridge", "headline"]
    assert [slide.own for slide in found.slides] == ["Siapa mengambil sisanya?", ""]
    assert [slide.notes for slide in found.slides] == ["", "Sapa dahulu."]


def test_chosen_sources_are_those_shown_and_their_code_says_so(sample: Store, newest: Edition) -> None:
    ladder, roster = briefed(sample, newest, kinds=("sources", "reconciliation"), sources=("TPP",)).slides
    assert [row[1] for row in ladder.figures[0].table.machine_rows] == ["TPP"]
    assert codes.read(ladder.code).sources == codes.read(roster.code).sources == (3,)
    assert roster.params["source"] == ("TPP",)
    assert content.address(codes.read(roster.code), newest)["roster"] == "TPP"


def test_a_goal_that_is_not_the_usual_one_is_in_the_code(sample: Store, newest: Edition) -> None:
    (slide,) = content.deck(
        newest, as_of=AUGUST, goal="2021-33.67", earlier=(), language=ID, wish=Wish(kinds=("headline",))
    ).slides
    code = codes.read(slide.code)
    assert code.goal
    assert content.address(code, newest)["goal"] == "2021-33.67"


def test_what_an_edition_does_not_have_is_no_slide(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data", Reference(targets=(goal("2021-2000"),)))
    directory.deliver("2021-03", cell(1_000))
    opened = directory.publish()
    found = content.deck(
        opened,
        as_of=dt.date(2021, 3, 31),
        goal="2021-2000",
        earlier=(),
        language=ID,
        wish=Wish(compared=opened),
    )
    assert [slide.kind for slide in found.slides] == ["headline", "path", "pace", "map", "definitions"]
    assert not found.simulated


def test_a_month_or_goal_that_is_not_known_is_an_error(newest: Edition) -> None:
    with pytest.raises(LookupError):
        content.deck(newest, as_of=AUGUST, goal="nothing", earlier=(), language=ID)
    with pytest.raises(LookupError):
        content.deck(newest, as_of=dt.date(2031, 8, 31), goal=GOAL, earlier=(), language=ID)
