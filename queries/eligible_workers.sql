-- question: How many workers could take part, in the country and in each province?
-- params:
--   as_of  DATE  day for which the number is needed
-- grain: one row per province with a known number, and one for the country where its number is known
-- columns:
--   province  VARCHAR  ISO 3166-2 code; null for the whole country
--   eligible  BIGINT   workers who could take part: the newest number up to the day, else the first within a year after it; for the country as loaded, else as published
--   day       DATE     day that the number is stated for
--   disputed  BOOLEAN  whether it is marked as doubtful, or other numbers were stated for the same day
--   source    VARCHAR  address where it can be read
-- order: province nulls first
with
stated as (
    select
        province,
        eligible,
        as_of as day,
        false as doubtful,
        0 as doubt,
        source,
        0 as choice,
    from eligible
    where eligible is not null
    union all
    select
        null,
        value::bigint,
        as_of_date,
        confidence is not distinct from 'low',
        list_position(['high', 'medium', 'low'], confidence),
        source,
        1,
    from published_figures
    where metric = 'eligible_workers'
        and segment = 'all'
),

within_reach as (
    select
        *,
        min(eligible) over same_day <> max(eligible) over same_day as contradicted,
    from stated
    where day <= $as_of::date + interval 1 year
    window same_day as (partition by province, choice, day)
)

select
    province,
    eligible,
    day,
    doubtful or contradicted as disputed,
    source,
from within_reach
qualify row_number() over (
    partition by province
    order by choice, day > $as_of, abs(day - $as_of::date), doubt, eligible desc, source
) = 1
order by province nulls first
