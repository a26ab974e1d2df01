-- step: the months that the edition knows
-- inputs:
--   cube_coarse  cells by source, segment and province
--   lineage      which delivery each source's month comes from
-- grain: one row per month
with
missing as (
    select
        month,
        count_if(state = 'missing') as missing,
    from lineage
    group by month
)

select
    cube_coarse.month,
    sum(cube_coarse.active)::bigint as active,
    any_value(missing.missing)::bigint as missing,
    coalesce(sum(cube_coarse.active) filter (cube_coarse.carried), 0)::bigint as carried,
    bool_or(cube_coarse.simulated) as simulated,
from cube_coarse
join missing using (month)
group by cube_coarse.month
order by cube_coarse.month
