-- step: how many people went from where to where
-- inputs:
--   people  before and listed of people
-- grain: one row per pair of `before` and `listed`
select
    before,
    listed,
    count(*) as people,
from people
group by before, listed
