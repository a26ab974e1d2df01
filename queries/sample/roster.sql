-- step: what a partner lists for reconciliation, with the mistakes such lists have
-- inputs:
--   slots, described  as queries/sample/people.sql leaves them
--   variables         among them roster_maker, the source whose people are listed
-- Everybody promised is listed, enrolled or not; half of those who left in the last three months still are.
create view announced as
with standing as (
    select slot, kind::integer as maker, hash(slot, getvariable('seed')) as drawn
    from slots
    where kind = getvariable('roster_maker')
)

select identity(slot, turn(drawn, 0)) as id, maker from standing
union all
select identity(slot, turn(drawn, -3)) as id, maker
from standing
where
    turn(drawn, -3) <> turn(drawn, 0)
    and slot < getvariable('enrolled_before')[maker]
    and drawn_part(drawn, 50, 2) = 0;

-- A roster. Of 1,000 people 12 have a slip in one digit of the NIK, 8 two digits swapped, 4 no NIK at all in
-- what stands there, 3 another day of birth than their NIK, 6 are listed twice, 6 for another source.
create view roster as
with judged as (
    select *, hash(id, 3) as luck, drawn_part(luck, 0, 1000) as flaw, 13 + drawn_part(luck, 10, 3) as place
    from described('announced')
),

spelt as (
    select
        * exclude (nik),
        case
            when flaw < 12 then
                left(nik, place - 1)
                || (nik[place]::integer + 1 + drawn_part(luck, 20, 9)) % 10
                || substr(nik, place + 1)
            when flaw < 20 then left(nik, place - 1) || nik[place + 1] || nik[place] || substr(nik, place + 2)
            when flaw = 20 then left(nik, 15)
            when flaw = 21 then left(nik, 15) || 'O'
            when flaw = 22 then nik[1] || '.' || nik[2:6] || 'E+15'
            when flaw = 23 then left(nik, 6) || '00' || substr(nik, 9)
            else nik
        end as nik,
        if(flaw between 24 and 26, (birth_date::date + 1)::varchar, birth_date) as stated_birth,
        if(flaw between 33 and 38, 'PEMDA', getvariable('sources')[maker]) as source,
    from judged
),

listed as (
    from spelt
    union all
    from spelt
    where flaw between 27 and 32
)

select
    nik,
    getvariable('names')[1 + drawn_part(luck, 12, len(getvariable('names')))]
    || ' ' || getvariable('surnames')[1 + drawn_part(luck, 22, len(getvariable('surnames')))] as nama,
    stated_birth as tgl_lahir,
    sex as jenis_kelamin,
    province as provinsi,
    regency as kab_kota,
    source as sumber,
    getvariable('month') as periode,
    'JKK+JKM+JHT' as program,
    if(drawn_part(luck, 32, 100) < 70, kpj, null) as kpj,
    getvariable('posts')[1 + drawn_part(luck, 38, len(getvariable('posts')))] as jabatan,
    (date '2021-04-09' + drawn_part(luck, 44, 20))::varchar as tgl_daftar,
    1500000 + 100000 * drawn_part(luck, 50, 40) as upah,
    'ya' as simulasi,
from listed
order by hash(kpj, luck), nik;
