"""Money that came back and was issued to nobody again."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
SELECT 'payment:' || p.id AS subject, p.amount_fen,
       jsonb_build_object('line', p.id, 'programme', p.programme, 'period', p.period,
           'fen', p.amount_fen, 'state', p.state, 'failed_on', p.failed_on, 'code', p.result_code)
           AS evidence
FROM payments p
WHERE p.state IN ('rejected', 'returned') AND p.failed_on >= CAST(:since AS date)
  AND p.failed_on < CAST(:today AS date) - CAST(:days AS int)
  AND NOT EXISTS (SELECT FROM payments n WHERE n.replaces_id = p.id)
"""

QUERY = StandingQuery(
    code="returned_waits",
    title_en="Returned and not issued again",
    title_zh="退回资金未补发",
    sentence_en="Lines that a bank refused or gave back more than thirty days ago, and that nobody issued again.",
    sentence_zh="银行拒付或退回已逾三十日、尚未补发的明细。",
    answers=(
        Source(
            "Shanzhou: 12.44 million yuan lay idle, and people who were due were missed.",
            "陕州区：1244万元结余资金闲置，应享受人员被遗漏。",
            "domain.md 1.5, S-AUDSZ",
        ),
    ),
    severity="medium",
    says_en="{fen} yuan of {programme} for {period} is {state} ({code}) since {failed_on}; the resident "
    "still waits for it.",
    says_zh="{programme} {period} 的 {fen} 元自 {failed_on} 起为 {state}（{code}），尚未补发。",
    sql=_SQL,
    numbers={"days": 30},
)  # fmt: skip
