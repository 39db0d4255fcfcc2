"""Who may do what: one decision table, a row for each act; what is not in it is refused.

Read a row as a sentence: "a batch is submitted by a maker, within his place and programmes, who is
not paid by it, nor a relative of his". The columns:

- the duties, one of which is needed;
- ``reach``: ``WITHIN`` means that the thing must lie wholly in the place of the duty, ``TOUCHING``
  that a part of it must (a list of the whole county is read by a township for its own lines).
  ``COUNTY``: what it is about belongs to no township (a bank file, a manifest), so a duty that is
  limited to a place does not count; ``EVERYTHING``: nor to a programme (a bank's day, the audit
  trail), so neither does one that is limited to programmes;
- ``states`` of the thing in which the act exists, where it has any;
- ``apart``: whoever did an earlier step of the same thing does not do this one;
- ``impartial``: whoever is paid by the thing, or is related to somebody who is, does not do it;
- ``money``: the act decides what is paid, to whom, or that it was: no administrator, no auditor;
- ``emergency``: may be done in a confirmed emergency without the duty; nothing but reading.

``exclusions.py`` says which duties nobody holds together.
"""

from dataclasses import dataclass
from typing import Literal

from service.officers.models import ALONE, DUTIES

Reach = Literal["within", "touching", "county", "everything"]
WITHIN: Reach = "within"
TOUCHING: Reach = "touching"
COUNTY: Reach = "county"
EVERYTHING: Reach = "everything"

_OFFICE = frozenset(DUTIES) - set(ALONE)
_READS_RULES = _OFFICE | {"auditor"}
ADMINISTRATORS = ("system_administrator", "security_administrator")
_MONEY = frozenset({"maker", "reviewer", "signer", "reconciler"})


@dataclass(frozen=True)
class Row:
    """What one act asks of the officer and of the thing."""

    duties: frozenset[str]
    reach: Reach
    states: frozenset[str]
    apart: bool
    impartial: bool
    money: bool
    emergency: bool


def by(
    *duties: str,
    reach: Reach = WITHIN,
    states: tuple[str, ...] = (),
    apart: bool = False,
    impartial: bool = False,
    money: bool = False,
    emergency: bool = False,
) -> Row:
    """Return a row; no states means any."""
    return Row(frozenset(duties), reach, frozenset(states), apart, impartial, money, emergency)


def read_by(*duties: str, reach: Reach = TOUCHING) -> Row:
    """Return the row of an act that only looks."""
    return by(*duties, reach=reach, emergency=True)


