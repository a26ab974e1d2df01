-- question: Which part of the rise needed is verified, promised, or promised by nobody?
-- params:
--   as_of  DATE     reference month, its last day
--   goal   VARCHAR  key of the goal
-- grain: one row per step: baseline, verified, committed, unassigned, target
-- columns:
--   step           VARCHAR  verified + committed + unassigned = target - baseline, exactly
--   people         BIGINT   people; verified and unassigned can be negative
--   share_of_rise  DOUBLE   part of the rise needed; null for baseline and target
-- order: position
with
amounts as (
    select
        targets.baseline,
        months.active - targets.baseline as verified,
        (
            select coalesce(sum(greatest(agreements.committed - coalesce(stock.active, 0), 0)), 0)::bigint
            from agreements
            left join (
                select
                    source,
                    active,
                from lineage
                where month = $as_of
            ) as stock using (source)
            where agreements.committed is not null
                and agreements.signed_on <= $as_of
        ) as committed,
        targets.target,
    from targets, months
    where targets.goal = $goal
        and targets.baseline is not null
        and months.month = $as_of
),

steps as (
    select
        unnest([1, 2, 3, 4, 5]) as position,
        unnest(['baseline', 'verified', 'committed', 'unassigned', 'target']) as step,
        unnest([baseline, verified, committed, target - baseline - verified - committed, target]) as people,
        target - baseline as rise,
    from amounts
)

select
    step,
    people,
    case when step not in ('baseline', 'target') then people / nullif(rise, 0) end as share_of_rise,
from steps
order by position
