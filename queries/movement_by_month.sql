-- question: How did the active participants of each month come about from those of the month before?
-- params:
--   as_of     DATE     last month shown
--   source    VARCHAR  only this source; null for all
--   segment   VARCHAR  only this segment; null for all
--   province  VARCHAR  only this province; null for all
-- grain: one row per month
-- columns:
--   month             DATE    last calendar day of the month
--   opening           BIGINT  active one month earlier; null in the first known month
--   new               BIGINT  people active for the first time; null where nobody reported it
--   reactivated       BIGINT  people active again after a pause
--   moved_in          BIGINT  people who came from another source
--   lapsed            BIGINT  people no longer active
--   moved_out         BIGINT  people who went to another source
--   reclassified_in   BIGINT  people of the same source who came from another place, segment or programme set
--   reclassified_out  BIGINT  people of the same source who went to one
--   correction        BIGINT  what the reported flows leave unexplained, exactly
--   closing           BIGINT  active at the month end
--   flows_unknown     BIGINT  the part of the correction that is the net change of sources without flows
-- order: month
select
    month,
    sum(opening)::bigint as opening,
    sum(new)::bigint as new,
    sum(reactivated)::bigint as reactivated,
    sum(moved_in)::bigint as moved_in,
    sum(lapsed)::bigint as lapsed,
    sum(moved_out)::bigint as moved_out,
    sum(reclassified_in)::bigint as reclassified_in,
    sum(reclassified_out)::bigint as reclassified_out,
    sum(correction)::bigint as correction,
    sum(active)::bigint as closing,
    sum(flows_unknown)::bigint as flows_unknown,
from cube_coarse
where month <= $as_of
    and ($source::varchar is null or source = $source)
    and ($segment::varchar is null or segment = $segment)
    and ($province::varchar is null or province = $province)
group by month
order by month
