-- step: everybody known after the month, with the cell in which they are or were last counted
-- inputs:
--   people  key, before and listed of everybody
-- grain: one row per person
select
    key,
    coalesce(listed // 2, before // 4) as place,
    listed is not null or before % 2 = 1 as active,
from people
