-- step: how many people each source lists in a month, and how many of them another source counts
-- inputs:
--   listings  source, listed and stayed of the people it lists
--   ways      before, listed and people: how many went from where to where
--   places    the cells behind the numbers
-- params:
--   one_key_space  BOOLEAN  whether all people of the month can be compared; the overlap is unknown otherwise
-- grain: one row per source that delivered people for the month
with
own as (
    select
        places.source,
        sum(ways.people) as people,
    from ways
    join places
        on ways.listed // 2 = places.place
    group by places.source
),

each as (
    select
        source,
        sum(listed) as listed,
        sum(stayed) as stayed,
    from listings
    group by source
)

select
    each.source,
    each.listed::bigint as listed,
    case when $one_key_space then each.listed - each.stayed - coalesce(own.people, 0) end::bigint as elsewhere,
from each
left join own using (source)
order by each.source
