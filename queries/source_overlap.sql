-- question: How many people does each source list, and how many of them count under another source?
-- params:
--   as_of  DATE  reference month, its last day
-- grain: one row per source
-- columns:
--   source     VARCHAR  code of the partner source
--   listed     BIGINT   people that its files of the month list; null where it delivered no people
--   counted    BIGINT   people counted under it, carried ones included; null where it delivered no people
--   elsewhere  BIGINT   people it lists who are counted under another source; null where that is not known
-- order: elsewhere desc nulls last, source
select
    source,
    listed,
    counted,
    elsewhere,
from overlap
where month = $as_of
order by elsewhere desc nulls last, source