TABLE: dict[str, Row] = {
    # Residents and what departments say about them.
    "residents.read": read_by(*_MONEY, "steward", "auditor"),
    "residents.search": by(*_MONEY, "steward"),
    "residents.reveal": by("maker", "reviewer", "steward"),
    "feeds.read": read_by("maker", "steward", "auditor", reach=COUNTY),
    "feeds.import": by("steward", reach=COUNTY),
    "feeds.confirm": by("steward", reach=COUNTY),
    "feeds.waive": by("reviewer", reach=EVERYTHING, money=True),
    # A source says where data come from, never what is paid: who runs the machines has no say in money.
    "sources.read": by("steward", "system_administrator", "auditor", reach=COUNTY),
    "sources.run": by("steward", reach=COUNTY),
    "tasks.read": read_by(*_MONEY, "steward", "auditor"),
    "tasks.answer": by("steward"),
    "identity.merge": by("steward", money=True),
    "identity.resolve": by("reviewer", money=True),
    "life.confirm": by("steward", impartial=True, money=True),
    "accounts.request": by("maker", "steward", impartial=True, money=True),
    "accounts.confirm": by("reviewer", impartial=True, money=True),
    "proxies.register": by("steward", impartial=True, money=True),
    "proxies.approve": by("reviewer", impartial=True, money=True),
    # A resident says that data are wrong: one asks the department, another lets a value count meanwhile.
    "corrections.ask": by("maker", "steward", impartial=True, money=True),
    "corrections.lend": by("reviewer", impartial=True, money=True),
    # Who receives for the dead: one registers, another one approves.
    "heirs.read": read_by(*_MONEY, "steward", "auditor"),
    "heirs.register": by("steward", impartial=True, money=True),
    "heirs.approve": by("reviewer", impartial=True, money=True),
    # A rule is changed by three people: who writes it, the department, and finance.
    "rules.read": by(*_READS_RULES, reach=TOUCHING),
    "rules.propose": by("policy", reach=COUNTY, money=True),
    "rules.approve_for_department": by("reviewer", reach=COUNTY, money=True),
    "rules.approve_for_finance": by("signer", reach=COUNTY, money=True),
    "controls.read": by(*_MONEY, "policy", "auditor", reach=TOUCHING),
    "controls.ask_off": by("policy", "reviewer", reach=COUNTY, money=True),
    "controls.confirm_off": by("signer", reach=COUNTY, money=True),
    "controls.switch_on": by("policy", "reviewer", "signer", reach=COUNTY, money=True),
    # From the month to the bank.
    "programmes.read": read_by(*_READS_RULES),
    "assessment.read": read_by(*_READS_RULES),
    "assessment.run": by("maker", money=True),
    "batches.read": read_by(*_MONEY, "auditor"),
    "batches.build": by("maker", money=True),
    "batches.resolve": by("maker", states=("held",), impartial=True, money=True),
    "batches.submit": by("maker", states=("draft", "returned"), impartial=True, money=True),
    # Money that is short is shared by the department or by finance, never by who approves the list.
    "batches.divide": by(
        "maker", "signer", states=("draft", "returned"), apart=True, impartial=True, money=True
    ),
    # What needs a person is given to an office with a day; an answer decides nothing by itself.
    "exceptions.read": read_by(*_MONEY, "steward", "auditor"),
    "exceptions.assign": by("maker", "reviewer", impartial=True),
    "exceptions.answer": by("maker", "reviewer", "steward", impartial=True),
    "exceptions.oversee": by("reviewer", "signer", reach=TOUCHING),
    "recoveries.read": read_by(*_MONEY, "auditor"),
    "recoveries.notify": by("maker", impartial=True, money=True),
    "recoveries.agree": by("reviewer", impartial=True, money=True),
    "recoveries.receive": by("reconciler", impartial=True, money=True),
    # Two different people; neither made the case, nor told the resident.
    "recoveries.write_off": by("reviewer", "signer", impartial=True, money=True),
    "notices.read": read_by(*_MONEY, "steward", "auditor"),
    "notices.post": by("maker", impartial=True, money=True),
    "notices.take_objection": by("maker", "steward", reach=TOUCHING, money=True),
    "notices.decide_objection": by("reviewer", apart=True, impartial=True, money=True),
    "approvals.read": read_by(*_MONEY, "auditor"),
    # The chain says whose step it is, also where: a township takes its own step of the county's list.
    "approvals.decide": by(
        "reviewer",
        reach=TOUCHING,
        states=("frozen", "noticed"),
        apart=True,
        impartial=True,
        money=True,
    ),
    # A list goes to the banks whole, so what is signed and sent is the county's.
    "signing.read": read_by(*_MONEY, "auditor", reach=COUNTY),
    "signing.sign": by(
        "signer", reach=COUNTY, states=("prepared",), apart=True, impartial=True, money=True
    ),
    "dispatch.read": read_by(*_MONEY, "auditor", reach=COUNTY),
    "dispatch.send": by("signer", "reconciler", reach=COUNTY, money=True),
    # A bank's answer and its day, and what is left, are about every programme.
    "reconciliation.read": read_by(*_MONEY, "auditor", reach=EVERYTHING),
    "reconciliation.import_reply": by("reconciler", reach=EVERYTHING, money=True),
    "reconciliation.resolve": by("reconciler", reach=EVERYTHING, money=True),
    "reconciliation.close_day": by("reconciler", reach=EVERYTHING, money=True),
    "ledger.read": read_by(*_MONEY, "auditor", reach=EVERYTHING),
    # Re-opening a day, writing off, taking back, closing a year: one asks, another one confirms.
    "ledger.ask": by("reconciler", reach=EVERYTHING, money=True),
    "ledger.confirm": by("reconciler", "signer", reach=EVERYTHING, money=True),
    # Counts of everything that was paid; of few people only for who may read payments.
    "overview.read": read_by(*_READS_RULES, reach=EVERYTHING),
    # Who watches, who runs the machines, and who says who may do what.
    "audit.read": by("auditor", reach=EVERYTHING),
    # One line's whole story in an archive: masked; written out only for who may reveal there.
    "evidence.pack": by(*_MONEY, "auditor"),
    "evidence.batch": by(*_MONEY, "auditor", reach=COUNTY),
    "evidence.month": by(*_MONEY, "auditor", reach=EVERYTHING),
    # What the auditor writes is his own: that a hit is a false alarm, what he found, what he drew.
    "findings.write": by("auditor", reach=EVERYTHING),
    # What is sealed in the trail: kept for a case, or erased when a resident asks and no rule keeps it.
    # Each takes two people.
    "audit.hold": by("auditor", "security_administrator", reach=EVERYTHING),
    "audit.erase": by("steward", "security_administrator", reach=EVERYTHING),
    # Whoever's office was asked reads and answers; what it then corrects, other rows allow.
    "findings.read": by(*DUTIES, reach=TOUCHING),
    "findings.answer": by(*(set(DUTIES) - {"auditor"}), reach=TOUCHING),
    # Who is told what became of payments: the machines' administrator proposes, the other one confirms.
    "webhooks.read": by(
        "system_administrator", "security_administrator", "auditor", reach=EVERYTHING
    ),
    "webhooks.propose": by("system_administrator", reach=EVERYTHING),
    "webhooks.confirm": by("security_administrator", reach=EVERYTHING, apart=True),
    "webhooks.operate": by("system_administrator", reach=EVERYTHING),
    # How the service does and what was agreed with banks and offices: looked at, never changed here.
    "health.read": by(*ADMINISTRATORS, "auditor", reach=EVERYTHING),
    "banks.read": by(*ADMINISTRATORS, "auditor", reach=EVERYTHING),
    "organisations.read": by(*ADMINISTRATORS, "auditor", reach=EVERYTHING),
    "officers.read": by("security_administrator", "auditor", reach=EVERYTHING),
    "officers.manage": by("security_administrator", reach=EVERYTHING, apart=True),
    # Asked by one, confirmed by another; neither is the officer who gets the duty.
    "duties.ask": by("security_administrator", reach=EVERYTHING, apart=True),
    "duties.confirm": by("security_administrator", reach=EVERYTHING, apart=True),
    "duties.end": by("security_administrator", reach=EVERYTHING, apart=True),
    "duties.review": by("security_administrator", reach=EVERYTHING, apart=True),
    "interests.declare": by(*DUTIES, reach=TOUCHING),
    "interests.end": by("security_administrator", reach=EVERYTHING, apart=True),
    # Reading for an hour without the duty: one asks, another witnesses, the auditor looks.
    "emergency.ask": by(*DUTIES, reach=TOUCHING),
    "emergency.confirm": by("security_administrator", reach=EVERYTHING, apart=True),
    "emergency.read": by("security_administrator", "auditor", reach=EVERYTHING),
    "emergency.review": by("auditor", reach=EVERYTHING),
}

MAY: dict[str, frozenset[str]] = {act: row.duties for act, row in TABLE.items()}
"""{act: the duties that allow it}."""

CHANGES_MONEY = frozenset(act for act, row in TABLE.items() if row.money)
"""Acts that decide what is paid, to whom, or that it was."""
