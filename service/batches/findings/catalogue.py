"""The findings there are: what each says, how grave it is, who ends it and how.

``sql`` selects one row (lines, amount_fen, evidence) about :batch, :programme, :assessment, :month
and :last (the month before); no row, or no lines in it, is no finding.
"""

from service.batches.findings import history, missing, officers, totals
from service.batches.screening.control import Control

FINDINGS: tuple[Control, ...] = (
    Control(
        "total_differs",
        "Number and sum of the decisions are not those that were counted when they were made.",
        "核定对象数和金额与核定当时的统计不一致。",
        "stop", "data",
        "Nobody clears it; tell the auditor. The month is assessed again.",
        "不得人工解除；请告知审计人员，并重新核定。",
        totals.TOTAL_DIFFERS,
    ),
    Control(
        "due_not_listed",
        "Somebody is due by decision and stands on no list of the period.",
        "有核定应发对象未列入本期任何清册。",
        "stop", "data",
        "Press the month's button again: what is due and not listed is listed.",
        "重新执行当月一键核定，应发未列对象将列入清册。",
        missing.DUE_NOT_LISTED,
    ),
    Control(
        "paid_before_unsaid",
        "Somebody paid last month is on no list of this month, and no decision says why.",
        "有上月已发对象本月未列入清册，且无核定结论说明原因。",
        "check", "maker",
        "Find out which feed no longer names them; clear with what the department said.",
        "查明是哪一数据源不再包含该对象，凭部门答复说明理由解除。",
        missing.PAID_BEFORE_UNSAID,
    ),
    Control(
        "village_outlier",
        "A village has half as many recipients again as in the months before.",
        "有村（社区）对象数较前几个月增加一半以上。",
        "check", "maker",
        "Let the township explain the growth; clear with its explanation.",
        "请乡镇说明增长原因，凭说明解除。",
        history.VILLAGE_OUTLIER,
    ),
    Control(
        "late_addition",
        "These recipients were not on the list that was posted for this month; they need a notice of their own.",
        "这些对象未在本月已公示名单中，须另行公示。",
        "check", "maker",
        "The list is posted by itself; clear with why they came late.",
        "本清册须单独公示；说明后补原因解除。",
        history.LATE_ADDITION,
    ),
    Control(
        "officer_or_relative",
        "An officer of this service, or a declared relative, is paid by this list.",
        "本清册含工作人员本人或其已申报的亲属。",
        "check", "maker",
        "Another officer looks at those lines and says what was found; the officer takes no step.",
        "由其他工作人员核对相关明细并说明结果；相关人员须回避。",
        officers.OFFICER_OR_RELATIVE,
    ),
)  # fmt: skip

BY_CODE = {finding.code: finding for finding in FINDINGS}
