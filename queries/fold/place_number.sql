-- step: the cell of each row as one whole number, so that a person is carried along as a key and a number
-- inputs:
--   rows  any columns, among them source, segment, province, regency, programmes, sex, age (position of
--         the age band, 0 when it is not reported) and simulated (1 or 0)
-- params:
--   sources     VARCHAR[]  every source: first those that list people, by priority and then by code, for the order
--                          decides the main source; then the others by code
--   provinces   VARCHAR[]  every province, in the order of codes
--   segments    VARCHAR[]  every segment
--   regencies   VARCHAR[]  every regency
--   programmes  VARCHAR[]  every set of programmes
--   sexes       VARCHAR[]  every sex
-- grain: one row per row; `number` orders by source and province first, what is not reported counts as 0
select
    *,
    (((((((coalesce(array_position($sources::varchar[], source), 0)::bigint
        * (array_length($provinces::varchar[]) + 1) + coalesce(array_position($provinces::varchar[], province), 0))
        * (array_length($segments::varchar[]) + 1) + coalesce(array_position($segments::varchar[], segment), 0))
        * (array_length($regencies::varchar[]) + 1) + coalesce(array_position($regencies::varchar[], regency), 0))
        * (array_length($programmes::varchar[]) + 1) + coalesce(array_position($programmes::varchar[], programmes), 0))
        * (array_length($sexes::varchar[]) + 1) + coalesce(array_position($sexes::varchar[], sex), 0))
        * 7 + age)
        * 2 + simulated) as number,
from rows
