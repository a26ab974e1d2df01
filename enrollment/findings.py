"""Findings: what an answer says, as a sentence with the numbers of the moment.

Titles and remarks are composed here and nowhere else, so that page, slide and command line say the
same. `**` marks what is set in bold.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from enrollment import decomposition
from enrollment.answers import (
    Breakdown,
    CommitmentBySource,
    DeliveryCompleteness,
    EditionChanges,
    EligibleWorkers,
    GoalProgress,
    MissingDeliveries,
    MovementByMonth,
    PeopleKnownSince,
)
from enrollment.decomposition import Contribution
from enrollment.language import Language
from enrollment.measures import OVERLAPPING, SHARES, Measure, Wholes, values
from enrollment.months import add_months

Names = Mapping[str | None, str]

_CHANGES_SHOWN = 4


def progress_title(progress: GoalProgress, language: Language) -> str:
    """The first sentence an executive reads; every status has its case."""
    values = {
        "active": language.people(progress.active),
        "target": language.stated(progress.target),
        "gap": language.people(abs(progress.gap)),
        "due": _due(progress, language),
        "stated": language.day(progress.baseline_date),
    }
    continued = progress.continued_gap
    values["short"] = language.people(abs(continued)) if continued is not None else ""
    return language.say(f"progress.title.{_case(progress)}", **values)


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
        sources=language.join([_plain(names[row.source]) for row in late]),
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
                segment=_plain(segment_names[largest.part]),
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
                        f"{_plain(language.pick(row.name, row.name_en))} "
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
        return language.join([_plain(names[row.source]) for row in rows])
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


def breakdown_title(
    rows: Sequence[Breakdown],
    measure: Measure,
    dimension: str,
    names: Names,
    since: dt.date,
    as_of: dt.date,
    language: Language,
    wholes: Wholes = (),
) -> str:
    """The finding of the breakdown: the whole and its largest part; overlapping parts have no whole."""
    found, together = values(rows, [row.part for row in rows], measure, wholes)
    known = [(number, row.part) for number, row in zip(found, rows, strict=True) if number is not None]
    if not known:
        unknown = measure if measure in SHARES else "unknown"
        return language.say(f"breakdown.title.not_known.{unknown}", since=language.month(since))
    largest, part = max(known, key=lambda item: abs(item[0]))
    said = {
        "part": _plain(names[part]),
        "value": language.people(largest),
        "signed": language.signed_people(largest),
        "since": language.month(since),
        "as_of": language.month(as_of),
    }
    if measure in SHARES:
        lowest, last = min(known, key=lambda item: item[0])
        said |= {
            "whole": language.percent(together or 0, 1),
            "share": language.percent(largest, 1),
            "lowest": _plain(names[last]),
            "lowest_share": language.percent(lowest, 1),
            "rise": language.signed_people(sum(row.net_change or 0 for row in rows)),
        }
        return language.say(f"breakdown.title.of_whole.{measure}", **said)
    if dimension in OVERLAPPING:
        return language.say(f"breakdown.title.overlap.{measure}", **said)
    whole = sum(number for number, _ in known)
    said["whole"] = language.people(whole)
    said["signed_whole"] = language.signed_people(whole)
    if whole and 0 <= largest / whole <= 1:
        said["share"] = language.percent(largest / whole)
        return language.say(f"breakdown.title.share.{measure}", **said)
    return language.say(f"breakdown.title.mixed.{measure}", **said)


def coverage(eligible: Sequence[EligibleWorkers], active: int, language: Language) -> str:
    """How much of the eligible workers of the whole country is active, and whether that is disputed."""
    national = next((row for row in eligible if row.province is None), None)
    if national is None or not national.eligible:
        return language.say("breakdown.coverage_unknown")
    return language.say(
        "breakdown.coverage_disputed" if national.disputed else "breakdown.coverage",
        share=language.percent(active / national.eligible, 1),
        eligible=language.people(national.eligible),
        day=language.day(national.day),
    )


def movement_title(
    rows: Sequence[MovementByMonth], since: dt.date, as_of: dt.date, language: Language
) -> str:
    """Who came in, who left and what remains over the months of a span."""
    said = {"since": language.month(since), "as_of": language.month(as_of)}
    if not rows or rows[0].opening is None:
        return language.say("movement.title.unknown", **said)
    net = rows[-1].closing - rows[0].opening
    said["net"] = language.signed_people(net, 2)
    entered, left = _entered(rows), _left(rows)
    if entered is None or left is None:
        return language.say("movement.title.net_only", **said)
    moved = sum(
        (row.moved_in or 0) + (row.reclassified_in or 0) - (row.moved_out or 0) - (row.reclassified_out or 0)
        for row in rows
    )
    said |= {"entered": language.people(entered, 2), "left": language.people(left, 2)}
    said |= {"moved": language.signed_people(moved, 2)}
    key = ("month" if len(rows) == 1 else "span") + ("_moved" if moved else "")
    return language.say(f"movement.title.{key}", **said)


def movement_detail(
    rows: Sequence[MovementByMonth], progress: GoalProgress, whole: bool, language: Language
) -> str:
    """How many of those who came in only replaced those who left, and what the goal needs each month.

    The goal is the country's, so it is spoken of only where the rows are the `whole` country.
    """
    entered, left = _entered(rows), _left(rows)
    sentences = []
    if entered is None or left is None:
        sentences.append(language.say("movement.detail.net_only"))
    elif entered and left:
        of_ten = min(round(10 * left / entered), 10)
        key = "more" if left > entered else "replaced" if of_ten else "few"
        sentences.append(language.say(f"movement.detail.{key}", count=language.number(of_ten)))
    if whole and rows and left is not None and progress.needed_per_month is not None:
        leaving = round(left / len(rows))
        sentences.append(
            language.say(
                "movement.detail.needed",
                entering=language.people(progress.needed_per_month + leaving, 2),
                leaving=language.people(leaving, 2),
                target=language.stated(progress.target),
            )
        )
    unknown = sum(row.flows_unknown or 0 for row in rows)
    if entered is not None and unknown:
        sentences.append(language.say("movement.detail.partly", people=language.signed_people(unknown, 2)))
    carried = rows[-1].carried if rows else 0
    if carried:
        sentences.append(language.say("movement.detail.carried", people=language.people(carried, 2)))
    return " ".join(sentences)


def _entered(rows: Sequence[MovementByMonth]) -> int | None:
    """People who joined or came back; None where nobody reported any."""
    known = [row for row in rows if row.new is not None or row.reactivated is not None]
    return sum((row.new or 0) + (row.reactivated or 0) for row in known) if known else None


def _left(rows: Sequence[MovementByMonth]) -> int | None:
    known = [row.lapsed for row in rows if row.lapsed is not None]
    return sum(known) if known else None


def decomposition_sentence(
    contributions: Sequence[Contribution], names: Names, since: dt.date, as_of: dt.date, language: Language
) -> str:
    """How much changed between two month ends and its two largest causes, as the figure's title."""
    return decomposition.sentence(contributions, names, since, as_of, language)


