"""Deliveries: what was loaded by whom and when, what became of it, and one of them opened."""

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from enrollment import answers
from enrollment.answers import DeliveriesReceived
from enrollment.contract.faults import shown
from enrollment.delivery import SHORT, Delivery
from enrollment.figures.description import Column
from enrollment.names import names
from enrollment.ui import address, ask, markup, steward
from enrollment.ui.editions import quarantine, under
from enrollment.ui.frame import Choice

_SHOWN = 12


def deliveries(choice: Choice, rows: Sequence[DeliveriesReceived]) -> None:
    """What the edition knew of, newest first; before it, what waits for the next edition."""
    language = choice.language
    say = language.say
    # What is kept beside what the edition knows is the steward's.
    newest = choice.edition.publication.number == ask.published()[-1].number and steward.opens()
    known = {row.sha256 for row in rows}
    kept = {item.sha256: item for item in steward.kept()} if steward.opens() else {}
    unpublished = steward.waiting(known) if newest else ()
    besides = [
        item for item in kept.values() if newest and item.sha256 not in known and item not in unpublished
    ]
    columns = (
        Column(say("editions.column.received"), "left"),
        Column(say("editions.column.who"), "left"),
        Column(say("editions.column.file"), "left"),
        Column(say("editions.column.month"), "left"),
        Column(say("editions.column.cells")),
        Column(say("editions.column.result"), "left"),
    )
    texts = [
        _line(choice, item, _fate(choice, item, say("editions.result.waiting")))
        for item in sorted(unpublished, key=lambda item: item.number, reverse=True)
    ]
    texts += [
        _line(choice, item, _fate(choice, item, say(f"editions.result.{_apart(item)}")))
        for item in sorted(besides, key=lambda item: item.number, reverse=True)
    ]
    texts += [_known_line(choice, row, kept.get(row.sha256)) for row in rows]
    said = [say("editions.list.damaged", file=name) for name in steward.damaged()] if newest else []
    if unpublished:
        said.insert(0, say("editions.waiting", count=language.number(len(unpublished))))
    markup.show(
        markup.section(say("editions.deliveries.title"), say("editions.deliveries.subtitle"))
        + (markup.remarks(said) if said else "")
        + f'<div class="deliveries">{markup.table(columns, texts[:_SHOWN])}</div>'
        + (
            markup.folded(
                say("editions.deliveries.earlier", count=language.number(len(texts) - _SHOWN)),
                f'<div class="deliveries">{markup.table(columns, texts[_SHOWN:])}</div>',
            )
            if len(texts) > _SHOWN
            else ""
        )
    )
    under.downloads(choice, "deliveries_received", columns, texts, rows, {})


def one(choice: Choice, rows: Sequence[DeliveriesReceived]) -> None:
    """One delivery opened: who sent it, what it holds of each source, which of that counts, its faults."""
    language = choice.language
    say = language.say
    found = steward.described({row.sha256 for row in rows})
    files = {item.short: item for item in reversed(found)}
    options = ["", *files]
    asked = st.query_params.get("delivery", "")
    # A link may name a delivery by more or fewer digits than the picker.
    if asked[:SHORT] in files and "delivery" not in st.session_state:
        st.session_state["delivery"] = asked[:SHORT]
    address.remember("delivery", options, "")
    picked = st.selectbox(
        say("editions.one.pick"),
        options,
        key="delivery",
        format_func=lambda name: _option(choice, files[name]) if name else say("editions.one.none"),
        width="stretch",
        persist_state="session",
    )
    address.write("delivery", picked, "")
    if picked:
        markup.show(_opened(choice, files[picked]))


def _option(choice: Choice, item: Delivery) -> str:
    month = choice.language.month(item.month) if item.month else choice.language.say("editions.no_month")
    return f"{shown(item.file)} · {month} · {item.short}"


