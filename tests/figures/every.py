"""One figure of each kind, for what holds of all of them."""

import datetime as dt
from dataclasses import replace
from typing import Any

from enrollment.attribution import gap_parts
from enrollment.decomposition import of_stock
from enrollment.figures.active_by_month import active_by_month
from enrollment.figures.breakdown.map import breakdown_map
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.breakdown.tiles import breakdown_tiles, regency_tiles
from enrollment.figures.breakdown.waterfall import decomposition
from enrollment.figures.breakdown_by_month import breakdown_by_month
from enrollment.figures.commitment_bridge import commitment_bridge
from enrollment.figures.commitment_by_month import commitment_by_month
from enrollment.figures.commitment_by_source import commitment_by_source
from enrollment.figures.commitment_ladder import commitment_ladder
from enrollment.figures.crosstab import crosstab
from enrollment.figures.description import Figure
from enrollment.figures.edition_changes import edition_changes
from enrollment.figures.goal_progress import goal_progress
from enrollment.figures.movement_by_month.in_out import movement_by_month
from enrollment.figures.movement_by_month.waterfall import movement
from enrollment.figures.outlook.base_rates import outlook_base_rates
from enrollment.figures.outlook.chances import outlook_chances
from enrollment.figures.outlook.gap import outlook_gap
from enrollment.figures.outlook.owed import outlook_owed
from enrollment.figures.outlook.path import outlook_path
from enrollment.figures.outlook.record import outlook_record
from enrollment.figures.published_goals import published_goals
from enrollment.figures.reconciliation_by_month.ledger import ledger
from enrollment.figures.reconciliation_by_month.months import months as roster_months
from enrollment.figures.reconciliation_by_month.programmes import programmes
from enrollment.figures.retention_by_joining_month import retention_by_joining_month
from enrollment.language import Language
from enrollment.months import add_months
from tests.figures.rows import (
    AUGUST,
    TILES,
    aims,
    commitments,
    followed,
    foretold,
    given,
    goals,
    ladder,
    leading,
    monthly,
    months,
    movements,
    no_outlook,
    outlook,
    pair,
    part,
    progress,
    published,
    remark,
    revised,
    roster,
    scheduled,
    steps,
    with_pledge,
)


def every_figure(language: Language, name: str = "Jawa Barat") -> tuple[Figure, ...]:
    """One figure of each kind; `name` is what a part, a source and a document are called."""
    row = progress()
    names = {"JB": name}
    places = {"ID-JB": name, "ID-PS": name}
    span: Any = {"as_of": AUGUST, "since": None, "language": language}
    parts = [part("JB", 4_820_000, 201_800), part("BA", 500_000, -14_200), part(None, 40_000)]
    provinces = [
        part("ID-JB", 4_820_000, 201_800),
        part("ID-JT", 2_920_000),
        part("ID-BA", 500_000, -14_200),
        part("ID-PS", 9_000, 120),
        part(None, 40_000),
    ]
    return (
        goal_progress(
            progress=row,
            months=months(carried=(7,)),
            published=published(),
            outlook=outlook(),
            language=language,
        ),
        active_by_month(progress=row, months=months(carried=(7,)), language=language),
        commitment_bridge(steps=steps(), progress=row, commitments=commitments(), language=language),
        commitment_by_source(commitments=commitments(name), steps=steps(), progress=row, language=language),
        commitment_ladder(rows=ladder(name), language=language),
        commitment_by_month(rows=scheduled(), ladder=ladder(name), as_of=AUGUST, language=language),
        published_goals(goals=goals(name), progress=row, outlook=outlook(), language=language),
        *(
            edition_changes(
                changes=revised(),
                before=28_604_120,
                after=28_700_000,
                month=AUGUST,
                earlier=("5d1c83aa01", dt.date(2021, 7, 7)),
                later=("7f3a2c9b11", dt.date(2021, 9, 16)),
                language=language,
                narrow=narrow,
            )
            for narrow in (False, True)
        ),
        breakdown(rows=parts, dimension="province", measure="net_change", names=names, **span),
        breakdown_by_month(
            rows=monthly(["JB", "BA", None]),
            dimension="province",
            measure="closing",
            names=names,
            language=language,
        ),
        breakdown_tiles(
            rows=provinces, tiles=TILES, measure="net_change", names=places, selected=("ID-JB",), **span
        ),
        breakdown_map(rows=provinces, measure="net_change", names=places, selected=("ID-JB",), **span),
        regency_tiles(rows=parts, province=name, measure="closing", names=names, short_names=names, **span),
        crosstab(
            rows=[
                pair("JB", "PU", 3_000_000, 80_000),
                pair("JB", "BPU", 900_000, -5_000),
                pair("BA", None, 7_000),
            ],
            dimension="province",
            across="segment",
            measure="net_change",
            names=names,
            across_names={"PU": name},
            selected=("JB",),
            across_selected=("PU",),
            **span,
        ),
        *flow_figures(language, name),
        *roster_figures(language, name),
        *outlook_figures(language, name),
    )


