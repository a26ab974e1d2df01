-- step: every cohort so far, how many joined in it and how many of them are active in the month
-- inputs:
--   cohorts_before  this table of the last month before that folds people; empty in the first one
--   cohorts_begun   cohort, source, segment and province of the cohorts that begin in the month
--   cohorts_active  cohort, and active: its people who are counted in the month, wherever
-- params:
--   month  DATE  last calendar day of the month
-- grain: one row per cohort
select
    so_far.cohort,
    so_far.joined,
    so_far.source,
    so_far.segment,
    so_far.province,
    -- everybody is active in the month in which they join
    coalesce(so_far.joined_people, cohorts_active.active, 0)::bigint as joined_people,
    coalesce(cohorts_active.active, 0)::bigint as active,
from (
    select
        cohort,
        joined,
        source,
        segment,
        province,
        joined_people,
    from cohorts_before
    union all
    select
        cohort,
        $month::date as joined,
        source,
        segment,
        province,
        null as joined_people,
    from cohorts_begun
) as so_far
left join cohorts_active using (cohort)
order by so_far.cohort
