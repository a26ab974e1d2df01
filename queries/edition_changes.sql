-- question: What moved per month and source from an earlier edition to this one, and why?
-- params:
--   earlier  EDITION  the edition to compare with, attached under that name
-- grain: one row per month and source whose state, cells or flows differ
-- columns:
--   month   DATE     month concerned, its last day
--   source  VARCHAR  code of the partner source
--   cause   VARCHAR  new_month, late_source, correction, reclassification, withdrawn, carried, changed_definition, changed_program or consequence
--   before  BIGINT   people in the earlier edition; null when it did not know the month or source
--   after   BIGINT   people in this edition; null when it no longer knows them
--   change  BIGINT   after less before, unknown counted as 0
-- order: month, source
with
-- an edition that does not record its fold yet has the null outside in its place
made_now as (
    select made.*
    from
        (select null::varchar as fold),
        lateral (
            select
                format,
                definitions,
                fold,
            from edition
        ) as made
),

made_past as (
    select made.*
    from
        (select null::varchar as fold),
        lateral (
            select
                format,
                definitions,
                fold,
            from earlier.edition
        ) as made
),

-- of the reference files only these decide what is counted where; one that an older edition does not
-- have yet decided nothing there
reference_differs as (
    select count(*) > 0 as differs,
    from reference_files as now
    inner join earlier.reference_files as past using (name)
    where name in ('partner_sources', 'provinces', 'regencies')
        and now.sha256 <> past.sha256
),

made as (
    select
        now.format = past.format and (now.fold is null) = (past.fold is null) as same_digest,
        now.definitions <> past.definitions or differs as definition_changed,
        now.fold is distinct from past.fold or now.format <> past.format as program_changed,
    from made_now as now
    cross join made_past as past
    cross join reference_differs
),

-- what counts for a month and source, and whether any of it came after the earlier edition
counting_now as (
    select
        month,
        source,
        list_sort(list(sha256)) as inputs,
        not bool_and(sha256 in (select sha256 from earlier.deliveries)) as replaced,
    from deliveries
    where counted
    group by month, source
),

counting_past as (
    select
        month,
        source,
        list_sort(list(sha256)) as inputs,
    from earlier.deliveries
    where counted
    group by month, source
),

-- editions of two ages digest their cells in two ways, so both are digested here in one
cells as (
    select
        edition_of,
        month,
        source,
        sum(md5_number_lower(content))::varchar || '-' || sum(md5_number_upper(content))::varchar as digest,
    from (
        select
            edition_of,
            month,
            source,
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
                coalesce(moved_out::varchar, '\N')
            ) as content,
        from (
            select
                'now' as edition_of,
                *,
            from cube_fine
            union all by name
            select
                'past' as edition_of,
                *,
            from earlier.cube_fine
        )
        inner join made on not made.same_digest
        where active > 0
            or coalesce(new, reactivated, moved_in, lapsed, moved_out) is not null
    )
    group by edition_of, month, source
),

lineage_now as (
    select
        lineage.month,
        lineage.source,
        lineage.state,
        lineage.active,
        if(made.same_digest, lineage.digest, cells.digest) as digest,
        counting_now.inputs,
        coalesce(counting_now.replaced, false) as replaced,
    from lineage
    cross join made
    left join cells
        on cells.edition_of = 'now'
            and cells.month = lineage.month
            and cells.source = lineage.source
    asof left join counting_now
        on counting_now.source = lineage.source
            and counting_now.month <= lineage.month
),

lineage_past as (
    select
        lineage.month,
        lineage.source,
        lineage.state,
        lineage.active,
        if(made.same_digest, lineage.digest, cells.digest) as digest,
        counting_past.inputs,
    from earlier.lineage
    cross join made
    left join cells
        on cells.edition_of = 'past'
            and cells.month = lineage.month
            and cells.source = lineage.source
    asof left join counting_past
        on counting_past.source = lineage.source
            and counting_past.month <= lineage.month
),

compared as (
    select
        coalesce(now.month, past.month) as month,
        coalesce(now.source, past.source) as source,
        past.active as before,
        now.active as after,
        past.state as state_before,
        now.state as state_after,
        exists (from earlier.months where months.month = now.month) as month_known,
        now.digest is distinct from past.digest as cells_differ,
        now.state = past.state and now.inputs is not distinct from past.inputs as same_inputs,
        past.state = 'partial' and list_has_all(now.inputs, past.inputs) as completed,
        now.replaced,
    from lineage_now as now
    full outer join lineage_past as past
        on now.month = past.month
            and now.source = past.source
)

select
    month,
    source,
    case
        when state_after is null then 'withdrawn'
        when not month_known then 'new_month'
        when same_inputs and made.definition_changed then 'changed_definition'
        when same_inputs and made.program_changed then 'changed_program'
        when same_inputs then 'consequence'
        when state_after = 'missing' and state_before <> 'missing' then 'withdrawn'
        when state_after = 'missing' then 'carried'
        when state_before is null or state_before = 'missing' or completed then 'late_source'
        when not replaced then 'withdrawn'
        when before <> after then 'correction'
        else 'reclassification'
    end as cause,
    before,
    after,
    coalesce(after, 0) - coalesce(before, 0) as change,
from compared
cross join made
where cells_differ
    or state_before is distinct from state_after
order by month, source
