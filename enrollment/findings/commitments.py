"""Findings of the Commitments page: how much of what was promised is active, and who is behind what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.answers import AgreementsRegister, CommitmentLadder, GoalProgress, NextSteps
from enrollment.findings.names import plain
from enrollment.language import Language

_NEAR = 0.05
"""So far from its plan a source is still on pace."""


@dataclass(frozen=True, slots=True)
class Combined:
    """All commitments together; people are whole numbers, None is not known.

    `planned`, `ahead` and `status` are of the sources that have both a plan and a reconciled roster.
    """

    committed: int
    received: int | None
    active_all: int | None
    newly_active: int | None
    planned: int | None
    ahead: int | None
    status: str
    without_roster: tuple[CommitmentLadder, ...]
    newly_at_most: bool
    """Whether people are known only from after an agreement, so that fewer may be new."""


def combined(ladder: Sequence[CommitmentLadder]) -> Combined:
    """The sums of what is known."""
    known = [row for row in ladder if row.active_all is not None]
    judged = [row for row in known if row.planned is not None]
    planned = sum(row.planned or 0 for row in judged) if judged else None
    ahead = sum(row.ahead or 0 for row in judged) if judged else None
    status = "unknown"
    if planned is not None and ahead is not None:
        near = abs(ahead) <= planned * _NEAR
        status = "on_pace" if near else "ahead" if ahead > 0 else "behind"
    return Combined(
        committed=sum(row.committed for row in ladder),
        received=sum(row.received or 0 for row in known) if known else None,
        active_all=sum(row.active_all or 0 for row in known) if known else None,
        newly_active=sum(row.newly_active or 0 for row in known) if known else None,
        planned=planned,
        ahead=ahead,
        status=status,
        without_roster=tuple(row for row in ladder if row.active_all is None),
        newly_at_most=any(row.people_since and row.people_since > row.signed_on for row in known),
    )


def commitments_title(ladder: Sequence[CommitmentLadder], as_of: dt.date, language: Language) -> str:
    """How many of those promised are active in all programmes agreed, and who is behind or ahead."""
    say = language.say
    if not ladder:
        return say("commitments.title.none", month=language.month(as_of))
    whole = combined(ladder)
    committed = language.number(whole.committed)
    if whole.active_all is None:
        return say("commitments.title.no_roster", committed=committed)
    values = {"active": language.number(whole.active_all), "committed": committed}
    if whole.active_all >= whole.committed and not whole.without_roster:
        return say("commitments.title.reached", **values)
    behind = [row for row in ladder if row.status == "behind"]
    ahead = [row for row in ladder if row.status == "ahead"]
    if behind or ahead:
        word, rows = ("behind", behind) if behind else ("ahead", ahead)
        values["number"] = language.number(sum(abs(row.ahead or 0) for row in rows))
        if len(rows) == 1:
            values["source"] = plain(language.pick(rows[0].name, rows[0].name_en))
            return say(f"commitments.title.one_{word}", **values)
        return say(f"commitments.title.many_{word}", count=language.number(len(rows)), **values)
    return say(f"commitments.title.{'on_pace' if whole.planned is not None else 'no_plan'}", **values)


def commitments_detail(ladder: Sequence[CommitmentLadder], progress: GoalProgress, language: Language) -> str:
    """All together against their plan, what is missing, and what they are of the rise needed."""
    if not ladder:
        return language.say("commitments.detail.none")
    whole = combined(ladder)
    said = []
    if whole.planned is not None and whole.ahead is not None:
        planned = language.number(whole.planned)
        if whole.ahead:
            key = "ahead" if whole.ahead > 0 else "behind"
            number = language.number(abs(whole.ahead))
            said.append(language.say(f"commitments.detail.{key}", number=number, planned=planned))
        else:
            said.append(language.say("commitments.detail.even", planned=planned))
    if whole.without_roster:
        names = [plain(language.pick(row.name, row.name_en)) for row in whole.without_roster]
        said.append(language.say("commitments.detail.no_roster", sources=language.join(names[:5])))
    if progress.rise_needed > 0:
        said.append(
            language.say(
                "commitments.detail.share",
                share=language.percent(whole.committed / progress.rise_needed, 2),
                rise=language.people(progress.rise_needed),
            )
        )
    return " ".join(said)


def commitments_figures(
    ladder: Sequence[CommitmentLadder], progress: GoalProgress, language: Language
) -> list[tuple[str, str, str, str]]:
    """The four figures of Commitments: label, number, unit, note. What is not known is a dash."""
    say = language.say
    whole = combined(ladder)
    signed = max((row.signed_on for row in ladder), default=None)

    def of_promise(people: int) -> str:
        return language.percent(people / whole.committed, 1) if whole.committed else "–"

    def number(people: int | None) -> str:
        return "–" if people is None else language.number(people)

    unknown = say("commitments.figure.unknown")
    share, received, active, newly = say("commitments.figure.no_share"), unknown, unknown, unknown
    if progress.rise_needed > 0:
        share = say(
            "commitments.figure.promised_note",
            share=language.percent(whole.committed / progress.rise_needed, 2),
            rise=language.people(progress.rise_needed),
        )
    if whole.received is not None:
        received = say("commitments.figure.received_note", share=of_promise(whole.received))
    if whole.active_all is not None:
        share_active = of_promise(whole.active_all)
        active = say("commitments.figure.active_note_no_plan", share=share_active)
        if whole.planned is not None:
            active = say(
                "commitments.figure.active_note", share=share_active, planned=language.number(whole.planned)
            )
    if whole.newly_active is not None and whole.active_all is not None:
        key = "newly_note_at_most" if whole.newly_at_most else "newly_note"
        newly = say(
            f"commitments.figure.{key}",
            share=of_promise(whole.newly_active),
            before=language.number(whole.active_all - whole.newly_active),
        )
    label = say("commitments.figure.promised")
    if signed:
        label = say("commitments.figure.promised_on", day=language.short_day(signed))
    since = say("commitments.figure.newly")
    if signed:
        since = say("commitments.figure.newly_since", day=language.short_day(signed))
    return [
        (label, language.number(whole.committed) if ladder else "–", "", share),
        (say("commitments.figure.received"), number(whole.received), "", received),
        (say("commitments.figure.active"), number(whole.active_all), "", active),
        (since, f"{'≤ ' if whole.newly_at_most else ''}{number(whole.newly_active)}", "", newly),
    ]


def next_step(step: NextSteps, language: Language) -> tuple[str, str, str]:
    """What is to be done, by whom and until when, and how late it is (empty where it is not late)."""
    say = language.say
    missing = language.join((step.missing or "").split("+"))
    what = say(f"commitments.step.{step.step}", programmes=missing)
    if step.owner is None:
        return what, say("commitments.nobody"), ""
    owner = say("commitments.bpjamsostek")
    if step.owner == "partner" and step.owner_name:
        owner = plain(language.pick(step.owner_name, step.owner_name_en or ""))
    if step.due is None:
        return what, say("commitments.owner_no_day", owner=owner), ""
    who = say("commitments.owner", owner=owner, day=language.short_day(step.due))
    if step.overdue_days is None:
        return what, who, ""
    return what, who, say("commitments.overdue", days=language.number(step.overdue_days))


def maybe_not_new(agreements: Sequence[AgreementsRegister], language: Language) -> list[str]:
    """What was announced and may not be new: the rule first, then what is noted of each agreement."""
    notes = [plain(language.pick(row.note, row.note_en or "")) for row in agreements if row.note]
    return [language.say("commitments.not_new_rule"), *dict.fromkeys(notes)]
