"""Which people a page is about: filters for every dimension, what was clicked, and a chip for each.

A filter holds for the whole page. What was clicked in a chart (a pick) narrows everything but the charts
that divide by its dimension: those keep all parts and let the picked ones stand out. Both stand in the
address, so that a link shows the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from enrollment import answers
from enrollment.answers import NOT_REPORTED
from enrollment.months import month_text, parse_month
from enrollment.names import PROGRAMMES, names
from enrollment.ui import address, ask, markup
from enrollment.ui.frame import Choice

SINGLE = "programme"
"""The one dimension that takes one part at a time: a person is in several programmes."""
_NULLABLE = ("regency", "sex", "age_band")
_MONTH = "month"
_SHOWN = 3
"""So many parts are named on a chip; more are counted."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The parts filtered and the parts picked, by dimension; a dimension that is not there is whole."""

    filtered: Mapping[str, tuple[str, ...]]
    picked: Mapping[str, tuple[str, ...]]

    def params(self, *, beside: Sequence[str] = ()) -> dict[str, Any]:
        """Filters as a question takes them; picks in the dimensions `beside` are left out."""
        chosen = dict(self.filtered)
        chosen |= {dimension: parts for dimension, parts in self.picked.items() if dimension not in beside}
        return {
            dimension: parts[0] if dimension == SINGLE else parts
            for dimension, parts in sorted(chosen.items())
        }

    def stands_out(self, dimension: str) -> frozenset[str]:
        """The picked parts of a dimension."""
        return frozenset(self.picked.get(dimension, ()))

    def only(self, dimension: str) -> str | None:
        """The one part that is left of a dimension, if it is one."""
        parts = self.picked.get(dimension) or self.filtered.get(dimension) or ()
        return parts[0] if len(parts) == 1 else None

    def __bool__(self) -> bool:
        return bool(self.filtered or self.picked)


def narrowed(choice: Choice, said: str = "") -> Narrowed:
    """Chips, the pickers behind one button, and the choice that they make; `said` stands at the end."""
    options = {dimension: _options(choice, dimension) for dimension in answers.DIMENSIONS}
    for dimension, known in options.items():
        address.remember_many(dimension, known)
    st.session_state[SINGLE] = st.session_state[SINGLE][:1]
    _remember_picks(options)
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        _chips(choice, options)
        _pickers(choice, options)
        if _any_chosen():
            st.button(
                choice.language.say("filters.clear"), key="clear_filters", on_click=_clear, type="tertiary"
            )
    for dimension in answers.DIMENSIONS:
        address.write(dimension, st.session_state[dimension])
    address.write("pick", st.session_state["pick"])
    return Narrowed(
        {name: tuple(st.session_state[name]) for name in answers.DIMENSIONS if st.session_state[name]},
        _by_dimension(st.session_state["pick"]),
    )


def pick(meanings: Sequence[str], key: str) -> None:
    """Take up, or give up, what a click means: `key` holds a part for each of `meanings`, divided by `|`.

    A month becomes the month of the whole page. For use as a callback.
    """
    said = list(zip(meanings, key.split("|"), strict=True))
    picks: list[str] = list(st.session_state.get("pick", []))
    pairs = [f"{dimension}:{part}" for dimension, part in said if dimension != _MONTH]
    months = [part for dimension, part in said if dimension == _MONTH]
    if pairs and all(pair in picks for pair in pairs) and all(m == st.session_state[_MONTH] for m in months):
        picks = [pair for pair in picks if pair not in pairs]
    else:
        dropped = SINGLE if any(pair.startswith(f"{SINGLE}:") for pair in pairs) else ""
        picks = [pair for pair in picks if pair not in pairs and pair.partition(":")[0] != dropped] + pairs
    st.session_state["pick"] = picks
    if months:
        st.session_state[_MONTH] = months[0]


def _options(choice: Choice, dimension: str) -> list[str]:
    if dimension == SINGLE:
        return list(PROGRAMMES)
    known = [part for part in names(choice.edition, dimension, choice.language) if part is not None]
    return [*known, NOT_REPORTED] if dimension in _NULLABLE and known else known


def _remember_picks(options: Mapping[str, Sequence[str]]) -> None:
    """Keep the picks that mean something in this edition; the address says them when a session begins."""
    asked = st.session_state.get("pick", st.query_params.get("pick", "").split(","))
    known = {dimension: frozenset(parts) for dimension, parts in options.items()}
    kept = [
        pair
        for pair in asked
        for dimension, _, part in [pair.partition(":")]
        if part in known.get(dimension, ())
    ]
    single = [pair for pair in kept if pair.startswith(f"{SINGLE}:")]
    st.session_state["pick"] = [pair for pair in kept if pair not in single[1:]]


