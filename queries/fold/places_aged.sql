-- step: the cells of the part before as rows of which numbers are made
-- inputs:
--   places_before  the cells behind the numbers of the part before
-- params:
--   age_bands  VARCHAR[]  every age band, from the youngest on
-- grain: one row per cell; `age` is the position of the age band, 0 when it is not reported
select
    *,
    coalesce(array_position($age_bands::varchar[], age_band), 0) as age,
    0 as simulated,
from places_before
