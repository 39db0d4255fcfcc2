"""Result words and failure reasons of return sheets, as data; anything not listed is unknown.

Words are those seen in public templates and manuals (secondary); reasons map to ISO 20022 codes so
that every bank's refusals read alike.
"""

from __future__ import annotations

import re

from bank_adapters.contract import State
from bank_adapters.iso20022.codes import DUPLICATE_REASONS, TIMEOUT_REASONS

RESULT_STATES: dict[str, State] = {
    "成功": State.PAID,
    "全部成功": State.PAID,
    "处理成功": State.PAID,
    "失败": State.REJECTED,
    "处理失败": State.REJECTED,
    "退汇": State.RETURNED,
    "已退回": State.RETURNED,
    "处理中": State.IN_TRANSIT,
    "已受理": State.IN_TRANSIT,
    "待处理": State.IN_TRANSIT,
}
# Longer phrases first: the first one contained in the reason decides.
REASON_CODES: tuple[tuple[str, str], ...] = (
    ("账户已销户", "AC04"),
    ("销户", "AC04"),
    ("户名不符", "BE01"),
    ("户名与账号不一致", "BE01"),
    ("账号不存在", "AC01"),
    ("无此账号", "AC01"),
    ("账户冻结", "AC06"),
    ("止付", "AC06"),
    ("挂失", "AC06"),
    ("未激活", "AC07"),
    ("睡眠", "AC07"),
    ("已故", "MD07"),
    ("超限额", "AM02"),
    ("余额不足", "AM04"),
    ("行号错误", "RC01"),
    ("重复", "AM05"),
    ("超时", "AB05"),
)
LEADING_CODE = re.compile(r"([A-Z]{2}[A-Z0-9]{2})(?: +(.*))?")


def state_and_code(result: str, reason: str) -> tuple[State, str, str]:
    """Return state, reason code and the reason's words for one line."""
    code, words = _code(reason)
    state = RESULT_STATES.get(result, State.UNKNOWN)
    if state is State.REJECTED and code in DUPLICATE_REASONS | TIMEOUT_REASONS:
        state = State.UNKNOWN
    return state, code or result, words


def _code(reason: str) -> tuple[str, str]:
    leading = LEADING_CODE.fullmatch(reason)
    if leading:
        return leading[1], leading[2] or ""
    found = next((code for phrase, code in REASON_CODES if phrase in reason), "")
    return found, reason
