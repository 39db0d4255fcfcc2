"""What is refused about findings, each with its sentence."""

from service.foundation.problems import Problem

SAID_MIN, SAID_MAX = 2, 1000


class SayMore(Problem):
    """Nothing was said, or too much."""

    code = "finding_said_unusable"
    status = 422
    title = "Say it in a few sentences"

    def __init__(self) -> None:
        super().__init__(
            f"Say it in {SAID_MIN} to {SAID_MAX} characters; it is kept with your name.",
            f"请用{SAID_MIN}至{SAID_MAX}字说明，内容将连同您的姓名留存。",
        )


class OfficeNotKnown(Problem):
    """The finding was put to an office that there is not, or to the audit office itself."""

    code = "finding_office_unknown"
    status = 422
    title = "There is no such office"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name[:40]}” is no office with officers who could answer.",
            f"“{name[:40]}”不是可答复的单位，或其没有可答复的工作人员。",
        )


class DayUnusable(Problem):
    """The day by which an office answers is gone, or too far away."""

    code = "finding_day_unusable"
    status = 422
    title = "This day cannot be used"

    def __init__(self, days_max: int) -> None:
        super().__init__(
            f"The day to answer by lies in the future, {days_max} days away at most.",
            f"答复期限须为今后{days_max}天以内的日期。",
        )


class EvidenceUnknown(Problem):
    """Something that was named as evidence or measure is not there."""

    code = "finding_evidence_unknown"
    status = 422
    title = "This is not known here"

    def __init__(self, value: str) -> None:
        super().__init__(
            f"“{value[:60]}” is no line, list, recovery, objection or entry of the trail.",
            f"“{value[:60]}”不是明细编号、清册编号、追缴编号、异议编号或留痕记录编号。",
        )


class NotYourFinding(Problem):
    """The finding was put to another office."""

    code = "finding_not_yours"
    status = 403
    title = "This was put to another office"

    def __init__(self) -> None:
        super().__init__(
            "This finding was put to another office; only its officers answer it.",
            "该问题交由其他单位答复，仅该单位人员可以办理。",
        )


class AnotherCloses(Problem):
    """A grave finding is closed by somebody else than who opened it."""

    code = "finding_another_closes"
    status = 403
    title = "Another auditor closes this"

    def __init__(self) -> None:
        super().__init__(
            "You opened this finding, and it is grave: another auditor looks and closes it.",
            "该问题由您提出且为高等级，须由另一名审计人员复核后销号。",
        )
