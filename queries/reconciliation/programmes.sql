-- step: who of the people on a roster is in each programme, whatever their source
-- inputs:
--   ledger   row, key, member, class as ledger.sql gives them
--   listed   key, source, programmes: memberships of the month
--   earlier  key, month, programmes: memberships of the known months before
-- params:
--   programmes  VARCHAR[]  the programmes asked about, in order
--   people      VARCHAR[]  the classes whose rows are people
-- grain: one row per programme; active + lapsed + never are all people, so programmes are never added
with
people as (
    select coalesce(member, key) as key
    from ledger
    where list_contains($people::varchar[], class)
),

asked as (
    select
        unnest($programmes::varchar[]) as programme,
        generate_subscripts($programmes::varchar[], 1) as position,
),

found as (
    select
        key,
        list_distinct(flatten(list(string_split(programmes, '+')) filter (where now))) as programmes,
        list_distinct(flatten(list(string_split(programmes, '+')))) as ever,
    from (
        select key, programmes, true as now from listed
        union all
        select key, programmes, false as now from earlier
    )
    group by key
)

select
    programme,
    count(*) filter (where list_contains(found.programmes, programme)) as active,
    count(*) filter (
        where list_contains(found.ever, programme)
            and not coalesce(list_contains(found.programmes, programme), false)
    ) as lapsed,
    count(people.key) - active - lapsed as never,
from asked
left join people on true
left join found using (key)
group by programme, position
order by position
