"""What the Progress page shows beside its charts: heading, figures in numbers, what changed."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from enrollment import answers, findings
from enrollment.answers import CommitmentBySource, GoalProgress
from enrollment.figures.style import STATUS_MARKS, STATUS_TONES
from enrollment.months import add_months
from enrollment.names import names
from enrollment.outlook import Outlook
from enrollment.ui import address, ask, frame, markup
from enrollment.ui.frame import Choice


def span(choice: Choice, progress: GoalProgress) -> tuple[dt.date, dt.date]:
    """The days that the page's charts run from and to: the year before the goal's due date, at least."""
    first = min(add_months(progress.due, -12), add_months(choice.as_of, -12))
    return max(first, ask.ask(answers.known_months, choice.edition)[0].month), max(progress.due, choice.as_of)


def heading(choice: Choice, progress: GoalProgress, outlook: Outlook) -> None:
    """The finding, the status with its rule one click away, and what is missing."""
    say = choice.language.say
    markup.show(
        markup.heading(
            findings.progress_title(progress, outlook, choice.language),
            findings.progress_detail(progress, choice.language),
            chip=say(f"status.{progress.status}"),
            tone=STATUS_TONES.get(progress.status, ""),
            mark=STATUS_MARKS[progress.status],
        )
        + markup.folded(say("progress.rule"), markup.note(say("progress.rule_text")))
    )
    missing = ask.ask(answers.missing_deliveries, choice.edition, as_of=choice.as_of)
    remark = findings.missing_remark(
        missing, choice.as_of, names(choice.edition, "source", choice.language), choice.language
    )
    if remark:
        markup.show(markup.note(remark))


def tiles(choice: Choice, progress: GoalProgress, outlook: Outlook) -> None:
    """Active, share of the rise achieved, pace, and how likely the goal is, with a link to its reasons."""
    *others, (label, number, unit, note) = findings.progress_figures(progress, outlook, choice.language)
    leading = markup.anchor(label, address.link("outlook", choice.address))
    markup.show(markup.tiles([*others, (leading, number, unit, note)]))


def changes(choice: Choice, commitments: Sequence[CommitmentBySource]) -> None:
    """What changed since last month, and since the edition before."""
    language, edition, as_of = choice.language, choice.edition, choice.as_of
    movement = ask.ask(answers.movement_by_month, edition, as_of=as_of)
    parts = {
        dimension: ask.ask(answers.breakdown, edition, dimension=dimension, since=None, as_of=as_of)
        for dimension in ("segment", "source")
    }
    month = language.month_name(add_months(as_of, -1))
    markup.show(
        markup.section(language.say("progress.changed_month", month=month))
        + markup.remarks(
            findings.month_changes(
                movement,
                parts["segment"],
                names(edition, "segment", language),
                commitments,
                parts["source"],
                language,
            )
        )
    )
    earlier = ask.before(edition)
    if earlier is None:
        markup.show(markup.remarks([language.say("progress.first_edition")]))
        return
    moved = ask.changes(edition.publication, earlier)
    said = findings.edition_changes(moved, names(edition, "source", language), language)
    day = language.short_day(earlier.known_on)
    markup.show(
        markup.section(language.say("progress.changed_edition", day=day))
        + markup.remarks(said or [language.say("progress.unchanged")])
    )


def promised(choice: Choice, progress: GoalProgress, commitments: Sequence[CommitmentBySource]) -> None:
    """What the partners have promised, as a share of the rise needed, and what nobody has."""
    markup.show(markup.remarks([findings.commitments_remark(commitments, progress, choice.language)]))


def links(choice: Choice) -> None:
    """Where to go next, with the same choices."""
    with st.container(horizontal=True, gap="medium"):
        for page in ("breakdown", "editions"):
            st.page_link(
                frame.ROOT / "pages" / f"{page}.py",
                label=choice.language.say(f"progress.to_{page}"),
                query_params=choice.address,
            )
