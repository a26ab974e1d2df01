-- question: Which agreed programmes do the people lack who are active in a part of them?
-- params:
--   as_of   DATE       last month shown
--   source  VARCHAR[]  codes of partner sources; null for all
-- grain: one row per month, source and set of missing programmes
-- columns:
--   month    DATE     month of the reconciliation, its last day
--   source   VARCHAR  code of the partner source
--   missing  VARCHAR  agreed programmes that these people lack, joined by +
--   people   BIGINT   people
-- order: month, source, people desc, missing
select
    month,
    source,
    missing,
    people,
from reconciliation_missing
where month <= $as_of
    and ($source::varchar[] is null or list_contains($source::varchar[], source))
order by month, source, people desc, missing
