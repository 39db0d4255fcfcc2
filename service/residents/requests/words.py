"""What may be said to be wrong, in both languages, by the code that is kept of it."""

import json

Both = tuple[str, str]
"""The same in English and in Chinese."""
WRONG: dict[str, Both] = {
    "arrival": ("The money did not arrive", "钱没有到账"),
    "amount": ("The amount is not right", "金额不对"),
    "account": (
        "The account is not mine, or I have another one now",
        "收款账户不对，或已更换账户",
    ),
    "other": ("Something else", "其他情况"),
}
_VALUES = {"是": "yes", "否": "no", "不明": "not known", "无记录": "none recorded"}


def kept(wrong: Both) -> str:
    """Return what a fact was said to be as it is sealed; its value is of that day."""
    return json.dumps({"en": wrong[0], "zh": wrong[1]}, ensure_ascii=False)


def said(about: str, sealed_text: str, label: str = "") -> Both:
    """Return what is said to be wrong; ``sealed_text`` is what was kept of a fact.

    Before it was kept in both languages it was Chinese alone; ``label`` is then the fact's English name.
    """
    if about in WRONG:
        return WRONG[about]
    if sealed_text.startswith("{"):
        found = json.loads(sealed_text)
        return found["en"], found["zh"]
    value = sealed_text.partition("：")[2]
    return f"{label or about}: {_VALUES.get(value, value)}", sealed_text
