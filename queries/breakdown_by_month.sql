-- question: How did the parts of one dimension develop over the months?
-- params:
--   dimension  VARCHAR    source, segment, province, regency, programmes, programme, sex or age_band
--   as_of      DATE       last month shown
--   sources    VARCHAR[]  only these sources; null for all
--   segments   VARCHAR[]  only these segments; null for all
--   provinces  VARCHAR[]  only these provinces; null for all
-- grain: one row per month and part; for dimension programme a person is in several parts
-- columns:
--   month        DATE     last calendar day of the month
--   part         VARCHAR  code of the part; null where deliveries do not report the dimension
--   active       BIGINT   people
--   net_change   BIGINT   people more than one month earlier; null in the first known month
--   new          BIGINT   people active for the first time; null where nobody reported it
--   reactivated  BIGINT   people active again after a pause
--   lapsed       BIGINT   people no longer active
--   carried      BIGINT   people of active that are carried forward
-- order: month, part nulls last
with
cells as (
    select
        unnest(
            case $dimension
                when 'source' then [source]
                when 'segment' then [segment]
                when 'province' then [province]
                when 'regency' then [regency]
                when 'programmes' then [programmes]
                when 'programme' then string_split(programmes, '+')
                when 'sex' then [sex]
                when 'age_band' then [age_band]
            end
        ) as part,
        cube.*,
    from query_table(
        case when $dimension in ('source', 'segment', 'province') then 'cube_coarse' else 'cube_fine' end
    ) as cube
    where month <= $as_of
        and ($sources::varchar[] is null or list_contains($sources::varchar[], source))
        and ($segments::varchar[] is null or list_contains($segments::varchar[], segment))
        and ($provinces::varchar[] is null or list_contains($provinces::varchar[], province))
)

select
    month,
    part,
    sum(active)::bigint as active,
    (sum(active) - sum(opening))::bigint as net_change,
    sum(new)::bigint as new,
    sum(reactivated)::bigint as reactivated,
    sum(lapsed)::bigint as lapsed,
    coalesce(sum(active) filter (carried), 0)::bigint as carried,
from cells
group by month, part
order by month, part nulls last
