-- question: How do stock and flows between two month ends divide over the parts of two dimensions at once?
-- params:
--   dimension   VARCHAR    source, segment, province, regency, programmes, programme, sex or age_band
--   across      VARCHAR    the other dimension, from the same list
--   since       DATE       month end at which the span opens; null for the month before as_of
--   as_of       DATE       month end at which it closes
--   source      VARCHAR[]  only these sources; null for all
--   segment     VARCHAR[]  only these segments; null for all
--   province    VARCHAR[]  only these provinces; null for all
--   regency     VARCHAR[]  only these regencies, - for not reported; null for all
--   programmes  VARCHAR[]  only people in exactly these sets of programmes; null for all
--   programme   VARCHAR    only people in a set that holds this programme; null for all
--   sex         VARCHAR[]  only these sexes, - for not reported; null for all
--   age_band    VARCHAR[]  only these age bands, - for not reported; null for all
-- grain: one row per part and part across; with dimension programme a person is in several of them
-- columns:
--   part         VARCHAR  code of the part; null where deliveries do not report the dimension
--   across       VARCHAR  code of the part of the other dimension; null likewise
--   opening      BIGINT   active at since, people; null when since is not a known month
--   new          BIGINT   people active for the first time; null where nobody reported it
--   reactivated  BIGINT   people active again after a pause
--   lapsed       BIGINT   people no longer active
--   closing      BIGINT   active at as_of, people
--   net_change   BIGINT   closing less opening
--   carried      BIGINT   people of closing that are carried forward
-- order: part nulls last, across nulls last
with
-- one row; none for a month that the edition does not know, so that nothing is answered for it. Joining it to the
-- cells also gathers the few that filters leave of each block, and aggregates are fed in blocks
known as (
    select
        case when bool_or(month = coalesce($since::date, last_day($as_of::date - interval 1 month))) then 0 end as nobody,
    from months
    having bool_or(month = $as_of::date)
),

cells as (
    select
        *,
        month = coalesce($since::date, last_day($as_of::date - interval 1 month)) as opens,
        month = $as_of::date as closes,
    from query_table(
        case
            when $dimension in ('programmes', 'programme', 'sex', 'age_band')
                or $across in ('programmes', 'programme', 'sex', 'age_band')
                or coalesce($programmes::varchar[], $sex::varchar[], $age_band::varchar[]) is not null
                or $programme::varchar is not null
                then if($dimension = 'regency' or $across = 'regency' or $regency::varchar[] is not null, 'cube_fine', 'cube_traits')
            when $dimension = 'regency' or $across = 'regency' or $regency::varchar[] is not null
                then if($dimension = 'source' or $across = 'source' or $source::varchar[] is not null, 'cube_fine', 'cube_regency')
            else 'cube_coarse'
        end
    )
    where month between coalesce($since::date, last_day($as_of::date - interval 1 month)) and $as_of::date
        and ($source::varchar[] is null or list_contains($source::varchar[], source))
        and ($segment::varchar[] is null or list_contains($segment::varchar[], segment))
        and ($province::varchar[] is null or list_contains($province::varchar[], province))
        and ($regency::varchar[] is null or list_contains($regency::varchar[], coalesce(regency, '-')))
        and ($programmes::varchar[] is null or list_contains($programmes::varchar[], programmes))
        and ($programme::varchar is null or contains('+' || programmes || '+', '+' || $programme || '+'))
        and ($sex::varchar[] is null or list_contains($sex::varchar[], coalesce(sex, '-')))
        and ($age_band::varchar[] is null or list_contains($age_band::varchar[], coalesce(age_band, '-')))
),

-- a set of programmes is taken apart once it is summed up, for that multiplies rows
sums as (
    select
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
        case $across
            when 'source' then source
            when 'segment' then segment
            when 'province' then province
            when 'regency' then regency
            when 'programmes' then programmes
            when 'programme' then programmes
            when 'sex' then sex
            when 'age_band' then age_band
        end as across_part,
        sum(if(opens, active, nobody)) as opening,
        sum(new) filter (not opens) as new,
        sum(reactivated) filter (not opens) as reactivated,
        sum(lapsed) filter (not opens) as lapsed,
        sum(active) filter (closes) as closing,
        sum(active) filter (closes and carried) as carried,
    from cells, known
    group by part, across_part
),

rows_apart as (
    select
        unnest(if($dimension = 'programme', string_split(part, '+'), [part])) as part,
        sums.* exclude (part),
    from sums
),

pieces as (
    select
        unnest(if($across = 'programme', string_split(across_part, '+'), [across_part])) as across_part,
        rows_apart.* exclude (across_part),
    from rows_apart
),

parts as (
    select
        part,
        across_part as across,
        sum(opening)::bigint as opening,
        sum(new)::bigint as new,
        sum(reactivated)::bigint as reactivated,
        sum(lapsed)::bigint as lapsed,
        coalesce(sum(closing), 0)::bigint as closing,
        coalesce(sum(carried), 0)::bigint as carried,
    from pieces
    group by part, across_part
)

select
    part,
    across,
    opening,
    new,
    reactivated,
    lapsed,
    closing,
    closing - opening as net_change,
    carried,
from parts
order by part nulls last, across nulls last
