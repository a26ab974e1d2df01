-- question: How do stock and flows between two month ends divide over the parts of one dimension?
-- params:
--   dimension  VARCHAR    source, segment, province, regency, programmes, programme, sex or age_band
--   since      DATE       month end at which the span opens; null for the month before as_of
--   as_of      DATE       month end at which it closes
--   sources    VARCHAR[]  only these sources; null for all
--   segments   VARCHAR[]  only these segments; null for all
--   provinces  VARCHAR[]  only these provinces; null for all
-- grain: one row per part; for dimension programme a person is in several parts, which never add up
-- columns:
--   part              VARCHAR  code of the part; null where deliveries do not report the dimension
--   opening           BIGINT   active at since, people; null when since is not a known month
--   new               BIGINT   people active for the first time; null where nobody reported it
--   reactivated       BIGINT   people active again after a pause
--   moved_in          BIGINT   people who came from another source
--   lapsed            BIGINT   people no longer active
--   moved_out         BIGINT   people who went to another source
--   reclassified_in   BIGINT   people of the same source who came from another cell
--   reclassified_out  BIGINT   people of the same source who went to another cell
--   correction        BIGINT   what the reported flows leave unexplained, exactly
--   closing           BIGINT   active at as_of, people
--   net_change        BIGINT   closing less opening
--   carried           BIGINT   people of closing that are carried forward
--   simulated         BOOLEAN  whether any cell of the part is simulated
-- order: closing desc, part nulls last
with
span as (
    select
        $as_of::date as closes,
        coalesce($since::date, last_day($as_of::date - interval 1 month)) as opens,
),

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
        span.opens,
        span.closes,
    from query_table(
        case when $dimension in ('source', 'segment', 'province') then 'cube_coarse' else 'cube_fine' end
    ) as cube,
        span
    where month between span.opens and span.closes
        and exists (from months where months.month = span.closes)
        and ($sources::varchar[] is null or list_contains($sources::varchar[], source))
        and ($segments::varchar[] is null or list_contains($segments::varchar[], segment))
        and ($provinces::varchar[] is null or list_contains($provinces::varchar[], province))
),

parts as (
    select
        part,
        sum(active) filter (month = opens)::bigint as opened,
        sum(new) filter (month > opens)::bigint as new,
        sum(reactivated) filter (month > opens)::bigint as reactivated,
        sum(moved_in) filter (month > opens)::bigint as moved_in,
        sum(lapsed) filter (month > opens)::bigint as lapsed,
        sum(moved_out) filter (month > opens)::bigint as moved_out,
        sum(reclassified_in) filter (month > opens)::bigint as reclassified_in,
        sum(reclassified_out) filter (month > opens)::bigint as reclassified_out,
        sum(correction) filter (month > opens)::bigint as correction,
        coalesce(sum(active) filter (month = closes), 0)::bigint as closing,
        coalesce(sum(active) filter (month = closes and carried), 0)::bigint as carried,
        bool_or(simulated) as simulated,
        any_value(opens) as opens,
    from cells
    group by part
),

opened as (
    select
        * exclude (opened, opens),
        case when exists (from months where months.month = parts.opens) then coalesce(opened, 0) end as opening,
    from parts
)

select
    part,
    opening,
    new,
    reactivated,
    moved_in,
    lapsed,
    moved_out,
    reclassified_in,
    reclassified_out,
    correction,
    closing,
    closing - opening as net_change,
    carried,
    simulated,
from opened
order by closing desc, part nulls last
