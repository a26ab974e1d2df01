-- what members in a cluster hold: every combination of codes, how many people have it, and what they amount to
-- inputs:
--   members  key, source, segment, province, regency, programmes, sex, birth_year, birth_date and simulated
-- params:
--   first_year  BIGINT  the first year in which anybody was born
--   last_year   BIGINT  the last one
--   last_day    DATE    the last day on which anybody was born
-- grain: one row per combination
--   malformed  rows whose key is missing or not 16 bytes
--   identities rows whose key is an identity number in plain digits
--   unborn     rows whose year of birth cannot be
--   misdated   rows whose day of birth cannot be
--   low, high  sums of 60 bits each of the MD5 of every row as text; whatever the order of rows, they stay the same
select
    source,
    segment,
    province,
    regency,
    programmes,
    sex,
    simulated,
    count(*) as people,
    count_if(key is null or octet_length(key) <> 16)::bigint as malformed,
    count_if(coalesce(regexp_matches(hex(key), '^(3[0-9])+$'), false))::bigint as identities,
    count_if(coalesce(birth_year < $first_year or birth_year > $last_year, false))::bigint as unborn,
    count_if(coalesce(year(birth_date) < $first_year or birth_date > $last_day, false))::bigint as misdated,
    sum(hex_number(substr(digits, 1, 15)))::varchar as low,
    sum(hex_number(substr(digits, 17, 15)))::varchar as high,
from (
    select
        *,
        md5(
            concat_ws(
                chr(31),
                coalesce(hex(key), '-'),
                coalesce(source, '-'),
                coalesce(segment, '-'),
                coalesce(province, '-'),
                coalesce(regency, '-'),
                coalesce(programmes, '-'),
                coalesce(sex, '-'),
                coalesce(birth_year::varchar, '-'),
                coalesce(birth_date::varchar, '-'),
                case when simulated then 'yes' else 'no' end
            )
        ) as digits,
    from members
) as rows_as_text
group by source, segment, province, regency, programmes, sex, simulated
