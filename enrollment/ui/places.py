"""Where people are: provinces on a map or on a grid of equal tiles, and the regencies of one province."""

from typing import Any

import streamlit as st

from enrollment import answers
from enrollment.figures.breakdown.map import breakdown_map
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.breakdown.tiles import breakdown_tiles, regency_tiles
from enrollment.names import short_names
from enrollment.ui import address, ask, card, markup
from enrollment.ui.breakdown import Cut

_VIEWS = ("tiles", "map")


def show(cut: Cut) -> None:
    """Provinces on a map or a grid; the picked ones stand out, a click leads to their regencies."""
    say = cut.choice.language.say
    address.remember("view", _VIEWS, _VIEWS[0])
    view = st.segmented_control(
        say("places.view"),
        _VIEWS,
        key="view",
        format_func=lambda option: say(f"places.{option}"),
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    address.write("view", view, _VIEWS[0])
    rows = cut.rows("province")
    told: dict[str, Any] = {"params": cut.asked("province"), "question": "breakdown", "picks": ("province",)}
    if view == "map":
        card.show(cut.choice, breakdown_map, **told, rows=rows, **cut.drawn("province"))
        return
    tiles = ask.ask(answers.province_tiles, cut.choice.edition)
    card.show(cut.choice, breakdown_tiles, **told, rows=rows, tiles=tiles, **cut.drawn("province"))


def regencies(cut: Cut) -> None:
    """The regencies of the one province that is left, ranked and as a grid; nothing where it is not one."""
    choice, say = cut.choice, cut.choice.language.say
    province = cut.narrowed.only("province")
    if province is None or cut.dimension == "regency":
        return
    name = cut.names("province")[province]
    rows = cut.rows("regency")
    if not any(row.part for row in rows):
        markup.show(
            markup.section(
                say("places.regencies", province=name), say("places.regencies_unknown", province=name)
            )
        )
        return
    told: dict[str, Any] = {"params": cut.asked("regency"), "question": "breakdown", "picks": ("regency",)}
    drawn = cut.drawn("regency")
    ranked, tiled = st.columns([2, 3], gap="large")
    with ranked:
        card.show(choice, breakdown, **told, key="regencies", rows=rows, dimension="regency", top=38, **drawn)
    with tiled:
        card.show(
            choice,
            regency_tiles,
            **told,
            rows=rows,
            province=name,
            short_names=short_names(choice.edition, province),
            columns=4 if choice.narrow else 8,
            **drawn,
        )
        markup.show(markup.note(say("places.credit")))
