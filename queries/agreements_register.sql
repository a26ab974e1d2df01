-- question: Which agreements are known, between whom, about what, and how long do they run?
-- params:
--   as_of  DATE  day by which they were signed or reported
-- grain: one row per agreement
-- columns:
--   agreement       VARCHAR  key of the agreement
--   document        VARCHAR  title, Indonesian
--   document_en     VARCHAR  title, English
--   signed_on       DATE     null where it is not known
--   announced_on    DATE     day on which it was reported
--   expires_on      DATE     null where no end was published
--   parties         VARCHAR  separated by a semicolon, Indonesian
--   parties_en      VARCHAR  the same, English
--   programmes      VARCHAR  programmes agreed, joined by +; null where the source names none
--   reconciliation  VARCHAR  how often data are reconciled; null where it is not agreed
--   committed       BIGINT   people promised in all its sources; null where it names no number
--   sources         BIGINT   partner sources that it names
--   days_left       BIGINT   days from as_of to expires_on, below 0 once past; null where no end is known
--   note            VARCHAR  what a reader has to know besides, Indonesian
--   note_en         VARCHAR  the same, English
--   source_url      VARCHAR  where it can be read
-- order: begun, agreement
with
known as (
    select
        *,
        min(coalesce(signed_on, announced_on)) over (partition by agreement) as begun,
    from agreements
    where coalesce(signed_on, announced_on) is null
        or coalesce(signed_on, announced_on) <= $as_of
)

select
    agreement,
    min(document) as document,
    min(document_en) as document_en,
    min(signed_on) as signed_on,
    min(announced_on) as announced_on,
    max(expires_on) as expires_on,
    min(parties) as parties,
    min(parties_en) as parties_en,
    min(programmes) as programmes,
    min(reconciliation) as reconciliation,
    sum(committed)::bigint as committed,
    count(source) as sources,
    max(expires_on) - $as_of::date as days_left,
    string_agg(distinct note, ' ' order by note) as note,
    string_agg(distinct note_en, ' ' order by note_en) as note_en,
    min(source_url) as source_url,
from known
group by agreement, begun
order by begun, agreement