def flow_figures(language: Language, name: str) -> tuple[Figure, ...]:
    """The figures of movement, and of why a number changed."""
    july = add_months(AUGUST, -1)
    parts = [part("JB", 4_820_000, 201_800), part("BA", 500_000, -14_200), part(None, 40_000, 0)]
    remarks = (remark(said=name),)
    return (
        movement(rows=movements()[-1:], since=july, as_of=AUGUST, language=language),
        movement(rows=movements()[-2:], since=july, as_of=AUGUST, language=language, narrow=True),
        movement_by_month(rows=movements(), language=language, annotations=remarks),
        decomposition(
            contributions=of_stock(parts),
            dimension="province",
            measure="closing",
            names={"JB": name},
            since=july,
            as_of=AUGUST,
            language=language,
            top=1,
        ),
        decomposition(
            contributions=of_stock(parts, parts[:1]),
            dimension="province",
            measure="coverage",
            names={"JB": name},
            since=july,
            as_of=AUGUST,
            language=language,
            earlier_edition="7f3a2c",
            narrow=True,
        ),
        retention_by_joining_month(rows=followed(), language=language),
    )


def roster_figures(language: Language, name: str) -> tuple[Figure, ...]:
    """The figures of the monthly reconciliation."""
    said: Any = {"source_name": name, "colour": "BUMDES", "language": language}
    months = tuple(roster(add_months(AUGUST, back), not_found=6_436 - 500 * back) for back in (-2, -1, 0))
    return (
        ledger(row=roster(), **said),
        ledger(row=roster(), narrow=True, **said),
        programmes(row=roster(jht_active=11_000, jht_never=14_218), colour="BUMDES", language=language),
        roster_months(rows=months, **said),
        roster_months(rows=months, narrow=True, **said),
    )


def outlook_figures(language: Language, name: str) -> tuple[Figure, ...]:
    """The figures of an outlook, with and without a forecast."""
    stand, nowhere = leading(), no_outlook("past")
    drawn: Any = {
        "progress": progress(),
        "months": months(carried=(7,)),
        "published": published(),
        "prognosis": replace(foretold(), document=name),
        "language": language,
    }
    return (
        outlook_path(outlook=stand, scenario=with_pledge(stand, 3_000_000).path, **drawn),
        outlook_path(outlook=nowhere, scenario=(), **drawn),
        outlook_chances(aims=aims(0.7), due=stand.due, language=language),
        outlook_base_rates(outlook=stand, language=language),
        outlook_record(given=given((29_200_000, 28_600_000)), language=language),
        outlook_gap(parts=gap_parts(ladder(name), progress()), progress=progress(), language=language),
        outlook_owed(parts=gap_parts(ladder(name), progress())[:-1], language=language),
    )
