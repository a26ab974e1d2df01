-- question: Which one-off events are registered, that a forecast must not read as a trend?
-- params:
--   as_of  DATE  day after which an event is still to come
-- grain: one row per date, source, segment and people
-- columns:
--   date        DATE     day of the event
--   month       DATE     last day of the month that takes the step
--   source      VARCHAR  code of the source; null for no single one
--   segment     VARCHAR  code of the segment; null for no single one
--   people      BIGINT   people, above 0 where active participants rise by it, below 0 where they fall
--   kind        VARCHAR  joined, left, reclassified, cleaned or ending
--   scheduled   BOOLEAN  whether it lies after as_of
--   note        VARCHAR  what a reader has to know besides, Indonesian
--   note_en     VARCHAR  the same, English
--   source_url  VARCHAR  address where it can be read; null where none is given
--   simulated   BOOLEAN  whether it is made up; such an event counts in editions of the sample only
-- order: date, source, segment, people
select
    date,
    last_day(date) as month,
    source,
    segment,
    people,
    kind,
    date > $as_of::date as scheduled,
    note,
    note_en,
    source_url,
    coalesce(simulated, false) as simulated,
from events
where not coalesce(simulated, false) or (select any_value(edition.simulated) from edition)
order by date, source nulls first, segment nulls first, people
