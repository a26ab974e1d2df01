"""Slides out of an edition: each kind of slide asks its questions and lets findings and figures speak."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from enrollment import answers, findings
from enrollment import outlook as outlooks
from enrollment.answers import CommitmentLadder, GoalProgress, ReconciliationByMonth
from enrollment.briefing.codes import Code, places
from enrollment.briefing.slides import KINDS, Chip, Deck, Number, Slide
from enrollment.edition import Edition, Publication
from enrollment.figures.active_by_month import active_by_month
from enrollment.figures.breakdown.map import breakdown_map
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.commitment_bridge import commitment_bridge
from enrollment.figures.commitment_ladder import commitment_ladder
from enrollment.figures.description import Column, Table
from enrollment.figures.edition_changes import CAUSES, edition_changes
from enrollment.figures.goal_progress import goal_progress
from enrollment.figures.movement_by_month.waterfall import movement
from enrollment.figures.outlook.path import outlook_path
from enrollment.figures.reconciliation_by_month.ledger import ledger
from enrollment.figures.style import CHANCE_MARKS, CHANCE_TONES, STATUS_MARKS, STATUS_TONES, part_colours
from enrollment.headline import default_goal
from enrollment.language import Language
from enrollment.months import add_months, month_text
from enrollment.names import names
from enrollment.outlook import Outlook

PAGES = {
    "headline": "progress",
    "path": "outlook",
    "pace": "progress",
    "bridge": "commitments",
    "sources": "commitments",
    "movement": "movement",
    "map": "breakdown",
    "reconciliation": "reconciliation",
    "then_and_now": "editions",
    "definitions": "editions",
}
"""The page of the dashboard that shows a slide's numbers."""
_RANKED = 9


@dataclass(frozen=True, slots=True)
class Wish:
    """What a presenter chose: kinds of slides in their order, partner sources (none are all), own words.

    `own` and `notes` are texts with the kind that each belongs to. `compared` is the edition that
    then-and-now looks back to. `base_url` is where the dashboard answers, empty where that is not known.
    """

    kinds: tuple[str, ...] = KINDS
    sources: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    compared: Edition | None = None
    base_url: str = ""


def deck(
    edition: Edition,
    *,
    as_of: dt.date,
    goal: str,
    earlier: Sequence[Publication],
    language: Language,
    wish: Wish | None = None,
) -> Deck:
    """The slides of a month; `earlier` are the publications before this edition.

    A slide whose numbers the edition does not have (nothing promised, no roster, no edition before) is left
    out. Raises LookupError for a month or goal that the edition does not know.
    """
    rows = answers.goal_progress(edition, as_of=as_of, goal=goal)
    stand = outlooks.outlook(edition, as_of=as_of, goal=goal, earlier=earlier)
    if not rows or stand is None:
        raise LookupError(goal)
    told = _Briefing(edition, as_of, goal, tuple(earlier), language, wish or Wish(), rows[0], stand)
    made: list[Slide] = []
    for kind in told.wish.kinds:
        made += told.slide(kind)
    return Deck(
        language=language.code,
        title=language.say("briefing.title", month=language.month(as_of)),
        edition=edition.short,
        as_of=as_of,
        day=edition.publication.known_on,
        simulated=told.simulated,
        slides=tuple(made),
    )


