"""What can be wrong with granting, ending and confirming duties."""

from service.foundation.problems import Problem


class SecondPersonNeeded(Problem):
    """Two persons grant a duty, and neither is the one who gets it."""

    code = "second_person_needed"
    status = 409
    title = "A second person is needed"

    def __init__(self) -> None:
        super().__init__(
            "A duty is asked for by one security administrator and confirmed by another, never for oneself.",
            "授予职责须由一名安全管理员提出、另一名安全管理员确认，且均不得为本人。",
        )


class GrantIncomplete(Problem):
    """Place, programmes, days or reason of a duty are missing or wrong."""

    code = "grant_incomplete"
    status = 422
    title = "Something is missing"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(what, what_zh)


class AlreadyHeld(Problem):
    """The same duty with the same scope is held or waits already."""

    code = "duty_already_held"
    status = 409
    title = "The officer has this duty already"

    def __init__(self) -> None:
        super().__init__(
            "The officer has this duty with the same place and programmes, or it waits to be confirmed.",
            "该人员已具有相同辖区和项目的该项职责，或正待确认。",
        )


class OfficerGone(Problem):
    """The officer has left."""

    code = "officer_gone"
    status = 409
    title = "This officer has left"

    def __init__(self) -> None:
        super().__init__(
            "This officer has left; register the person anew.",
            "该人员已离岗，请重新登记。",
        )
