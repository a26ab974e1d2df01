-- question: Which remarks are kept on days, and by whom?
-- params:
--   since  DATE  first day, inclusive; null for all
--   until  DATE  last day, inclusive; null for all
-- grain: one row per remark; a day can have several
-- columns:
--   day      DATE     day that the remark is about
--   text     VARCHAR  remark in Indonesian
--   text_en  VARCHAR  remark in English; the Indonesian one where there is none
--   source   VARCHAR  address where it can be read; null where none is given
--   author   VARCHAR  who wrote the remark
-- order: day, text
select
    date as day,
    text,
    coalesce(text_en, text) as text_en,
    source,
    author,
from annotations
where ($since::date is null or date >= $since)
    and ($until::date is null or date <= $until)
order by day, text
