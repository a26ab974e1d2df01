"""Findings of the Progress page: how far the goal is, at what pace, and what changed."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from enrollment.answers import (
    Breakdown,
    CommitmentBySource,
    EditionChanges,
    GoalProgress,
    MissingDeliveries,
    MovementByMonth,
)
from enrollment.findings.chances import base_rate, chance_in_words
from enrollment.findings.names import Names, plain
from enrollment.language import Language
from enrollment.months import add_months
from enrollment.outlook import Outlook

_CHANGES_SHOWN = 4
_ABOUT = 0.05


def progress_title(progress: GoalProgress, outlook: Outlook, language: Language) -> str:
    """The first sentence an executive reads: how far the forecast's median is from the goal."""
    values = {
        "active": language.people(progress.active),
        "target": language.stated(progress.target),
        "gap": language.people(abs(progress.gap)),
        "due": _due(progress, language),
        "stated": language.day(progress.baseline_date),
    }
    values["short"] = language.people(abs(outlook.shortfall)) if outlook.shortfall is not None else ""
    return language.say(f"progress.title.{_case(progress, outlook)}", **values)


def progress_detail(progress: GoalProgress, language: Language) -> str:
    """The line under the title: what is needed, what was seen, both with their span."""
    if progress.as_of < progress.baseline_date:
        return language.say("progress.detail.too_early", goal_day=language.day(progress.baseline_date))
    if progress.needed_per_month is None:
        return language.say("progress.detail.past", due=language.day(progress.due))
    needed = language.people(progress.needed_per_month, 2)
    days = language.number(progress.days_left)
    if progress.recent_per_month is None:
        return language.say("progress.detail.no_recent", needed=needed, days=days)
    return language.say(
        "progress.detail.both",
        needed=needed,
        days=days,
        recent=language.signed(progress.recent_per_month),
        span=recent_span(progress, language),
    )


def recent_span(progress: GoalProgress, language: Language) -> str:
    """How many months the recent pace is made of, in words."""
    return language.say("progress.recent_span", months=language.number(progress.recent_months))


def missing_remark(
    missing: Sequence[MissingDeliveries], month: dt.date, names: Names, language: Language
) -> str | None:
    """Which sources have not delivered a month, and how many people are carried forward for them."""
    late = [row for row in missing if row.month == month]
    if not late:
        return None
    return language.say(
        "progress.missing",
        sources=language.join([plain(names[row.source]) for row in late]),
        month=language.month(month),
        carried=language.people(sum(row.carried for row in late)),
    )


def month_changes(
    movement: Sequence[MovementByMonth],
    by_segment: Sequence[Breakdown],
    segment_names: Names,
    commitments: Sequence[CommitmentBySource],
    by_source: Sequence[Breakdown],
    language: Language,
) -> list[str]:
    """What changed in the last month: the flows, the segment behind most of it, the partners."""
    if not movement or movement[-1].opening is None:
        return [language.say("progress.change.first_month")]
    row = movement[-1]
    net = row.closing - movement[-1].opening
    said = []
    if row.new is None:
        said.append(language.say("progress.change.net_only", net=language.signed_people(net, 2)))
    else:
        said.append(
            language.say(
                "progress.change.flows",
                new=language.signed_people(row.new, 2),
                reactivated=language.signed_people(row.reactivated or 0, 2),
                lapsed=language.signed_people(-(row.lapsed or 0), 2),
                net=language.signed_people(net, 2),
            )
        )
        if row.flows_unknown:
            said.append(
                language.say("progress.change.partly", people=language.signed_people(row.flows_unknown, 2))
            )
    moved = [part for part in by_segment if part.net_change]
    if moved:
        largest = max(moved, key=lambda part: abs(part.net_change or 0))
        said.append(
            language.say(
                "progress.change.segment",
                people=language.signed_people(largest.net_change or 0, 2),
                segment=plain(segment_names[largest.part]),
            )
        )
    partners = {row.source for row in commitments}
    changes = {part.part: part.net_change for part in by_source if part.part in partners and part.net_change}
    if changes:
        said.append(
            language.say(
                "progress.change.partners",
                changes=language.join(
                    [
                        f"{plain(language.pick(row.name, row.name_en))} "
                        f"**{language.signed(changes[row.source] or 0)}**"
                        for row in commitments
                        if row.source in changes
                    ]
                ),
            )
        )
    return said


def edition_changes(changes: Sequence[EditionChanges], names: Names, language: Language) -> list[str]:
    """What moved since the edition before, a sentence per month and cause, the largest first."""
    said: list[tuple[int, str]] = []
    ordered = sorted(changes, key=lambda change: (change.month, change.cause))
    for (month, cause), group in groupby(ordered, key=lambda change: (change.month, change.cause)):
        rows = list(group)
        total = sum(row.change for row in rows)
        said.append(
            (
                abs(total),
                language.say(
                    f"progress.edition_change.{cause}",
                    month=language.month(month),
                    change=language.signed_people(total),
                    after=language.people(sum(row.after or 0 for row in rows), 2),
                    sources=_sources(rows, names, language),
                ),
            )
        )
    said.sort(key=lambda item: -item[0])
    return [sentence for _, sentence in said[:_CHANGES_SHOWN]]


