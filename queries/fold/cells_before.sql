-- step: the cells in which people were last counted, under the numbers of this month
-- inputs:
--   numbered   cells of the part before: place (their number there) and number (their number here)
--   delivered  source, province and kind of what was delivered for the month; province null for all others
-- grain: one row per cell; `carried` where nothing was delivered for it this month, so that its people stay
select
    numbered.place,
    numbered.number // 2 as cell,
    numbered.source,
    named.source is null and others.source is null as carried,
from numbered
left join delivered as named
    on numbered.source = named.source
        and numbered.province = named.province
left join delivered as others
    on numbered.source = others.source
        and others.province is null
