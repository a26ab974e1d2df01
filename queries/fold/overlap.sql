-- step: how far the sources that list people one by one list the same ones
-- inputs:
--   lineage       which delivery each source's month comes from, and what it amounts to
--   people_lists  month, source, listed and elsewhere of the sources that delivered people for a month
-- grain: one row per month and source; what totals do not say is null
select
    lineage.month,
    lineage.source,
    people_lists.listed,
    case when people_lists.source is not null then lineage.active end as counted,
    people_lists.elsewhere,
from lineage
left join people_lists using (month, source)
order by lineage.month, lineage.source
