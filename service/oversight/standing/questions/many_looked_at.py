"""Officers who looked at many residents on one day without a task that led there."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH looks AS (
    SELECT DISTINCT e.actor_id, (e.at {DAY} AS on_day, e.object_id::bigint AS person_id
    FROM audit_entries e
    WHERE e.at >= CAST(:since AS date) AND e.act = 'resident.read' AND e.actor_kind = 'officer'
      AND e.object_type = 'persons' AND e.object_id ~ '^[0-9]{{1,18}}$'
),
tasks AS (
    SELECT requested_by AS actor_id, (requested_at {DAY} AS on_day, person_id FROM account_changes
    UNION SELECT decided_by, (decided_at {DAY}, person_id FROM account_changes
    UNION SELECT by, (at {DAY}, person_id FROM confirmations
    UNION SELECT registered_by, (registered_at {DAY}, person_id FROM proxy_registrations
    UNION SELECT approved_by, (approved_at {DAY}, person_id FROM proxy_registrations
    UNION SELECT registered_by, (registered_at {DAY}, person_id FROM heir_registrations
    UNION SELECT asked_by, (asked_at {DAY}, person_id FROM fact_corrections
    UNION SELECT h.cleared_by, (h.cleared_at {DAY}, p.payee_person_id
        FROM payment_holds h JOIN payments p ON p.id = h.payment_id
        WHERE h.cleared_at >= CAST(:since AS date)
),
free AS (
    SELECT l.actor_id, l.on_day, count(*) AS people FROM looks l
    LEFT JOIN tasks t USING (actor_id, on_day, person_id)
    WHERE t.person_id IS NULL GROUP BY 1, 2
),
usual AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY people) AS median FROM free)
SELECT 'officer:' || f.actor_id || ':' || f.on_day AS subject, 0 AS amount_fen,
       jsonb_build_object('officers', jsonb_build_array(f.actor_id), 'on', f.on_day,
           'people', f.people) AS evidence
FROM free f CROSS JOIN usual u
WHERE f.people >= :people AND f.people > 3 * u.median
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="many_looked_at",
    title_en="Looked at many without a task",
    title_zh="无任务大量查阅居民记录",
    sentence_en="Officers who opened forty residents' records and more on one day, three times what officers "
    "usually do, without having done anything for those people that day. Three months.",
    sentence_zh="一日内查阅四十名以上居民记录、超过通常查阅量三倍，且当日未为其办理任何事项的工作人员（近三个月）。",
    answers=(
        Source(
            "Rules to be kept: access to personal data is audited (PIPL 54; MLPS level 3).",
            "应遵守的规定：个人信息处理须定期审计（个人信息保护法第五十四条、等级保护三级）。",
            "security.md 4.2",
        ),
    ),
    severity="medium",
    says_en="On {on} one officer opened the records of {people:resident|residents} without any task about them.",
    says_zh="{on}，一名工作人员查阅了 {people} 名居民的记录，未见相应办理事项。",
    sql=_SQL,
    months=3,
    numbers={"people": 40},
)  # fmt: skip
