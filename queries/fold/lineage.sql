-- step: which delivery each source's month comes from, and what it amounts to
-- inputs:
--   counting   month, source, state, and sha256 and delivered_month of the delivery loaded last; nulls when
--              nothing came yet
--   cube_fine  cells of all months
--   digests    month, source and digest: what the cells of the month and source amount to, in one text
-- grain: one row per month and source that delivered or was expected
with
stock as (
    select
        month,
        source,
        sum(active)::bigint as active,
        bool_or(carried and active > 0) as carried,
    from cube_fine
    where active > 0
    group by month, source
)

select
    counting.month,
    counting.source,
    -- whether a province of which nothing came held anybody is only known here
    case
        when counting.state = 'partial' and not coalesce(stock.carried, false) then 'delivered'
        else counting.state
    end as state,
    counting.sha256,
    counting.delivered_month,
    coalesce(stock.active, 0) as active,
    digests.digest,
from counting
left join stock using (month, source)
left join digests using (month, source)
order by counting.month, counting.source
