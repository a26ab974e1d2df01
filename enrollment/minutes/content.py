"""What the minutes of a reconciliation say, in one language, before anything is laid out.

Every text is finished: numbers and dates are formatted, and nothing from the data hides a sign. In the
opening and the footer words between `**` are bold; a layout puts page numbers for `{page}` and `{pages}` in
`page`, and a line to write on for `{blank}` in `numbers` and `made_at`.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from enrollment.contract.faults import shown
from enrollment.drawing.lettering import visible
from enrollment.findings.names import plain
from enrollment.language import Language
from enrollment.minutes.actions import Action, actions
from enrollment.minutes.spelling import day_words, words_of
from enrollment.minutes.terms import Terms, terms_of
from enrollment.months import WESTERN_INDONESIA
from enrollment.reconciliation.result import CLASSES, PEOPLE, PROGRAMMES, Result
from enrollment.reference import Reference

BLANK = "{blank}"
PAGE, PAGES = "{page}", "{pages}"

_INSTRUCTED = dt.date(2021, 3, 25)
"""Presidential Instruction 2 of 2021: agreements from that day on carry it out."""
_LISTED_FILES = 6
_LISTED_NAMES = 8
_MONTHS_ONE_BY_ONE = 5
_TENTHS = 1_000
_SHORT_NAME = 10


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence; a `note` is set smaller, under what it explains."""

    text: str
    note: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with what is said of each."""

    facts: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Numbers stand at the right, and the `wide` columns take the room that is left.

    A header that is much longer than its cells has a line break.
    """

    header: str
    numeric: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a `part` belongs to the row above, a `sum` adds some rows up, the `total` all."""

    cells: tuple[str, ...]
    role: Literal["plain", "part", "sum", "total"] = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header; every row has a cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: Literal["table"] = "table"


Block = Text | Facts | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading with what stands under it; without a heading it goes on with the one before."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Sections under each other, and those that may stand beside them where there is room."""

    sections: tuple[Section, ...]
    beside: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """One side: its whole name, its name in running text, and which party it is."""

    letterhead: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """The whole document; `watermark` is empty for real data."""

    language: str
    day: dt.date
    first: Party
    second: Party
    title: str
    subject: str
    numbers: tuple[str, str]
    opening: str
    bands: tuple[Band, ...]
    closing: tuple[str, ...]
    made_at: str
    sign_here: tuple[str, str]
    watermark: str
    footer: str
    page: str


def minutes_of(
    result: Result,
    reference: Reference,
    language: Language,
    *,
    edition: str | None = None,
    plan: int | None = None,
    on: dt.date | None = None,
) -> Minutes:
    """The minutes of a result.

    `edition` is the short id of the edition beside which it was shown, `plan` the people planned to be
    active by the month of the result, `on` the day of the minutes. Without them the plan is that of the
    tables, and the day that of the result.
    """
    return _Composer(result, reference, language, edition, plan, on).minutes()


def shortened(digest: str) -> str:
    """A hash as people compare it: its beginning and its end."""
    return digest if len(digest) <= 14 else f"{digest[:8]}…{digest[-6:]}"


def shares(counts: Sequence[int]) -> tuple[int | None, ...]:
    """The share of each count in their sum, in tenths of a percent, so that the shares add up to 100 %.

    The tenths that rounding down leaves over go to the largest remainders. None where the sum is 0.
    """
    whole = sum(counts)
    if not whole:
        return (None,) * len(counts)
    found = [divmod(count * _TENTHS, whole) for count in counts]
    left = _TENTHS - sum(tenths for tenths, _ in found)
    by_rest = sorted(range(len(found)), key=lambda place: -found[place][1])[:left]
    return tuple(tenths + (place in by_rest) for place, (tenths, _) in enumerate(found))


