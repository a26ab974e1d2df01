-- question: What does a presidential instruction ask of whom?
-- params: none
-- grain: one row per document and party
-- columns:
--   document  VARCHAR  short name of the instruction
--   party     VARCHAR  who is instructed, Indonesian
--   party_en  VARCHAR  the same, English; null where it was not translated
--   duty      VARCHAR  what is asked, Indonesian
--   duty_en   VARCHAR  the same, English; null where it was not translated
--   section   VARCHAR  part of the document; null where it is not known
--   source    VARCHAR  where it can be read
-- order: document, party
select
    document,
    party,
    party_en,
    duty,
    duty_en,
    section,
    source,
from instructions
order by document, party
