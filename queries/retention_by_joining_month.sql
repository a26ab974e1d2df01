-- question: Of the people who joined in each month, how many are still active in the months after?
-- params:
--   as_of     DATE       last month shown, and last joining month
--   source    VARCHAR[]  only who joined under these sources; null for all
--   segment   VARCHAR[]  only who joined in these segments; null for all
--   province  VARCHAR[]  only who joined in these provinces; null for all
-- grain: one row per joining month and month from then on; only people who are known one by one, and of whom it
--   is known that they were new
-- columns:
--   joined  DATE    month in which the people were new, its last calendar day
--   month   DATE    last calendar day of the month
--   months  BIGINT  whole months since they joined; 0 in the joining month
--   people  BIGINT  people who joined in that month
--   active  BIGINT  those of them who are active in the month, wherever they are counted by then, and also
--                   after a pause
--   share   DOUBLE  active as a part of people
-- order: joined, month
select
    joined,
    month,
    date_diff('month', joined, month) as months,
    sum(joined_people)::bigint as people,
    sum(active)::bigint as active,
    sum(active) / sum(joined_people) as share,
from cohorts
where month <= $as_of
    and ($source::varchar[] is null or list_contains($source::varchar[], source))
    and ($segment::varchar[] is null or list_contains($segment::varchar[], segment))
    and ($province::varchar[] is null or list_contains($province::varchar[], province))
group by joined, month
order by joined, month
