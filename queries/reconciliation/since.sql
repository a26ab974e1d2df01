-- step: what moved between the rosters of two months of a source, person by person
-- inputs:
--   ledger, previous  row, key, member, class of this month and of the month before
-- params:
--   people  VARCHAR[]  the classes whose rows are people
-- grain: one row
with
here as (
    select coalesce(member, key) as key, class
    from ledger
    where list_contains($people::varchar[], class)
),

there as (
    select coalesce(member, key) as key, class
    from previous
    where list_contains($people::varchar[], class)
)

select
    count(*) filter (
        where here.class in ('active_all', 'active_part') and there.class not in ('active_all', 'active_part')
    ) as newly_registered,
    count(*) filter (where there.key is null) as joined,
    count(*) filter (where here.key is null) as left_roster,
    count(*) filter (
        where there.class in ('active_all', 'active_part') and here.class not in ('active_all', 'active_part')
    ) as lost,
from here
full join there using (key)
