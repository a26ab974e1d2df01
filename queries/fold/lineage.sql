-- step: which delivery each source's month comes from, and what it amounts to
-- inputs:
--   counting   month, source, state, and sha256 and delivered_month of the delivery loaded last; nulls when
--              nothing came yet
--   cube_fine  cells of all months
-- grain: one row per month and source that delivered or was expected
with
stock as (
    select
        month,
        source,
        sum(active)::bigint as active,
        bool_or(carried and active > 0) as carried,
        sum(md5_number_lower(content))::varchar || '-' || sum(md5_number_upper(content))::varchar as digest,
    from (
        select
            month,
            source,
            active,
            carried,
            concat_ws(
                chr(31),
                segment,
                province,
                coalesce(regency, '\N'),
                programmes,
                coalesce(sex, '\N'),
                coalesce(age_band, '\N'),
                active,
                coalesce(new::varchar, '\N'),
                coalesce(reactivated::varchar, '\N'),
                coalesce(moved_in::varchar, '\N'),
                coalesce(lapsed::varchar, '\N'),
                coalesce(moved_out::varchar, '\N'),
                coalesce(reclassified_in::varchar, '\N'),
                coalesce(reclassified_out::varchar, '\N')
            ) as content,
        from cube_fine
        where active > 0
            or coalesce(new, reactivated, moved_in, lapsed, moved_out) is not null
    )
    group by month, source
)

select
    counting.month,
    counting.source,
    -- whether a province of which nothing came held anybody is only known here
    case
        when counting.state = 'partial' and not coalesce(stock.carried, false) then 'delivered'
        else counting.state
    end as state,
    counting.sha256,
    counting.delivered_month,
    coalesce(stock.active, 0) as active,
    stock.digest,
from counting
left join stock using (month, source)
order by counting.month, counting.source
