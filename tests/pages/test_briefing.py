"""The Briefing page: what is chosen is what is shown, and a code opens its numbers."""

from pathlib import Path

import pytest

from enrollment import edition
from enrollment.briefing.slides import KINDS
from enrollment.language import CODES, Language
from enrollment.store import Store
from tests.pages.conftest import Open, Shown


def codes_of(shown: Shown) -> str:
    """The code under the slide that is looked at."""
    return shown.words.split("Kode slide ini: ")[1].split()[0]


@pytest.mark.parametrize("lang", CODES)
def test_the_page_opens_with_every_slide_and_the_first_one_to_look_at(
    show: Open, sample: Path, lang: str
) -> None:
    shown = show(sample, "briefing", lang=lang, month="2021-08")
    language = Language(lang)
    assert language.say("briefing.present") in shown.words
    newest = edition.open_edition(Store(sample))
    assert language.say("briefing.code_of", code=f"H2108-{newest.short}").replace("**", "") in shown.words
    (numbers,) = [group for group in shown.app.get("button_group") if group.key == "slide"]
    assert len(numbers.options) == len(KINDS)
    assert "slides" not in shown.address


def test_chosen_slides_are_in_the_link_in_their_order(show: Open, sample: Path) -> None:
    shown = show(sample, "briefing", month="2021-08", slides="bridge,headline", sources="TPP")
    assert codes_of(shown).startswith("B2108-")
    assert shown.address["slides"] == "bridge,headline"
    assert codes_of(shown.choose("slide", "2")).startswith("H2108-")
    assert shown.address["slide"] == "2"


def test_a_source_that_is_chosen_is_in_the_code(show: Open, sample: Path) -> None:
    shown = show(sample, "briefing", month="2021-08", slides="sources", sources="TPP")
    assert codes_of(shown).endswith("-s3")


def entered(shown: Shown, code: str) -> Shown:
    field = next(field for field in shown.app.text_input if field.key == "slide_code")
    field.set_value(code)
    shown.app.run()
    return shown.sound()


def test_a_code_of_an_older_edition_opens_its_page_month_and_goal(show: Open, sample: Path) -> None:
    older = edition.publications(Store(sample))[0][2]
    shown = entered(show(sample, "briefing"), f"m2102-{older.short}")
    assert Language("id").say("movement.how") in shown.words
    assert shown.address["edition"] == older.short
    assert shown.address.get("month", "2021-02") == "2021-02"
    assert "Februari 2021" in shown.finding


def test_a_code_with_a_goal_shows_progress_towards_it(show: Open, sample: Path) -> None:
    newest = edition.open_edition(Store(sample))
    shown = entered(show(sample, "briefing"), f"H2108-{newest.short}-g1")
    assert shown.address["edition"] == newest.short


@pytest.mark.parametrize(
    ("code", "said"),
    [("H2108", "bukan kode slide"), ("H2108-0123456789", "tidak ada di penyimpanan ini")],
)
def test_what_is_no_code_or_names_nothing_is_said(show: Open, sample: Path, code: str, said: str) -> None:
    shown = entered(show(sample, "briefing"), code)
    assert any(said in warning.value for warning in shown.app.warning)


def test_own_data_without_promises_have_fewer_slides(show: Open, own: Path) -> None:
    shown = show(own, "briefing")
    (numbers,) = [group for group in shown.app.get("button_group") if group.key == "slide"]
    assert 1 < len(numbers.options) < len(KINDS)


@pytest.mark.parametrize(
    ("place", "name", "content"),
    [
        (0, "templat.pptx", b"MZ" + b"\0" * 5_000),
        (0, "templat.pptx", b"PK\x03\x04" + b"\0" * (21 << 20)),
        (1, "logo.png", b"<svg onload=alert(1)>"),
        (1, "logo.png", b"\x89PNG" + b"\0" * (21 << 20)),
    ],
    ids=["program", "large template", "script", "large logo"],
)
def test_a_template_or_logo_that_is_another_thing_or_too_large_is_refused_and_slides_are_made_without_it(
    show: Open, sample: Path, place: int, name: str, content: bytes
) -> None:
    shown = show(sample, "briefing", month="2021-08")
    shown.app.file_uploader[place].set_value((name, content, "application/octet-stream"))
    shown.app.run()
    say = Language("id").say
    too_large = say("briefing.too_large", file=name, limit="20")
    another = say("briefing.office.no_logo" if place else "briefing.office.no_template")
    warned = [item.value.replace("\\", "") for item in shown.sound().app.warning]
    assert warned == [too_large if len(content) > 20 << 20 else another]
    assert shown.app.get("download_button")
