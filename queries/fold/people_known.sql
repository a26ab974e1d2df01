-- step: everybody known after the month, with the cell in which they are or were last counted
-- inputs:
--   people         key, before and listed of everybody
--   known          key and cohort of everybody known a month earlier
--   places         the cells behind the numbers
--   cohorts_begun  cohort, source, segment and province of the cohorts that begin in the month
-- grain: one row per person
--   cohort  who joined in the same month, source, segment and province as they; for ever the same, 0 when
--           it is not known when they joined
select
    people.key,
    coalesce(people.listed // 2, people.before // 4) as place,
    people.listed is not null or people.before % 2 = 1 as active,
    case when people.before is null then coalesce(cohorts_begun.cohort, 0) else known.cohort end as cohort,
from people
left join known using (key)
left join places
    on people.listed // 2 = places.place
left join cohorts_begun
    on places.source = cohorts_begun.source
        and places.segment = cohorts_begun.segment
        and places.province = cohorts_begun.province
