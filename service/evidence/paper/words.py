"""What the pages call things, in both languages; rules and controls bring their own words."""

from service.evidence.said import Said

TITLE = Said("付款证据", "Evidence of one payment")
PAID = Said("已发放", "paid")
STATES: dict[str, Said] = {
    "ready": Said("已列入名单，尚未发放", "is on a list and not paid yet"),
    "frozen": Said("已列入冻结名单，尚未发放", "is on a frozen list and not paid yet"),
    "held": Said("暂缓发放，等待核实", "is held until somebody has looked"),
    "withheld": Said("送交银行前暂缓", "was left out before the list went to the bank"),
    "sent": Said("已交银行，尚无回复", "is with the bank, which has not answered yet"),
    "unknown": Said("已交银行，结果未知", "is with the bank, its outcome unknown"),
    "paid": Said("已到账", "has arrived"),
    "rejected": Said("银行未能付款", "could not be paid by the bank"),
    "returned": Said("被银行退回", "came back from the bank"),
    "reissued": Said("已另行补发", "was issued again as another line"),
}
TYPES: dict[str, Said] = {
    "decided": Said("核定金额", "as decided"),
    "regular": Said("本期金额", "of this period"),
    "arrears": Said("往期应补", "of a past period"),
    "supplementary": Said("本期补差", "more for the period"),
    "estate": Said("亡者应发，给继承人", "due to somebody who died, to the heir"),
    "instalment": Said("分期余额", "the rest of a line paid in part"),
    "paid_later": Said("留待以后发放", "left for later"),
    "kept_for_recovery": Said("抵扣以前多发款项", "kept for money paid before that was not due"),
}
ACTS: dict[str, Said] = {
    "submitted": Said("提交", "submitted"),
    "approved": Said("批准", "approved"),
    "returned": Said("退回", "returned"),
    "signed": Said("签发", "signed"),
}
CONDITIONS: dict[str, Said] = {
    "true": Said("符合", "holds"),
    "false": Said("不符合", "does not hold"),
    "unknown": Said("不明", "not known"),
}
EVIDENCE: dict[str, Said] = {
    "sourced": Said("有原文", "from the official text"),
    "secondary": Said("转述", "from a secondary source"),
    "derived": Said("推算", "derived"),
    "memory": Said("凭记忆", "from memory"),
    "illustrative": Said("示例", "made up for the demonstration"),
    "mixed": Said("来源不一", "of several kinds"),
}
ANSWERS: dict[str, Said] = {
    "paid": Said("已付", "paid"),
    "rejected": Said("拒付", "rejected"),
    "returned": Said("退回", "returned"),
    "in_transit": Said("在途", "in transit"),
    "unknown": Said("未知", "unknown"),
}
MATCHED: dict[str, Said] = {
    "file": Said("整份文件扣款（多笔合计）", "the whole file was debited, many lines together"),
    "return": Said("本笔退回", "this payment came back"),
    "return_undone": Said("本笔退回被撤销", "its return was taken back"),
    "unidentified": Said("来款", "a receipt"),
}
LINKS: dict[str, Said] = {
    "pays_this_again": Said("补发本笔", "pays this one again"),
    "paid_again_by_this": Said("由本笔补发", "is paid again by this one"),
    "first_of_period": Said("本期首笔", "the first line of the period"),
    "same_claim": Said("同一待遇", "of the same claim"),
}
HIDDEN = Said("（已隐去）", "(not shown)")
NONE = Said("无", "none")
NOT_YET = Said("尚未到此步。", "It has not come to this step.")
FILE_SUMS = Said(
    "分录为整份名单或文件的合计，本笔是其中一部分。",
    "Entries are the sums of a list or file; this line is a part of them.",
)


def word(table: dict[str, Said], key: str, language: str) -> str:
    """Return what a key is called; one of a later version stands for itself."""
    return table[key].in_language(language) if key in table else key
