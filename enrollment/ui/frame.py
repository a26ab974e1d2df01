"""The frame around every page: navigation, pickers, and the choice that they make.

`run` is called by `app.py`. `choice` is the first line of every page; when a page was entered by its
own address on a cold server, without `app.py`, it draws the frame itself. A context variable tells
the two apart, since a session would remember it into the next run.
"""

import datetime as dt
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from enrollment import answers
from enrollment.access import Rights, Role
from enrollment.delivery import DeliveryDamaged
from enrollment.edition import Edition, EditionDamaged, NothingPublished, NotYetKnown, UnknownEdition
from enrollment.figures.style import COLOURS, Theme
from enrollment.headline import NoGoal
from enrollment.language import CODES, Language
from enrollment.lock import StoreLocked
from enrollment.months import month_text
from enrollment.query import NotRecorded
from enrollment.reference import ReferenceFault
from enrollment.store import data_directory
from enrollment.ui import address, ask, browser, charts, entrance, exporting, markup, metrics, turns
from enrollment.ui.editions import upload

ROOT = Path(__file__).parents[2]
PAGES = (
    "progress",
    "breakdown",
    "movement",
    "commitments",
    "reconciliation",
    "outlook",
    "briefing",
    "explore",
    "editions",
)
_WITHOUT_CHARTS = ("briefing", "explore", "editions")
# Pixels that hold `September 2021` and `Sasaran 33,67 juta`; style.css keeps the navigation off both.
_MONTH_WIDTH, _GOAL_WIDTH = 150, 160
_STYLE = Path(__file__).parent / "style.css"
_LOGO = Path(__file__).parent / "logo"

_inside: ContextVar[bool] = ContextVar("inside_the_frame", default=False)
_chosen: ContextVar["Choice | None"] = ContextVar("chosen", default=None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor looks at: one edition, pinned for the whole run, and how it is shown."""

    language: Language
    edition: Edition
    as_of: dt.date
    goal: str
    theme: Theme
    narrow: bool
    simulated: bool
    role: Role
    """In which role the visitor acts."""
    known_on: dt.date | None = None
    """The day as of whose knowledge everything is shown, where the visitor named one."""

    @property
    def address(self) -> dict[str, str]:
        """The choices that a link to another page carries on; defaults stay out of it."""
        return {
            name: st.query_params[name]
            for name in ("lang", "month", "goal", "edition", "known_on")
            if name in st.query_params
        }

    def permanent(self) -> dict[str, str]:
        """The choices that show the same numbers next year."""
        asked = {name: value for name, value in st.query_params.items() if name != "known_on"}
        return {
            **asked,
            "edition": self.edition.short,
            "month": month_text(self.as_of),
            "goal": self.goal,
        }


def run() -> None:
    """Draw the frame and run the chosen page, when it is this visitor's turn."""
    with turns.turn():
        _run()


def _run() -> None:
    token = _inside.set(True)
    address.follow()
    try:
        language = _language()
        theme = _dress()
        rights = entrance.admitted(language)
        name, page = _navigation(language, rights)
        _must_exist(name, rights, language)
        chosen = _frame(name, language, theme, rights)
        _chosen.set(chosen)
        try:
            page.run()
        except NotRecorded as error:
            _plain_page(chosen.language, "not_recorded", str(error))
    finally:
        _inside.reset(token)
        _chosen.set(None)


def choice() -> Choice:
    """What the visitor chose; the first line of every page. It ends the run of who may not see the page."""
    chosen = _chosen.get() if _inside.get() else None
    if chosen is None:
        address.follow()
        language = _language()
        theme = _dress()
        rights = entrance.admitted(language)
        _navigation(language, rights)
        # Streamlit ran the page's file by itself, so the file says which page it is.
        name = Path(sys._getframe(1).f_code.co_filename).stem
        _must_exist(name, rights, language)
        chosen = _frame(name, language, theme, rights)
    return chosen


def _language() -> Language:
    address.remember("lang", CODES, CODES[0])
    return Language(st.session_state["lang"])


def _dress() -> Theme:
    """Title, logo and style, which even a plain page has."""
    st.set_page_config(page_title="Cakupan", page_icon=str(_LOGO / "icon.svg"), layout="wide")
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(_LOGO / f"{theme}.svg"), size="medium", link=None)
    st.html(f"<style>{_style(theme)}</style>{exporting.words(_language())}")
    return theme


