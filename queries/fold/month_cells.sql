-- step: the cells of one month, from what was delivered for it and the cells of the month before
-- inputs:
--   totals_rows   accepted rows of the totals that count, each with only what it counts for
--   people_cells  cells of the people that were delivered one by one, with all flows that are known
--   previous      cells of the month before; empty in the first known month
--   delivered     source, province and kind of what was delivered for the month; province null for all others
-- params:
--   month  DATE     last calendar day of the month
--   first  BOOLEAN  whether no earlier month is known: opening stock and corrections are then null
-- grain: one row per cell that was delivered, or was not empty one month earlier
with
before as (
    select
        previous.*,
        coalesce(named.kind, others.kind) as kind,
    from previous
    left join delivered as named
        on previous.source = named.source
            and previous.province = named.province
    left join delivered as others
        on previous.source = others.source
            and others.province is null
    where previous.active > 0
),

stock as (
    select
        source,
        segment,
        province,
        regency,
        programmes,
        sex,
        age_band,
        'totals' as kind,
        0 as opening,
        new,
        reactivated,
        lapsed,
        moved_in,
        moved_out,
        null as reclassified_in,
        null as reclassified_out,
        active,
        simulated,
        coalesce(new, reactivated, lapsed, moved_in, moved_out) is not null as flows_known,
    from totals_rows
    union all
    select
        source,
        segment,
        province,
        regency,
        programmes,
        sex,
        age_band,
        case when active > 0 then 'people' end as kind,
        0 as opening,
        new,
        reactivated,
        lapsed,
        moved_in,
        moved_out,
        reclassified_in,
        reclassified_out,
        active,
        simulated,
        comparable as flows_known,
    from people_cells
    union all
    select
        source,
        segment,
        province,
        regency,
        programmes,
        sex,
        age_band,
        kind,
        active as opening,
        null as new,
        null as reactivated,
        null as lapsed,
        null as moved_in,
        null as moved_out,
        null as reclassified_in,
        null as reclassified_out,
        case when kind is null then active else 0 end as active,
        simulated and kind is null as simulated,
        false as flows_known,
    from before
),

cells as (
    select
        source,
        segment,
        province,
        regency,
        programmes,
        sex,
        age_band,
        max(kind) as kind,
        sum(opening) as opening,
        sum(new) as new,
        sum(reactivated) as reactivated,
        sum(lapsed) as lapsed,
        sum(moved_in) as moved_in,
        sum(moved_out) as moved_out,
        sum(reclassified_in) as reclassified_in,
        sum(reclassified_out) as reclassified_out,
        sum(active) as active,
        bool_or(simulated) as simulated,
        bool_or(flows_known) as flows_known,
    from stock
    group by source, segment, province, regency, programmes, sex, age_band
),

explained as (
    select
        *,
        active - opening - coalesce(new, 0) - coalesce(reactivated, 0) + coalesce(lapsed, 0)
            - coalesce(moved_in, 0) + coalesce(moved_out, 0)
            - coalesce(reclassified_in, 0) + coalesce(reclassified_out, 0) as unexplained,
        bool_or(flows_known) over (partition by source, kind) as flows_reported,
    from cells
)

select
    $month::date as month,
    source,
    segment,
    province,
    regency,
    programmes,
    sex,
    age_band,
    case when not $first then opening end::bigint as opening,
    new::bigint as new,
    reactivated::bigint as reactivated,
    moved_in::bigint as moved_in,
    lapsed::bigint as lapsed,
    moved_out::bigint as moved_out,
    reclassified_in::bigint as reclassified_in,
    reclassified_out::bigint as reclassified_out,
    case when not $first then unexplained end::bigint as correction,
    active::bigint as active,
    case when $first then null when flows_reported then 0 else unexplained end::bigint as flows_unknown,
    kind is null as carried,
    simulated,
from explained
order by source, segment, province, regency, programmes, sex, age_band
