-- question: What did each month's reconciliation of a partner's roster find?
-- params:
--   as_of   DATE       last month shown
--   source  VARCHAR[]  codes of partner sources; null for all
-- grain: one row per month and source whose roster was reconciled
-- columns:
--   month             DATE       month of the roster and of the memberships, its last day
--   source            VARCHAR    code of the partner source
--   name              VARCHAR    name of the result, by what it was made from
--   rule_version      BIGINT     version of the rules
--   agreement         VARCHAR    key of the agreement; null where the source has none
--   agreed_on         DATE       day of the agreement; null where it is not known
--   agreed            VARCHAR    the programmes agreed, joined by +
--   file              VARCHAR    name of the roster's file
--   reconciled_at     TIMESTAMP  UTC time at which the result was made
--   rows              BIGINT     rows of the roster: the sum of the eight classes
--   people            BIGINT     people on it: the sum of the first five classes
--   active_all        BIGINT     people active under the source in all agreed programmes
--   active_part       BIGINT     people active under the source in some of them
--   other_source      BIGINT     people active through another source only
--   lapsed            BIGINT     people who were active once and are not in the month
--   not_found         BIGINT     people whom no known month holds
--   duplicate         BIGINT     rows that repeat a person
--   invalid           BIGINT     rows that break a rule
--   out_of_scope      BIGINT     rows of another source or month
--   jkk_active        BIGINT     people active in JKK under any source; null where JKK was not compared
--   jkk_lapsed        BIGINT     people no longer active in JKK
--   jkk_never         BIGINT     people never seen in JKK
--   jht_active        BIGINT     the same for JHT
--   jht_lapsed        BIGINT     the same for JHT
--   jht_never         BIGINT     the same for JHT
--   jkm_active        BIGINT     the same for JKM
--   jkm_lapsed        BIGINT     the same for JKM
--   jkm_never         BIGINT     the same for JKM
--   near_misses       BIGINT     rows with an open proposal of who is meant
--   confirmed         BIGINT     rows matched by a decision
--   reverse           BIGINT     members under the source who are not on the roster
--   newly_active      BIGINT     of active_all, people known in no month up to the day of the agreement
--   people_since      DATE       first month that any file about people covers, its last day
--   newly_registered  BIGINT     on both rosters and active under the source since; null without a month before
--   joined            BIGINT     people on this roster only; null without a month before
--   left_roster       BIGINT     people on the roster before only; null without a month before
--   lost              BIGINT     active under the source then and not now; null without a month before
--   totals_only       VARCHAR    sources known as totals, in which nobody can be looked up; joined by a comma
--   carried           VARCHAR    sources whose people of an earlier month stand in; joined by a comma
--   simulated         BOOLEAN    whether roster or memberships are simulated
-- order: month, source
with
programmes as (
    select
        month,
        source,
        max(active) filter (where programme = 'JKK') as jkk_active,
        max(lapsed) filter (where programme = 'JKK') as jkk_lapsed,
        max(never) filter (where programme = 'JKK') as jkk_never,
        max(active) filter (where programme = 'JHT') as jht_active,
        max(lapsed) filter (where programme = 'JHT') as jht_lapsed,
        max(never) filter (where programme = 'JHT') as jht_never,
        max(active) filter (where programme = 'JKM') as jkm_active,
        max(lapsed) filter (where programme = 'JKM') as jkm_lapsed,
        max(never) filter (where programme = 'JKM') as jkm_never,
    from reconciliation_programmes
    group by month, source
)

select
    reconciliations.month,
    reconciliations.source,
    reconciliations.name,
    reconciliations.rule_version,
    reconciliations.agreement,
    reconciliations.agreed_on,
    reconciliations.agreed,
    reconciliations.file,
    reconciliations.reconciled_at,
    reconciliations.rows,
    reconciliations.people,
    reconciliations.active_all,
    reconciliations.active_part,
    reconciliations.other_source,
    reconciliations.lapsed,
    reconciliations.not_found,
    reconciliations.duplicate,
    reconciliations.invalid,
    reconciliations.out_of_scope,
    programmes.jkk_active,
    programmes.jkk_lapsed,
    programmes.jkk_never,
    programmes.jht_active,
    programmes.jht_lapsed,
    programmes.jht_never,
    programmes.jkm_active,
    programmes.jkm_lapsed,
    programmes.jkm_never,
    reconciliations.near_misses,
    reconciliations.confirmed,
    reconciliations.reverse,
    reconciliations.newly_active,
    reconciliations.people_since,
    reconciliations.newly_registered,
    reconciliations.joined,
    reconciliations.left_roster,
    reconciliations.lost,
    reconciliations.totals_only,
    reconciliations.carried,
    reconciliations.simulated,
from reconciliations
left join programmes using (month, source)
where reconciliations.month <= $as_of
    and ($source::varchar[] is null or list_contains($source::varchar[], reconciliations.source))
order by reconciliations.month, reconciliations.source
