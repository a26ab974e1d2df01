-- question: Which rules do the invalid rows of each roster break?
-- params:
--   as_of   DATE       last month shown
--   source  VARCHAR[]  codes of partner sources; null for all
-- grain: one row per month, source and rule
-- columns:
--   month   DATE     month of the reconciliation, its last day
--   source  VARCHAR  code of the partner source
--   rule    VARCHAR  the first rule that these rows break
--   rows    BIGINT   rows of the roster
-- order: month, source, rows desc, rule
select
    month,
    source,
    rule,
    rows,
from reconciliation_rules
where month <= $as_of
    and ($source::varchar[] is null or list_contains($source::varchar[], source))
order by month, source, rows desc, rule
