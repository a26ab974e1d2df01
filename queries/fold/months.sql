-- step: the months that the edition knows
-- inputs:
--   cube_coarse  cells by source, segment and province
--   lineage      which delivery each source's month comes from
-- grain: one row per month
with
missing as (
    select
        month,
        count_if(state <> 'delivered') as missing,
    from lineage
    group by month
)

select
    missing.month,
    coalesce(sum(cube_coarse.active), 0)::bigint as active,
    any_value(missing.missing)::bigint as missing,
    coalesce(sum(cube_coarse.active) filter (cube_coarse.carried), 0)::bigint as carried,
    coalesce(bool_or(cube_coarse.simulated), false) as simulated,
from missing
left join cube_coarse using (month)
group by missing.month
order by missing.month
