-- question: What has to happen next for each commitment, to how many people, by whom and by when?
-- params:
--   as_of  DATE  reference month, its last day
-- grain: one row per source that carries a commitment, step and set of missing programmes
-- columns:
--   source          VARCHAR  code of the partner source
--   step            VARCHAR  no_roster, not_listed, reverse, not_found, near_misses, lapsed, active_part, other_source, invalid, duplicate or out_of_scope
--   missing         VARCHAR  agreed programmes that an active_part lacks, joined by +; else null
--   people          BIGINT   people, for the last three steps rows of the roster
--   owner           VARCHAR  bpjamsostek or partner; null where nobody has taken it on or is known
--   owner_name      VARCHAR  name of the partner who owns it, Indonesian; else null
--   owner_name_en   VARCHAR  the same, English
--   roster_month    DATE     month of the newest roster, its last day; null where there is none
--   due             DATE     a partner's due day of the month after that roster, for BPJAMSOSTEK the end of that month; null without owner
--   overdue_days    BIGINT   days from due to as_of; null where it is not past
-- order: source, position, people desc, missing
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

newest as (
    select *
    from reconciliations
    where month <= $as_of
    qualify row_number() over (partition by source order by month desc) = 1
),

steps as (
    select
        source,
        1 as position,
        'no_roster' as step,
        null as missing,
        committed as people,
        null as owner,
        null as month,
    from commitments
    where source not in (select source from newest)
    union all
    select
        newest.source,
        unnest([2, 3, 4, 5, 6, 8, 9, 10, 11]),
        unnest([
            'not_listed', 'reverse', 'not_found', 'near_misses', 'lapsed', 'other_source', 'invalid', 'duplicate',
            'out_of_scope'
        ]),
        null,
        unnest([
            committed - people - reverse, reverse, not_found - near_misses, near_misses, lapsed, other_source, invalid,
            duplicate, out_of_scope
        ]),
        unnest([
            'partner', 'partner', 'bpjamsostek', 'bpjamsostek', 'bpjamsostek', 'bpjamsostek', 'partner', 'partner',
            'partner'
        ]),
        newest.month,
    from newest
    join commitments using (source)
    union all
    select
        newest.source,
        7,
        'active_part',
        reconciliation_missing.missing,
        reconciliation_missing.people,
        'bpjamsostek',
        newest.month,
    from newest
    join commitments using (source)
    join reconciliation_missing using (source, month)
),

owned as (
    select
        steps.source,
        steps.position,
        steps.step,
        steps.missing,
        steps.people,
        case when steps.owner = 'partner' and partner_sources.partner_name is null then null else steps.owner end as owner,
        case when steps.owner = 'partner' then partner_sources.partner_name end as owner_name,
        case when steps.owner = 'partner' then partner_sources.partner_name_en end as owner_name_en,
        steps.month as roster_month,
        case
            when steps.owner = 'bpjamsostek' then last_day(steps.month + 1)
            when partner_sources.partner_name is not null then steps.month + partner_sources.due_day::integer
        end as due,
    from steps
    left join partner_sources using (source)
    where steps.people > 0
)

select
    source,
    step,
    missing,
    people,
    owner,
    owner_name,
    owner_name_en,
    roster_month,
    due,
    case when due < $as_of::date then $as_of::date - due end as overdue_days,
from owned
order by source, position, people desc, missing
