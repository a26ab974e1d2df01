-- question: Which months does the edition know, and what is missing in each?
-- params: none
-- grain: one row per month
-- columns:
--   month      DATE     last calendar day of the month
--   active     BIGINT   people, each counted once
--   missing    BIGINT   sources that were expected and have not delivered, or not every province
--   carried    BIGINT   people whose last known stock is carried forward
--   simulated  BOOLEAN  whether any cell of the month is simulated
-- order: month
select
    month,
    active,
    missing,
    carried,
    simulated,
from months
order by month
