"""Answers: one frozen row type and one keyword-only function per question.

A question `active_by_month` is `queries/active_by_month.sql`, the function `active_by_month` and the
row `ActiveByMonth`. Fields carry the columns' names and order; units stand in the SQL header. People
are whole numbers, shares are parts of one, dates are month ends unless the field says otherwise, and
None is always "not known" or, for a part of a dimension, "not reported".
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from enrollment.edition import Edition
from enrollment.query import ask

DIMENSIONS = ("source", "segment", "province", "regency", "programmes", "programme", "sex", "age_band")
"""What people are divided by; a person is in several parts of `programme`."""

NOT_REPORTED = "-"
"""What a filter calls the part of a dimension that deliveries do not report."""


class Filters(TypedDict, total=False):
    """Which people a question is about: a list of parts for each dimension, None for all of them.

    A single code stands for a list of one. `programmes` names whole sets, `programme` one programme that
    the set holds.
    """

    source: Sequence[str] | None
    segment: Sequence[str] | None
    province: Sequence[str] | None
    regency: Sequence[str] | None
    programmes: Sequence[str] | None
    programme: str | None
    sex: Sequence[str] | None
    age_band: Sequence[str] | None


def _listed(parts: Sequence[str] | None) -> Sequence[str] | None:
    return [parts] if isinstance(parts, str) else parts


def _people(filters: Filters) -> dict[str, Sequence[str] | None]:
    """All filters as the questions take them, None for those not given."""
    chosen: dict[str, Sequence[str] | None] = {**dict.fromkeys(Filters.__annotations__), **filters}  # type: ignore[dict-item]
    return {name: parts if name == "programme" else _listed(parts) for name, parts in chosen.items()}


@dataclass(frozen=True, slots=True)
class KnownMonths:
    month: dt.date
    active: int
    missing: int
    carried: int
    simulated: bool


def known_months(edition: Edition) -> tuple[KnownMonths, ...]:
    """Every month the edition knows, with what is missing in it."""
    return ask(edition, KnownMonths)


@dataclass(frozen=True, slots=True)
class PublishedGoals:
    goal: str
    year: int
    target: int
    due: dt.date
    baseline: int | None
    baseline_date: dt.date | None
    definition: str
    definition_en: str
    document: str
    document_en: str
    source: str
    stated_on: dt.date | None
    superseded_by: str | None
    is_default: bool


def published_goals(edition: Edition) -> tuple[PublishedGoals, ...]:
    """The goals that were published, with their documents."""
    return ask(edition, PublishedGoals)


@dataclass(frozen=True, slots=True)
class GoalProgress:
    goal: str
    as_of: dt.date
    active: int
    active_before: int | None
    baseline: int
    baseline_date: dt.date
    target: int
    due: dt.date
    gap: int
    rise_needed: int
    rise_achieved: int | None
    rise_achieved_share: float | None
    days_left: int
    needed_per_month: int | None
    needed_per_month_at_start: int | None
    recent_per_month: int | None
    recent_months: int
    pace_ratio: float | None
    path_active: int | None
    continued_active: int | None
    continued_gap: int | None
    status: str
    missing: int
    carried: int
    simulated: bool


def goal_progress(edition: Edition, *, as_of: dt.date, goal: str) -> tuple[GoalProgress, ...]:
    """How far the active participants of a month are from a goal, and at what pace; one row."""
    return ask(edition, GoalProgress, as_of=as_of, goal=goal)


@dataclass(frozen=True, slots=True)
class ActiveByMonth:
    month: dt.date
    active: int
    net_change: int | None
    carried: int
    missing: int
    simulated: bool


def active_by_month(edition: Edition, *, since: dt.date | None, as_of: dt.date) -> tuple[ActiveByMonth, ...]:
    """Active participants of the whole country at each month end."""
    return ask(edition, ActiveByMonth, since=since, as_of=as_of)


@dataclass(frozen=True, slots=True)
class PublishedActive:
    day: dt.date
    active: int
    confidence: str
    disputed: bool
    source: str
    note: str | None


def published_active(edition: Edition, *, since: dt.date, until: dt.date) -> tuple[PublishedActive, ...]:
    """National figures of active participants as they were published, real and never simulated."""
    return ask(edition, PublishedActive, since=since, until=until)


@dataclass(frozen=True, slots=True)
class CommitmentBySource:
    agreement: str
    source: str
    name: str
    name_en: str
    partner_name: str
    partner_name_en: str
    signed_on: dt.date
    committed: int
    active: int | None
    outstanding: int


def commitment_by_source(edition: Edition, *, as_of: dt.date) -> tuple[CommitmentBySource, ...]:
    """What each partner source promised and how many are active under it."""
    return ask(edition, CommitmentBySource, as_of=as_of)


@dataclass(frozen=True, slots=True)
class CommitmentBridge:
    step: str
    people: int
    share_of_rise: float | None
    within: str | None = None


def commitment_bridge(edition: Edition, *, as_of: dt.date, goal: str) -> tuple[CommitmentBridge, ...]:
    """From the baseline to the goal: verified rise, open commitments, what nobody has promised.

    Five steps, and where a roster was reconciled the parts `within` verified and committed. They are those of
    the whole country, whatever is seen of the edition.
    """
    return ask(edition.whole, CommitmentBridge, as_of=as_of, goal=goal)


@dataclass(frozen=True, slots=True)
class CommitmentLadder:
    agreement: str
    source: str
    name: str
    name_en: str
    partner_name: str
    partner_name_en: str
    signed_on: dt.date
    committed: int
    roster_month: dt.date | None
    received: int | None
    matched: int | None
    active_all: int | None
    other_source: int | None
    listed: int | None
    promised: int
    newly_active: int | None
    people_since: dt.date | None
    agreed: str | None
    planned: int | None
    plan_until: dt.date | None
    ahead: int | None
    status: str
    simulated: bool


def commitment_ladder(edition: Edition, *, as_of: dt.date) -> tuple[CommitmentLadder, ...]:
    """Each commitment from the promise over roster and match to who is newly active, and its own plan."""
    return ask(edition, CommitmentLadder, as_of=as_of)


@dataclass(frozen=True, slots=True)
class CommitmentByMonth:
    source: str
    month: dt.date
    committed: int
    planned: int | None
    active_all: int | None


def commitment_by_month(edition: Edition, *, as_of: dt.date) -> tuple[CommitmentByMonth, ...]:
    """Planned and reached of each committed source by month; plans run on after `as_of`."""
    return ask(edition, CommitmentByMonth, as_of=as_of)


@dataclass(frozen=True, slots=True)
class NextSteps:
    source: str
    step: str
    missing: str | None
    people: int
    owner: str | None
    owner_name: str | None
    owner_name_en: str | None
    roster_month: dt.date | None
    due: dt.date | None
    overdue_days: int | None


def next_steps(edition: Edition, *, as_of: dt.date) -> tuple[NextSteps, ...]:
    """What has to happen next for each commitment, to how many people, by whom and by when."""
    return ask(edition, NextSteps, as_of=as_of)


@dataclass(frozen=True, slots=True)
class AgreementsRegister:
    agreement: str
    document: str
    document_en: str | None
    signed_on: dt.date | None
    announced_on: dt.date | None
    expires_on: dt.date | None
    parties: str | None
    parties_en: str | None
    programmes: str | None
    reconciliation: str | None
    committed: int | None
    sources: int
    days_left: int | None
    note: str | None
    note_en: str | None
    source_url: str | None


def agreements_register(edition: Edition, *, as_of: dt.date) -> tuple[AgreementsRegister, ...]:
    """The agreements known by a day, oldest first, with parties, programmes and duration."""
    return ask(edition, AgreementsRegister, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Instructions:
    document: str
    party: str
    party_en: str | None
    duty: str
    duty_en: str | None
    section: str | None
    source: str | None


def instructions(edition: Edition) -> tuple[Instructions, ...]:
    """What a presidential instruction asks of whom."""
    return ask(edition, Instructions)


@dataclass(frozen=True, slots=True)
class MovementByMonth:
    month: dt.date
    opening: int | None
    new: int | None
    reactivated: int | None
    moved_in: int | None
    lapsed: int | None
    moved_out: int | None
    reclassified_in: int | None
    reclassified_out: int | None
    correction: int | None
    closing: int
    flows_unknown: int | None
    carried: int


def movement_by_month(
    edition: Edition, *, as_of: dt.date, **filters: Unpack[Filters]
) -> tuple[MovementByMonth, ...]:
    """Opening stock, flows and closing stock of each month; the identity closes on every row."""
    return ask(edition, MovementByMonth, as_of=as_of, **_people(filters))


@dataclass(frozen=True, slots=True)
class Breakdown:
    part: str | None
    opening: int | None
    new: int | None
    reactivated: int | None
    moved_in: int | None
    lapsed: int | None
    moved_out: int | None
    reclassified_in: int | None
    reclassified_out: int | None
    correction: int | None
    flows_unknown: int | None
    closing: int
    net_change: int | None
    carried: int
    simulated: bool


def breakdown(
    edition: Edition, *, dimension: str, since: dt.date | None, as_of: dt.date, **filters: Unpack[Filters]
) -> tuple[Breakdown, ...]:
    """Stock and flows between two month ends by the parts of one dimension."""
    people = _people(filters)
    return ask(edition, Breakdown, dimension=dimension, since=since, as_of=as_of, **people)


@dataclass(frozen=True, slots=True)
class BreakdownByMonth:
    month: dt.date
    part: str | None
    active: int
    net_change: int | None
    new: int | None
    reactivated: int | None
    lapsed: int | None
    carried: int


def breakdown_by_month(
    edition: Edition, *, dimension: str, as_of: dt.date, **filters: Unpack[Filters]
) -> tuple[BreakdownByMonth, ...]:
    """The same parts over all known months."""
    return ask(edition, BreakdownByMonth, dimension=dimension, as_of=as_of, **_people(filters))


@dataclass(frozen=True, slots=True)
class Crosstab:
    part: str | None
    across: str | None
    opening: int | None
    new: int | None
    reactivated: int | None
    lapsed: int | None
    closing: int
    net_change: int | None
    carried: int


def crosstab(
    edition: Edition,
    *,
    dimension: str,
    across: str,
    since: dt.date | None,
    as_of: dt.date,
    **filters: Unpack[Filters],
) -> tuple[Crosstab, ...]:
    """Stock and flows between two month ends by the parts of two dimensions at once."""
    people = _people(filters)
    return ask(edition, Crosstab, dimension=dimension, across=across, since=since, as_of=as_of, **people)


@dataclass(frozen=True, slots=True)
class DimensionParts:
    dimension: str
    part: str
    name: str
    name_en: str
    parent: str | None
    position: int


def dimension_parts(edition: Edition) -> tuple[DimensionParts, ...]:
    """The parts that the edition's people are in, with the names that reference data gives them."""
    return ask(edition, DimensionParts)


