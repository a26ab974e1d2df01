-- question: Which parts can each dimension be divided into, and what are they called?
-- params: none
-- grain: one row per dimension and part that occurs in the edition
-- columns:
--   dimension  VARCHAR  source, segment, province, regency, programmes, sex or age_band
--   part       VARCHAR  code of the part
--   name       VARCHAR  name in Indonesian; the code where reference data give none
--   name_en    VARCHAR  name in English; the code where reference data give none
--   parent     VARCHAR  province of a regency, where reference data give one; null for all others
--   position   BIGINT   place in lists, from 1
-- order: dimension, position
with
occurring as (
    select distinct 'source' as dimension, source as part from cube_coarse
    union all
    select distinct 'segment', segment from cube_coarse
    union all
    select distinct 'province', province from cube_coarse
    union all
    select distinct 'regency', regency from cube_fine
    union all
    select distinct 'programmes', programmes from cube_fine
    union all
    select distinct 'sex', sex from cube_fine
    union all
    select distinct 'age_band', age_band from cube_fine
),

named as (
    select
        occurring.dimension,
        occurring.part,
        coalesce(partner_sources.name, provinces.name, regencies.name, occurring.part) as name,
        coalesce(partner_sources.name_en, provinces.name_en, regencies.name_en, occurring.part) as name_en,
        regencies.province as parent,
        coalesce(partner_sources.priority, 0) as priority,
        coalesce(provinces.kemendagri, '') as kemendagri,
    from occurring
    left join partner_sources on occurring.dimension = 'source' and occurring.part = partner_sources.source
    left join provinces on occurring.dimension = 'province' and occurring.part = provinces.province
    left join regencies on occurring.dimension = 'regency' and occurring.part = regencies.regency
    where occurring.part is not null
)

select
    dimension,
    part,
    name,
    name_en,
    parent,
    row_number() over (partition by dimension order by priority, kemendagri, part) as position,
from named
order by dimension, position
