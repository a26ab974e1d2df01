-- step: how many people of each cohort are active in the month
-- inputs:
--   people_known  cohort and active of everybody known after the month
-- grain: one row per cohort of which somebody is active; who is in none, under the number 0, is not counted
select
    cohort,
    count(*) as active,
from people_known
where active
    and cohort > 0
group by cohort
