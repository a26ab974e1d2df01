-- step: how many people each source lists, whether it counts them itself or not
-- inputs:
--   memberships   key and source of the memberships of the month
--   people        key and before of everybody who is known by now
--   cells_before  cell and source of the cells in which people were last counted
-- grain: one row per source
--   listed  people that the source lists
--   stayed  those of them who are carried under the same source, in a province that was not delivered
with
once as (
    select distinct
        source,
        key,
    from memberships
)

select
    once.source,
    count(*) as listed,
    count(cells_before.cell) as stayed,
from once
join people using (key)
left join cells_before
    on people.before // 4 = cells_before.cell
        and people.before % 4 = 3
        and once.source = cells_before.source
group by once.source
