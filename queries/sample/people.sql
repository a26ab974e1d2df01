-- step: who is active in a month and where, out of hash arithmetic alone
-- inputs:
--   slots      slot and kind: one place for each person a month, and the number of its source
--   variables  set by enrollment/sample_people.py, which says what each means
-- A slot is held by one person at a time, so a month has as many people as there are slots. `month_number`
-- counts months from August 2021.

-- A number from 0 to size - 1 out of the bits of a hash from `low` on.
create macro drawn_part(drawn, low, size) as ((drawn >> low) % size)::integer;

-- Which of its up to four people holds a slot. In 3 slots of 100 two people take turns of a few months,
-- so that they come back; in all others a person stays for years.
create macro turn(drawn, months_later) as case
    when drawn % 100 < 3 then
        (getvariable('month_number') + months_later + 100000 + drawn_part(drawn, 32, 65536))
        // (2 + drawn_part(drawn, 16, 7)) % 2
    else
        (getvariable('month_number') + months_later + 100000 + drawn_part(drawn, 32, 65536))
        // (40 + drawn_part(drawn, 16, 91)) % 4
end;

-- 0 in August 2021 and for about `span` months around it, then another number: something changed.
create macro epoch(drawn, low, span) as
    (getvariable('month_number') + 100 * span + drawn_part(drawn, low, span)) // span - 100;

-- The number that all else about a person comes from, and that the NIK can be led back to: unique.
create macro identity(slot, turn) as
    ((slot::bigint + getvariable('people') * turn) * 100000007 + getvariable('seed'))
    % getvariable('identities');

create macro ordinary(lot) as getvariable('ordinary')[1 + lot % 10000];
create macro province_at(maker, lot) as getvariable('places')[(maker - 1) * 1000 + lot // 3 + 1];
create macro regency_at(maker, lot) as
    getvariable('regencies')[province_at(maker, lot) * 3 + lot % 3 + 1];

-- From `slots`: the person who holds each slot, and the source in which that person is active. Until
-- somebody of the ministry is enrolled, they are active elsewhere, or somebody else holds the slot.
create view occupied as
with standing as (
    select
        slot,
        kind::integer as maker,
        hash(slot, getvariable('seed')) as drawn,
        slot < getvariable('enrolled')[maker] as enrolled,
        case when enrolled then maker
            else getvariable('origins')[(maker - 1) * 100 + drawn_part(drawn, 22, 100) + 1] end as origin,
    from slots
),

held as (
    select
        slot,
        drawn,
        if(origin = 0, ordinary(drawn_part(drawn, 20, 10000)), maker) as maker,
        if(origin = 0, ordinary(drawn_part(drawn, 20, 10000)), origin) as place,
        identity(slot, turn(drawn, 0) + if(origin = 0, 2, 0)) as id,
        enrolled and slot > getvariable('movable')[origin] as movable,
        drawn_part(drawn, 9, 250) = 0 as twice,
    from standing
)

select
    id,
    maker,
    case
        when not movable or epoch(hash(id, 1), 0, 600) = 0 then place
        else ordinary(drawn_part(hash(id, epoch(hash(id, 1), 0, 600)), 0, 10000))
    end as place,
    twice,
from held;

-- People with sex, birth and residence. `persons` names a table with at least id and maker.
create macro described(persons) as table
with drawn as (
    select
        *,
        hash(id, getvariable('seed')) as drawn,
        (drawn % 3000)::integer as first_home,
        epoch(drawn, 12, 500) as residence,
        drawn_part(drawn, 22, 100) < getvariable('women')[maker] as is_woman,
        getvariable('ages')[(maker - 1) * 100 + drawn_part(drawn, 29, 100) + 1] as youngest,
    from query_table(persons)
),

settled as (
    select
        * exclude (first_home, residence, youngest),
        if(residence = 0, first_home, drawn_part(hash(drawn, residence), 0, 3000)) as home,
        if(drawn_part(drawn, 36, 100) < 12, drawn_part(hash(drawn, 99), 0, 3000), first_home) as birthplace,
        getvariable('year') - youngest
            - drawn_part(drawn, 43, if(youngest = 16, 4, if(youngest = 60, 6, 10))) as born,
        1 + id // 28 % 12 as birth_month,
        1 + id % 28 as birth_day,
    from drawn
)

select
    * exclude (home, birthplace, born, birth_month, birth_day, is_woman),
    -- Region, day (women's plus 40), month and year of birth, serial number.
    (
        ((((regency_at(maker, birthplace)::bigint * 100 + 1 + id // 336 % 60) * 100
        + birth_day + if(is_woman, 40, 0)) * 100 + birth_month) * 100 + born % 100) * 10000
        + 1 + id // 20160
    )::varchar as nik,
    if(is_woman, 'P', 'L') as sex,
    make_date(born, birth_month, birth_day)::varchar as birth_date,
    getvariable('provinces')[province_at(maker, home) + 1] as province,
    regency_at(maker, home)::varchar as regency,
    (10000000000 + id * 31415926537 % 89999999977)::varchar as kpj,
from settled;

-- A snapshot: every person once, and the few with a second membership again under that source.
create view memberships as
with listed as (
    select id, maker, place, from occupied
    union all
    select id, maker, second as place
    from (select *, ordinary(drawn_part(hash(id, 2), 0, 10000)) as second from occupied where twice)
    where getvariable('sources')[place] <> getvariable('sources')[second]
)

select
    nik,
    getvariable('month') as periode,
    getvariable('sources')[place] as sumber,
    getvariable('segments')[place] as segmen,
    province as provinsi,
    regency as kab_kota,
    getvariable('programmes')[
        (place - 1) * 100
        + drawn_part(if(epoch(drawn, 5, 400) = 0, drawn, hash(drawn, epoch(drawn, 5, 400))), 48, 100) + 1
    ] as program,
    sex as jenis_kelamin,
    birth_date as tgl_lahir,
    kpj,
    'ya' as simulasi,
from described('listed');