def _sources(rows: Sequence[EditionChanges], names: Names, language: Language) -> str:
    if len(rows) <= 3:
        return language.join([plain(names[row.source]) for row in rows])
    return language.say("progress.edition_change.sources", count=language.number(len(rows)))


def commitments_remark(
    commitments: Sequence[CommitmentBySource], progress: GoalProgress, language: Language
) -> str:
    """How much of the rise needed the partners have promised: the base is said with the share."""
    committed = sum(row.committed for row in commitments)
    if not committed or progress.rise_needed <= 0:
        return language.say("progress.no_commitments")
    return language.say(
        "progress.commitments",
        count=language.number(len(commitments)),
        committed=language.number(committed),
        share=language.percent(committed / progress.rise_needed, 2),
        rest=language.percent(1 - committed / progress.rise_needed, 2),
        rise=language.people(progress.rise_needed),
    )


def progress_figures(
    progress: GoalProgress, outlook: Outlook, language: Language
) -> list[tuple[str, str, str, str]]:
    """The four figures of Progress: label, number, unit, note."""
    return [
        _active_figure(progress, language),
        _share_figure(progress, language),
        _pace_figure(progress, language),
        _chance_figure(progress, outlook, language),
    ]


def _active_figure(progress: GoalProgress, language: Language) -> tuple[str, str, str, str]:
    number, unit = _number_and_unit(progress.active, language)
    notes = []
    if progress.gap > 0:
        notes.append(
            language.say(
                "progress.figure.gap_note",
                gap=language.people(progress.gap),
                target=language.stated(progress.target),
            )
        )
    if progress.active_before is None:
        notes.append(language.say("progress.figure.active_first"))
    else:
        notes.append(
            language.say(
                "progress.figure.active_note",
                change=language.signed_people(progress.active - progress.active_before, 2),
                month=language.month_name(add_months(progress.as_of, -1)),
            )
        )
    label = language.say("progress.figure.active", day=language.short_day(progress.as_of))
    return label, number, unit, "; ".join(notes)


def _share_figure(progress: GoalProgress, language: Language) -> tuple[str, str, str, str]:
    label = language.say("progress.figure.share", day=language.short_day(progress.baseline_date))
    if progress.rise_achieved is None or progress.rise_achieved_share is None:
        return label, "–", "", language.say("progress.figure.ratio_unknown")
    note = language.say(
        "progress.figure.share_note",
        achieved=language.people(progress.rise_achieved, 2),
        rise=language.people(progress.rise_needed),
    )
    return label, language.percent(progress.rise_achieved_share, 1), "", note


def _pace_figure(progress: GoalProgress, language: Language) -> tuple[str, str, str, str]:
    label = language.say("progress.figure.ratio")
    if progress.needed_per_month is None:
        key = "ratio_done" if progress.as_of >= progress.due else "ratio_unknown"
        return label, "–", "", language.say(f"progress.figure.{key}")
    if progress.recent_per_month is None:
        return label, "–", "", language.say("progress.figure.ratio_unknown")
    note = language.say(
        "progress.figure.ratio_note",
        needed=language.people(progress.needed_per_month, 2),
        span=recent_span(progress, language),
        recent=language.signed(progress.recent_per_month),
    )
    if progress.pace_ratio is None:
        return label, language.say("progress.figure.ratio_shrinking"), "", note
    return label, language.times(progress.pace_ratio), "", note


def _chance_figure(progress: GoalProgress, outlook: Outlook, language: Language) -> tuple[str, str, str, str]:
    target, due = language.stated(progress.target), language.short_day(progress.due)
    label = language.say("progress.figure.chance", target=target)
    if outlook.probability is None:
        key = "chance_past" if outlook.reason == "past" else "chance_unknown"
        return label, "–", "", language.say(f"progress.figure.{key}", due=due)
    number = language.chance_sign(outlook.probability)
    if progress.status == "reached":
        return label, number, "", language.say("progress.figure.chance_kept", due=due)
    said = (chance_in_words(outlook, language), base_rate(outlook, language))
    return label, number, "", "; ".join(filter(None, said))


def _number_and_unit(people: int, language: Language) -> tuple[str, str]:
    if abs(people) < 1_000_000:
        return language.number(people), ""
    return language.millions(people, 2), language.say("format.millions", number="").strip()


def _case(progress: GoalProgress, outlook: Outlook) -> str:
    """Which sentence fits. A median as near to the goal as a pace that is on it is about there."""
    if progress.status in ("reached", "missed"):
        return progress.status
    if progress.as_of >= progress.due:
        return "no_snapshot"
    if progress.as_of < progress.baseline_date:
        return "too_early"
    if outlook.shortfall is None:
        return "one_month"
    if abs(outlook.shortfall) <= _ABOUT * progress.gap:
        return "even"
    if outlook.shortfall < 0:
        return "over"
    return "shrinking" if (progress.recent_per_month or 0) <= 0 else "short"


def _due(progress: GoalProgress, language: Language) -> str:
    if (progress.due.month, progress.due.day, progress.due.year) == (12, 31, progress.as_of.year):
        return language.say("progress.year_end")
    return language.say("progress.on_day", day=language.day(progress.due))
