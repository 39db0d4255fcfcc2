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
    """This one is registered for this person already."""

    code = "heir_stands"
    status = 409
    title = "This heir is registered already"

    def __init__(self) -> None:
        super().__init__(
            "This one is registered to receive for this person; end that registration first.",
            "该领取人已登记，请先终止原登记。",
        )


class RelationUnknown(Problem):
    """There is no such relation."""

    code = "relation_unknown"
    status = 422
    title = "There is no such relation"

    def __init__(self) -> None:
        super().__init__(
            "Choose what the one who receives was to the dead: spouse, child, parent, sibling, "
            "grandchild or other.",
            "请选择领取人与逝者的关系：配偶、子女、父母、兄弟姐妹、孙子女（外孙子女）或其他。",
        )


class EvidenceMissing(Problem):
    """Nobody says where the paper is."""

    code = "evidence_missing"
    status = 422
    title = "Say where the paper is"

    def __init__(self) -> None:
        super().__init__(
            "Write the number of the deed, judgement or agreement, or where it is filed.",
            "请填写公证书、判决书或协议的编号，或其存档位置。",
        )


class ShareUnclear(Problem):
    """A share is no part of a whole."""

    code = "share_unclear"
    status = 422
    title = "That is not a share"

    def __init__(self) -> None:
        super().__init__(
            "A share is a fraction like 1/2 or 1/3, at most 1/1; denominators up to 16, and 18, 20, "
            "24, 25, 30, 60 and 100.",
            "份额应为分数，如 1/2 或 1/3，不超过 1/1；分母可为 1 至 16 及 18、20、24、25、30、60、100。",
        )


class SharesTooMany(Problem):
    """All shares together would be more than the whole."""

    code = "shares_too_many"
    status = 409
    title = "The shares are more than the whole"

    def __init__(self, left: str) -> None:
        super().__init__(
            f"With this share the heirs would have more than the whole; {left} is left. End another "
            "registration first, or write a smaller share.",
            f"加上该份额后合计超过全部遗留款项，尚余 {left}；请先终止其他登记或减小份额。",
        )


class HeirNotFound(Problem):
    """Nobody in the county's data has this number."""

    code = "heir_not_found"
    status = 422
    title = "Nobody with this number is known"

    def __init__(self) -> None:
        super().__init__(
            "Nobody with this ID number is known here; check the number, or ask the police for the "
            "registration before the money can go there.",
            "系统内无此证件号码对应人员；请核对号码，或先由公安部门提供登记信息。",
        )
