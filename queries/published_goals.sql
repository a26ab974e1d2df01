-- question: Which goals were published, when, and in which document?
-- params: none
-- grain: one row per goal
-- columns:
--   goal           VARCHAR  key of the goal
--   year           BIGINT   year at whose end the goal is due
--   target         BIGINT   active participants to be reached, people
--   due            DATE     day by which they are to be reached
--   baseline       BIGINT   active participants known when the goal was stated, people
--   baseline_date  DATE     day of the baseline
--   definition     VARCHAR  who counts as active, Indonesian
--   definition_en  VARCHAR  who counts as active, English
--   document       VARCHAR  where the goal was stated, Indonesian
--   document_en    VARCHAR  where the goal was stated, English
--   source         VARCHAR  address of the document
--   stated_on      DATE     day on which it was stated
--   superseded_by  VARCHAR  key of the later goal for the same year
--   is_default     BOOLEAN  whether the dashboard opens with it
-- order: due, stated_on, goal
select
    goal,
    year,
    target,
    due,
    baseline,
    baseline_date,
    definition,
    definition_en,
    document,
    document_en,
    source,
    stated_on,
    superseded_by,
    is_default,
from targets
order by due, stated_on, goal
