-- question: Which source delivered which month, and was it in time?
-- params: none
-- grain: one row per source and month
-- columns:
--   source     VARCHAR  code of the partner source
--   month      DATE     month the delivery is about, its last day
--   state      VARCHAR  on_time, late, missing or not_expected
--   days_late  BIGINT   days after the due day; null unless late
--   versions   BIGINT   deliveries received for it; more than 1 means it was replaced
--   active     BIGINT   people counted for it, carried ones included
-- order: source, month
with
grid as (
    select
        sources.source,
        months.month,
    from (select distinct source from lineage) as sources, months
),

received as (
    select
        source,
        month,
        min(received_at) as first_received_at,
        count(*) as versions,
    from deliveries
    group by source, month
),

timed as (
    select
        grid.source,
        grid.month,
        lineage.state,
        lineage.active,
        coalesce(received.versions, 0) as versions,
        ((received.first_received_at + interval 7 hour)::date - (grid.month + coalesce(partner_sources.due_day, 31)::integer))
            as days_late,
    from grid
    left join lineage using (source, month)
    left join received using (source, month)
    left join partner_sources using (source)
)

select
    source,
    month,
    case
        when state is null then 'not_expected'
        when state = 'missing' then 'missing'
        when days_late > 0 then 'late'
        else 'on_time'
    end as state,
    case when state = 'delivered' and days_late > 0 then days_late end as days_late,
    versions,
    active,
from timed
order by source, month
