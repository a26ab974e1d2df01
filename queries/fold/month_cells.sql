-- step: the cells of one month, from what was delivered for it and the cells of the month before
-- inputs:
--   delivered  accepted rows of the deliveries that count, each with only the sources it counts for
--   previous   cells of the month before; empty in the first known month
-- params:
--   month    DATE       last calendar day of the month
--   first    BOOLEAN    whether no earlier month is known: opening stock and corrections are then null
--   missing  VARCHAR[]  sources that are expected and not delivered: their stock is carried, without flows
-- grain: one row per cell that was delivered, or was not empty one month earlier
with
stock as (
    select
        source,
        segment,
        province,
        regency,
        programmes,
        sex,
        age_band,
        0 as opening,
        new,
        reactivated,
        lapsed,
        moved_in,
        moved_out,
        active,
        simulated,
    from delivered
    union all
    select
        source,
        segment,
        province,
        regency,
        programmes,
        sex,
        age_band,
        active as opening,
        null as new,
        null as reactivated,
        null as lapsed,
        null as moved_in,
        null as moved_out,
        if(list_contains($missing::varchar[], source), active, 0) as active,
        simulated and list_contains($missing::varchar[], source) as simulated,
    from previous
    where active > 0
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
        sum(opening) as opening,
        sum(new) as new,
        sum(reactivated) as reactivated,
        sum(lapsed) as lapsed,
        sum(moved_in) as moved_in,
        sum(moved_out) as moved_out,
        sum(active) as active,
        bool_or(simulated) as simulated,
        list_contains($missing::varchar[], source) as carried,
    from stock
    group by all
),

explained as (
    select
        *,
        active - opening - coalesce(new, 0) - coalesce(reactivated, 0) + coalesce(lapsed, 0)
            - coalesce(moved_in, 0) + coalesce(moved_out, 0) as unexplained,
        bool_or(coalesce(new, reactivated, lapsed, moved_in, moved_out) is not null) over (partition by source)
            as flows_reported,
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
    if($first, null, opening)::bigint as opening,
    new::bigint as new,
    reactivated::bigint as reactivated,
    moved_in::bigint as moved_in,
    lapsed::bigint as lapsed,
    moved_out::bigint as moved_out,
    null::bigint as reclassified_in,
    null::bigint as reclassified_out,
    if($first, null, unexplained)::bigint as correction,
    active::bigint as active,
    if($first or flows_reported, if($first, null, 0), unexplained)::bigint as flows_unknown,
    carried,
    simulated,
from explained
order by source, segment, province, regency, programmes, sex, age_band
