-- step: the cells behind their numbers
-- inputs:
--   ways  before, listed and people: how many went from where to where
-- params:
--   sources, provinces, segments, regencies, programmes, sexes, age_bands  VARCHAR[]  as the numbers were made from
-- grain: one row per cell that somebody is in, or was in when last counted
with
cells as (
    select before // 4 as place
    from ways
    where before is not null
    union
    select listed // 2 as place
    from ways
    where listed is not null
),

-- each step takes the last dimension off the number
with_age as (
    select
        place,
        place % 7 as age,
        place // 7 as rest,
    from cells
),

with_sex as (
    select
        place,
        age,
        rest % (array_length($sexes::varchar[]) + 1) as sex,
        rest // (array_length($sexes::varchar[]) + 1) as rest,
    from with_age
),

with_programmes as (
    select
        place,
        age,
        sex,
        rest % (array_length($programmes::varchar[]) + 1) as programmes,
        rest // (array_length($programmes::varchar[]) + 1) as rest,
    from with_sex
),

with_regency as (
    select
        place,
        age,
        sex,
        programmes,
        rest % (array_length($regencies::varchar[]) + 1) as regency,
        rest // (array_length($regencies::varchar[]) + 1) as rest,
    from with_programmes
),

with_segment as (
    select
        place,
        age,
        sex,
        programmes,
        regency,
        rest % (array_length($segments::varchar[]) + 1) as segment,
        rest // (array_length($segments::varchar[]) + 1) as rest,
    from with_regency
)

select
    place,
    list_extract($sources::varchar[], rest // (array_length($provinces::varchar[]) + 1)) as source,
    list_extract($segments::varchar[], segment) as segment,
    list_extract($provinces::varchar[], rest % (array_length($provinces::varchar[]) + 1)) as province,
    list_extract($regencies::varchar[], regency) as regency,
    list_extract($programmes::varchar[], programmes) as programmes,
    list_extract($sexes::varchar[], sex) as sex,
    list_extract($age_bands::varchar[], age) as age_band,
from with_segment
order by place
