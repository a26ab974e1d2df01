"""Why a measure differs between two month ends, or between two editions: exact, part by part.

The steps of a part add up to its change and the parts to the whole change, so that nothing is left
over; where small counts are kept, what is hidden and rounded is a step of its own. Parts that overlap
(single programmes) have no decomposition.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from enrollment.answers import Breakdown
from enrollment.language import Language

FlowMeasure = Literal["new", "reactivated", "lapsed", "net_change"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part adds to the change; all but the two ends are steps from `before` to `after`.

    `joined` are people who joined or came back less those who left, `moved` is the balance with other
    sources, `reclassified` with other cells of the same source. `net_only` is the change of sources that
    report no flows, `correction` what reported flows leave unexplained, `revision` what this edition
    says of the start beyond what an earlier one said.
    """

    part: str | None
    before: int
    joined: int
    moved: int
    reclassified: int
    net_only: int
    correction: int
    revision: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before

    @property
    def own(self) -> int:
        """The change that the part itself made: without correction and revision."""
        return self.joined + self.moved + self.reclassified + self.net_only

    @property
    def rounded(self) -> int:
        """What the steps do not explain: what is hidden and rounded where small counts are kept, else 0."""
        steps = (self.joined, self.moved, self.reclassified, self.net_only, self.correction, self.revision)
        return self.change - sum(steps)


def of_stock(
    rows: Sequence[Breakdown], earlier: Sequence[Breakdown] | None = None
) -> tuple[Contribution, ...]:
    """Contributions to the change of active participants over the span of `rows`.

    `earlier` are the parts at the start of the span as another edition closed that month; without it
    the start is that of `rows`. Empty where the opening stock is not known. Ordered by the size of
    the change.
    """
    if any(row.opening is None for row in rows):
        return ()
    stated = None if earlier is None else {row.part: row.closing for row in earlier}
    here = {row.part: row for row in rows}
    parts = dict.fromkeys([*here, *(stated or {})])
    found = (_stock(part, here.get(part), stated) for part in parts)
    return tuple(sorted(found, key=lambda item: (-abs(item.change), item.part is None, item.part or "")))


def _stock(part: str | None, row: Breakdown | None, stated: dict[str | None, int] | None) -> Contribution:
    opening = (row.opening or 0) if row else 0
    before = opening if stated is None else stated.get(part, 0)
    net_only = (row.flows_unknown or 0) if row else 0
    return Contribution(
        part=part,
        before=before,
        joined=(row.new or 0) + (row.reactivated or 0) - (row.lapsed or 0) if row else 0,
        moved=(row.moved_in or 0) - (row.moved_out or 0) if row else 0,
        reclassified=(row.reclassified_in or 0) - (row.reclassified_out or 0) if row else 0,
        net_only=net_only,
        correction=(row.correction or 0) - net_only if row else 0,
        revision=opening - before,
        after=row.closing if row else 0,
    )


def of_flow(
    measure: FlowMeasure, before: Sequence[Breakdown], after: Sequence[Breakdown]
) -> tuple[Contribution, ...]:
    """Contributions to how a flow of one month differs from that of another; each part is one step.

    Empty where nobody reported the flow of one of them.
    """
    if not all(any(getattr(row, measure) is not None for row in rows) for rows in (before, after)):
        return ()
    first = {row.part: getattr(row, measure) or 0 for row in before}
    then = {row.part: getattr(row, measure) or 0 for row in after}
    found = (
        Contribution(part, first.get(part, 0), change, 0, 0, 0, 0, 0, then.get(part, 0))
        for part in dict.fromkeys([*first, *then])
        for change in [then.get(part, 0) - first.get(part, 0)]
    )
    return tuple(sorted(found, key=lambda item: (-abs(item.change), item.part is None, item.part or "")))


def causes(contributions: Sequence[Contribution], most: int = 2) -> tuple[Contribution, ...]:
    """The parts that changed most in the direction of the whole, the largest first.

    Where the whole did not change, those that changed most in either direction.
    """
    change = sum(item.change for item in contributions)
    found = [item for item in contributions if item.own * change > 0 or (not change and item.own)]
    return tuple(sorted(found, key=lambda item: -abs(item.own))[:most])


def sentence(
    contributions: Sequence[Contribution],
    names: Mapping[str | None, str],
    since: dt.date,
    as_of: dt.date,
    language: Language,
) -> str:
    """The change and its two largest causes; every case is written."""
    say = language.say
    facts = {"since": language.month_name(since) if since.year == as_of.year else language.month(since)}
    if not contributions:
        return say("decomposition.unknown", **facts)
    change = sum(item.change for item in contributions)
    named = [_cause(item, names, language) for item in causes(contributions)]
    if not named and not change:
        return say("decomposition.same", **facts)
    if not named:
        # The parts add up to nothing or to the contrary, so one of these two leads the way of the whole.
        step = max(("correction", "revision"), key=lambda step: _sum(contributions, step) * change)
        named = [f"{say(f'decomposition.{step}')} ({language.signed(_sum(contributions, step))})"]
    moved = [item for item in contributions if item.change]
    one = len(moved) == 1 and (moved[0].own == change or not moved[0].own)
    if not change:
        return say("decomposition.same_inside", **facts, causes=language.join(named))
    case = ("rise" if change > 0 else "fall") + ("_one" if one else "")
    return say(
        f"decomposition.{case}",
        **facts,
        people=language.number(abs(change)),
        causes=language.join(named),
    )


def _sum(contributions: Sequence[Contribution], step: str) -> int:
    total: int = sum(getattr(item, step) for item in contributions)
    return total


def _cause(item: Contribution, names: Mapping[str | None, str], language: Language) -> str:
    """A name from the data cannot set anything in bold."""
    code = language.say("format.not_reported") if item.part is None else item.part
    name = names.get(item.part, code)
    return f"{name.replace('**', '*')} ({language.signed(item.own)})"
