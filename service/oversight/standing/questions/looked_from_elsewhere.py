"""Looks at residents who do not live where the officer's office is responsible."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
SELECT 'officer:' || o.id || ':' || (e.at {DAY} AS subject, 0 AS amount_fen,
       jsonb_build_object('officers', jsonb_build_array(o.id), 'on', (e.at {DAY},
           'office', g.division, 'people', count(DISTINCT p.id),
           'persons', (array_agg(DISTINCT p.id ORDER BY p.id))[1:20]) AS evidence
FROM audit_entries e
JOIN officers o ON e.actor_kind = 'officer' AND o.id::text = e.actor_id
JOIN organisations g ON g.name = o.organisation
JOIN persons p ON p.id = CASE WHEN e.object_id ~ '^[0-9]{{1,18}}$' THEN e.object_id::bigint END
WHERE e.at >= CAST(:since AS date) AND e.act = 'resident.read' AND e.object_type = 'persons'
  AND g.division <> '' AND p.division IS NOT NULL AND NOT starts_with(p.division, g.division)
GROUP BY o.id, g.division, (e.at {DAY}
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="looked_from_elsewhere",
    title_en="Looked at residents of another place",
    title_zh="查阅辖区以外居民",
    sentence_en="Officers of a township's or village's office who opened records of residents registered "
    "elsewhere. Three months.",
    sentence_zh="乡镇、村工作人员查阅非本辖区居民记录（近三个月）。",
    answers=(
        Source(
            "Rules to be kept: access is limited to the task and audited (PIPL 51, 54).",
            "应遵守的规定：按权限访问并定期审计（个人信息保护法第五十一条、第五十四条）。",
            "security.md 4.2",
        ),
    ),
    severity="low",
    says_en="On {on} an officer responsible for {office} opened the records of {people:resident|residents} of "
    "other places.",
    says_zh="{on}，负责 {office} 的工作人员查阅了 {people} 名其他辖区居民的记录。",
    sql=_SQL,
    months=3,
)  # fmt: skip
