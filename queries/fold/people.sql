-- step: everybody who is known by now: where they were, and where they are listed
-- inputs:
--   memberships   key and number of the memberships of the month
--   known         key, place and active of everybody known a month earlier
--   cells_before  place, cell and carried of the cells in which they were last counted
-- grain: one row per person
--   before  cell * 4, plus 2 when active a month earlier, plus 1 when carried from there; null when unknown
--   listed  number of the main source's membership, the lowest; null when not listed, or carried
select
    key,
    max(before) as before,
    case when max(before) % 2 = 1 then null else min(listed) end as listed,
from (
    select
        key,
        null::bigint as before,
        number as listed,
    from memberships
    union all
    select
        known.key,
        case
            when not known.active then cells_before.cell * 4
            when cells_before.carried then cells_before.cell * 4 + 3
            else cells_before.cell * 4 + 2
        end as before,
        null::bigint as listed,
    from known
    join cells_before using (place)
) as people
group by key
