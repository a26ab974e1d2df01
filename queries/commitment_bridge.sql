-- question: Which part of the rise needed is verified, promised, or promised by nobody?
-- params:
--   as_of  DATE     reference month, its last day
--   goal   VARCHAR  key of the goal
-- grain: one row per step: baseline, verified, committed, unassigned, target, and where a roster was reconciled the five parts below
-- columns:
--   step           VARCHAR  verified + committed + unassigned = target - baseline, exactly
--   people         BIGINT   people; verified and unassigned can be negative
--   share_of_rise  DOUBLE   part of the rise needed; null for baseline and target
--   within         VARCHAR  the step that holds this one, which does not enter the sum: verified holds active_all, active_part and other_source as far as a roster lists them, committed holds listed and promised; null for the five
-- order: position
with
commitments as (
    select
        source,
        sum(committed)::bigint as committed,
    from agreements
    where committed is not null
        and signed_on <= $as_of
    group by source
),

stock as (
    select
        source,
        active,
    from lineage
    where month = $as_of
),

newest as (
    select *
    from reconciliations
    where month <= $as_of
    qualify row_number() over (partition by source order by month desc) = 1
),

-- Who is on the roster and active in whatever way is within the verified rise already, and who is active under the
-- source without being on the roster, too.
maturities as (
    select
        newest.source is not null as reconciled,
        coalesce(newest.active_all, 0) as active_all,
        coalesce(newest.active_part, 0) as active_part,
        coalesce(newest.other_source, 0) as other_source,
        coalesce(newest.lapsed + newest.not_found, 0) as listed,
        greatest(
            commitments.committed - coalesce(newest.people + newest.reverse, stock.active, 0), 0
        ) as promised,
    from commitments
    left join newest using (source)
    left join stock using (source)
),

promises as (
    select
        coalesce(bool_or(reconciled), false) as reconciled,
        coalesce(sum(active_all), 0)::bigint as active_all,
        coalesce(sum(active_part), 0)::bigint as active_part,
        coalesce(sum(other_source), 0)::bigint as other_source,
        coalesce(sum(listed), 0)::bigint as listed,
        coalesce(sum(promised), 0)::bigint as promised,
    from maturities
),

amounts as (
    select
        targets.baseline,
        months.active - targets.baseline as verified,
        promises.listed + promises.promised as committed,
        targets.target,
        promises.reconciled,
        promises.active_all,
        promises.active_part,
        promises.other_source,
        promises.listed,
        promises.promised,
    from targets, months, promises
    where targets.goal = $goal
        and targets.baseline is not null
        and months.month = $as_of
),

steps as (
    select
        unnest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) as position,
        unnest([
            'baseline', 'verified', 'active_all', 'active_part', 'other_source', 'committed', 'listed', 'promised',
            'unassigned', 'target'
        ]) as step,
        unnest([
            null, null, 'verified', 'verified', 'verified', null, 'committed', 'committed', null, null
        ]) as within,
        unnest([
            baseline, verified, active_all, active_part, other_source, committed, listed, promised,
            target - baseline - verified - committed, target
        ]) as people,
        target - baseline as rise,
        reconciled,
    from amounts
)

select
    step,
    people,
    case when step not in ('baseline', 'target') then people / nullif(rise, 0) end as share_of_rise,
    within,
from steps
where within is null
    or reconciled
order by position
