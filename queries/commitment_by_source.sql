-- question: What did each partner source promise, and how many are active under it?
-- params:
--   as_of  DATE  reference month, its last day
-- grain: one row per agreement and source that carries a commitment
-- columns:
--   agreement        VARCHAR  key of the agreement
--   source           VARCHAR  code of the partner source
--   name             VARCHAR  its name, Indonesian
--   name_en          VARCHAR  its name, English
--   partner_name     VARCHAR  the partner behind it, Indonesian
--   partner_name_en  VARCHAR  the partner behind it, English
--   signed_on        DATE     day of the agreement
--   committed        BIGINT   people announced
--   active           BIGINT   people active under the source; null when the source never delivered
--   outstanding      BIGINT   committed less active, never below 0
-- order: committed desc, source
with
stock as (
    select
        source,
        active,
    from lineage
    where month = $as_of
        and delivered_month is not null
)

select
    agreements.agreement,
    agreements.source,
    partner_sources.name,
    partner_sources.name_en,
    partner_sources.partner_name,
    partner_sources.partner_name_en,
    agreements.signed_on,
    agreements.committed,
    stock.active,
    greatest(agreements.committed - coalesce(stock.active, 0), 0) as outstanding,
from agreements
join partner_sources using (source)
left join stock using (source)
where agreements.committed is not null
    and agreements.signed_on <= $as_of
order by agreements.committed desc, agreements.source
