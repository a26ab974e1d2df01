-- question: How many participants are active at each month end?
-- params:
--   since  DATE  first month shown; null for all
--   as_of  DATE  last month shown
-- grain: one row per month
-- columns:
--   month       DATE     last calendar day of the month
--   active      BIGINT   people, each counted once
--   net_change  BIGINT   people more than one month earlier; null in the first known month
--   carried     BIGINT   people whose last known stock is carried forward
--   missing     BIGINT   sources that were expected and have not delivered
--   simulated   BOOLEAN  whether any cell of the month is simulated
-- order: month
with
changes as (
    select
        month,
        active,
        active - lag(active) over (order by month) as net_change,
        carried,
        missing,
        simulated,
    from months
    where month <= $as_of
)

select *
from changes
where $since::date is null
    or month >= $since
order by month
