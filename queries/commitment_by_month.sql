-- question: How many people were planned and active in all agreed programmes, month by month?
-- params:
--   as_of  DATE  last month of which rosters are shown; plans run on after it
-- grain: one row per source that carries a commitment and month with a plan or a reconciled roster
-- columns:
--   source      VARCHAR  code of the partner source
--   month       DATE     its last day
--   committed   BIGINT   people promised for the source
--   planned     BIGINT   people planned to be active in all agreed programmes by then; null without plan
--   active_all  BIGINT   people of that month's roster who were; null where no roster was reconciled
-- order: source, month
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

-- A plan for the whole country counts before plans for provinces, and one of the sample only for the sample.
milestones as (
    select
        source,
        province,
        month,
        planned,
    from plans
    where planned is not null
        and (not coalesce(simulated, false) or (select any_value(edition.simulated) from edition))
    qualify province is null or not bool_or(province is null) over (partition by source)
),

shown as (
    select source, last_day(month) as month from milestones
    union
    select source, month from reconciliations where month <= $as_of
),

reached as (
    select
        shown.source,
        shown.month,
        milestones.province,
        arg_max(milestones.planned, milestones.month) as planned,
    from shown
    join milestones on milestones.source = shown.source and milestones.month <= shown.month
    group by shown.source, shown.month, milestones.province
),

planned as (
    select
        source,
        month,
        sum(planned)::bigint as planned,
    from reached
    group by source, month
)

select
    shown.source,
    shown.month,
    commitments.committed,
    planned.planned,
    reconciliations.active_all,
from shown
join commitments using (source)
left join planned using (source, month)
left join (from reconciliations where month <= $as_of) as reconciliations using (source, month)
order by shown.source, shown.month
