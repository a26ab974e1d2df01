-- question: From which files does each source's part of a month's active participants come?
-- params:
--   as_of  DATE  reference month, its last day
-- grain: one row per source and delivery
-- columns:
--   source           VARCHAR  code of the partner source
--   file             VARCHAR  name of the delivery that counts
--   sha256           VARCHAR  its name in the store
--   delivered_month  DATE     month the file is about; earlier than as_of when it is carried forward
--   cells            BIGINT   rows of the file that hold this source
--   active           BIGINT   people; the rows add up to the headline
-- order: active desc, source, sha256
select
    lineage_parts.source,
    deliveries.file,
    lineage_parts.sha256,
    deliveries.month as delivered_month,
    lineage_parts.rows as cells,
    lineage_parts.people as active,
from lineage_parts
join deliveries
    on lineage_parts.sha256 = deliveries.sha256
        and lineage_parts.source = deliveries.source
where lineage_parts.month = $as_of
order by active desc, lineage_parts.source, lineage_parts.sha256