def retention_unknown(known_since: dt.date | None, language: Language) -> str:
    """Why nobody can be followed from the month they joined, and since when people are known one by one."""
    if known_since is None:
        return language.say("retention.unknown")
    return language.say("retention.too_early", since=language.month(known_since))


def people_known(known: PeopleKnownSince, language: Language) -> str:
    """Since when people are known one by one, and how many of the participants they are."""
    return language.say(
        "retention.known",
        since=language.month(known.since) if known.since else "",
        sources=language.number(known.sources),
        all_sources=language.number(known.all_sources),
        people=language.people(known.people, 2),
        all_people=language.people(known.all_people, 2),
    )


def editions_title(
    completeness: Iterable[DeliveryCompleteness], changes: Sequence[EditionChanges], language: Language
) -> str:
    """How complete deliveries are, and what the newest edition moved in months known before."""
    expected = [row for row in completeness if row.state != "not_expected"]
    received = [row for row in expected if row.state != "missing"]
    values = {
        "received": language.number(len(received)),
        "expected": language.number(len(expected)),
    }
    revised = [row for row in changes if row.cause != "new_month" and row.change]
    if not revised:
        return language.say("editions.title.unrevised", **values)
    month = max(revised, key=lambda row: abs(row.change)).month
    change = sum(row.change for row in revised if row.month == month)
    return language.say(
        "editions.title.revised",
        month=language.month(month),
        change=language.signed_people(change),
        **values,
    )


def _case(progress: GoalProgress) -> str:
    if progress.status == "unknown":
        if progress.as_of >= progress.due:
            return "no_snapshot"
        return "too_early" if progress.as_of < progress.baseline_date else "one_month"
    if progress.status == "behind" and (progress.recent_per_month or 0) <= 0:
        return "shrinking"
    return progress.status


def _due(progress: GoalProgress, language: Language) -> str:
    if (progress.due.month, progress.due.day, progress.due.year) == (12, 31, progress.as_of.year):
        return language.say("progress.year_end")
    return language.say("progress.on_day", day=language.day(progress.due))


def progress_figures(progress: GoalProgress, language: Language) -> list[tuple[str, str, str, str]]:
    """The four figures of Progress: label, number, unit, note."""
    return [
        _active_figure(progress, language),
        _share_figure(progress, language),
        _pace_figure(progress, language),
        _continued_figure(progress, language),
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


def _continued_figure(progress: GoalProgress, language: Language) -> tuple[str, str, str, str]:
    label = language.say("progress.figure.continued", months=language.number(max(progress.recent_months, 1)))
    due = language.short_day(progress.due)
    if progress.continued_active is None or progress.continued_gap is None:
        key = "continued_past" if progress.as_of >= progress.due else "continued_unknown"
        return label, "–", "", language.say(f"progress.figure.{key}", due=due)
    number, unit = _number_and_unit(progress.continued_active, language)
    key = "continued_short" if progress.continued_gap > 0 else "continued_over"
    note = language.say(
        f"progress.figure.{key}",
        people=language.people(abs(progress.continued_gap)),
        target=language.stated(progress.target),
        due=due,
    )
    return label, number, unit, note


def _number_and_unit(people: int, language: Language) -> tuple[str, str]:
    if abs(people) < 1_000_000:
        return language.number(people), ""
    return language.millions(people, 2), language.say("format.millions", number="").strip()


def _plain(name: str) -> str:
    """A name from the data as part of a sentence: it cannot set anything in bold."""
    return name.replace("**", "*")
