"""The fixed sentences of an explanation, in both languages."""

from eligibility_rules import Words
from service.web.view_models import Tone

TITLE = Words("{name}（{code}），{period}", "{name} ({code}), {period}")
HEADINGS = {
    "conditions": Words("各项条件", "Conditions"),
    "amount": Words("金额如何算出", "How the sum is reckoned"),
    "ways": Words("怎样才会改变", "What would change it"),
    "laws": Words("依据的法律和政策", "Under which law"),
    "basis": Words("核定所用的数据和规则", "What it was decided by"),
}
STATES: dict[str, tuple[Words, Tone]] = {
    "true": (Words("符合", "met"), "ok"),
    "false": (Words("不符合", "not met"), "bad"),
    "unknown": (Words("不明", "not known"), "warn"),
}
OUTCOMES: dict[str, tuple[Words, Tone]] = {
    "due": (Words("应发", "due"), "ok"),
    "not_due": (Words("不发", "not due"), "bad"),
    "unknown": (Words("待查明", "not known yet"), "warn"),
}
LEADS = {
    "due": Words(
        "{period}“{name}”应发 {amount} 元，各项条件均符合。",
        "{name} for {period}: {amount} yuan is due, because every condition is met.",
    ),
    "not_due": Words(
        "{period}“{name}”不予发放，因为下列条件中有 {count} 项不符合。",
        "{name} for {period} is not paid, because {count} of the conditions below are not met.",
    ),
    "not_due_one": Words(
        "{period}“{name}”不予发放，因为下列条件中有一项不符合。",
        "{name} for {period} is not paid, because one of the conditions below is not met.",
    ),
    "unknown": Words(
        "{period}“{name}”暂不能确定：有 {count} 项情况尚不明，由相关部门补充，您无需提供材料。",
        "{name} for {period} cannot be decided yet: {count} of the conditions below are not known. "
        "The departments have to complete their data; you need not bring anything.",
    ),
    "unknown_one": Words(
        "{period}“{name}”暂不能确定：有一项情况尚不明，由相关部门补充，您无需提供材料。",
        "{name} for {period} cannot be decided yet: one of the conditions below is not known. "
        "The departments have to complete their data; you need not bring anything.",
    ),
    "amount_unknown": Words(
        "{period}“{name}”各项条件均符合，但金额尚不能确定，由相关部门补充数据，您无需提供材料。",
        "{name} for {period}: every condition is met but the sum is not known yet. "
        "The departments have to complete their data; you need not bring anything.",
    ),
}
MARKS = {
    "sourced": Words("据官方文本", "from the official text"),
    "secondary": Words("据转述", "from a report of the text"),
    "derived": Words("据来源推算", "calculated from a source"),
    "memory": Words("凭记忆，待核", "from memory, to be checked"),
    "illustrative": Words("演示示例", "an example for the demo"),
    "mixed": Words("部分为示例", "partly an example"),
}
VALUE = Words("{label}：{shown}", "{label}: {shown}")
HIDDEN = Words("高度敏感，此处不显示", "most sensitive, not written out here")
SAID = Words("{feed}，{department} {received} 报送", "{feed}, sent by {department} on {received}")
SAID_OF_DAY = Words(
    "{feed}，{department} {received} 报送，记录日期 {day}",
    "{feed}, sent by {department} on {received}, record of {day}",
)
SAID_LATER = Words(
    "{feed}，{department} {received} 报送，晚于本月；其中未注明起始日期的内容不用于认定此前月份：本月按此前所报认定，"
    "此前未报的按本月首次核定时所知认定，仍无的为不明",
    "{feed}, sent by {department} on {received}, after this month. What it says without a day judges "
    "no month before it: for this month counts what had been said before, else what the month was "
    "first decided on, else it is not known",
)
GIVEN = Words("由{department}掌握（{feed}）", "known to {department} ({feed})")
SILENT = Words(
    "{feed}：{department} {received} 报送的数据中没有相关记录",
    "{feed}: what {department} sent on {received} has no record of it",
)
NEVER = Words("{feed}：{department}尚未报送", "{feed}: {department} has not sent it yet")
LENT = Words(
    "{on} 经两名人员凭证据临时采用，至 {until} 止；原部门数据正在核实更正",
    "taken for a time on evidence, by two officers on {on}, until {until}; the department was asked",
)
LEGAL = Words("自 {since} 起施行（{mark}）", "in force since {since} ({mark})")
CITED = Words("目录来源 {citation}", "source {citation} of the catalogue")
RECKONED = Words("由以上事实推算", "worked out from the facts beside it")
DECIDED = Words("本系统同月核定", "decided here for the same month")
TRACE = Words("报送批次 {delivery}，文件“{file}”", "delivery {delivery}, file “{file}”")
TRACE_ROW = Words("{trace}第 {row} 行", "{trace}, row {row}")
CHANGE = Words("要符合此项：{change}。", "To meet it: {change}.")
WAY = Words(
    "只要这一项改变：{label}由“{now}”变为“{then}”，应发 {amount} 元。",
    "This alone would do: {label}, from “{now}” to “{then}”; {amount} yuan would then be due.",
)
WAIT = Words(
    "事实不变的话，自{month}起符合条件。", "If nothing else changes, it is due from {month} on."
)
ASK_FALSE = Words(
    "如与事实不符，请向{departments}提出更正；数据更正后自动重新核定，无需另交证明。",
    "If this is not so, ask {departments} to correct it; it is then decided again by itself, "
    "without any proof from you.",
)
ASK_UNKNOWN = Words(
    "应由{departments}补充数据；您无需提供材料。",
    "It is for {departments} to complete the data; you need not bring anything.",
)
AND = Words("、", ", ")
AGREES_NOT = Words(
    "上列算式与当时核定的 {amount} 元不一致，请以核定金额为准，并由经办核查。",
    "The reckoning above differs from the {amount} yuan decided then; the decision stands, and an "
    "officer has to look into it.",
)
BASIS = {
    "month": Words("发放月份", "Pay month"),
    "period": Words("所属期", "Paid for"),
    "decided": Words("核定时间", "Decided on"),
    "known": Words("数据截至", "By what was known on"),
    "rules": Words("规则版本", "Version of the rules"),
    "snapshot": Words("数据快照", "Snapshot of the data"),
    "reference": Words("编号", "Reference"),
    "facts": Words("所据事实", "Facts"),
}
ASKED = Words(
    "由提问者给出，未查任何部门的数据", "as whoever asks gave them; no department was asked"
)
MENDED = Words("各期应发、补发和追回", "What each period brings")
MENDED_LINE = Words("{period} {kind} {amount} 元：{why}", "{period} {kind}, {amount} yuan: {why}")
NOTHING = Words("无", "nothing")


def in_language(text: Words, language: str) -> str:
    """Return a sentence in ``zh`` or ``en``."""
    return text.zh if language.startswith("zh") else text.en
