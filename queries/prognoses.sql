-- question: What has the body itself foretold of its active participants, and when?
-- params:
--   known_on  DATE  last day on which a prognosis was stated, inclusive; null for all
-- grain: one row per day foretold and day of the statement
-- columns:
--   stated_on    DATE     day of the statement
--   due          DATE     day that the prognosis is about
--   value        BIGINT   active participants foretold for that day, people
--   document     VARCHAR  statement or document, Indonesian
--   document_en  VARCHAR  the same, English; the Indonesian one where there is none
--   source       VARCHAR  address where it can be read
-- order: due, stated_on
select
    stated_on,
    due,
    value,
    document,
    coalesce(document_en, document) as document_en,
    source,
from prognoses
where $known_on::date is null or stated_on <= $known_on
order by due, stated_on
