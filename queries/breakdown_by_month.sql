-- question: How did the parts of one dimension develop over the months?
-- params:
--   dimension   VARCHAR    source, segment, province, regency, programmes, programme, sex or age_band
--   as_of       DATE       last month shown
--   source      VARCHAR[]  only these sources; null for all
--   segment     VARCHAR[]  only these segments; null for all
--   province    VARCHAR[]  only these provinces; null for all
--   regency     VARCHAR[]  only these regencies, - for not reported; null for all
--   programmes  VARCHAR[]  only people in exactly these sets of programmes; null for all
--   programme   VARCHAR    only people in a set that holds this programme; null for all
--   sex         VARCHAR[]  only these sexes, - for not reported; null for all
--   age_band    VARCHAR[]  only these age bands, - for not reported; null for all
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
sums as (
    select
        month,
        case $dimension
            when 'source' then source
            when 'segment' then segment
            when 'province' then province
            when 'regency' then regency
            when 'programmes' then programmes
            when 'programme' then programmes
            when 'sex' then sex
            when 'age_band' then age_band
        end as part,
        sum(active) as active,
        sum(opening) as opening,
        sum(new) as new,
        sum(reactivated) as reactivated,
        sum(lapsed) as lapsed,
        sum(active) filter (carried) as carried,
    from query_table(
        case
            when $dimension in ('programmes', 'programme', 'sex', 'age_band')
                or coalesce($programmes::varchar[], $sex::varchar[], $age_band::varchar[]) is not null
                or $programme::varchar is not null
                then if($dimension = 'regency' or $regency::varchar[] is not null, 'cube_fine', 'cube_traits')
            when $dimension = 'regency' or $regency::varchar[] is not null
                then if($dimension = 'source' or $source::varchar[] is not null, 'cube_fine', 'cube_regency')
            else 'cube_coarse'
        end
    )
    where month <= $as_of
        and ($source::varchar[] is null or list_contains($source::varchar[], source))
        and ($segment::varchar[] is null or list_contains($segment::varchar[], segment))
        and ($province::varchar[] is null or list_contains($province::varchar[], province))
        and ($regency::varchar[] is null or list_contains($regency::varchar[], coalesce(regency, '-')))
        and ($programmes::varchar[] is null or list_contains($programmes::varchar[], programmes))
        and ($programme::varchar is null or contains('+' || programmes || '+', '+' || $programme || '+'))
        and ($sex::varchar[] is null or list_contains($sex::varchar[], coalesce(sex, '-')))
        and ($age_band::varchar[] is null or list_contains($age_band::varchar[], coalesce(age_band, '-')))
    group by month, part
),

-- a set of programmes is taken apart once it is summed up, for that multiplies rows; DuckDB plans this only for the
-- dimension that needs it
apart as (
    select
        unnest(string_split(part, '+')) as part,
        sums.* exclude (part),
    from sums
),

programmes_apart as (
    select
        month,
        part,
        sum(active) as active,
        sum(opening) as opening,
        sum(new) as new,
        sum(reactivated) as reactivated,
        sum(lapsed) as lapsed,
        sum(carried) as carried,
    from apart
    group by month, part
)

select
    month,
    part,
    active::bigint as active,
    (active - opening)::bigint as net_change,
    new::bigint as new,
    reactivated::bigint as reactivated,
    lapsed::bigint as lapsed,
    coalesce(carried, 0)::bigint as carried,
from query_table(if($dimension = 'programme', 'programmes_apart', 'sums'))
order by month, part nulls last
