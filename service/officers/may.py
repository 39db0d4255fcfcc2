"""Who may do what: one table of acts and the duties that allow them; what is not in it is refused.

Read a line as a sentence: "a batch is submitted by a maker". No line lets one person do two
things that must be done by two; ``exclusions.py`` says which duties nobody holds together.
"""

from collections.abc import Iterable

from service.foundation.problems import Problem
from service.officers.models import DUTIES, Officer

_ALL_BUT_ADMINISTRATOR = frozenset(DUTIES) - {"administrator"}
_MONEY = frozenset({"maker", "reviewer", "signer", "reconciler"})

MAY: dict[str, frozenset[str]] = {
    "residents.read": _MONEY | {"steward", "auditor"},
    "residents.search": _MONEY | {"steward"},
    "residents.reveal": frozenset({"maker", "reviewer", "steward"}),
    "feeds.read": frozenset({"maker", "steward", "auditor"}),
    "feeds.import": frozenset({"steward"}),
    "feeds.confirm": frozenset({"steward"}),
    "feeds.waive": frozenset({"reviewer"}),
    "sources.read": frozenset({"steward", "administrator", "auditor"}),
    "sources.run": frozenset({"steward"}),
    # A source says where data come from, never what is paid: the administrator has no say in money.
    "sources.manage": frozenset({"administrator"}),
    "tasks.read": _MONEY | {"steward", "auditor"},
    "tasks.answer": frozenset({"steward"}),
    "identity.merge": frozenset({"steward"}),
    "identity.resolve": frozenset({"reviewer"}),
    "life.confirm": frozenset({"steward"}),
    "accounts.request": frozenset({"maker", "steward"}),
    "accounts.confirm": frozenset({"reviewer"}),
    "proxies.register": frozenset({"steward"}),
    "proxies.approve": frozenset({"reviewer"}),
    "programmes.read": _ALL_BUT_ADMINISTRATOR,
    # A rule is changed by three people: who writes it, the department, and finance.
    "rules.read": _ALL_BUT_ADMINISTRATOR,
    "rules.propose": frozenset({"policy"}),
    "rules.approve_for_department": frozenset({"reviewer"}),
    "rules.approve_for_finance": frozenset({"signer"}),
    "controls.read": _MONEY | {"policy", "auditor"},
    "controls.ask_off": frozenset({"policy", "reviewer"}),
    "controls.confirm_off": frozenset({"signer"}),
    "controls.switch_on": frozenset({"policy", "reviewer", "signer"}),
    "assessment.read": _ALL_BUT_ADMINISTRATOR,
    "assessment.run": frozenset({"maker"}),
    "batches.read": _MONEY | {"auditor"},
    "batches.build": frozenset({"maker"}),
    "batches.resolve": frozenset({"maker"}),
    "batches.submit": frozenset({"maker"}),
    "batches.export": _MONEY,
    "recoveries.read": _MONEY | {"auditor"},
    "recoveries.notify": frozenset({"maker"}),
    "recoveries.agree": frozenset({"reviewer"}),
    "recoveries.receive": frozenset({"reconciler"}),
    # Two different people; neither made the case, nor told the resident.
    "recoveries.write_off": frozenset({"reviewer", "signer"}),
    "notices.read": _MONEY | {"auditor"},
    "notices.post": frozenset({"maker"}),
    "notices.decide_objection": frozenset({"reviewer"}),
    "approvals.read": _MONEY | {"auditor"},
    "approvals.decide": frozenset({"reviewer"}),
    "signing.read": _MONEY | {"auditor"},
    "signing.sign": frozenset({"signer"}),
    "dispatch.read": _MONEY | {"auditor"},
    "dispatch.send": frozenset({"signer", "reconciler"}),
    "reconciliation.read": _MONEY | {"auditor"},
    "reconciliation.import_reply": frozenset({"reconciler"}),
    "reconciliation.resolve": frozenset({"reconciler"}),
    "reconciliation.close_day": frozenset({"reconciler"}),
    "ledger.read": _MONEY | {"auditor"},
    "enquiry.answer": frozenset({"maker", "steward"}),
    "audit.read": frozenset({"auditor"}),
    "officers.read": frozenset({"administrator", "auditor"}),
    "officers.manage": frozenset({"administrator"}),
}

CHANGES_MONEY = frozenset(
    {
        "rules.propose",
        "rules.approve_for_department",
        "rules.approve_for_finance",
        "controls.ask_off",
        "controls.confirm_off",
        "controls.switch_on",
        "assessment.run",
        "batches.build",
        "batches.resolve",
        "batches.submit",
        "recoveries.notify",
        "recoveries.agree",
        "recoveries.receive",
        "recoveries.write_off",
        "notices.post",
        "notices.decide_objection",
        "approvals.decide",
        "feeds.waive",
        "identity.merge",
        "identity.resolve",
        "life.confirm",
        "accounts.request",
        "accounts.confirm",
        "proxies.register",
        "proxies.approve",
        "signing.sign",
        "dispatch.send",
        "reconciliation.import_reply",
        "reconciliation.resolve",
        "reconciliation.close_day",
    }
)
"""Acts that decide what is paid, to whom, or that it was: no administrator, no auditor."""


class NotAllowed(Problem):
    """This officer's duties do not allow the act."""

    code = "not_allowed"
    status = 403
    title = "Your duties do not include this"

    def __init__(self, act: str) -> None:
        super().__init__(
            f"Your duties do not include “{act}”; ask an officer who has the duty.",
            f"您的岗位职责不包含该操作（{act}），请由具备该职责的人员办理。",
        )


def may(officer: Officer, act: str) -> bool:
    """Return whether an officer may do an act; an act that the table does not know, nobody may."""
    return any(officer.has(duty) for duty in MAY.get(act, frozenset()))


def acts_of(duties: Iterable[str]) -> frozenset[str]:
    """Return every act that some duties allow together."""
    held = frozenset(duties)
    return frozenset(act for act, allowed in MAY.items() if held & allowed)


def require(officer: Officer, act: str) -> None:
    """Refuse an act that the officer may not do; raises :class:`NotAllowed`."""
    if not may(officer, act):
        raise NotAllowed(act)
