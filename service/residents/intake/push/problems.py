"""What a department's program may be answered with; constant where an answer would teach guessing."""

from collections.abc import Iterable
from typing import Any

from service.foundation.problems import Problem


class SignatureWrong(Problem):
    """The same answer for an unknown key, a wrong signature and none at all."""

    code = "signature_wrong"
    status = 401
    title = "The signature does not fit"

    def __init__(self) -> None:
        super().__init__(
            "The request is not signed by a registered key over @method, @path and content-digest, with created and keyid.",
            "请求未由已登记的密钥签名，或签名未覆盖 @method、@path、content-digest 及 created、keyid。",
        )


class SignatureTooOld(Problem):
    """Well signed, but not now."""

    code = "signature_too_old"
    status = 401
    title = "The signature is too old"

    def __init__(self) -> None:
        super().__init__(
            "The signature was made more than five minutes ago, or in the future; set the clock and sign again.",
            "签名时间与当前时间相差超过五分钟，请校准时钟后重新签名。",
        )


class DigestWrong(Problem):
    """The body is not the one that was signed."""

    code = "content_digest_wrong"
    status = 400
    title = "The body does not fit its digest"

    def __init__(self) -> None:
        super().__init__(
            "The body does not have the sha-256 digest that its Content-Digest names; send it again.",
            "请求正文与 Content-Digest 中的 sha-256 摘要不符，请重新发送。",
        )


class PushTooLarge(Problem):
    """A page is too large."""

    code = "push_page_too_large"
    status = 413
    title = "The page is too large"

    def __init__(self, bytes_max: int) -> None:
        super().__init__(
            f"A page has at most {bytes_max // 1024 // 1024} MB; send smaller pages.",
            f"每页最多 {bytes_max // 1024 // 1024} MB，请缩小分页。",
        )


class JsonWrong(Problem):
    """The body is not JSON as it is taken here."""

    code = "json_wrong"
    status = 422
    title = "The JSON cannot be used"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(f"The body cannot be used: {why}.", f"请求正文无法使用：{why_zh}。")


class PushFieldsWrong(Problem):
    """Fields, columns or rows are wrong; each is named by its place."""

    code = "push_fields_wrong"
    status = 422
    title = "Some of what was sent is wrong"

    def __init__(self, faults: Iterable[dict[str, Any]]) -> None:
        listed = list(faults)
        super().__init__(
            f"{len(listed)} things are wrong with what was sent; nothing of it was kept.",
            f"提交内容有 {len(listed)} 处错误，均未保存。",
            faults=listed,
        )


class PushUnknown(Problem):
    """This department opened no such push."""

    code = "push_unknown"
    status = 404
    title = "There is no such push"

    def __init__(self) -> None:
        super().__init__(
            "No push with this number was opened for this feed; open it first.",
            "该数据源没有此编号的推送，请先开启。",
        )


class PushDiffers(Problem):
    """The number stands for something else already."""

    code = "push_differs"
    status = 409
    title = "The same number says something else"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(
            f"{what} was sent before with other content; nothing was changed. Use a new number for a new delivery.",
            f"{what_zh}此前已提交且内容不同，未作更改；新的报送请使用新编号。",
        )


class PushComplete(Problem):
    """A finished push takes no further pages."""

    code = "push_complete"
    status = 409
    title = "The push is complete"

    def __init__(self) -> None:
        super().__init__(
            "This push is complete and takes no further pages; use a new number.",
            "该推送已完成，不再接收分页，请使用新编号。",
        )


class PushIncomplete(Problem):
    """What is here is not what the department says it sent."""

    code = "push_incomplete"
    status = 409
    title = "The push is not whole"

    def __init__(self, why: str, why_zh: str, **members: Any) -> None:
        super().__init__(
            f"The push is not whole: {why}; nothing was imported.",
            f"推送不完整：{why_zh}，未导入。",
            **members,
        )


class PushBusy(Problem):
    """The push is being worked on by another request."""

    code = "push_busy"
    status = 409
    title = "The push is being worked on"

    def __init__(self) -> None:
        super().__init__(
            "Another request is working on this push; ask for its state and repeat.",
            "另一请求正在处理该推送，请查询状态后重试。",
        )


class TooManyPushes(Problem):
    """Too much is open at once."""

    code = "too_many_pushes"
    status = 409
    title = "Too many pushes are open"

    def __init__(self, pushes_max: int) -> None:
        super().__init__(
            f"{pushes_max} pushes of this source are open; complete one before opening another.",
            f"该来源已有 {pushes_max} 个未完成的推送，请先完成后再开启。",
        )
