-- question: Which national figures of active participants were published?
-- params:
--   since  DATE  first day, inclusive
--   until  DATE  last day, inclusive
-- grain: one row per published figure; a day can have several that disagree
-- columns:
--   day         DATE     day the figure is stated for
--   active      BIGINT   people as published
--   confidence  VARCHAR  high, medium or low
--   disputed    BOOLEAN  whether the figure is contradicted or misprinted (confidence low)
--   source      VARCHAR  address of the publication
--   note        VARCHAR  remark on the figure
-- order: day, active
select
    as_of_date as day,
    value::bigint as active,
    confidence,
    confidence = 'low' as disputed,
    source,
    note,
from published_figures
where metric = 'active_participants'
    and segment = 'all'
    and as_of_date between $since and $until
order by day, active