@dataclass(frozen=True, slots=True)
class ProvinceTiles:
    province: str
    short: str
    tile_column: int
    tile_row: int
    region: str
    region_en: str


def province_tiles(edition: Edition) -> tuple[ProvinceTiles, ...]:
    """Where each province stands on a map of equal tiles, row by row from the north."""
    return ask(edition, ProvinceTiles)


@dataclass(frozen=True, slots=True)
class EligibleWorkers:
    province: str | None
    eligible: int
    day: dt.date
    disputed: bool
    source: str | None


def eligible_workers(edition: Edition, *, as_of: dt.date) -> tuple[EligibleWorkers, ...]:
    """How many workers could take part: the country first where its number is known, then provinces."""
    return ask(edition, EligibleWorkers, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Annotations:
    day: dt.date
    text: str
    text_en: str
    source: str | None
    author: str | None


def annotations(
    edition: Edition, *, since: dt.date | None = None, until: dt.date | None = None
) -> tuple[Annotations, ...]:
    """Remarks on days from `since` to `until`, both inclusive."""
    return ask(edition, Annotations, since=since, until=until)


@dataclass(frozen=True, slots=True)
class Events:
    date: dt.date
    month: dt.date
    source: str | None
    segment: str | None
    people: int
    kind: str
    scheduled: bool
    note: str | None
    note_en: str | None
    source_url: str | None
    simulated: bool


def events(edition: Edition, *, as_of: dt.date) -> tuple[Events, ...]:
    """One-off events, those still to come after `as_of` among them."""
    return ask(edition, Events, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Prognoses:
    stated_on: dt.date
    due: dt.date
    value: int
    document: str
    document_en: str
    source: str


def prognoses(edition: Edition, *, known_on: dt.date | None = None) -> tuple[Prognoses, ...]:
    """What the body itself foretold, as far as it was stated by `known_on`."""
    return ask(edition, Prognoses, known_on=known_on)


@dataclass(frozen=True, slots=True)
class MissingDeliveries:
    month: dt.date
    source: str
    carried_from: dt.date | None
    carried: int


def missing_deliveries(edition: Edition, *, as_of: dt.date) -> tuple[MissingDeliveries, ...]:
    """Sources that were expected in a month and have not delivered it."""
    return ask(edition, MissingDeliveries, as_of=as_of)


@dataclass(frozen=True, slots=True)
class DeliveryCompleteness:
    source: str
    month: dt.date
    state: str
    days_late: int | None
    versions: int
    active: int | None


def delivery_completeness(edition: Edition) -> tuple[DeliveryCompleteness, ...]:
    """Every source and month: on time, late, missing or not expected."""
    return ask(edition, DeliveryCompleteness)


@dataclass(frozen=True, slots=True)
class DeliveriesReceived:
    sha256: str
    file: str
    kind: str
    month: dt.date
    sources: int
    cells: int
    active: int
    received_at: dt.datetime
    received_by: str
    simulated: bool
    counted: int


def deliveries_received(edition: Edition) -> tuple[DeliveriesReceived, ...]:
    """The deliveries that the edition knew of, newest first."""
    return ask(edition, DeliveriesReceived)


@dataclass(frozen=True, slots=True)
class ActiveLineage:
    source: str
    file: str
    sha256: str
    delivered_month: dt.date
    cells: int
    active: int


def active_lineage(edition: Edition, *, as_of: dt.date) -> tuple[ActiveLineage, ...]:
    """From which files each source's part of the active participants of a month comes."""
    return ask(edition, ActiveLineage, as_of=as_of)


@dataclass(frozen=True, slots=True)
class SourceOverlap:
    source: str
    listed: int | None
    counted: int | None
    elsewhere: int | None


def source_overlap(edition: Edition, *, as_of: dt.date) -> tuple[SourceOverlap, ...]:
    """How many people each source lists in a month, and how many of them count under another one."""
    return ask(edition, SourceOverlap, as_of=as_of)


@dataclass(frozen=True, slots=True)
class EditionChanges:
    month: dt.date
    source: str
    cause: str
    before: int | None
    after: int | None
    change: int


def edition_changes(edition: Edition, *, earlier: Edition) -> tuple[EditionChanges, ...]:
    """What moved per month and source from an earlier edition to this one, and why."""
    return ask(edition, EditionChanges, earlier=earlier)


@dataclass(frozen=True, slots=True)
class PeopleKnownSince:
    since: dt.date | None
    sources: int
    all_sources: int
    people: int
    all_people: int


def people_known_since(edition: Edition, *, as_of: dt.date) -> tuple[PeopleKnownSince, ...]:
    """Since when people are known one by one, and of how many sources and participants in a month.

    It is told of the whole country, whatever is seen of the edition.
    """
    return ask(edition.whole, PeopleKnownSince, as_of=as_of)


@dataclass(frozen=True, slots=True)
class RetentionByJoiningMonth:
    joined: dt.date
    month: dt.date
    months: int
    people: int
    active: int
    share: float


def retention_by_joining_month(
    edition: Edition,
    *,
    as_of: dt.date,
    source: Sequence[str] | None = None,
    segment: Sequence[str] | None = None,
    province: Sequence[str] | None = None,
) -> tuple[RetentionByJoiningMonth, ...]:
    """How many people joined in each month, where they joined, and how many are still active after."""
    return ask(
        edition,
        RetentionByJoiningMonth,
        as_of=as_of,
        source=_listed(source),
        segment=_listed(segment),
        province=_listed(province),
    )


@dataclass(frozen=True, slots=True)
class ReconciliationByMonth:
    month: dt.date
    source: str
    name: str
    rule_version: int
    agreement: str | None
    agreed_on: dt.date | None
    agreed: str
    file: str
    reconciled_at: dt.datetime
    rows: int
    people: int
    active_all: int
    active_part: int
    other_source: int
    lapsed: int
    not_found: int
    duplicate: int
    invalid: int
    out_of_scope: int
    jkk_active: int | None
    jkk_lapsed: int | None
    jkk_never: int | None
    jht_active: int | None
    jht_lapsed: int | None
    jht_never: int | None
    jkm_active: int | None
    jkm_lapsed: int | None
    jkm_never: int | None
    near_misses: int
    confirmed: int
    reverse: int
    newly_active: int
    people_since: dt.date
    newly_registered: int | None
    joined: int | None
    left_roster: int | None
    lost: int | None
    totals_only: str
    carried: str
    simulated: bool


def reconciliation_by_month(
    edition: Edition, *, as_of: dt.date, source: Sequence[str] | None = None
) -> tuple[ReconciliationByMonth, ...]:
    """What the reconciliation of each month and source found, every count of it."""
    return ask(edition, ReconciliationByMonth, as_of=as_of, source=_listed(source))


@dataclass(frozen=True, slots=True)
class ReconciliationMissing:
    month: dt.date
    source: str
    missing: str
    people: int


def reconciliation_missing(
    edition: Edition, *, as_of: dt.date, source: Sequence[str] | None = None
) -> tuple[ReconciliationMissing, ...]:
    """How many of those active in a part of the agreed programmes lack which of them."""
    return ask(edition, ReconciliationMissing, as_of=as_of, source=_listed(source))


@dataclass(frozen=True, slots=True)
class ReconciliationRules:
    month: dt.date
    source: str
    rule: str
    rows: int


def reconciliation_rules(
    edition: Edition, *, as_of: dt.date, source: Sequence[str] | None = None
) -> tuple[ReconciliationRules, ...]:
    """How many invalid rows of each roster break which rule first."""
    return ask(edition, ReconciliationRules, as_of=as_of, source=_listed(source))
