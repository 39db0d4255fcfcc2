"""Why what is said of a file that a clerk carries is refused."""

from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.problems import Problem

PROOF_BYTES_MAX = 10 * 1024 * 1024
RECEIPT_CHARS_MAX = 64


class NotCarried(Problem):
    """The file is not with a clerk."""

    code = "not_carried"
    status = 409
    title = "No clerk has this file"

    def __init__(self, file: BankFile) -> None:
        super().__init__(
            f"{file.file_name} does not wait for a clerk: its bank takes files from no person, or it is known where it is.",
            f"{file.file_name} 不在待人工送达之列：该行不由人工送达，或文件去向已明确。",
        )


class AlreadyAnswered(Problem):
    """The bank's side has spoken of a file, so it was delivered."""

    code = "carried_file_answered"
    status = 409
    title = "The bank has answered this file"

    def __init__(self, file: BankFile) -> None:
        super().__init__(
            f"Something came from the bank about {file.file_name}, so it was delivered; it is not taken back. Read what came under “Banks’ answers”.",
            f"银行已有关于 {file.file_name} 的回复或记账，说明已送达，不能收回。请在“银行回盘”中查看。",
        )


class ReceiptUnusable(Problem):
    """The bank's receipt has no number."""

    code = "receipt_unusable"
    status = 422
    title = "The receipt's number cannot be used"

    def __init__(self) -> None:
        super().__init__(
            f"Write the number on the bank's receipt: 3 to {RECEIPT_CHARS_MAX} letters, digits, blanks or . / _ -",
            f"请填写银行回单编号：3 至 {RECEIPT_CHARS_MAX} 位字母、数字、空格或 . / _ - 。",
        )


class HourUnusable(Problem):
    """The receipt's hour is none, or one at which it cannot have been given."""

    code = "receipt_hour_unusable"
    status = 422
    title = "The receipt's date and hour cannot be used"

    def __init__(self, file: BankFile) -> None:
        begun = f"{clock.civil(file.intent_at or file.made_at):%Y-%m-%d %H:%M}"
        super().__init__(
            f"Write the receipt's date and hour as 2026-11-27 16:05; it lies between {begun}, when the file was laid out, and now.",
            f"请按“2026-11-27 16:05”的格式填写回单日期和时间；应在文件放出（{begun}）之后、当前时间之前。",
        )


class ProofUnusable(Problem):
    """Nothing was uploaded, or nothing that can be a scan or a bank's file."""

    code = "proof_unusable"
    status = 422
    title = "The proof cannot be used"

    def __init__(self) -> None:
        super().__init__(
            f"Choose the scan of the receipt (PDF, JPEG or PNG) or the bank's acknowledgement (XML or text), up to {PROOF_BYTES_MAX // 1024 // 1024} MB.",
            f"请选择回单扫描件（PDF、JPEG 或 PNG）或银行回执文件（XML 或文本），不超过 {PROOF_BYTES_MAX // 1024 // 1024} MB。",
        )


class ProofBroken(Problem):
    """The proof that is kept is not the one that was uploaded."""

    code = "proof_broken"
    status = 409
    title = "The proof was changed"

    def __init__(self, file: BankFile) -> None:
        super().__init__(
            f"The proof kept for {file.file_name} is not the one that was uploaded. Tell the auditor.",
            f"{file.file_name} 所存凭据与上传时不一致，请告知审计人员。",
        )


class AskedAlready(Problem):
    """Something was said of this file that nobody has confirmed yet, or that was decided."""

    code = "hand_delivery_decided"
    status = 409
    title = "This was asked or decided already"

    def __init__(self, file: BankFile) -> None:
        super().__init__(
            f"What was said of {file.file_name} was decided already, or waits for another officer.",
            f"关于 {file.file_name} 的申报已处理，或正等待另一名工作人员确认。",
        )


class AnotherConfirms(Problem):
    """Who said it cannot confirm it."""

    code = "hand_delivery_another_officer"
    status = 409
    title = "Another officer confirms"

    def __init__(self) -> None:
        super().__init__(
            "Who said what became of the file cannot confirm it; another officer does.",
            "申报人不能自行确认，须由另一名工作人员确认。",
        )


class FolderSilent(Problem):
    """The folder is not there, so nothing can be taken out of it."""

    code = "clerks_folder_silent"
    status = 502
    title = "The clerk's folder cannot be reached"

    def __init__(self) -> None:
        super().__init__(
            "The folder of this bank cannot be reached at this moment, so nothing was changed. Try again later.",
            "该行的交换目录目前无法访问，未作任何更改，请稍后再试。",
        )
