-- What analysts ordinarily ask. Every statement answers in the sandbox as free DuckDB answers it.

-- Selecting, filtering, ordering.
select * from months order by month;
from months;
select month, active from months where active > 28_000_000 order by month;
select distinct source from cube_coarse order by source;
select count(*) from cube_fine;
select count(*), count(distinct source), count(distinct province) from cube_traits;
select * exclude (simulated) from months order by month desc limit 2;
select * replace (active / 1e6 as active) from months order by month;
select columns('act.*') from months order by 1;
select source, sum(active) as active from cube_coarse group by all order by active desc, source limit 5;
select source, active from cube_coarse where source in ('TPP', 'BUMDES') order by all limit 50;
select name from provinces where name ilike '%jawa%' order by name;
select name from provinces where regexp_matches(name, '^S.*a$') order by name;
select month, active from months where month between date '2021-05-01' and date '2021-07-31' order by month;
select distinct source from cube_fine where regency is null order by source;
select month, active from months order by active desc offset 1;
select distinct on (source) source, month, active from cube_coarse order by source, month, active;
select 1 as a, 'x' as b, null as c, true as d, 1.5 as e, date '2021-04-09' as f, interval 3 months as g;
values (1, 'a'), (2, 'b');
table months order by month;

-- Grouping.
select month, sum(active)::bigint as active from cube_coarse group by month order by month;
select segment, avg(active), median(active), min(active), max(active) from cube_coarse group by 1 order by 1;
select segment, sum(active) from cube_coarse group by segment having sum(active) > 1_000_000 order by
    segment;
select segment, source, sum(active) from cube_coarse group by rollup (segment, source) order by all;
select sex, age_band, sum(active) from cube_traits group by cube (sex, age_band) order by all;
select grouping(sex), sex, sum(active) from cube_traits group by grouping sets ((sex), ()) order by all;
select sum(active) filter (where sex = 'P') * 1.0 / sum(active) as women from cube_traits;
select month, arg_max(source, active) from cube_coarse group by month order by month;
select quantile_cont(active, 0.9), stddev_samp(active) from cube_fine;
select string_agg(source, ', ' order by source) from partner_sources;
select list(source order by source) from partner_sources;
select histogram(segment) from partner_sources;
select count_if(active > 0), bool_and(active >= 0) from cube_fine;
select corr(opening, active), regr_slope(active, opening) from cube_coarse;

-- Windows.
select month, active, active - lag(active) over (order by month) as change from months order by month;
select month, avg(active) over (order by month rows between 2 preceding and current row) from months order
    by 1;
select month, source, active, rank() over (partition by month order by active desc, source, province,
    segment) as place from cube_coarse qualify place <= 3 order by month, place;
select month, sum(active) over w from months window w as (order by month) order by month;
select month, first_value(active) over w, last_value(active) over w, ntile(2) over w from months window w as
    (order by month rows between unbounded preceding and unbounded following) order by month;
select month, row_number() over (order by month), dense_rank() over (order by carried), percent_rank() over
    (order by active), cume_dist() over (order by active), lead(active, 1, 0) over (order by month) from
    months order by month;

-- Common table expressions and subqueries.
with latest as (select max(month) as month from months) select active from months join latest using (month);
with by_month as (select month, sum(active) as active from cube_coarse group by month), changes as (select
    month, active - lag(active) over (order by month) as change from by_month) select avg(change) from
    changes;
with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 12) from counted;
with a as materialized (select * from months) select count(*) from a;
select month, active from months where active = (select max(active) from months);
select source from partner_sources p where exists (select 1 from plans where plans.source = p.source) order
    by 1;
select source from partner_sources where source not in (select source from plans) order by source;
select m.month, (select count(*) from cube_coarse c where c.month = m.month) from months m order by 1;
select * from (select source, sum(active) as active from cube_coarse group by source) where active > 0 order
    by source;
select p.name, sub.total from partner_sources p, lateral (select sum(active) as total from cube_coarse c
    where c.source = p.source) sub order by p.name;

-- Joins and sets.
select p.name, sum(c.active) from cube_coarse c join partner_sources p using (source) group by p.name order
    by 1;
select v.name, sum(c.active) from provinces v left join cube_coarse c on c.province = v.province group by
    v.name order by v.name;
select a.month, b.month from months a cross join months b order by all;
from partner_sources semi join plans using (source) select source order by source;
from partner_sources anti join plans using (source) select source order by source;
select p.source, a.committed from plans p asof join agreements a on p.source = a.source and p.month >=
    a.announced_on order by all;
select source from plans union select source from agreements order by source;
select source from partner_sources except select source from plans order by source;
select source from partner_sources intersect select source from plans order by source;
select source, month from plans union all by name select source, null as month from agreements order by all;

-- Text, dates, conditions, nested values.
select month, strftime(month, '%Y-%m'), year(month), monthname(month), date_trunc('quarter', month) from
    months order by month;
select month + interval 1 month, date_diff('month', date '2020-12-31', month), last_day(month) from months
    order by month;
select extract(year from due), due - baseline_date from targets order by goal;
select upper(source) || '-' || lower(segment), length(name), replace(name, ' ', '_') from partner_sources
    order by source;
select case when active > 29e6 then 'high' when active is null then 'unknown' else 'low' end from months
    order by month;
select coalesce(province, '-'), nullif(segment, 'PU'), if(active > 5, 1, 0), greatest(opening, active) from
    cube_coarse order by all limit 20;
select unnest(string_split(programmes, '+')) as programme, sum(active) from cube_traits group by 1 order by
    1;
select split_part(programmes, '+', 1), contains(programmes, 'JHT') from cube_traits group by all order by
    all;
select round(active / 1e6, 1), cast(active as varchar), try_cast('x' as integer), active % 7, -active from
    months order by month;
select {'month': month, 'active': active} as pair, [active, opening] as two from cube_coarse order by all
    limit 3;
select list_transform([1, 2, 3], lambda x: x * 2), [x + 1 for x in [1, 2] if x > 1], map {'a': 1}['a'];
select range(3), generate_series(1, 3), list_sum([1, 2, 3]);
select * from range(date '2021-01-01', date '2021-06-01', interval 1 month) order by 1;
select * from unnest([1, 2, 3]) as numbers(n);
select name.upper().replace(' ', '') as shouted from provinces order by all;

-- Pivoting, describing, summarising.
pivot cube_coarse on segment in ('PU', 'BPU', 'JAKON', 'PMI') using sum(active) group by month order by
    month;
from (pivot cube_coarse on segment in ('PU', 'BPU') using sum(active) as active, max(active) as most group
    by source) order by source;
select * from cube_coarse pivot (sum(active) for segment in ('PU', 'BPU') group by month) order by month;
unpivot (select month, active, missing from months) on active, missing into name what value people order by
    all;
describe months;
describe select month, sum(active) as active from cube_coarse group by month;
summarize months;
summarize select active, opening from cube_coarse;
show tables;
select column_name from (describe months);
select sum(active) from cube_coarse tablesample 100%;
select * from months limit 50%;
