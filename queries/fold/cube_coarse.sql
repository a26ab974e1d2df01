-- step: the coarse cube, which answers every question that stays within source, segment and province
-- inputs:
--   cube_fine  cells of all months
-- grain: one row per month, source, segment, province; the finer dimensions are null, so that both
--   cubes have one shape
select
    month,
    source,
    segment,
    province,
    null::varchar as regency,
    null::varchar as programmes,
    null::varchar as sex,
    null::varchar as age_band,
    sum(opening)::bigint as opening,
    sum(new)::bigint as new,
    sum(reactivated)::bigint as reactivated,
    sum(moved_in)::bigint as moved_in,
    sum(lapsed)::bigint as lapsed,
    sum(moved_out)::bigint as moved_out,
    sum(reclassified_in)::bigint as reclassified_in,
    sum(reclassified_out)::bigint as reclassified_out,
    sum(correction)::bigint as correction,
    sum(active)::bigint as active,
    sum(flows_unknown)::bigint as flows_unknown,
    bool_or(carried) as carried,
    bool_or(simulated) as simulated,
from cube_fine
group by month, source, segment, province
order by month, source, segment, province
