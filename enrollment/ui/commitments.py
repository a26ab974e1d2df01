"""What the Commitments page shows beside its charts: heading, next steps, the register of agreements."""

import datetime as dt
from collections.abc import Sequence

from enrollment import answers, findings
from enrollment.answers import AgreementsRegister, CommitmentLadder, GoalProgress, NextSteps
from enrollment.figures.description import Column, Table
from enrollment.figures.style import STATUS_MARKS, STATUS_TONES
from enrollment.ui import ask, card, markup, menu
from enrollment.ui.frame import Choice

_MOST = 12
"""So many sources have their steps shown; a file has those of all."""


def heading(choice: Choice, ladder: Sequence[CommitmentLadder], progress: GoalProgress) -> None:
    """The finding, and how all commitments together stand against their schedule."""
    language = choice.language
    status = findings.combined(ladder).status
    markup.show(
        markup.heading(
            findings.commitments_title(ladder, choice.as_of, language),
            findings.commitments_detail(ladder, progress, language),
            chip=language.say(f"status.{status}") if ladder else "",
            tone=STATUS_TONES.get(status, ""),
            mark=STATUS_MARKS[status],
        )
    )


def tiles(choice: Choice, ladder: Sequence[CommitmentLadder], progress: GoalProgress) -> None:
    """Promised, received, active in all programmes, newly active."""
    markup.show(markup.tiles(findings.commitments_figures(ladder, progress, choice.language)))


def next_steps(choice: Choice, ladder: Sequence[CommitmentLadder]) -> None:
    """What has to happen next in each source, by whom and by when; the largest commitments first."""
    language = choice.language
    say = language.say
    rows = ask.ask(answers.next_steps, choice.edition, as_of=choice.as_of)
    names = {row.source: language.pick(row.name, row.name_en) for row in ladder}
    found: dict[str, list[NextSteps]] = {source: [] for source in names}
    for row in rows:
        found.setdefault(row.source, []).append(row)
    groups = [(names.get(source, source), steps) for source, steps in found.items() if steps]
    told = [
        (name, [(language.number(step.people), *findings.next_step(step, language)) for step in steps])
        for name, steps in groups[:_MOST]
    ]
    html = markup.section(say("commitments.steps"), say("commitments.steps_subtitle"))
    html += markup.steps(told) if told else markup.remarks([say("commitments.steps_none")])
    if len(groups) > _MOST:
        html += markup.note(say("commitments.steps_more", count=language.number(len(groups) - _MOST)))
    markup.show(html + markup.note(card.source_line(choice)))
    if rows:
        asked = {"as_of": choice.as_of}
        held = _steps_table(rows, names, choice)
        menu.show(choice, menu.Subject("next_steps", "next_steps", asked, held), card.source_line(choice))


def _steps_table(rows: Sequence[NextSteps], names: dict[str, str], choice: Choice) -> Table:
    language = choice.language
    fields = (
        "source",
        "step",
        "missing",
        "people",
        "owner",
        "owner_name",
        "roster_month",
        "due",
        "overdue_days",
    )

    def plain(value: object) -> str | int | None:
        if isinstance(value, dt.date):
            return value.isoformat()
        return value if isinstance(value, str | int) else None

    told = [(row, findings.next_step(row, language)) for row in rows]
    return Table(
        columns=(
            Column(language.say("figures.column.source"), "left"),
            Column(language.say("figures.column.people")),
            Column(language.say("commitments.step_column"), "left"),
            Column(language.say("commitments.owner_column"), "left"),
        ),
        rows=tuple(
            (
                names.get(row.source, row.source),
                language.number(row.people),
                what,
                " ".join(filter(None, (who, late))),
            )
            for row, (what, who, late) in told
        ),
        machine_columns=fields,
        machine_rows=tuple(tuple(plain(getattr(row, name)) for name in fields) for row in rows),
    )


