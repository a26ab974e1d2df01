-- question: How far is each commitment on the way from a promise to people who are newly active?
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
--   committed        BIGINT   people promised
--   roster_month     DATE     month of the newest roster reconciled, its last day; null where there is none
--   received         BIGINT   people on that roster; null without one
--   matched          BIGINT   of them active under the source; null without a roster
--   active_all       BIGINT   of these active in all agreed programmes; null without a roster
--   other_source     BIGINT   people on the roster active through another source only; null without a roster
--   listed           BIGINT   people on the roster and not active: lapsed or not found; null without a roster
--   promised         BIGINT   committed less people on the roster and members who are not on it, never below 0; without a roster
--                             committed less the people active under the source
--   newly_active     BIGINT   of active_all known in no month up to the agreement; null without a roster
--   people_since     DATE     first month that any file about people covers; after the agreement newly_active is at most
--   agreed           VARCHAR  the programmes agreed, joined by +; null without a roster
--   planned          BIGINT   people planned to be active in all programmes in roster_month, else in as_of; null without plan
--   plan_until       DATE     last month of the plan, its last day; null without plan
--   ahead            BIGINT   active_all less planned; null where one of them is not known
--   status           VARCHAR  ahead or behind by more than 5 % of planned, on_pace within; unknown where ahead is
--   simulated        BOOLEAN  whether reconciliation or plan is simulated
-- order: committed desc, source, agreement
with
newest as (
    select *
    from reconciliations
    where month <= $as_of
    qualify row_number() over (partition by source order by month desc) = 1
),

-- A plan for the whole country counts before plans for provinces, and one of the sample only for the sample.
milestones as (
    select
        source,
        province,
        month,
        planned,
        coalesce(simulated, false) as simulated,
    from plans
    where planned is not null
        and (not coalesce(simulated, false) or (select any_value(edition.simulated) from edition))
    qualify province is null or not bool_or(province is null) over (partition by source)
),

reached as (
    select
        milestones.source,
        milestones.province,
        arg_max(milestones.planned, milestones.month) as planned,
    from milestones
    left join newest using (source)
    where milestones.month <= coalesce(newest.month, $as_of)
    group by milestones.source, milestones.province
),

stock as (
    select
        source,
        active,
    from lineage
    where month = $as_of
),

planned as (
    select
        source,
        sum(planned)::bigint as planned,
    from reached
    group by source
),

horizons as (
    select
        source,
        max(month) as plan_until,
        bool_or(simulated) as simulated,
    from milestones
    group by source
),

compared as (
    select
        agreements.agreement,
        agreements.source,
        agreements.signed_on,
        agreements.committed,
        newest.month as roster_month,
        newest.people as received,
        newest.active_all + newest.active_part as matched,
        newest.active_all,
        newest.other_source,
        newest.lapsed + newest.not_found as listed,
        greatest(
            agreements.committed - coalesce(newest.people + newest.reverse, stock.active, 0), 0
        ) as promised,
        newest.newly_active,
        newest.people_since,
        newest.agreed,
        planned.planned,
        horizons.plan_until,
        newest.active_all - planned.planned as ahead,
        coalesce(newest.simulated, false) or coalesce(horizons.simulated, false) as simulated,
    from agreements
    left join newest using (source)
    left join stock using (source)
    left join planned using (source)
    left join horizons using (source)
    where agreements.committed is not null
        and agreements.signed_on <= $as_of
)

select
    compared.agreement,
    compared.source,
    partner_sources.name,
    partner_sources.name_en,
    partner_sources.partner_name,
    partner_sources.partner_name_en,
    compared.signed_on,
    compared.committed,
    compared.roster_month,
    compared.received,
    compared.matched,
    compared.active_all,
    compared.other_source,
    compared.listed,
    compared.promised,
    compared.newly_active,
    compared.people_since,
    compared.agreed,
    compared.planned,
    compared.plan_until,
    compared.ahead,
    case
        when compared.ahead is null then 'unknown'
        when compared.ahead * 20 > compared.planned then 'ahead'
        when compared.ahead * 20 < -compared.planned then 'behind'
        else 'on_pace'
    end as status,
    compared.simulated,
from compared
join partner_sources using (source)
order by compared.committed desc, compared.source, compared.agreement
