"""Emergencies in which somebody read without the duty."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
SELECT 'access:' || e.id AS subject, 0 AS amount_fen,
       jsonb_build_object('officers', jsonb_build_array(e.officer_id, e.confirmed_by),
           'minutes', e.minutes, 'on', (e.confirmed_at {DAY},
           'reviewed_on', (e.reviewed_at {DAY},
           'reads', (SELECT count(*) FROM audit_entries t WHERE t.at BETWEEN e.confirmed_at AND e.until
               AND t.actor_kind = 'officer' AND t.actor_id = e.officer_id::text
               AND t.act IN ('resident.read', 'resident.revealed'))) AS evidence
FROM emergency_accesses e
WHERE e.confirmed_at >= CAST(:since AS date)
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="emergency_used",
    title_en="Emergency access used",
    title_zh="启用紧急访问",
    sentence_en="Every emergency access of twelve months: who read without the duty, how much, and whether an "
    "auditor has looked at it.",
    sentence_zh="近十二个月每一次紧急访问：谁在无相应职责时查阅、查阅多少、审计是否已复查。",
    answers=(
        Source(
            "United Kingdom and United States: what is eased in haste is not looked at afterwards.",
            "英国、美国：应急放宽的控制事后未被复查。",
            "security.md 5, PAC, GAO",
        ),
    ),
    severity="medium",
    says_en="On {on} somebody read for {minutes:minute|minutes} without the duty, {reads:look|looks} at residents; "
    "looked at by an auditor on {reviewed_on}.",
    says_zh="{on} 启用紧急访问 {minutes} 分钟，查阅居民记录 {reads} 次；审计复查日期：{reviewed_on}。",
    sql=_SQL,
)  # fmt: skip
