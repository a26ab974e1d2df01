-- step: the rows of one file about people that count for a month
-- inputs:
--   members  key, source, segment, province, regency, programmes, sex, birth_year, birth_date and simulated of its rows
-- params:
--   counting  VARCHAR[]  the sources for which the file counts
--   without   VARCHAR[]  the provinces that later files have taken out of it
-- grain: one row per membership; birth_year is that of birth_date where only the date is known
select
    key,
    source,
    segment,
    province,
    regency,
    programmes,
    sex,
    coalesce(birth_year, year(birth_date)) as birth_year,
    simulated,
from members
where array_contains($counting::varchar[], source)
    and not array_contains($without::varchar[], province)
