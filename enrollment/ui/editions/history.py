"""Editions through time: everything as known on a day, every edition, and what each one changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from html import escape

import streamlit as st

from enrollment.comparison import Comparison
from enrollment.edition import Edition, EditionDamaged, Publication
from enrollment.figures.description import Column
from enrollment.names import names
from enrollment.query import NotRecorded
from enrollment.ui import address, ask, frame, markup
from enrollment.ui.editions import change_list, under
from enrollment.ui.frame import Choice

_EDITIONS_SHOWN = 8
_DOTS_SHOWN = 24
_APART = 2.5


# As known on


def known_on(choice: Choice) -> None:
    """Show every page as it was known on a day, or by an edition; the editions on a line of time."""
    language = choice.language
    say = language.say
    published = ask.published()
    found = {item.short: item for item in reversed(published)}
    with st.container(key="known_on", gap="small"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            st.session_state["shown_edition"] = choice.edition.short
            st.selectbox(
                say("editions.known_on"),
                list(found),
                key="shown_edition",
                format_func=lambda short: say(
                    "editions.edition_option", day=language.day(found[short].known_on), edition=short
                ),
                on_change=_show_edition,
                args=(next(iter(found)),),
                width=330,
            )
            st.session_state["known_on_day"] = choice.known_on.isoformat() if choice.known_on else ""
            st.text_input(
                say("editions.known_on_day"),
                key="known_on_day",
                placeholder=say("editions.known_on_format"),
                on_change=_show_day,
                width=210,
            )
        headline = choice.edition.publication.headline
        if wrong := st.session_state.pop("known_on_wrong", ""):
            markup.show(markup.note(say("editions.not_a_day", text=wrong)))
        elif headline:
            then = say(
                "editions.then",
                active=language.number(headline["active"]),
                day=language.day(dt.date.fromisoformat(headline["as_of"])),
            )
            markup.show(markup.note(then))
        markup.show(_timeline(choice, published[-_DOTS_SHOWN:]))


def _show_edition(newest: str) -> None:
    chosen = st.session_state["shown_edition"]
    frame.show_edition(None if chosen == newest else chosen)


def _show_day() -> None:
    text = st.session_state["known_on_day"].strip()
    day = _day(text)
    if text and day is None:
        st.session_state["known_on_wrong"] = text[:40]
    else:
        frame.show_known_on(day)


def _day(text: str) -> dt.date | None:
    """A day, as ISO or as day/month/year."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _timeline(choice: Choice, published: Sequence[Publication]) -> str:
    """A dot for each edition where its day stands between the first and the last; each is a link."""
    language = choice.language
    first = published[0].known_on
    last = max(published[-1].known_on, choice.known_on or published[-1].known_on)
    span = max((last - first).days, 1)
    newest = ask.published()[-1]
    dots = []
    labelled = -100.0
    places = _places([(item.known_on - first).days / span for item in published])
    for item, place in zip(published, places, strict=True):
        word = language.say("editions.edition_option", day=language.day(item.known_on), edition=item.short)
        state = " now" if item.number == choice.edition.publication.number else ""
        label = ""
        if place - labelled >= 7:
            labelled = place
            label = f'<span aria-hidden="true">{escape(language.short_month(item.known_on))}</span>'
        target = _address(choice, None if item is newest else item)
        dots.append(
            f'<li style="left:{place:.2f}%"><a class="dot{state}" target="_self" href="{escape(target)}" '
            f'aria-label="{escape(word)}" title="{escape(word)}"></a>{label}</li>'
        )
    if choice.known_on:
        place = 100 * max((choice.known_on - first).days, 0) / span
        day = escape(language.short_day(choice.known_on))
        dots.append(f'<li class="pointer" style="left:{place:.2f}%"><b>{day}</b></li>')
    label = escape(language.say("editions.timeline"))
    return f'<ol class="timeline" aria-label="{label}">{"".join(dots)}</ol>'


def _places(shares: Sequence[float]) -> list[float]:
    """Percent of the line for shares of its span; dots that would touch are pushed apart."""
    places: list[float] = []
    for share in shares:
        places.append(max(100 * share, places[-1] + _APART if places else 0.0))
    return [place * 100 / max(places[-1], 100.0) for place in places]


def _address(choice: Choice, item: Publication | None) -> str:
    shown = {"lang": choice.address.get("lang", ""), "edition": item.short if item else ""}
    return address.link("editions", shown)


# What changed