def _by_dimension(picks: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in picks:
        dimension, _, part = pair.partition(":")
        found[dimension] = (*found.get(dimension, ()), part)
    return found


def _any_chosen() -> bool:
    return bool(st.session_state["pick"]) or any(st.session_state[name] for name in answers.DIMENSIONS)


def _chips(choice: Choice, options: Mapping[str, Sequence[str]]) -> None:
    """One for each narrowed dimension; pressing it takes the filter away."""
    say = choice.language.say
    default = month_text(ask.default_month(choice.edition))
    if (month := month_text(choice.as_of)) != default:
        said = say("filters.month", month=choice.language.month(parse_month(month)))
        _chip("month", said, _show_month, default)
    for dimension in answers.DIMENSIONS:
        part_names = names(choice.edition, dimension, choice.language)
        title = say(f"parts.dimension.{dimension}")
        if parts := st.session_state[dimension]:
            said = say("filters.chip", dimension=title, parts=_listed(choice, part_names, parts))
            _chip(f"filter_{dimension}", said, _set, dimension, [])
        if parts := _by_dimension(st.session_state["pick"]).get(dimension):
            said = say("filters.picked", dimension=title, parts=_listed(choice, part_names, parts))
            _chip(f"pick_{dimension}", said, _drop_picks, dimension)


def _listed(choice: Choice, part_names: Mapping[str | None, str], parts: Sequence[str]) -> str:
    say = choice.language.say
    shown = [
        say("format.not_reported") if part == NOT_REPORTED else part_names[part] for part in parts[:_SHOWN]
    ]
    more = len(parts) - len(shown)
    return ", ".join(shown) + (f" {say('filters.more', count=choice.language.number(more))}" if more else "")


def _chip(key: str, said: str, on_click: Any, *args: Any) -> None:
    st.button(f"{markup.inert(said)} ×", key=f"chip_{key}", on_click=on_click, args=args)


def _pickers(choice: Choice, options: Mapping[str, Sequence[str]]) -> None:
    """The pickers of all dimensions; made only while they are looked at, for some lists are long."""
    say = choice.language.say
    popover = st.popover(say("filters.add"), key="more_filters", on_change="rerun", type="tertiary")
    if not popover.open:
        return
    with popover:
        for dimension in answers.DIMENSIONS:
            part_names = names(choice.edition, dimension, choice.language)
            offered = (
                _within_provinces(choice, options[dimension])
                if dimension == "regency"
                else options[dimension]
            )
            if not offered:
                continue
            key = f"choose_{dimension}"
            st.session_state[key] = [part for part in st.session_state[dimension] if part in offered]
            st.multiselect(
                say(f"parts.dimension.{dimension}"),
                offered,
                key=key,
                format_func=lambda part, part_names=part_names: (
                    say("format.not_reported") if part == NOT_REPORTED else markup.inert(part_names[part])
                ),
                placeholder=say("filters.all"),
                max_selections=1 if dimension == SINGLE else None,
                on_change=_take,
                args=(dimension,),
            )


def _within_provinces(choice: Choice, regencies: Sequence[str]) -> list[str]:
    """The regencies of the provinces that are chosen; all of them where none is."""
    provinces = {*st.session_state["province"], *_by_dimension(st.session_state["pick"]).get("province", ())}
    if not provinces:
        return list(regencies)
    home = {
        row.part: row.parent
        for row in ask.ask(answers.dimension_parts, choice.edition)
        if row.dimension == "regency"
    }
    return [part for part in regencies if part == NOT_REPORTED or home.get(part) in provinces]


def _take(dimension: str) -> None:
    _set(dimension, st.session_state[f"choose_{dimension}"])


def _set(dimension: str, parts: Sequence[str]) -> None:
    st.session_state[dimension] = list(parts)


def _drop_picks(dimension: str) -> None:
    st.session_state["pick"] = [
        pair for pair in st.session_state["pick"] if pair.partition(":")[0] != dimension
    ]


def _show_month(month: str) -> None:
    st.session_state[_MONTH] = month


def _clear() -> None:
    st.session_state["pick"] = []
    for dimension in answers.DIMENSIONS:
        st.session_state[dimension] = []
