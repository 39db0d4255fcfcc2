"""What can be wrong with a correction: where it stands, a stable code, a sentence in two languages."""

from dataclasses import dataclass
from typing import Any

from service.foundation.problems import Problem
from service.reconciliation.corrections.template import COLUMNS
from service.residents.importing.faults import SENTENCES

HEADERS = {one.field: one.header for one in COLUMNS}
OWN: dict[str, tuple[str, str]] = {
    "reference_destroyed": (
        "“{header}” is no text any more, so its characters cannot be trusted; copy it from the exported workbook.",
        "“{header}”已不是文本，内容可能失真，请从导出的更正表中复制。",
    ),
    "reference_wrong": (
        "“{header}” is not a reference of this county: a character is wrong or missing.",
        "“{header}”不是本县的流水号，可能有错漏字符。",
    ),
    "reference_unknown": (
        "There is no failed payment with this “{header}”, or it is not yours to correct.",
        "没有该“{header}”对应的失败付款，或不属于您的办理范围。",
    ),
    "not_failed": (
        "This payment is not failed any more ({detail}); nothing has to be corrected.",
        "该笔付款已不是失败状态（{detail}），无需更正。",
    ),
    "account_rounded": (
        "“{header}” ends in zeros and its check digit is wrong: a spreadsheet has rounded it. Type it again as text.",
        "“{header}”末位为零且校验位不符，已被表格软件四舍五入，请以文本格式重新填写。",
    ),
    "holder_differs": (
        "“{header}” is not the payee's name; an account of somebody else needs a registered proxy.",
        "“{header}”与收款人姓名不一致；由他人代领须先登记代领。",
    ),
    "row_twice": (
        "Another row of this file says something else about the same payment (row {detail}); leave one of them.",
        "本文件第 {detail} 行对同一笔付款另有填写，请只保留一行。",
    ),
    "same_account": (
        "“{header}” is the account that the payee is paid to already; the failed payment needs another one.",
        "“{header}”即现用收款账户，失败付款需要新的账户。",
    ),
    "account_change_waiting": (
        "Another change of this payee's account waits for its second officer; decide that one first.",
        "该收款人已有一笔账户变更待复核，请先办理。",
    ),
}


@dataclass(frozen=True)
class Fault:
    """One fault; ``field`` is the template's column, empty for the row."""

    field: str
    code: str
    detail: str = ""
    cell: str = ""
    """Where it stands in the sheet, like ``G7``; empty in a form."""

    def as_json(self) -> dict[str, Any]:
        header = HEADERS.get(self.field, "")
        english, chinese = OWN.get(self.code) or SENTENCES[self.code]
        return {
            "cell": self.cell,
            "column": header,
            "field": self.field,
            "code": self.code,
            "sentence": english.format(header=header, detail=self.detail),
            "sentence_zh": chinese.format(header=header, detail=self.detail),
        }


def of_problem(problem: Problem) -> dict[str, Any]:
    """Return what stood in the way of a request as a fault of its row."""
    return {
        "cell": "",
        "column": "",
        "field": "account" if problem.code in ("same_account", "account_number_wrong") else "",
        "code": problem.code,
        "sentence": problem.say("en"),
        "sentence_zh": problem.say("zh"),
    }
