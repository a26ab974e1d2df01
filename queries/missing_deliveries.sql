-- question: Which sources were expected up to a month and have not delivered?
-- params:
--   as_of  DATE  last month looked at
-- grain: one row per month and missing source
-- columns:
--   month         DATE     month that is missing, its last day
--   source        VARCHAR  code of the partner source
--   carried_from  DATE     month whose stock is carried forward; null when there is none
--   carried       BIGINT   people carried forward
-- order: month, source
select
    month,
    source,
    delivered_month as carried_from,
    active as carried,
from lineage
where state = 'missing'
    and month <= $as_of
order by month, source