def register(choice: Choice) -> None:
    """The agreements that are known, and how far each has run."""
    say = choice.language.say
    rows = ask.ask(answers.agreements_register, choice.edition, as_of=choice.as_of)
    html = markup.section(say("commitments.register"), say("commitments.register_subtitle"))
    if not rows:
        markup.show(html + markup.remarks([say("commitments.register_none")]))
        return
    columns = tuple(
        Column(say(f"commitments.column.{name}"), "left")
        for name in (
            "document",
            "parties",
            "promised",
            "programmes",
            "signed_on",
            "expires_on",
            "span",
            "source",
        )
    )
    days = [day for row in rows for day in (row.signed_on, row.announced_on, row.expires_on) if day]
    span = (min([*days, choice.as_of]), max([*days, choice.as_of]))
    lines = [_agreement(row, span, choice) for row in rows]
    markup.show(
        html
        + f'<div class="register">{markup.table(columns, lines)}</div>'
        + markup.note(card.source_line(choice))
    )


def _agreement(row: AgreementsRegister, span: tuple[dt.date, dt.date], choice: Choice) -> tuple[str, ...]:
    language = choice.language
    say = language.say
    unknown = say("format.unknown")
    people = say("commitments.no_people")
    if row.committed is not None:
        people = say(
            "commitments.sources_count",
            people=language.number(row.committed),
            count=language.number(row.sources),
        )
    signed = unknown
    if row.signed_on:
        signed = language.short_day(row.signed_on)
    elif row.announced_on:
        signed = markup.two_lines(
            unknown, say("commitments.reported", day=language.short_day(row.announced_on))
        )
    until = unknown
    if row.expires_on and row.days_left is not None:
        key = "days_left" if row.days_left >= 0 else "expired"
        left = say(f"commitments.{key}", days=language.number(abs(row.days_left)))
        until = markup.two_lines(language.short_day(row.expires_on), left)
    begun = row.signed_on or row.announced_on
    bar = ""
    if begun:
        places = [(day - span[0]).days for day in (begun, choice.as_of, row.expires_on or choice.as_of)]
        bar = markup.duration(places[0], min(places[1], places[2]), places[2], (span[1] - span[0]).days)
    document = language.pick(row.document, row.document_en or "")
    return (
        markup.two_lines(document, say("commitments.number_unknown")),
        language.pick(row.parties or unknown, row.parties_en or ""),
        people,
        ", ".join((row.programmes or say("commitments.not_named")).split("+")),
        signed,
        until,
        bar,
        markup.anchor(say("commitments.origin"), row.source_url, new_tab=True) if row.source_url else unknown,
    )


def instructions(choice: Choice) -> None:
    """What the presidential instruction asks of whom."""
    language = choice.language
    say = language.say
    rows = ask.ask(answers.instructions, choice.edition)
    html = markup.section(say("commitments.inpres"), say("commitments.inpres_subtitle"))
    if not rows:
        markup.show(html + markup.remarks([say("commitments.inpres_none")]))
        return
    columns = tuple(
        Column(say(f"commitments.column.{name}"), "left") for name in ("party", "duty", "document")
    )
    # Several parties are often asked for the same in the same words.
    asked: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        duty = language.pick(row.duty, row.duty_en or "")
        party = language.pick(row.party, row.party_en or "")
        asked.setdefault((duty, row.document, row.source or ""), []).append(party)
    lines = [
        (
            "; ".join(parties),
            duty,
            markup.anchor(document, source, new_tab=True) if source else document,
        )
        for (duty, document, source), parties in asked.items()
    ]
    markup.show(html + markup.table(columns, lines))


def announced(choice: Choice) -> None:
    """What was announced and may not be new."""
    rows = ask.ask(answers.agreements_register, choice.edition, as_of=choice.as_of)
    markup.show(
        markup.section(choice.language.say("commitments.not_new"))
        + markup.remarks(findings.maybe_not_new(rows, choice.language))
    )
