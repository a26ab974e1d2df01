-- step: the memberships of a month, each with the position of its age band and whether it is simulated
-- inputs:
--   listed  rows of the files about people that count for the month, each with only what it counts for;
--           birth_year is that of birth_date where only the date is known
-- params:
--   year  BIGINT  year of the month: an age is that year less the year of birth
-- grain: one row per membership
select
    key,
    source,
    segment,
    province,
    regency,
    programmes,
    sex,
    case
        when birth_year is null then 0
        when $year - birth_year < 20 then 1
        when $year - birth_year >= 60 then 6
        else ($year - birth_year) // 10
    end as age,
    simulated::integer as simulated,
from listed
