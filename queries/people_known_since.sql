-- question: Since when are people known one by one, and of which part of a month's participants?
-- params:
--   as_of  DATE  reference month, its last day
-- grain: one row
-- columns:
--   since        DATE    first month, up to the reference month, of which a source delivered people one by one;
--                        null where there is none
--   sources      BIGINT  sources whose files of the reference month list people one by one
--   all_sources  BIGINT  sources that delivered for the reference month or were expected to
--   people       BIGINT  active participants of the sources whose files list people
--   all_people   BIGINT  active participants of all sources
-- order: since
select
    (
        select min(month)
        from overlap
        where listed is not null
            and month <= $as_of
    ) as since,
    count(overlap.listed) as sources,
    count(*) as all_sources,
    coalesce(sum(lineage.active) filter (overlap.listed is not null), 0)::bigint as people,
    coalesce(sum(lineage.active), 0)::bigint as all_people,
from lineage
left join overlap using (month, source)
where lineage.month = $as_of
order by since
