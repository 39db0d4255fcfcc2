"""How the switch of a control may move."""

from service.audit.moves import register

SWITCH_MOVES = register(
    "control_switches",
    {
        ("", "asked"): "control.off_asked",
        ("asked", "off"): "control.switched_off",
        ("asked", "refused"): "control.off_refused",
        ("asked", "withdrawn"): "control.off_withdrawn",
        ("off", "on"): "control.switched_on",
    },
)

PROTECTED: dict[str, tuple[str, str]] = {
    "death_reported": ("It keeps money from the dead.", "防止向已故人员发放。"),
    "payee_dead": ("It keeps money from the dead.", "防止向已故人员发放。"),
    "same_person_twice": ("It keeps anybody from being paid twice.", "防止重复发放。"),
    "paid_already": ("It keeps anybody from being paid twice.", "防止重复发放。"),
    "identity_disputed": (
        "It keeps one person's money from another with the same number.",
        "防止同号异人误发。",
    ),
    "account_name_mismatch": (
        "The bank said that the account is somebody else's.",
        "银行已确认账户不属于该对象。",
    ),
    "no_account": ("There is nowhere to pay to.", "没有可入账的账户。"),
    "account_not_usable": ("The bank would refuse the payment.", "银行将拒收该笔款项。"),
    "objection": (
        "What somebody objected to waits for the answer.",
        "有异议的须待答复。",
    ),
    "funds_short": ("There is no money for it yet.", "尚无资金。"),
    "no_channel": ("No bank would take the payment.", "没有银行可以代发。"),
    "amount_not_rule": ("It keeps every amount to the rule.", "确保金额与规则一致。"),
    "charset_unsendable": (
        "The bank would refuse the whole file.",
        "银行将拒收整个文件。",
    ),
}
"""Controls that are never switched off, and why; the database refuses them too."""
