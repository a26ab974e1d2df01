-- step: the cohorts that begin in a month: who is new in it, by where they joined
-- inputs:
--   people    key, before and listed of everybody
--   places    the cells behind the numbers
--   compared  source and comparable: false when its people a month earlier are not known one by one
-- params:
--   last  BIGINT  the last number that a cohort was given in the months before
-- grain: one row per source, segment and province that somebody new joined under
-- The numbers go on in the order of the smallest keys, so that folding again gives the same ones.
select
    ($last + row_number() over (order by min(people.key)))::integer as cohort,
    places.source,
    places.segment,
    places.province,
from people
join places
    on people.listed // 2 = places.place
join compared using (source)
where people.before is null
    and compared.comparable
group by places.source, places.segment, places.province
