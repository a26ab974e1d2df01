-- step: the cube of places, which answers every question that stays within segment, province and regency
-- inputs:
--   cube_fine  cells of all months
-- grain: one row per month, segment, province, regency; the other dimensions are null, so that
--   all cubes have one shape
select
    month,
    null::varchar as source,
    segment,
    province,
    regency,
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
    carried,
    bool_or(simulated) as simulated,
from cube_fine
group by month, segment, province, regency, carried
order by month, segment, province, regency