def changes(choice: Choice) -> None:
    """What moved since an earlier edition, by cause and row by row, and what that does to the headline."""
    language = choice.language
    say = language.say
    markup.show(markup.section(say("editions.changes.title")))
    past = [item for item in ask.published() if item.number < choice.edition.publication.number]
    if not past:
        markup.show(markup.note(say("progress.first_edition")))
        return
    options = list(dict.fromkeys(item.short for item in reversed(past)))
    address.remember("against", options, options[0])
    found = {item.short: item for item in ask.published()}
    if len(options) > 1:
        st.selectbox(
            say("editions.changes.against"),
            options,
            key="against",
            format_func=lambda short: say(
                "editions.edition_option", day=language.day(found[short].known_on), edition=short
            ),
            width=330,
            persist_state="session",
        )
    earlier = found[st.session_state["against"]]
    address.write("against", earlier.short, options[0])
    compared_with = _compared(choice.edition, earlier)
    if compared_with is None:
        markup.show(markup.note(say("editions.list.not_comparable")))
        return
    source_names = names(choice.edition, "source", language)
    markup.show(change_list.told(language, compared_with, source_names))
    rows = compared_with.changes
    texts = change_list.texts(language, rows, source_names)
    under.downloads(
        choice, "edition_changes", change_list.columns(language), texts, rows, {"earlier": earlier.short}
    )


# Every edition


def editions(choice: Choice) -> None:
    """Every publication, newest first, with its headline as published and what it changed before it."""
    language = choice.language
    say = language.say
    found = list(reversed(ask.published()))
    columns = (
        Column(say("editions.column.edition"), "left"),
        Column(say("editions.column.published"), "left"),
        Column(say("editions.column.who"), "left"),
        Column(say("editions.column.note"), "left"),
        Column(say("editions.column.active")),
    )
    rows = []
    for place, item in enumerate(found):
        older = found[place + 1] if place + 1 < len(found) else None
        headline = item.headline
        link = markup.anchor(item.short, _address(choice, item if place else None))
        chip = f' <span class="chip">{escape(say("editions.current"))}</span>' if not place else ""
        summary = _summary(choice, item, older) if place < _EDITIONS_SHOWN or not older else ""
        noted = markup.Html(
            (f"{escape(item.note)}<br>" if item.note else "") + f'<span class="note">{escape(summary)}</span>'
        )
        active = (
            markup.Html(
                f"{escape(language.number(headline['active']))} "
                f'<span class="note">{escape(language.short_month(dt.date.fromisoformat(headline["as_of"])))}'
                "</span>"
            )
            if headline
            else "–"
        )
        rows.append(
            (
                markup.Html(f'<span class="code">{link}</span>{chip}'),
                language.moment(item.time),
                item.who,
                noted,
                active,
            )
        )
    earlier = rows[_EDITIONS_SHOWN:]
    passed_over = [
        say("editions.list.damaged", file=name)
        for name in dict.fromkeys((*ask.damaged_publications(), *choice.edition.damaged))
    ]
    markup.show(
        markup.section(say("editions.list.title"), say("editions.list.subtitle"))
        + (markup.remarks(passed_over) if passed_over else "")
        + f'<div class="editions">{markup.table(columns, rows[:_EDITIONS_SHOWN])}</div>'
        + (
            markup.folded(
                say("editions.list.earlier", count=language.number(len(earlier))),
                f'<div class="editions">{markup.table(columns, earlier)}</div>',
            )
            if earlier
            else ""
        )
    )


def _summary(choice: Choice, item: Publication, older: Publication | None) -> str:
    """What an edition brought, in a few words: its new months, and what it revised."""
    say = choice.language.say
    if older is None:
        return say("editions.list.first")
    try:
        rows = ask.changes(item, older)
    except (EditionDamaged, NotRecorded):
        return say("editions.list.not_comparable")
    months = sorted({row.month for row in rows if row.cause == "new_month"})
    said = [say("editions.list.new_month", month=choice.language.month(month)) for month in months]
    revised: dict[dt.date, int] = defaultdict(int)
    for row in rows:
        if row.cause != "new_month":
            revised[row.month] += row.change
    said += [
        say(
            "editions.list.revised",
            month=choice.language.month(month),
            change=choice.language.signed(change),
        )
        for month, change in sorted(revised.items())
    ][:3]
    return "; ".join(said) or say("editions.list.nothing")


def _compared(later: Edition, earlier: Publication) -> Comparison | None:
    """None where the earlier edition is damaged, or too old to be asked."""
    try:
        return ask.compared(later.publication, earlier)
    except (EditionDamaged, NotRecorded):
        return None