def _opened(choice: Choice, item: Delivery) -> str:
    language = choice.language
    say = language.say
    source_names: Mapping[str | None, str] = names(choice.edition, "source", language)
    counting = {
        row.source: row.active
        for row in (ask.ask(answers.active_lineage, choice.edition, as_of=item.month) if item.month else ())
        if row.sha256 == item.sha256 and row.delivered_month == item.month
    }
    columns = (
        Column(say("parts.dimension.source"), "left"),
        Column(say("editions.column.cells")),
        Column(say("editions.column.active")),
        Column(say("editions.column.counts"), "left"),
    )
    lines = [
        (
            source_names[content.source],
            language.number(content.cells),
            language.number(content.active),
            say("editions.result.counts" if content.source in counting else "editions.result.counts_not"),
        )
        for content in item.contents
    ]
    total = (
        say("breakdown.total"),
        language.number(sum(content.cells for content in item.contents)),
        language.number(sum(content.active for content in item.contents)),
        "",
    )
    set_aside = quarantine.waiting_of(item)
    notes = [
        say(
            "editions.one.received",
            moment=language.moment(item.received_at),
            who=item.received_by,
            kind=say(f"editions.kind.{item.kind}"),
        ),
        say("editions.one.named", name=item.sha256),
    ]
    if item.sample:
        notes.append(say("editions.one.sample"))
    if item.scope == "province":
        notes.append(say("editions.one.provinces", list=", ".join(item.provinces)))
    if item.mends:
        notes.append(say("editions.one.mends", name=item.mends[:SHORT]))
    if item.quarantined:
        notes.append(
            say(
                "editions.one.quarantined",
                rows=language.number(item.quarantined),
                waiting=language.number(len({found.row for found in set_aside})),
            )
        )
    if item.withdrawn:
        notes.append(_withdrawn(choice, item))
    return (
        f'<div class="opened">{markup.section(markup.plain(shown(item.file)))}'
        + markup.remarks(notes)
        + (markup.table(columns, lines, total=total) if lines else "")
        + (quarantine.table(choice, set_aside) if set_aside else "")
        + "</div>"
    )


def _line(choice: Choice, item: Delivery, result: str) -> tuple[str, ...]:
    language = choice.language
    return (
        language.moment(item.received_at),
        item.received_by,
        _link(choice, item.file, item.sha256),
        language.month(item.month) if item.month else "–",
        language.number(sum(content.cells for content in item.contents)),
        result,
    )


def _known_line(choice: Choice, row: DeliveriesReceived, item: Delivery | None) -> tuple[str, ...]:
    language = choice.language
    return (
        language.moment(row.received_at.replace(tzinfo=dt.UTC)),
        row.received_by,
        _link(choice, row.file, row.sha256),
        language.month(row.month),
        language.number(row.cells),
        _fate(choice, item, _result(choice, row)),
    )


def _link(choice: Choice, file: str, sha256: str) -> markup.Html:
    shown_ = {**choice.address, "delivery": sha256[:SHORT]}
    return markup.Html(
        f'<span class="file">{markup.anchor(shown(file), address.link("editions", shown_))}</span>'
    )


def _fate(choice: Choice, item: Delivery | None, result: str) -> str:
    """What became of a delivery, with everything about it that a reader of the list should know."""
    if item is None:
        return result
    language = choice.language
    say = language.say
    if item.withdrawn:
        return markup.Html(f'<span class="behind">▼</span> {escape(_withdrawn(choice, item))}')
    said = [result]
    if item.scope == "province":
        said.append(say("editions.result.provinces", count=language.number(len(item.provinces))))
    if item.mends:
        said.append(say("editions.result.mends", name=item.mends[:SHORT]))
    if item.quarantined:
        waiting = len({found.row for found in quarantine.waiting_of(item)})
        key = "editions.result.set_aside" if waiting else "editions.result.mended"
        said.append(say(key, count=language.number(waiting or item.quarantined)))
    return "; ".join(said)


def _withdrawn(choice: Choice, item: Delivery) -> str:
    if item.withdrawn is None:
        return ""
    return choice.language.say(
        "editions.result.withdrawn",
        moment=choice.language.moment(item.withdrawn.at),
        who=item.withdrawn.by,
        reason=shown(item.withdrawn.reason),
    )


def _apart(item: Delivery) -> str:
    """Why a kept delivery is none of the edition's, though it does not wait for the next one either."""
    return item.kind if item.kind in ("roster", "reference") else "waiting"


def _result(choice: Choice, row: DeliveriesReceived) -> str:
    if row.counted == row.sources:
        return choice.language.say("editions.result.counts")
    if row.counted == 0:
        return choice.language.say("editions.result.replaced")
    return choice.language.say(
        "editions.result.partly",
        counted=choice.language.number(row.counted),
        sources=choice.language.number(row.sources),
    )