@dataclass(frozen=True)
class _Briefing:
    edition: Edition
    as_of: dt.date
    goal: str
    earlier: tuple[Publication, ...]
    language: Language
    wish: Wish
    progress: GoalProgress
    stand: Outlook

    def slide(self, kind: str) -> list[Slide]:
        """The slide of a kind, with what all slides carry; none where there is nothing to show."""
        found: Slide | None = self._makers[kind](kind)
        if found is None:
            return []
        own, notes = (dict(texts).get(kind, "").strip() for texts in (self.wish.own, self.wish.notes))
        return [replace(found, own=own, notes=notes)]

    @property
    def _makers(self) -> Mapping[str, Callable[[str], Slide | None]]:
        return {
            "headline": self._headline,
            "path": self._path,
            "pace": self._pace,
            "bridge": self._bridge,
            "sources": self._sources,
            "movement": self._movement,
            "map": self._map,
            "reconciliation": self._reconciliation,
            "then_and_now": self._then_and_now,
            "definitions": self._definitions,
        }

    # What all slides carry

    @cached_property
    def simulated(self) -> bool:
        return any(row.simulated for row in answers.known_months(self.edition))

    @cached_property
    def stated(self) -> answers.PublishedGoals:
        return next(row for row in self.goals if row.goal == self.goal)

    @cached_property
    def goals(self) -> tuple[answers.PublishedGoals, ...]:
        return answers.published_goals(self.edition)

    @cached_property
    def known_sources(self) -> tuple[str, ...]:
        return tuple(sorted({row.source for row in self.whole_ladder}))

    def _made(self, kind: str, title: str, detail: str, **said: Any) -> Slide:
        say = self.language.say
        as_of = [
            say("frame.as_of", day=self.language.day(self.as_of)),
            say(
                "briefing.edition",
                edition=self.edition.short,
                day=self.language.short_day(self.edition.publication.known_on),
            ),
        ]
        if self.simulated:
            as_of.append(say("format.simulated"))
        source = say(
            "briefing.source",
            target=self.language.stated(self.progress.target),
            document=self.language.pick(self.stated.document, self.stated.document_en),
        )
        return Slide(
            kind=kind,
            title=title,
            detail=detail,
            foot=(" · ".join(as_of), source),
            code=str(self._code(kind)),
            link=self._link(kind),
            **said,
        )

    def _code(self, kind: str) -> Code:
        usual = default_goal(self.edition, self.as_of)
        place = None if self.goal == usual else [row.goal for row in self.goals].index(self.goal) + 1
        chosen = (
            places(self.wish.sources, self.known_sources) if kind in ("sources", "reconciliation") else ()
        )
        back = self.compared if kind == "then_and_now" else None
        return Code(kind, self.as_of, self.edition.short, place, chosen, back.short if back else None)

    def _link(self, kind: str) -> str:
        if not self.wish.base_url:
            return ""
        asked = address(self._code(kind), self.edition) | {"lang": self.language.code}
        return f"{self.wish.base_url.rstrip('/')}/{PAGES[kind]}?{urlencode(asked)}"

    # Slides

    def _headline(self, kind: str) -> Slide:
        language = self.language
        figures = findings.progress_figures(self.progress, self.stand, language)[1:]
        return self._made(
            kind,
            findings.progress_title(self.progress, self.stand, language),
            findings.progress_detail(self.progress, language),
            chip=Chip(
                language.say(f"status.{self.progress.status}"),
                STATUS_TONES.get(self.progress.status, "ink"),
                STATUS_MARKS[self.progress.status],
            ),
            figures=(
                goal_progress(
                    progress=self.progress,
                    months=self._months(),
                    published=self._published(max(self.progress.due, self.as_of)),
                    outlook=self.stand,
                    language=language,
                ),
            ),
            numbers=tuple(_number(*figure) for figure in figures),
            question="goal_progress",
            params={"as_of": self.as_of, "goal": self.goal},
        )

    def _path(self, kind: str) -> Slide:
        language, stand = self.language, self.stand
        chip = None
        if stand.word:
            tone, mark = CHANCE_TONES.get(stand.word, "ink"), CHANCE_MARKS[stand.word]
            chip = Chip(language.say(f"outlook.chip.{stand.word}"), tone, mark)
        told = answers.prognoses(self.edition, known_on=self.edition.publication.known_on)
        remarks = [findings.outlook_gross(stand, language)]
        if rate := findings.base_rate(stand, language):
            remarks.append(f"{rate[0].upper()}{rate[1:]}.")
        remarks.append(self._record())
        return self._made(
            kind,
            findings.outlook_title(stand, language),
            findings.outlook_detail(stand, language),
            chip=chip,
            figures=(
                outlook_path(
                    outlook=stand,
                    progress=self.progress,
                    months=self._months(),
                    published=self._published(self.as_of),
                    prognosis=next((row for row in reversed(told) if row.due == stand.due), None),
                    scenario=(),
                    language=language,
                ),
            ),
            remarks=tuple(filter(None, remarks)),
            question="active_by_month",
            params={"since": None, "as_of": self.as_of},
        )

    def _record(self) -> str:
        months = answers.active_by_month(self.edition, since=None, as_of=self.as_of)
        given = outlooks.record(months, self.earlier)
        if not given:
            return ""
        held, count = sum(row.held80 for row in given), len(given)
        return self.language.say(
            "briefing.record", held=self.language.number(held), count=self.language.number(count)
        )

    def _pace(self, kind: str) -> Slide:
        figure = active_by_month(months=self._months(), progress=self.progress, language=self.language)
        return self._made(
            kind,
            findings.progress_detail(self.progress, self.language).replace("**", "").rstrip("."),
            "",
            figures=(figure,),
            question="active_by_month",
            params={"since": self._first, "as_of": self.as_of},
        )

    def _bridge(self, kind: str) -> Slide | None:
        promised = answers.commitment_by_source(self.edition, as_of=self.as_of)
        if not promised:
            return None
        steps = answers.commitment_bridge(self.edition, as_of=self.as_of, goal=self.goal)
        figure = commitment_bridge(
            steps=steps, progress=self.progress, commitments=promised, language=self.language
        )
        return self._made(
            kind,
            figure.title,
            findings.commitments_remark(promised, self.progress, self.language),
            figures=(figure,),
            question="commitment_bridge",
            params={"as_of": self.as_of, "goal": self.goal},
        )

    def _sources(self, kind: str) -> Slide | None:
        if not self.ladder:
            return None
        language = self.language
        status = findings.combined(self.ladder).status
        return self._made(
            kind,
            findings.commitments_title(self.ladder, self.as_of, language),
            findings.commitments_detail(self.ladder, self.progress, language),
            chip=Chip(
                language.say(f"status.{status}"), STATUS_TONES.get(status, "ink"), STATUS_MARKS[status]
            ),
            figures=(commitment_ladder(rows=self.ladder, language=language),),
            question="commitment_ladder",
            params={"as_of": self.as_of},
        )

    def _movement(self, kind: str) -> Slide | None:
        rows = answers.movement_by_month(self.edition, as_of=self.as_of)
        since = max(add_months(self.as_of, -1), rows[0].month)
        within = tuple(row for row in rows if row.month > since)
        if not within:
            return None
        wide, small = (
            movement(rows=within, since=since, as_of=self.as_of, language=self.language, narrow=narrow)
            for narrow in (False, True)
        )
        return self._made(
            kind,
            findings.movement_title(within, since, self.as_of, self.language),
            findings.movement_detail(within, self.progress, True, self.language),
            figures=(wide,),
            small=(small,),
            question="movement_by_month",
            params={"as_of": self.as_of},
        )

    def _map(self, kind: str) -> Slide | None:
        asked: dict[str, Any] = {"dimension": "province", "since": None, "as_of": self.as_of}
        rows = answers.breakdown(self.edition, **asked)
        if not any(row.part for row in rows):
            return None
        drawn: dict[str, Any] = {
            "rows": rows,
            "measure": "closing",
            "names": names(self.edition, "province", self.language),
            "as_of": self.as_of,
            "since": None,
            "language": self.language,
        }
        title = findings.breakdown_title(
            rows, "closing", "province", drawn["names"], add_months(self.as_of, -1), self.as_of, self.language
        )
        ranked, places_on_map = breakdown(dimension="province", top=_RANKED, **drawn), breakdown_map(**drawn)
        return self._made(
            kind,
            title,
            "",
            figures=(ranked, places_on_map),
            question="breakdown",
            params=asked,
        )

    def _reconciliation(self, kind: str) -> Slide | None:
        row = self._roster()
        if row is None:
            return None
        language = self.language
        source = {each.source: language.pick(each.name, each.name_en) for each in self.whole_ladder}
        known = names(self.edition, "source", language)
        name = source.get(row.source) or known[row.source]
        colour = part_colours([row.source], [code for code in known if code])[row.source]
        wide, small = (
            ledger(row=row, source_name=name, colour=colour, language=language, narrow=narrow)
            for narrow in (False, True)
        )
        when = findings.arrival(row.reconciled_at, row.month, None, self.edition.publication.known_on)
        return self._made(
            kind,
            findings.reconciliation_title(row, name, row.month, language),
            findings.reconciliation_detail(row, when, row.month, language),
            figures=(wide,),
            small=(small,),
            remarks=tuple(filter(None, (findings.newly_active(row, language),))),
            question="reconciliation_by_month",
            params={"as_of": row.month, "source": (row.source,)},
        )

    def _roster(self) -> ReconciliationByMonth | None:
        """The newest roster up to the month: of the source chosen, else of the one that promised most."""
        rows = answers.reconciliation_by_month(self.edition, as_of=self.as_of)
        newest = {row.source: row for row in rows}
        order = sorted(self.whole_ladder, key=lambda row: -row.committed)
        wanted = [*self.wish.sources, *(row.source for row in order), *newest]
        return next((newest[source] for source in wanted if source in newest), None)

    def _then_and_now(self, kind: str) -> Slide | None:
        back = self.compared
        if back is None:
            return None
        language, month = self.language, self._shared_month(back)
        if month is None:
            return None
        now = self.progress_in(self.edition, month)
        then = self.progress_in(back, month)
        if now is None or then is None:
            return None
        changes = tuple(
            row for row in answers.edition_changes(self.edition, earlier=back) if row.month == month
        )
        ends = [(each.short, each.publication.known_on) for each in (back, self.edition)]
        wide, small = (
            edition_changes(
                changes=changes,
                before=then.active,
                after=now.active,
                month=month,
                earlier=ends[0],
                later=ends[1],
                language=language,
                narrow=narrow,
            )
            for narrow in (False, True)
        )
        return self._made(
            kind,
            findings.then_and_now_title(then, now, back.publication.known_on, language),
            language.say("briefing.then.detail", edition=back.short),
            figures=(wide,),
            small=(small,),
            table=self._side_by_side(then, now, ends[0][1], ends[1][1]),
            remarks=tuple(
                findings.causes(changes, CAUSES, names(self.edition, "source", language), language)
            ),
            question="edition_changes",
            params={"earlier": back.short},
        )

    def _side_by_side(self, then: GoalProgress, now: GoalProgress, before: dt.date, after: dt.date) -> Table:
        language, say = self.language, self.language.say
        columns = (
            Column(say("briefing.then.month", month=language.month(now.as_of)), "left"),
            Column(language.short_day(before)),
            Column(language.short_day(after)),
        )

        def row(name: str, said: Callable[[GoalProgress], str]) -> tuple[str, str, str]:
            return say(f"briefing.then.{name}"), said(then), said(now)

        def people(value: int | None) -> str:
            return say("format.unknown") if value is None else language.people(value, 2)

        rows = (
            row("active", lambda each: language.number(each.active)),
            row("share", lambda each: _share(each, language)),
            row("gap", lambda each: people(each.gap)),
            row("needed", lambda each: people(each.needed_per_month)),
            row("status", lambda each: f"{STATUS_MARKS[each.status]} {say(f'status.{each.status}')}"),
        )
        fields = ("active", "rise_achieved_share", "gap", "needed_per_month", "status")
        machine = tuple((name, getattr(then, name), getattr(now, name)) for name in fields)
        return Table(columns, rows, ("measure", "before", "after"), machine)

    def _definitions(self, kind: str) -> Slide:
        language, say = self.language, self.language.say
        stated, publication = self.stated, self.edition.publication
        remarks = [
            say(
                "briefing.definitions.active",
                definition=_plain(stated.definition, stated.definition_en, language),
            ),
            say(
                "briefing.definitions.goal",
                target=language.stated(stated.target),
                due=language.day(stated.due),
                baseline=language.people(self.progress.baseline, 2),
                day=language.day(self.progress.baseline_date),
            ),
            say(
                "briefing.definitions.edition",
                edition=self.edition.short,
                day=language.day(publication.known_on),
                months=language.number(len(answers.known_months(self.edition))),
            ),
            say("briefing.definitions.forecast"),
        ]
        missing = answers.missing_deliveries(self.edition, as_of=self.as_of)
        late = findings.missing_remark(missing, self.as_of, names(self.edition, "source", language), language)
        remarks += (
            [late] if late else [say("briefing.definitions.complete", month=language.month(self.as_of))]
        )
        if self.simulated:
            remarks.append(say("frame.simulated"))
        return self._made(
            kind,
            say("briefing.definitions.title"),
            say("briefing.definitions.detail"),
            remarks=tuple(remarks),
            question="published_goals",
        )

    # What slides ask

    @cached_property
    def _first(self) -> dt.date:
        """The month that charts over time start with: the year before the due date, at least."""
        first = min(add_months(self.progress.due, -12), add_months(self.as_of, -12))
        return max(first, answers.known_months(self.edition)[0].month)

    def _months(self) -> tuple[answers.ActiveByMonth, ...]:
        return answers.active_by_month(self.edition, since=self._first, as_of=self.as_of)

    def _published(self, until: dt.date) -> tuple[answers.PublishedActive, ...]:
        return answers.published_active(self.edition, since=self._first, until=until)

    @cached_property
    def whole_ladder(self) -> tuple[CommitmentLadder, ...]:
        return answers.commitment_ladder(self.edition, as_of=self.as_of)

    @cached_property
    def ladder(self) -> tuple[CommitmentLadder, ...]:
        chosen = self.wish.sources
        return tuple(row for row in self.whole_ladder if not chosen or row.source in chosen)

    @cached_property
    def compared(self) -> Edition | None:
        """The edition to look back to: the one chosen, unless it is this one."""
        back = self.wish.compared
        return None if back is None or back.fingerprint == self.edition.fingerprint else back

    def _shared_month(self, back: Edition) -> dt.date | None:
        """The month in hand where the other edition knows it too, else the last that both know."""
        known = {row.month for row in answers.known_months(back)}
        shared = [row.month for row in answers.known_months(self.edition) if row.month in known]
        within = [month for month in shared if month <= self.as_of]
        return max(within, default=None)

    def progress_in(self, edition: Edition, month: dt.date) -> GoalProgress | None:
        """Progress towards the same goal as an edition saw it; None where it knew no such goal."""
        rows = answers.goal_progress(edition, as_of=month, goal=self.goal)
        return rows[0] if rows else None


def address(code: Code, edition: Edition) -> dict[str, str]:
    """The choices in the address of a page that shows the numbers of a code. Raises LookupError."""
    goals = [row.goal for row in answers.published_goals(edition)]
    goal = goals[code.goal - 1] if code.goal else default_goal(edition, code.month)
    asked = {"edition": code.edition, "month": month_text(code.month), "goal": goal}
    if code.compared:
        asked["against"] = code.compared
    if code.kind == "map":
        asked |= {"dimension": "province", "view": "map"}
    if code.kind == "reconciliation" and code.sources:
        ladder = answers.commitment_ladder(edition, as_of=code.month)
        known = sorted({row.source for row in ladder})
        asked["roster"] = known[code.sources[0] - 1]
    return asked


def _number(label: str, number: str, unit: str, note: str) -> Number:
    """A figure of Progress with the first thing that its note says."""
    return Number(f"{number} {unit}".strip(), f"{label}: {note.split(';')[0]}")


def _share(progress: GoalProgress, language: Language) -> str:
    share = progress.rise_achieved_share
    return language.say("format.unknown") if share is None else language.percent(share, 1)


def _plain(indonesian: str, english: str, language: Language) -> str:
    return findings.plain(language.pick(indonesian, english))
