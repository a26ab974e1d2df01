-- step: stock and flows of the people of a month, by cell
-- inputs:
--   ways      before, listed and people: how many went from where to where
--   places    the cells behind the numbers
--   compared  source and comparable: false when its people a month earlier are not known one by one
-- grain: one row per cell that somebody entered, stayed in or left; who is carried stays out of it
-- Entering is booked at the new cell and leaving at the old one. What is known of a source that cannot
-- be compared are moves from and to other sources, and within itself; who is new, back or gone is not.
with
pairs as (
    select
        old.place as old_place,
        now.place as now_place,
        ways.people,
        ways.before is null as is_new,
        ways.before is not null and ways.before % 4 = 0 as is_back,
        old.place is not null and now.place is null as is_gone,
        old.source <> now.source as is_moved,
        old.source = now.source and old.place <> now.place as is_reclassified,
        ways.listed % 2 = 1 as simulated,
    from ways
    left join places as old
        on ways.before // 4 = old.place
            and ways.before % 4 = 2
    left join places as now
        on ways.listed // 2 = now.place
    where ways.before is null
        or ways.before % 2 = 0
),

booked as (
    select
        now_place as place,
        people as active,
        case when is_new then people else 0 end as new,
        case when is_back then people else 0 end as reactivated,
        case when is_moved then people else 0 end as moved_in,
        case when is_reclassified then people else 0 end as reclassified_in,
        0 as lapsed,
        0 as moved_out,
        0 as reclassified_out,
        simulated,
    from pairs
    where now_place is not null
    union all
    select
        old_place as place,
        0 as active,
        0 as new,
        0 as reactivated,
        0 as moved_in,
        0 as reclassified_in,
        case when is_gone then people else 0 end as lapsed,
        case when is_moved then people else 0 end as moved_out,
        case when is_reclassified then people else 0 end as reclassified_out,
        false as simulated,
    from pairs
    where old_place is not null
),

cells as (
    select
        place,
        sum(active) as active,
        sum(new) as new,
        sum(reactivated) as reactivated,
        sum(moved_in) as moved_in,
        sum(reclassified_in) as reclassified_in,
        sum(lapsed) as lapsed,
        sum(moved_out) as moved_out,
        sum(reclassified_out) as reclassified_out,
        bool_or(simulated) as simulated,
    from booked
    group by place
)

select
    places.source,
    places.segment,
    places.province,
    places.regency,
    places.programmes,
    places.sex,
    places.age_band,
    case when compared.comparable then cells.new end::bigint as new,
    case when compared.comparable then cells.reactivated end::bigint as reactivated,
    case when compared.comparable then cells.lapsed end::bigint as lapsed,
    case when compared.comparable or cells.moved_in > 0 then cells.moved_in end::bigint as moved_in,
    case when compared.comparable or cells.moved_out > 0 then cells.moved_out end::bigint as moved_out,
    case when compared.comparable or cells.reclassified_in > 0 then cells.reclassified_in end::bigint as reclassified_in,
    case when compared.comparable or cells.reclassified_out > 0 then cells.reclassified_out end::bigint as reclassified_out,
    cells.active::bigint as active,
    cells.simulated,
    compared.comparable,
from cells
join places using (place)
join compared using (source)
