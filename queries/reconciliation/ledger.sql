-- step: one class for each row of a roster, the first that fits
-- inputs:
--   roster     row, key (null where the row is invalid), rule, month, source, province, regency, masked
--   confirmed  key, member: by decision of the steward the person of `key` is `member`
--   listed     key, source, programmes: memberships of the month
--   earlier    key, month, programmes: memberships of the known months before
--   missed     key, months: who was not found a month before, and for how many months in a row
-- params:
--   source  VARCHAR    whose roster it is
--   month   DATE       last calendar day of the month
--   agreed  VARCHAR[]  programmes agreed
-- grain: one row per row of the roster
with
persons as (
    select
        roster.*,
        confirmed.member,
        coalesce(confirmed.member, roster.key) as person,
    from roster
    left join confirmed using (key)
),

-- A person may stand in the rosters of several sources and months, but in each only once.
repeated as (
    select
        *,
        min(row) over (partition by person, month, source) as first_row,
        person is not null and row > first_row as duplicate,
        person is not null and (month <> $month or source <> $source) as out_of_scope,
    from persons
),

now as (
    select
        key as person,
        bool_or(source = $source) as own,
        list_filter(
            $agreed::varchar[],
            lambda programme: not list_contains(
                flatten(list(string_split(programmes, '+')) filter (where source = $source)), programme
            )
        ) as missing,
        string_agg(distinct source, '+' order by source) as sources,
    from listed
    group by key
),

before as (
    select
        key as person,
        min(month) as first_month,
        max(month) as last_month,
    from earlier
    group by key
),

classed as (
    select
        repeated.*,
        now.missing,
        now.sources,
        before.first_month,
        before.last_month,
        now.person is not null as active,
        case
            when key is null then 'invalid'
            when duplicate then 'duplicate'
            when out_of_scope then 'out_of_scope'
            when now.own and len(now.missing) = 0 then 'active_all'
            when now.own then 'active_part'
            when now.person is not null then 'other_source'
            when before.person is not null then 'lapsed'
            else 'not_found'
        end as class,
    from repeated
    left join now using (person)
    left join before using (person)
)

select
    row,
    key,
    month,
    source,
    class,
    masked,
    case class when 'invalid' then rule end as rule,
    case class when 'duplicate' then first_row end as earlier_row,
    case class when 'active_part' then list_aggregate(missing, 'string_agg', '+') end as missing,
    case class when 'other_source' then sources end as elsewhere,
    case class when 'lapsed' then last_day(last_month + interval 1 day) end as lapsed_since,
    case
        when class in ('active_all', 'active_part', 'other_source') then coalesce(first_month, $month)
        when class = 'lapsed' then first_month
    end as first_active,
    case class when 'not_found' then coalesce(missed.months, 0) + 1 end as months_not_found,
    member,
    key is not null and member is not null as confirmed,
    province,
    regency,
from classed
left join missed using (person)
order by row