class _Composer:
    """The parts of the minutes of one result."""

    def __init__(
        self,
        result: Result,
        reference: Reference,
        language: Language,
        edition: str | None,
        plan: int | None,
        on: dt.date | None,
    ) -> None:
        self.result, self.language, self.say = result, language, language.say
        self.on = on or result.at.astimezone(WESTERN_INDONESIA).date()
        self.terms: Terms = terms_of(result, reference)
        self.edition, self.plan = edition, self.terms.planned if plan is None else plan
        self.names: Mapping[str, str] = {
            row["source"]: language.pick(row["name"] or "", row["name_en"] or "")
            for row in reference.rows("partner_sources")
        }

    def minutes(self) -> Minutes:
        say, simulated = self.say, self.result.simulated
        edition = self.edition
        made = (
            say("minutes.made_from", edition=plain(_said(edition))) if edition else say("minutes.made_with")
        )
        return Minutes(
            language=self.language.code,
            day=self.on,
            first=Party(
                say("minutes.first_full").upper(), say("minutes.first_name"), say("minutes.party.first")
            ),
            second=Party(self._partner().upper(), self._partner(), say("minutes.party.second")),
            title=say("minutes.title"),
            subject=say(
                "minutes.subject", source=self._source(), month=self.language.month(self.result.month)
            ),
            numbers=(say("minutes.number_first", blank=BLANK), say("minutes.number_second", blank=BLANK)),
            opening=self._opening(),
            bands=(
                Band((self._data(),)),
                Band((self._classes(),), (self._programmes(), self._commitment())),
                self._changes(),
                Band((self._actions(),)),
            ),
            closing=(say("minutes.closing.annex"), say("minutes.closing.copies")),
            made_at=say("minutes.closing.made_at", blank=BLANK, day=self.language.day(self.on)),
            sign_here=(say("minutes.signature.name"), say("minutes.signature.position")),
            watermark=say("minutes.watermark") if simulated else "",
            footer=f"{say('minutes.simulated')} {made}" if simulated else made,
            page=say("minutes.page", page=PAGE, pages=PAGES),
        )

    # Who, when and by what right

    def _partner(self) -> str:
        return _said(
            self.language.pick(self.terms.partner_name, self.terms.partner_name_en) or self.terms.partner
        )

    def _source(self) -> str:
        return self._name(self.result.source)

    def _name(self, source: str) -> str:
        return _said(self.names.get(source) or source)

    def _opening(self) -> str:
        say, language = self.say, self.language
        documents = self._documents()
        return say(
            "minutes.opening",
            weekday=language.weekday(self.on),
            day=day_words(self.on, language),
            month=language.month_name(self.on),
            year=words_of(self.on.year, language),
            date=f"{self.on:%d-%m-%Y}",
            basis=say("minutes.basis", documents=language.join(documents)) if documents else "",
            first=say("minutes.first_name"),
            second=plain(self._partner()),
            source=plain(self._source()),
            period=language.month(self.result.month),
        )

    def _documents(self) -> list[str]:
        """What the parties act upon, oldest first; nothing where the source has no agreement."""
        found = []
        for document in self.terms.documents:
            said = _said(self.language.pick(document.name, document.name_en))
            day = document.signed_on
            dated = self.say("minutes.document", document=said, day=self.language.day(day)) if day else said
            found.append(plain(dated))
        signed = self.terms.signed_on
        if signed and signed >= _INSTRUCTED:
            found.insert(0, self.say("minutes.instruction"))
        return found

    # The sections

    def _data(self) -> Section:
        say, result, number = self.say, self.result, self.language.number
        roster = say("minutes.data.roster_value", file=_file(result.file), rows=number(result.rows))
        facts = [
            (say("minutes.data.roster"), roster),
            (say("minutes.data.hash"), shortened(result.sha256)),
            (say("minutes.data.members"), self._members()),
            *((say("minutes.data.file"), said) for said in self._files()),
        ]
        if result.agreed:
            facts.append((say("minutes.data.agreed"), self.language.join(list(result.agreed))))
        for name, sources in (("totals_only", result.totals_only), ("carried", result.carried)):
            if sources:
                said = say(f"minutes.data.{name}_value", sources=self._sources(sources))
                facts.append((say(f"minutes.data.{name}"), said))
        rules = say(
            "minutes.data.rules_value", version=str(result.rule_version), name=result.name[:_SHORT_NAME]
        )
        facts.append((say("minutes.data.rules"), rules))
        return Section(say("minutes.data.heading"), (Facts(tuple(facts)),))

    def _members(self) -> str:
        compared = self.result.compared
        if not compared:
            return self.say("minutes.data.no_members")
        return self.say(
            "minutes.data.members_value",
            day=self.language.day(self.result.month),
            people=self.language.number(sum(file.people for file in compared)),
            files=self.language.number(len(compared)),
        )

    def _files(self) -> Iterator[str]:
        number = self.language.number
        listed, rest = self.result.compared[:_LISTED_FILES], self.result.compared[_LISTED_FILES:]
        for file in listed:
            yield self.say(
                "minutes.data.file_value",
                file=_file(file.file),
                month=self.language.month(file.month),
                people=number(file.people),
                sources=self._sources(file.sources),
            )
        if rest:
            people = number(sum(file.people for file in rest))
            yield self.say("minutes.data.more_files", files=number(len(rest)), people=people)

    def _sources(self, sources: Sequence[str]) -> str:
        names = [self._name(source) for source in sources]
        if len(names) > _LISTED_NAMES:
            more = self.language.number(len(names) - _LISTED_NAMES)
            names = [*names[:_LISTED_NAMES], self.say("minutes.more", count=more)]
        return self.language.join(names)

    def _classes(self) -> Section:
        say, result, number = self.say, self.result, self.language.number
        counts = [result.classes[name] for name in CLASSES]
        tenths = shares(counts)
        rows = [
            Row((str(place), say(f"minutes.class.{name}"), number(count), self._share(share)))
            for place, (name, count, share) in enumerate(zip(CLASSES, counts, tenths, strict=True), 1)
        ]
        people = [share for share in tenths[: len(PEOPLE)] if share is not None]
        of_people = self._share(sum(people) if people else None)
        rows.insert(
            len(PEOPLE), Row(("", say("minutes.result.people"), number(result.people), of_people), "sum")
        )
        whole = self._share(_TENTHS if result.rows else None)
        rows.append(Row(("", say("minutes.result.total"), number(result.rows), whole), "total"))
        added = " + ".join(number(count) for count in counts)
        blocks: list[Block] = [
            Table(
                (
                    Column(say("minutes.place"), numeric=True),
                    Column(say("minutes.result.class"), wide=True),
                    Column(say("minutes.result.rows"), numeric=True),
                    Column(say("minutes.result.share"), numeric=True),
                ),
                tuple(rows),
            ),
            Text(say("minutes.result.sum", parts=added, rows=number(result.rows)), note=True),
        ]
        if result.near_misses:
            said = say("minutes.result.near_misses", count=number(result.near_misses))
            blocks.append(Text(said, note=True))
        if result.confirmed:
            blocks.append(Text(say("minutes.result.confirmed", count=number(result.confirmed)), note=True))
        return Section(say("minutes.result.heading"), tuple(blocks))

    def _share(self, tenths: int | None) -> str:
        return "–" if tenths is None else self.language.percent(tenths / _TENTHS, 1)

    def _programmes(self) -> Section:
        say, result, number = self.say, self.result, self.language.number
        words = ("active", "lapsed", "never")
        rows = tuple(
            Row((name, *(number(result.programmes[name][word]) for word in words)))
            for name in PROGRAMMES
            if name in result.programmes
        )
        columns = (
            Column(say("minutes.programmes.programme"), wide=True),
            *(Column(say(f"minutes.programmes.{word}"), numeric=True) for word in words),
        )
        note = Text(say("minutes.programmes.note", people=number(result.people)), note=True)
        return Section(say("minutes.programmes.heading"), (Table(columns, rows), note))

    def _commitment(self) -> Section:
        say, result, language = self.say, self.result, self.language
        heading = say("minutes.commitment.heading")
        if result.agreement is None and self.plan is None:
            return Section(heading, (Text(say("minutes.commitment.none")),))
        active, committed = result.classes["active_all"], self.terms.committed
        rows = []
        if result.agreement is not None:
            signed = result.agreed_on
            label = (
                say("minutes.commitment.committed", day=language.day(signed))
                if signed
                else say("minutes.commitment.committed_undated")
            )
            known = say("format.unknown") if committed is None else language.number(committed)
            rows.append(Row((label, known)))
        if self.plan is not None:
            label = say("minutes.commitment.plan", month=language.month_name(result.month))
            rows.append(Row((label, language.number(self.plan))))
        programmes = ", ".join(result.agreed or PROGRAMMES)
        label = say("minutes.commitment.active", programmes=programmes)
        rows.append(Row((label, language.number(active))))
        late = result.agreed_on is not None and result.people_since > result.agreed_on
        if result.agreed_on is not None:
            label = say("minutes.commitment.new_at_most") if late else say("minutes.commitment.new")
            rows.append(Row((label, language.number(result.newly_active)), "part"))
        if self.plan is not None:
            label = say("minutes.commitment.from_plan")
            rows.append(Row((label, language.signed(active - self.plan)), "total"))
        elif committed is not None:
            label = say("minutes.commitment.from_commitment")
            rows.append(Row((label, language.signed(active - committed)), "total"))
        columns = (
            Column(say("minutes.commitment.what"), wide=True),
            Column(say("minutes.commitment.people"), numeric=True),
        )
        blocks: tuple[Block, ...] = (Table(columns, tuple(rows)),)
        if late:
            since = say("minutes.commitment.since", month=language.month(result.people_since))
            blocks += (Text(since, note=True),)
        return Section(heading, blocks)

    def _changes(self) -> Band:
        say, since, language = self.say, self.result.since, self.language
        if since is None:
            heading = say("minutes.changes.heading_first")
            first = Text(say("minutes.changes.first"))
            return Band((Section(heading, (first, *self._not_found())),))
        number, signed = language.number, language.signed
        compared = [
            (say(f"minutes.class.{name}"), since.classes.get(name, 0), self.result.classes[name])
            for name in CLASSES
        ]
        compared.append((say("minutes.changes.total"), since.rows, self.result.rows))
        rows = tuple(
            Row(
                (label, number(before), number(now), signed(now - before)),
                "total" if place == len(CLASSES) else "plain",
            )
            for place, (label, before, now) in enumerate(compared)
        )
        columns = (
            Column(say("minutes.changes.class"), wide=True),
            Column(language.short_month(since.month), numeric=True),
            Column(language.short_month(self.result.month), numeric=True),
            Column(say("minutes.changes.difference"), numeric=True),
        )
        moved = (
            ("newly_registered", since.newly_registered),
            ("joined", since.joined),
            ("left", since.left),
            ("lost", since.lost),
        )
        movement = Table(
            (
                Column(say("minutes.changes.what"), wide=True),
                Column(say("minutes.changes.people"), numeric=True),
            ),
            tuple(Row((say(f"minutes.changes.{name}"), number(people))) for name, people in moved),
        )
        heading = say("minutes.changes.heading", month=language.month(since.month))
        return Band(
            (Section(heading, (Table(columns, rows),)),), (Section("", (movement, *self._not_found())),)
        )

    def _not_found(self) -> tuple[Block, ...]:
        """For how many months in a row people have not been found; nothing where all were."""
        say, number, found = self.say, self.language.number, self.result.not_found_for
        if not found:
            return ()
        rows = [
            Row((number(months), number(found[months])))
            for months in sorted(found)
            if months <= _MONTHS_ONE_BY_ONE
        ]
        if longer := sum(people for months, people in found.items() if months > _MONTHS_ONE_BY_ONE):
            label = say("minutes.changes.or_more", months=number(_MONTHS_ONE_BY_ONE + 1))
            rows.append(Row((label, number(longer))))
        rows.append(Row((say("minutes.changes.sum"), number(sum(found.values()))), "total"))
        columns = (
            Column(say("minutes.changes.months"), wide=True),
            Column(say("minutes.changes.people"), numeric=True),
        )
        return (Table(columns, tuple(rows)),)

    def _actions(self) -> Section:
        say = self.say
        found = actions(self.result, self.terms, self.on)
        heading = say("minutes.actions.heading")
        if not found:
            return Section(heading, (Text(say("minutes.actions.none")),))
        columns = (
            Column(say("minutes.place"), numeric=True),
            Column(say("minutes.actions.action"), wide=True),
            Column(say("minutes.actions.count"), numeric=True),
            Column(say("minutes.actions.who")),
            Column(say("minutes.actions.due")),
        )
        rows = tuple(
            Row(
                (
                    str(place),
                    self._action(action),
                    self.language.number(action.count),
                    say(f"minutes.party.{action.who}"),
                    self.language.short_day(action.due),
                )
            )
            for place, action in enumerate(found, 1)
        )
        return Section(heading, (Table(columns, rows),))

    def _action(self, action: Action) -> str:
        if action.name == "active_part":
            programmes = self.language.join(action.missing.split("+"))
            return self.say("minutes.actions.active_part", programmes=programmes)
        return self.say(f"minutes.actions.{action.name}")


_SPACES = re.compile(r"\s+")


def _said(text: str | None) -> str:
    """A name from the data, without signs that cannot be seen."""
    return _SPACES.sub(" ", visible(text or "")).strip()


def _file(name: str) -> str:
    """The name of a delivered file; whatever in it might be an identity number is masked."""
    return _said(shown(name))