def _navigation(language: Language, rights: Rights) -> tuple[str, st.Page]:
    """The pages that exist for these rights, and which one is asked for."""

    def page(name: str, **how: Any) -> st.Page:
        return st.Page(ROOT / "pages" / f"{name}.py", title=language.say(f"frame.page.{name}"), **how)

    first, *others = PAGES
    pages = [
        (first, page(first, default=True, url_path="home")),
        # A link to a page that does not exist for the visitor ends on a sentence, not on another page.
        *((name, page(name, visibility="visible" if rights.opens(name) else "hidden")) for name in others),
        # The default page answers at `/`; its own name in the address opens it as well.
        (first, page(first, url_path=first, visibility="hidden")),
    ]
    asked = st.navigation([each for _, each in pages], position="top")
    return next((name for name, each in pages if each is asked), first), asked


def _must_exist(page: str, rights: Rights, language: Language) -> None:
    """End the run where a page does not exist for the visitor."""
    if not rights.opens(page):
        _plain_page(language, "no_page", language.say(f"access.role.{rights.role}"))
        with st.container(key="pickers", horizontal=True, horizontal_alignment="right"):
            entrance.language_picker(language)
            entrance.account(language)
        st.stop()


def _frame(page: str, language: Language, theme: Theme, rights: Rights) -> Choice:
    metrics.drawn()
    narrow = browser.narrow(language.code, None if page in _WITHOUT_CHARTS else charts.script())
    edition_id = st.session_state.setdefault("edition", st.query_params.get("edition"))
    known_on = None if edition_id else _known_on()
    edition = _edition(edition_id, known_on, language)
    with st.container(
        key="pickers",
        horizontal=True,
        horizontal_alignment="right",
        vertical_alignment="center",
        gap="xsmall",
    ):
        as_of = _month_picker(edition, language)
        goal = _goal_picker(edition, as_of, language)
        entrance.language_picker(language)
        entrance.account(language)
    address.write("lang", language.code, CODES[0])
    address.write("edition", edition_id)
    address.write("known_on", known_on.isoformat() if known_on else None)
    _banners(edition, known_on, language)
    simulated = any(row.simulated for row in ask.ask(answers.known_months, edition))
    return Choice(language, edition, as_of, goal, theme, narrow, simulated, rights.role, known_on)


def _month_picker(edition: Edition, language: Language) -> dt.date:
    months = {month_text(row.month): row for row in reversed(ask.ask(answers.known_months, edition))}
    default = month_text(ask.default_month(edition))
    address.remember("month", months, default)
    picked = st.selectbox(
        language.say("frame.month"),
        list(months),
        key="month",
        format_func=lambda month: (
            language.month(months[month].month)
            + (f" {language.say('frame.incomplete')}" if months[month].missing else "")
        ),
        label_visibility="collapsed",
        width=_MONTH_WIDTH,
        persist_state="session",
    )
    address.write("month", picked, default)
    month: dt.date = months[picked].month
    return month


