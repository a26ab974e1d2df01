-- step: how many people each source lists in a range of keys, whether it counts them itself or not
-- inputs:
--   listed        rows of the files about people that count for the month
--   people        key, before and listed of everybody in the range
--   cells_before  cell, source and carried of the cells in which people were last counted
-- params:
--   low      UTINYINT   first range of keys
--   high     UTINYINT   last range of keys
--   several  VARCHAR[]  sources that more than one file counts for, so that one person can be in two
--   partly   VARCHAR[]  sources of which some provinces are carried
-- grain: one row per source and reason to count
--   listed  people that the source lists
--   stayed  those of them who are carried under the same source, in a province that was not delivered
with
once as (
    select
        source,
        count(*) as listed,
    from listed
    where key_range between $low and $high
        and not list_contains($several::varchar[], source)
    group by source
),

files_overlap as (
    select distinct
        source,
        key,
    from listed
    where key_range between $low and $high
        and list_contains($several::varchar[], source)
),

staying as (
    select distinct
        listed.source,
        listed.key,
    from listed
    join people using (key)
    join cells_before
        on people.before // 4 = cells_before.cell
            and listed.source = cells_before.source
    where listed.key_range between $low and $high
        and list_contains($partly::varchar[], listed.source)
        and people.before % 4 = 3
)

select
    source,
    listed,
    0 as stayed,
from once
union all
select
    source,
    count(*) as listed,
    0 as stayed,
from files_overlap
group by source
union all
select
    source,
    0 as listed,
    count(*) as stayed,
from staying
group by source
