"""What a bank's result word and reason mean; anything its profile does not list is unknown."""

from __future__ import annotations

import re

from bank_adapters.contract import State
from bank_adapters.iso20022.codes import DUPLICATE_REASONS, TIMEOUT_REASONS
from bank_adapters.sheets.profile import SheetProfile

# Phrases in Chinese banks' answers (secondary), longer ones first: the first one contained in the
# reason decides. A profile may bring its own list instead.
REASONS: tuple[tuple[str, str], ...] = (
    ("账户已销户", "AC04"),
    ("销户", "AC04"),
    ("姓名或证件号不符", "BE01"),
    ("户名不符", "BE01"),
    ("户名与账号不一致", "BE01"),
    ("姓名不符", "BE01"),
    ("账号不存在", "AC01"),
    ("无此账号", "AC01"),
    ("账号有误", "AC01"),
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


def state_and_code(profile: SheetProfile, result: str, reason: str) -> tuple[State, str, str]:
    """Return state, reason code and the reason's words for one line."""
    code, words = _code(profile, reason)
    state = profile.results.get(result, State.UNKNOWN)
    if state is State.REJECTED and code in DUPLICATE_REASONS | TIMEOUT_REASONS:
        state = State.UNKNOWN
    return state, code or result, words


def _code(profile: SheetProfile, reason: str) -> tuple[str, str]:
    leading = LEADING_CODE.fullmatch(reason)
    if leading:
        return leading[1], leading[2] or ""
    found = next((code for phrase, code in profile.reasons if phrase in reason), "")
    return found, reason