def _goal_picker(edition: Edition, as_of: dt.date, language: Language) -> str:
    goals = {row.goal: row for row in ask.ask(answers.published_goals, edition) if row.baseline is not None}
    try:
        default = ask.default_goal(edition, as_of)
    except NoGoal:
        _plain_page(language, "no_goal", "targets.csv")
        st.stop()
    asked = st.session_state.get("goal") or st.query_params.get("goal")
    years = {goals[default].year} | ({goals[asked].year} if asked in goals else set())
    offered = {key: row for key, row in goals.items() if row.year in years}
    address.remember("goal", offered, default)
    if len(offered) > 1:
        targets = [row.target for row in offered.values()]
        st.selectbox(
            language.say("frame.goal"),
            list(offered),
            key="goal",
            format_func=lambda goal: language.say(
                "frame.goal_option" if targets.count(offered[goal].target) == 1 else "frame.goal_option_of",
                target=language.stated(offered[goal].target),
                stated=language.short_day(offered[goal].stated_on or offered[goal].due),
            ),
            label_visibility="collapsed",
            width=_GOAL_WIDTH,
            persist_state="session",
        )
    goal: str = st.session_state["goal"]
    address.write("goal", goal, default)
    return goal


def show_edition(edition_id: str | None) -> None:
    """Show everything as an edition had it; None is whatever is current. For use as a callback."""
    _show(edition_id, None)


def show_known_on(day: dt.date | None) -> None:
    """Show everything as it was known on a day; None is as it is known now. For use as a callback."""
    _show(None, day)


def _show(edition_id: str | None, known_on: dt.date | None) -> None:
    st.session_state["edition"] = edition_id
    st.session_state["known_on"] = known_on and known_on.isoformat()
    for name in ("month", "goal"):
        st.session_state.pop(name, None)


def _known_on() -> dt.date | None:
    """The day in the address; a text that is no day is passed over, as every other wrong choice is."""
    asked = st.session_state.setdefault("known_on", st.query_params.get("known_on"))
    try:
        return dt.date.fromisoformat(asked) if asked else None
    except ValueError:
        return None


def _banners(edition: Edition, known_on: dt.date | None, language: Language) -> None:
    newest = edition.publication.number == ask.published()[-1].number
    if known_on or not newest:
        said = language.say(
            "frame.older" if not known_on else "frame.as_known" if newest else "frame.as_known_older",
            edition=edition.short,
            day=language.day(known_on or edition.publication.known_on),
        )
        with st.container(key="older", horizontal=True, vertical_alignment="center"):
            st.html(markup.note(said))
            st.button(language.say("frame.newest"), on_click=show_edition, args=(None,), type="tertiary")
    for name in edition.damaged:
        st.warning(markup.inert(language.say("frame.damaged", file=name, edition=edition.short)))


def _edition(edition_id: str | None, known_on: dt.date | None, language: Language) -> Edition:
    """Open the edition, or show a plain page that says why there is none."""
    try:
        return ask.opened(edition_id, known_on)
    except UnknownEdition:
        _plain_page(language, "unknown_edition", edition_id or "")
        st.button(language.say("frame.newest"), on_click=show_edition, args=(None,))
    except NotYetKnown as error:
        _plain_page(language, "not_yet_known", language.day(error.known_on), first=language.day(error.first))
        st.button(language.say("frame.newest"), on_click=show_edition, args=(None,))
    except NothingPublished:
        _plain_page(language, "nothing_published", str(data_directory()))
        upload.form(language)
    except EditionDamaged as error:
        _plain_page(language, "edition_damaged", str(error))
    except DeliveryDamaged as error:
        _plain_page(language, "edition_damaged", error.path.name)
    except ReferenceFault as error:
        _plain_page(language, "reference_fault", str(error))
    except StoreLocked as error:
        _plain_page(language, "locked", error.holder)
    except OSError as error:
        _plain_page(language, "system", error.strerror or str(error))
    st.stop()
    raise AssertionError


def _plain_page(language: Language, key: str, subject: str, **values: str) -> None:
    st.html(
        markup.heading(
            language.say(f"frame.plain.{key}.title"),
            language.say(f"frame.plain.{key}.detail", subject=subject, **values),
        )
    )


@lru_cache
def _style(theme: Theme) -> str:
    colours = "".join(f"--{name}:{colour};" for name, colour in COLOURS[theme].items())
    return f":root{{{colours}}}{_STYLE.read_text(encoding='utf-8')}"
