-- step: the memberships of a range of keys, each with its cell and whether it is simulated
-- inputs:
--   listed  rows of the files about people that count for the month, each with only what it counts for
-- params:
--   year  BIGINT    year of the month: an age is that year less the year of birth
--   low   UTINYINT  first range of keys
--   high  UTINYINT  last range of keys
-- grain: one row per membership
select
    key,
    key_range,
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
where key_range between $low and $high
