-- question: How far are the active participants of a month from a goal, and at what pace?
-- params:
--   as_of  DATE     reference month, its last day
--   goal   VARCHAR  key of the goal
-- grain: one row, or none when the month or the goal is unknown
-- columns:
--   goal                       VARCHAR  key of the goal
--   as_of                      DATE     reference month, its last day
--   active                     BIGINT   active participants, people
--   active_before              BIGINT   the same one month earlier
--   baseline                   BIGINT   active participants when the goal was stated
--   baseline_date              DATE     day of the baseline
--   target                     BIGINT   active participants to be reached
--   due                        DATE     day by which they are to be reached
--   gap                        BIGINT   target less active, people; negative once passed
--   rise_needed                BIGINT   target less baseline, people
--   rise_achieved              BIGINT   active less baseline; null before the baseline date
--   rise_achieved_share        DOUBLE   part of the rise needed
--   days_left                  BIGINT   calendar days from the month end to the due date, 0 once past
--   needed_per_month           BIGINT   people per month of 30.4375 days that close the gap in time
--   needed_per_month_at_start  BIGINT   the same on the baseline date
--   recent_per_month           BIGINT   mean of the last three net changes, people
--   recent_months              BIGINT   how many net changes that mean is made of
--   pace_ratio                 DOUBLE   needed divided by recent; null when recent is not positive
--   path_active                BIGINT   where the straight line from baseline to goal stands that day
--   continued_active           BIGINT   active at the due date if the recent pace simply continues
--   continued_gap              BIGINT   target less that
--   status                     VARCHAR  reached, ahead, on_pace, behind, missed or unknown
--   missing                    BIGINT   sources expected and not delivered
--   carried                    BIGINT   people carried forward for them
--   simulated                  BOOLEAN  whether any cell behind the answer is simulated
-- order: goal
with
goal as (
    select *
    from targets
    where goal = $goal
        and baseline is not null
),

recent as (
    select
        count(net_change) filter (place <= 3) as recent_months,
        avg(net_change) filter (place <= 3) as recent,
        bool_or(simulated) as simulated,
    from (
        select
            active - lag(active) over (order by month) as net_change,
            row_number() over (order by month desc) as place,
            simulated,
        from months
        where month <= $as_of
        order by month desc
        limit 4
    )
),

at_due as (
    select max_by(active, month) as active
    from months
    where month <= least($as_of, (select due from goal))
),

stock as (
    select
        goal.goal,
        months.month as as_of,
        months.active,
        (select max_by(active, month) from months where month < $as_of) as active_before,
        goal.baseline,
        goal.baseline_date,
        goal.target,
        goal.due,
        goal.target - months.active as gap,
        goal.target - goal.baseline as rise_needed,
        case when months.month >= goal.baseline_date then months.active - goal.baseline end as rise_achieved,
        greatest(goal.due - months.month, 0) as days_left,
        goal.due - goal.baseline_date as days_in_all,
        months.month - goal.baseline_date as days_gone,
        recent.recent_months,
        recent.recent,
        at_due.active as active_at_due,
        months.missing,
        months.carried,
        months.simulated or recent.simulated as simulated,
    from months, goal, recent, at_due
    where months.month = $as_of
),

pace as (
    select
        *,
        case when days_gone >= 0 and days_left > 0 then greatest(gap, 0) / days_left * 30.4375 end as needed,
    from stock
)

select
    goal,
    as_of,
    active,
    active_before,
    baseline,
    baseline_date,
    target,
    due,
    gap,
    rise_needed,
    rise_achieved,
    rise_achieved / nullif(rise_needed, 0) as rise_achieved_share,
    days_left,
    round(needed)::bigint as needed_per_month,
    round(rise_needed / nullif(days_in_all, 0) * 30.4375)::bigint as needed_per_month_at_start,
    round(recent)::bigint as recent_per_month,
    recent_months,
    case when recent > 0 then needed / recent end as pace_ratio,
    case
        when days_gone >= 0 and as_of <= due
            then round(baseline + rise_needed * days_gone / nullif(days_in_all, 0))::bigint
    end as path_active,
    case when days_left > 0 then round(active + recent * days_left / 30.4375)::bigint end as continued_active,
    case when days_left > 0 then target - round(active + recent * days_left / 30.4375)::bigint end as continued_gap,
    case
        when days_gone < 0 then 'unknown'
        when active_at_due >= target or (active >= target and as_of <= due) then 'reached'
        when days_left = 0 and active_at_due is null then 'unknown'
        when days_left = 0 then 'missed'
        when recent is null then 'unknown'
        when recent <= 0 then 'behind'
        when needed / recent < 0.95 then 'ahead'
        when needed / recent <= 1.05 then 'on_pace'
        else 'behind'
    end as status,
    missing,
    carried,
    simulated,
from pace
order by goal
