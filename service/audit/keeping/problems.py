"""Why a hold or an erasure is refused."""

from datetime import date

from service.foundation.problems import Problem
from service.foundation.spoken import spoken_day


class DutyMissing(Problem):
    """Who asks has not the duty for it."""

    code = "audit_duty_missing"
    status = 403
    title = "Your duties do not include this"

    def __init__(self, act: str) -> None:
        super().__init__(
            f"Your duties do not include “{act}”; ask an officer who has the duty.",
            f"您的岗位职责不包含该操作（{act}），请由具备该职责的人员办理。",
        )


class SecondPersonNeeded(Problem):
    """One person did both steps."""

    code = "audit_second_person_needed"
    status = 403
    title = "A second person is needed"

    def __init__(self) -> None:
        super().__init__(
            "You asked for this yourself; another officer with the duty decides it.",
            "该申请由您本人提出，须由另一名具备该职责的人员决定。",
        )


class WhyMissing(Problem):
    """No reason was given."""

    code = "audit_reason_missing"
    status = 422
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__(
            "Say why in a few words; it is kept in the trail.",
            "请写明理由，理由将留存在审计记录中。",
        )


class DecidedBefore(Problem):
    """The step was done already, or it is not its turn."""

    code = "audit_decided_before"
    status = 409
    title = "This was decided before"

    def __init__(self) -> None:
        super().__init__(
            "This was decided before, or nobody has asked for it; look at the list again.",
            "该事项已经办结或尚未提出申请，请重新查看清单。",
        )


class UnderHold(Problem):
    """Content that is to be erased is under a legal hold."""

    code = "audit_under_hold"
    status = 409
    title = "This is under a legal hold"

    def __init__(self, scope: str, reason: str, since: date) -> None:
        super().__init__(
            f"Nothing was erased: the legal hold on {scope} since {spoken_day(since, 'en')} "
            f"covers it ({reason}). Two people must lift it first.",
            f"未删除任何内容：{spoken_day(since, 'zh')}起对 {scope} 的法律保全涵盖该内容（{reason}），须先由两人解除。",
        )


class KeptByLaw(Problem):
    """The keeping period of content that is to be erased is not over."""

    code = "audit_kept_by_law"
    status = 409
    title = "The keeping period is not over"

    def __init__(self, act: str, until: date, sources: tuple[str, str]) -> None:
        super().__init__(
            f"Nothing was erased: the content of “{act}” is kept until {spoken_day(until, 'en')} ({sources[0]}).",
            f"未删除任何内容：“{act}”的内容须保存至{spoken_day(until, 'zh')}（{sources[1]}）。",
        )


class NothingToErase(Problem):
    """The scope has no sealed content, or all of it was erased before."""

    code = "audit_nothing_to_erase"
    status = 404
    title = "There is nothing to erase"

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"There is no sealed content of {scope} that is not erased already.",
            f"{scope} 没有尚未删除的密封内容。",
        )


class ArchiveBroken(Problem):
    """A file of the archive is not what its name, its manifest or the log says."""

    code = "audit_archive_broken"
    status = 409
    title = "The archive does not hang together"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is missing, was changed, or belongs to another log; nothing was written.",
            f"{name} 缺失、被改动或不属于本日志；未写入任何内容。",
        )
