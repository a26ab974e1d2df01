"""Row rules: an edition as an officer of some partners sees it, with everybody else in one part.

The SELECTs here stand in for tables of an edition, so that every question, export and own statement is asked
of what the officer may see. Own sources stay as they are. All others are one source `OTHERS`, divided by
nothing, for a segment, a place or a cohort of theirs may be a single source's: they add up with one's own to
every national total, and no single figure of another partner is in reach. What others promised, their
rosters, plans and events are left out; what the commitments of the whole country amount to is asked of the
whole edition.
"""

from collections.abc import Sequence

from enrollment.edition import Sight
from enrollment.fold import literal
from enrollment.schema import CUBE_COUNTS

OTHERS = "MITRA_LAIN"
"""The code of everybody else: as a source, a partner, and a part of whatever is divided."""

_DIMENSIONS = ("segment", "province", "regency", "programmes", "sex", "age_band")
_CUBES = {
    "cube_fine": _DIMENSIONS,
    "cube_coarse": ("segment", "province"),
    "cube_traits": ("segment", "province", "programmes", "sex", "age_band"),
}
_OWN_ROWS = (
    "agreements",
    "plans",
    "reconciliation_programmes",
    "reconciliation_missing",
    "reconciliation_rules",
    "reconciliation_not_found",
)


def sight(partners: Sequence[str] | None) -> Sight | None:
    """What an officer of these partners sees of any edition; None sees everything.

    A partner whom an edition does not know has no sources there, and no sources see the totals alone.
    """
    if partners is None:
        return None
    codes = sorted(set(partners))
    listed = ", ".join(literal(code) for code in ("", *codes))
    own = f"own as (select source from partner_sources where partner in ({listed}))"
    return Sight(f"partners {' '.join(codes)}".strip(), tuple(_tables(own).items()))


def _tables(own: str) -> dict[str, str]:
    others = _others(own)
    return {
        **{name: _cube(own, name, divided) for name, divided in _CUBES.items()},
        "cube_regency": _cube_regency(own),
        **{name: f"with {own} select * from {name} where {_MINE}" for name in _OWN_ROWS},
        "partner_sources": f"""
            with {own}
            select * from partner_sources where {_MINE}
            union all by name
            select
                '{OTHERS}' as source, '{OTHERS}' as partner,
                'Mitra lain' as partner_name, 'Other partners' as partner_name_en,
                'Mitra lain' as name, 'Other partners' as name_en,
                max(priority) + 1 as priority
            from partner_sources
            where not {_MINE}
            having count(*) > 0
        """,
        "cohorts": f"""
            with {own}
            select * from cohorts where {_MINE}
            union all by name
            select
                month, joined, '{OTHERS}' as source, '{OTHERS}' as segment, '{OTHERS}' as province,
                sum(joined_people)::bigint as joined_people, sum(active)::bigint as active
            from cohorts
            where not {_MINE}
            group by month, joined
            having count(distinct source) > 1
        """,
        # Few sources list people one by one: what a single one says of overlap stays with it.
        "overlap": f"""
            with {own}
            select * from overlap where {_MINE}
            union all by name
            select
                month, '{OTHERS}' as source,
                case when count(listed) > 1 then sum(listed) end::bigint as listed,
                case when count(listed) > 1 then sum(counted) end::bigint as counted,
                case when count(listed) > 1 then sum(elsewhere) end::bigint as elsewhere
            from overlap
            where not {_MINE}
            group by month
        """,
        "events": f"with {own} select * from events where source is null or {_MINE}",
        "reconciliations": f"""
            with {own}
            select reconciliations.* replace (
                {_veiled("totals_only")} as totals_only,
                {_veiled("carried")} as carried
            )
            from reconciliations, (select list(source) as mine from own)
            where {_MINE}
        """,
        "lineage": f"""
            with {others}
            select * from lineage where {_MINE}
            union all by name
            select month, '{OTHERS}' as source, state, sha256, delivered_month, active, digest from together
        """,
        "lineage_parts": f"""
            with {others}
            select * from lineage_parts where {_MINE}
            union all by name
            select month, '{OTHERS}' as source, sha256, cells as rows, active as people from together
        """,
        "deliveries": f"""
            with {others}
            select * from deliveries where {_MINE}
            union all by name
            select
                came.sha256, '–' as file, 'totals' as kind, came.month, '{OTHERS}' as source, together.cells,
                together.active, came.received_at, '–' as received_by, came.simulated, true as counted
            from came
            join together using (month)
        """,
    }


_MINE = "coalesce(source in (select source from own), false)"


def _cube(own: str, name: str, divided: Sequence[str]) -> str:
    parts = ", ".join(f"'{OTHERS}' as {dimension}" for dimension in ("source", *divided))
    return f"""
        with {own}
        select * from {name} where {_MINE}
        union all by name
        select month, {parts}, {_sums()}, carried, bool_or(simulated) as simulated
        from {name}
        where not {_MINE}
        group by month, carried
    """


def _cube_regency(own: str) -> str:
    """The cube of places names no source, so it is put together anew from the cells that do."""
    places = ", ".join(
        f"case when {_MINE} then {place} else '{OTHERS}' end as {place}"
        for place in ("segment", "province", "regency")
    )
    return f"""
        with {own},
        placed as (
            select * replace ({places}) from cube_fine
        )
        select
            month, null::varchar as source, segment, province, regency, null::varchar as programmes,
            null::varchar as sex, null::varchar as age_band, {_sums()}, carried,
            bool_or(simulated) as simulated
        from placed
        group by month, segment, province, regency, carried
    """


def _sums() -> str:
    return ", ".join(f"sum({amount})::bigint as {amount}" for amount in CUBE_COUNTS)


def _veiled(column: str) -> str:
    """A list of source codes in which everybody else is one."""
    named = f"string_split({column}, ',')"
    code = f"if(list_contains(mine, trim(code)), trim(code), '{OTHERS}')"
    veiled = f"list_transform({named}, lambda code: {code})"
    return f"array_to_string(list_sort(list_distinct({veiled})), ',')"


def _others(own: str) -> str:
    """What everybody else amounts to in a month, and what came from them, as if it were one delivery.

    `sha256` and `digest` only tell two states of theirs apart.
    """
    return f"""
        {own},
        came as (
            select
                month, md5(string_agg(sha256, ',' order by sha256)) as sha256,
                max(received_at) as received_at, bool_or(simulated) as simulated
            from deliveries
            where not {_MINE} and counted
            group by month
        ),
        held as (
            select
                month,
                case
                    when bool_and(state = 'delivered') then 'delivered'
                    when bool_and(state = 'missing') then 'missing'
                    else 'partial'
                end as state,
                max(delivered_month) as delivered_month, sum(active)::bigint as active,
                md5(string_agg(coalesce(digest, ''), ',' order by source)) as digest
            from lineage
            where not {_MINE}
            group by month
        ),
        cells as (
            select month, count(*) as cells from cube_fine where not {_MINE} group by month
        ),
        together as (
            select held.*, came.sha256, coalesce(cells.cells, 0) as cells
            from held
            left join cells using (month)
            asof left join came on came.month <= held.month
        )
    """
