"""The Outlook page: where a month leads, what commitments would change, and the record so far."""

import datetime as dt
from pathlib import Path

import pytest

from enrollment import answers, edition, findings, outlook
from enrollment.language import CODES, Language
from enrollment.months import add_months, parse_month
from enrollment.store import Store
from enrollment.ui import ask
from tests.builders import DataDirectory, Reference, cell, commitment, goal, plan, prognosis, reconciled
from tests.pages.conftest import Open, Shown

ID = Language("id")
GAP, OWED = "outlook_gap", "outlook_owed"
PATH, CHANCES = "outlook_path", "outlook_chances"
RATES, RECORD = "outlook_base_rates", "outlook_record"
DUE = dt.date(2021, 12, 31)
SLIDERS = ("pledged", "realised", "additional", "joining")


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six months of steady growth in two editions, a commitment half reached, and a prognosis."""
    directory = DataDirectory(
        tmp_path_factory.mktemp("growing") / "own",
        Reference(
            targets=(goal("2021-2000", is_default=True), goal("2021-3000", target=3_000)),
            agreements=(commitment("TPP", 400),),
            plans=(plan("TPP", "2021-05", 200), plan("TPP", "2021-10", 400)),
            prognoses=(prognosis("2021-05-20", "2021-12-31", 1_700),),
        ),
    )
    active = (1_000, 1_090, 1_200, 1_290, 1_400, 1_490)
    for place, people in enumerate(active):
        month = add_months(parse_month("2021-01"), place)
        directory.deliver(f"{month:%Y-%m}", cell(people))
        if place >= 4:
            directory.publish()
    directory.reconcile(reconciled("2021-06", active_all=200, newly_active=90))
    directory.publish()
    return directory.store.data


def sliders(shown: Shown) -> dict[str, str]:
    return {slider.key: slider.value for slider in shown.app.select_slider}


@pytest.mark.parametrize("lang", CODES)
def test_the_page_says_what_is_most_likely_how_likely_the_goal_is_and_why(
    show: Open, sample: Path, lang: str
) -> None:
    language = Language(lang)
    shown = show(sample, "outlook", lang=lang, month="2021-08")
    opened = edition.open_edition(Store(sample))
    earlier = edition.publications(Store(sample))[0][:-1]
    stand = outlook.outlook(opened, as_of=parse_month("2021-08"), goal="2021-38.0", earlier=earlier)
    assert stand
    assert stand.at_due
    assert language.people(stand.at_due.median) in shown.finding
    assert language.say("format.chance_under", share=language.percent(0.01)) in shown.finding
    assert language.say("outlook.chip.out_of_reach") in shown.words
    assert language.signed_people(stand.likely_per_month or 0, 2) in shown.words
    assert language.say("outlook.rule_text") in shown.words
    assert language.say("outlook.basis.construction") in shown.words
    assert shown.figures.keys() == {PATH, CHANCES, RATES, RECORD, GAP, OWED}
    gross = findings.outlook_gross(stand, language)
    assert gross.replace("**", "") in shown.words


def test_the_first_view_supposes_registered_commitments_alone(show: Open, growing: Path) -> None:
    shown = show(growing, "outlook")
    assert sliders(shown)["pledged"] == "0"
    assert not set(SLIDERS) & shown.address.keys()
    assert "skenario hanya memuat komitmen yang sudah tercatat" in shown.words
    assert "200 pekerja belum terwujud" in shown.words


def test_a_scenario_is_a_link(show: Open, growing: Path) -> None:
    asked = {"pledged": "25000", "realised": "100", "additional": "80", "joining": "2021-09"}
    shown = show(growing, "outlook", **asked)
    assert sliders(shown) == asked
    assert shown.address == asked
    assert "25.000 pekerja dijanjikan (andaian); 20.000 diharapkan aktif dan baru" in shown.words
    header, median, *_ = shown.table(ID.say("outlook.scenario.title"))
    assert header[0] == ID.short_day(DUE)
    assert median[3].startswith("+")


def test_moving_a_slider_changes_people_and_points_and_the_address(show: Open, growing: Path) -> None:
    shown = show(growing, "outlook")
    before = shown.table(ID.say("outlook.scenario.title"))
    slider = next(each for each in shown.app.select_slider if each.key == "pledged")
    slider.set_value("100000")
    shown.app.run()
    after = shown.sound().table(ID.say("outlook.scenario.title"))
    assert [row[1] for row in before] == [row[1] for row in after]
    assert before[1][2] != after[1][2]
    assert "poin" in after[3][3]
    assert shown.address["pledged"] == "100000"


def test_a_rerun_does_not_forecast_anew(show: Open, growing: Path) -> None:
    shown = show(growing, "outlook")
    opened = ask.opened(None)
    asked = (opened, ask.default_month(opened), "2021-2000")
    known = ask.outlook(*asked)
    next(each for each in shown.app.select_slider if each.key == "pledged").set_value("100000")
    shown.app.run()
    shown.sound()
    assert ask.outlook(*asked) is known


@pytest.mark.parametrize("nonsense", ["7", "-1", "banyak", ""])
def test_a_choice_that_no_slider_has_falls_back_to_the_usual(
    show: Open, growing: Path, nonsense: str
) -> None:
    shown = show(growing, "outlook", pledged=nonsense, joining=nonsense)
    assert sliders(shown)["pledged"] == "0"
    assert sliders(shown)["joining"] == "2021-07"


def test_every_goal_of_the_year_and_the_prognosis_has_its_chance(show: Open, growing: Path) -> None:
    told = str(show(growing, "outlook").figures[CHANCES])
    for said in ("Prognosis resmi 1.700", "Sasaran 2.000", "Sasaran 3.000"):
        assert said in told


def test_what_was_foretold_later_is_not_shown_as_known_on_a_day(show: Open, sample: Path) -> None:
    told = ID.say("outlook.path.stated", day=ID.short_day(dt.date(2021, 9, 15)))
    assert told in show(sample, "outlook", month="2021-08").words
    assert told not in show(sample, "outlook", month="2021-08", known_on="2021-09-10").words


def test_where_nothing_was_forecast_before_the_page_says_that_the_record_is_empty(
    show: Open, own: Path
) -> None:
    shown = show(own, "outlook")
    assert ID.say("outlook.no_record_why") in shown.words
    assert RECORD not in shown.figures


def test_few_snapshots_are_said_to_be_few(show: Open, own: Path) -> None:
    assert ID.say("outlook.detail.few", months="3") in show(own, "outlook").words


@pytest.mark.parametrize("lang", CODES)
def test_one_month_gives_the_pace_needed_and_no_scenario(show: Open, own: Path, lang: str) -> None:
    language = Language(lang)
    shown = show(own, "outlook", month="2021-06", lang=lang)
    assert shown.finding == language.say("outlook.title.one_month", active=language.number(1_500))
    assert language.say("outlook.no_scenario") in shown.words
    assert not shown.app.select_slider
    assert shown.figures.keys() == {PATH, RATES, GAP, OWED}


@pytest.mark.parametrize("lang", CODES)
def test_past_its_due_date_a_goal_is_no_longer_forecast(show: Open, tmp_path: Path, lang: str) -> None:
    language = Language(lang)
    directory = DataDirectory(
        tmp_path / "own", Reference(targets=(goal("2021-2000", is_default=True),), agreements=())
    )
    for month, people in (("2021-11", 1_800), ("2021-12", 1_900)):
        directory.deliver(month, cell(people))
    directory.publish()
    shown = show(directory.store.data, "outlook", lang=lang)
    assert language.say("status.missed") in shown.words
    assert language.say("outlook.detail.past", due=language.day(DUE)) in shown.words
    assert not shown.app.select_slider
    november = show(directory.store.data, "outlook", lang=lang, month="2021-11")
    assert language.say("outlook.title.one_month", active=language.number(1_800)) == november.finding


def test_a_goal_that_is_reached_says_how_likely_it_stays_so(
    show: Open, growing: Path, tmp_path: Path
) -> None:
    directory = DataDirectory(
        tmp_path / "own", Reference(targets=(goal("2021-2000", is_default=True),), agreements=())
    )
    for month, people in (("2021-09", 1_990), ("2021-10", 2_050), ("2021-11", 2_100)):
        directory.deliver(month, cell(people))
    directory.publish()
    shown = show(directory.store.data, "outlook")
    assert shown.finding.startswith("Sasaran 2.000 sudah terlampaui")
    assert "jadi skenario sama dengan dasar." in shown.words
    assert "Bulan masuk: Desember 2021" in shown.words


def test_the_record_holds_the_ranges_of_earlier_editions(show: Open, growing: Path) -> None:
    shown = show(growing, "outlook")
    opened = edition.open_edition(Store(growing))
    months = answers.active_by_month(opened, since=None, as_of=parse_month("2021-06"))
    known = outlook.record(months, edition.publications(Store(growing))[0][:-1])
    held = sum(row.held80 for row in known)
    assert known
    assert f"Rekam jejak: {held} dari {len(known)} rentang kena" in shown.words
