-- step: the cube of what people are, which answers every question that does not ask for regencies
-- inputs:
--   cube_fine  cells of all months
-- grain: one row per month, source, segment, province, programmes, sex, age_band; the other dimensions are null, so that
--   all cubes have one shape
select
    month,
    source,
    segment,
    province,
    null::varchar as regency,
    programmes,
    sex,
    age_band,
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
group by month, source, segment, province, programmes, sex, age_band
order by month, source, segment, province, programmes, sex, age_band
