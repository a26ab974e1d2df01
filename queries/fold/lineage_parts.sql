-- step: from which deliveries the people of each source's month come
-- inputs:
--   holdings     month, source, sha256, mends, rows and province of the deliveries that hold the people of a month
--                and source; province null for every province not named beside it
--   cube_coarse  cells by source, segment and province
-- grain: one row per month, source and delivery; the people of mended rows are with the delivery they mend
with
stock as (
    select
        cube_coarse.month,
        cube_coarse.source,
        coalesce(named.sha256, others.sha256) as sha256,
        sum(cube_coarse.active)::bigint as people,
    from cube_coarse
    left join holdings as named
        on cube_coarse.month = named.month
            and cube_coarse.source = named.source
            and cube_coarse.province = named.province
            and not named.mends
    left join holdings as others
        on cube_coarse.month = others.month
            and cube_coarse.source = others.source
            and others.province is null
            and not others.mends
    group by all
),

deliveries_held as (
    select
        month,
        source,
        sha256,
        any_value(rows) as rows,
    from holdings
    group by month, source, sha256
)

select
    deliveries_held.month,
    deliveries_held.source,
    deliveries_held.sha256,
    deliveries_held.rows,
    coalesce(stock.people, 0) as people,
from deliveries_held
left join stock using (month, source, sha256)
order by deliveries_held.month, deliveries_held.source, deliveries_held.sha256
