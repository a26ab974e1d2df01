-- question: From which file does each source's part of a month's active participants come?
-- params:
--   as_of  DATE  reference month, its last day
-- grain: one row per source
-- columns:
--   source           VARCHAR  code of the partner source
--   file             VARCHAR  name of the delivery that counts
--   sha256           VARCHAR  of its bytes
--   delivered_month  DATE     month the file is about; earlier than as_of when it is carried forward
--   cells            BIGINT   rows of the file that hold this source
--   active           BIGINT   people; the rows add up to the headline
-- order: active desc, source
select
    lineage.source,
    deliveries.file,
    lineage.sha256,
    lineage.delivered_month,
    deliveries.cells,
    lineage.active,
from lineage
join deliveries
    on lineage.sha256 = deliveries.sha256
        and lineage.source = deliveries.source
where lineage.month = $as_of
order by lineage.active desc, lineage.source
