"""Marks of a chart by keyboard: one stop of the tab key for each chart, arrow keys among its marks.

Charts answer to the mouse alone, and the smallest provinces hardly to that. Beside each chart that can
be clicked lies a list of its marks with what they say; Enter picks what a click would pick.
"""

from collections.abc import Iterator, Sequence

import streamlit as st

from enrollment.figures.description import Areas, Bars, Cells, Dots, Figure, Text, plain
from enrollment.ui import filters
from enrollment.ui.frame import Choice

_STYLE = """
.marks { position: absolute; z-index: 5; max-width: 90vw; padding: 0.2rem 0.7rem; border-radius: 6px;
  opacity: 0; pointer-events: none; background: var(--paper); color: var(--ink);
  border: 2px solid var(--accent); font: 14px "Source Sans", sans-serif; }
.marks:focus { opacity: 1; outline: none; pointer-events: auto; }
.marks [role=option] { display: none; }
.marks [aria-selected=true] { display: block; }
.marks small { color: var(--muted); }
"""
_SCRIPT = """
export default function(component) {
    const { data, parentElement, setTriggerValue } = component;
    let list = parentElement.querySelector(".marks");
    if (!list) {
        list = document.createElement("div");
        list.className = "marks";
        list.tabIndex = 0;
        list.setAttribute("role", "listbox");
        parentElement.appendChild(list);
    }
    let at = Math.min(Number(list.dataset.at || 0), data.marks.length - 1);
    list.setAttribute("aria-label", data.label);
    list.replaceChildren(...data.marks.map((mark, place) => {
        const option = document.createElement("div");
        option.id = `${data.name}-${place}`;
        option.setAttribute("role", "option");
        option.textContent = mark[1];
        return option;
    }));
    const go = place => {
        at = (place + data.marks.length) % data.marks.length;
        list.dataset.at = at;
        [...list.children].forEach((option, here) => option.setAttribute("aria-selected", here === at));
        list.setAttribute("aria-activedescendant", `${data.name}-${at}`);
    };
    go(at);
    list.onkeydown = event => {
        const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
        if (event.key in steps) go(at + steps[event.key]);
        else if (event.key === "Home") go(0);
        else if (event.key === "End") go(data.marks.length - 1);
        else if (event.key === "Enter" || event.key === " ") setTriggerValue("picked", data.marks[at][0]);
        else return;
        event.preventDefault();
    };
}
"""

_mount = st.components.v2.component("cakupan_keyboard", js=_SCRIPT, css=_STYLE, isolate_styles=False)


def show(choice: Choice, figure: Figure, picks: Sequence[str], name: str) -> None:
    """The marks of a figure that can be picked; nothing where there are none."""
    found = dict(marks(figure))
    if not found:
        return
    key = f"keyboard_{name}"
    _mount(
        key=key,
        data={
            "name": key,
            "label": f"{figure.title}. {choice.language.say('filters.keyboard')}",
            "marks": list(found.items()),
        },
        on_picked_change=lambda: filters.pick(picks, st.session_state[key]["picked"]),
    )


def marks(figure: Figure) -> Iterator[tuple[str, str]]:
    """Key and words of each mark that can be picked, in the order in which they are drawn."""
    for mark in (*figure.marks, *(mark for panel in figure.panels for mark in panel.marks)):
        for piece in _pieces(mark):
            key, hover = piece
            if key is not None:
                yield key, plain(hover)


def _pieces(mark: object) -> Iterator[tuple[str | None, Text]]:
    if isinstance(mark, Bars):
        yield from ((bar.key, bar.hover) for bar in mark.bars)
    elif isinstance(mark, Dots):
        yield from ((point.key, point.hover) for point in mark.points)
    elif isinstance(mark, Cells):
        yield from ((cell.key, cell.hover) for cell in mark.cells)
    elif isinstance(mark, Areas):
        yield from ((area.key, area.hover) for area in mark.areas)
