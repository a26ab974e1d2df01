-- question: Which deliveries did the edition know of, and which of them count?
-- params: none
-- grain: one row per delivery
-- columns:
--   sha256       VARCHAR    of the delivered bytes
--   file         VARCHAR    name under which it was delivered
--   kind         VARCHAR    totals
--   month        DATE       month it is about, its last day
--   sources      BIGINT     sources in it
--   cells        BIGINT     rows accepted from it
--   active       BIGINT     people in it
--   received_at  TIMESTAMP  moment it was loaded, UTC
--   received_by  VARCHAR    who loaded it
--   simulated    BOOLEAN    whether any row says it is simulated
--   counted      BIGINT     sources of it that no later delivery replaced
-- order: received_at desc, sha256
select
    sha256,
    any_value(file) as file,
    any_value(kind) as kind,
    any_value(month) as month,
    count(*) as sources,
    sum(cells)::bigint as cells,
    sum(active)::bigint as active,
    any_value(received_at) as received_at,
    any_value(received_by) as received_by,
    bool_or(simulated) as simulated,
    count_if(counted)::bigint as counted,
from deliveries
group by sha256
order by received_at desc, sha256
