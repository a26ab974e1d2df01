-- question: What moved per month and source from an earlier edition to this one, and why?
-- params:
--   earlier  EDITION  the edition to compare with, attached under that name
-- grain: one row per month and source whose state or cells differ
-- columns:
--   month   DATE     month concerned, its last day
--   source  VARCHAR  code of the partner source
--   cause   VARCHAR  new_month, late_source, correction, reclassification, withdrawn or carried
--   before  BIGINT   people in the earlier edition; null when it did not know the month or source
--   after   BIGINT   people in this edition; null when it no longer knows them
--   change  BIGINT   after less before, unknown counted as 0
-- order: month, source
with
compared as (
    select
        coalesce(now.month, past.month) as month,
        coalesce(now.source, past.source) as source,
        past.active as before,
        now.active as after,
        past.state as state_before,
        now.state as state_after,
        exists (from earlier.months where months.month = now.month) as month_known,
        now.digest is distinct from past.digest as cells_differ,
    from lineage as now
    full outer join earlier.lineage as past
        on now.month = past.month
            and now.source = past.source
)

select
    month,
    source,
    case
        when state_after is null then 'withdrawn'
        when not month_known then 'new_month'
        when state_after = 'missing' and state_before = 'delivered' then 'withdrawn'
        when state_after = 'missing' then 'carried'
        when state_before is null or state_before = 'missing' then 'late_source'
        when before <> after then 'correction'
        else 'reclassification'
    end as cause,
    before,
    after,
    coalesce(after, 0) - coalesce(before, 0) as change,
from compared
where cells_differ
    or state_before is distinct from state_after
order by month, source
