-- question: How did the active participants of each month come about from those of the month before?
-- params:
--   as_of       DATE       last month shown
--   source      VARCHAR[]  only these sources; null for all
--   segment     VARCHAR[]  only these segments; null for all
--   province    VARCHAR[]  only these provinces; null for all
--   regency     VARCHAR[]  only these regencies, - for not reported; null for all
--   programmes  VARCHAR[]  only people in exactly these sets of programmes; null for all
--   programme   VARCHAR    only people in a set that holds this programme; null for all
--   sex         VARCHAR[]  only these sexes, - for not reported; null for all
--   age_band    VARCHAR[]  only these age bands, - for not reported; null for all
-- grain: one row per month
-- columns:
--   month             DATE    last calendar day of the month
--   opening           BIGINT  active one month earlier; null in the first known month
--   new               BIGINT  people active for the first time; null where nobody reported it
--   reactivated       BIGINT  people active again after a pause
--   moved_in          BIGINT  people who came from another source
--   lapsed            BIGINT  people no longer active
--   moved_out         BIGINT  people who went to another source
--   reclassified_in   BIGINT  people of the same source who came from another cell
--   reclassified_out  BIGINT  people of the same source who went to another cell
--   correction        BIGINT  what the reported flows leave unexplained, exactly
--   closing           BIGINT  active at the month end
--   flows_unknown     BIGINT  the part of the correction that is the net change of sources without flows
--   carried           BIGINT  people of closing that are carried forward
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
    coalesce(sum(active) filter (carried), 0)::bigint as carried,
from query_table(
    case
        when coalesce($programmes::varchar[], $sex::varchar[], $age_band::varchar[]) is not null
            or $programme::varchar is not null
            then if($regency::varchar[] is not null, 'cube_fine', 'cube_traits')
        when $regency::varchar[] is not null
            then if($source::varchar[] is not null, 'cube_fine', 'cube_regency')
        else 'cube_coarse'
    end
)
where month <= $as_of
    and ($source::varchar[] is null or list_contains($source::varchar[], source))
    and ($segment::varchar[] is null or list_contains($segment::varchar[], segment))
    and ($province::varchar[] is null or list_contains($province::varchar[], province))
    and ($regency::varchar[] is null or list_contains($regency::varchar[], coalesce(regency, '-')))
    and ($programmes::varchar[] is null or list_contains($programmes::varchar[], programmes))
    and ($programme::varchar is null or contains('+' || programmes || '+', '+' || $programme || '+'))
    and ($sex::varchar[] is null or list_contains($sex::varchar[], coalesce(sex, '-')))
    and ($age_band::varchar[] is null or list_contains($age_band::varchar[], coalesce(age_band, '-')))
group by month
order by month
