"""Why somebody cannot be registered as the one who receives for the dead."""

from service.foundation.problems import Problem


class HeirBasisUnknown(Problem):
    """There is no such ground for receiving."""

    code = "heir_basis_unknown"
    status = 422
    title = "There is no such ground"

    def __init__(self) -> None:
        super().__init__(
            "Somebody receives for the dead by agreement of the heirs, by a notary's deed, by a "
            "judgement, or because he or she arranged the funeral; choose one.",
            "领取依据为继承人协商一致、公证、判决或承办丧事，请选择其一。",
        )


class HeirIsTheDead(Problem):
    """Nobody is his or her own heir."""

    code = "heir_is_the_dead"
    status = 422
    title = "These are one person"

    def __init__(self) -> None:
        super().__init__(
            "The one who receives and the one who died are the same person.",
            "领取人与逝者为同一人。",
        )


class HeirStands(Problem):
    """Somebody is registered for this person already."""

    code = "heir_stands"
    status = 409
    title = "Somebody is registered already"

    def __init__(self) -> None:
        super().__init__(
            "Somebody is registered to receive for this person; end that registration first.",
            "该对象已登记领取人，请先终止原登记。",
        )
