-- question: Which sources were expected up to a month and have not delivered?
-- params:
--   as_of  DATE  last month looked at
-- grain: one row per month and source that has not delivered, or has left out provinces it delivered before
-- columns:
--   month         DATE     month that is missing, its last day
--   source        VARCHAR  code of the partner source
--   carried_from  DATE     newest month before of which there is a delivery; null when there is none
--   carried       BIGINT   people carried forward
-- order: month, source
with
carried as (
    select
        month,
        source,
        sum(active) as carried,
    from cube_coarse
    where carried
    group by month, source
),

known as (
    select
        month,
        source,
        state,
        case
            when state = 'missing' then delivered_month
            else lag(delivered_month) over (partition by source order by month)
        end as carried_from,
    from lineage
)

select
    known.month,
    known.source,
    known.carried_from,
    coalesce(carried.carried, 0)::bigint as carried,
from known
left join carried using (month, source)
where known.state <> 'delivered'
    and known.month <= $as_of
order by known.month, known.source
