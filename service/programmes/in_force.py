"""The rules of a month: the shipped files with every approved change that is effective by then.

Read from the database whenever somebody asks, so that an approval counts in every process at once;
only the loading of a set is remembered, by the texts in it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import RuleSet, Words, load_rules
from eligibility_rules.county import county_files
from eligibility_rules.load import HOME
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.settings import settings
from service.programmes.catalogue import rules
from service.programmes.models import RuleProposal, RuleProposalFile

COUNTING = ("approved", "in_force")
"""The states in which a proposal is part of the rules, from its effective month on."""
CASES = "cases/"
_SETS_MAX = 8

_loaded: OrderedDict[bytes, RuleSet] = OrderedDict()
_brought: dict[str, Words] = {}
_lock = Lock()


@dataclass(frozen=True)
class Overlay:
    """Which proposals count in a month, oldest first, and the texts they leave, by file."""

    proposals: tuple[UUID, ...]
    texts: Mapping[str, str]

    def text_of(self, name: str) -> str | None:
        """Return the text of a file as it is in force, or None for a file there is not."""
        if name in self.texts:
            return self.texts[name]
        own = settings().county_rules
        shipped = (county_files(own) if own else {}).get(name, HOME / name)
        return shipped.read_text(encoding="utf-8") if shipped.is_file() else None


def counting(session: Session, month: Month | str) -> list[RuleProposal]:
    """Return the proposals that count in a month, in the order in which they take effect."""
    return list(
        session.scalars(
            select(RuleProposal)
            .where(RuleProposal.state.in_(COUNTING), RuleProposal.effective_month <= str(month))
            .order_by(RuleProposal.effective_month, RuleProposal.finance_at, RuleProposal.number)
        )
    )


def overlay_for(session: Session, month: Month | str) -> Overlay:
    """Return what approved proposals make of the shipped files in a month."""
    found = tuple(one.id for one in counting(session, month))
    if not found:
        return Overlay((), {})
    files = session.scalars(
        select(RuleProposalFile).where(RuleProposalFile.proposal_id.in_(found))
    ).all()
    texts: dict[str, str] = {}
    for proposal_id in found:
        texts |= {file.name: file.after for file in files if file.proposal_id == proposal_id}
    return Overlay(found, texts)


def rules_for(session: Session, month: Month | str) -> RuleSet:
    """Return the rule set that a month is assessed under.

    Raises RulesInvalid when approved texts do not fit the shipped files any more (after an upgrade
    of the software): nothing is decided under rules that nobody approved.
    """
    overlay = overlay_for(session, month)
    if not overlay.proposals:
        return rules()
    found = load_with(overlay.texts)
    _remember_names(found, is_to_come=str(month) > str(Month.of(clock.today())))
    return found


def _remember_names(found: RuleSet, *, is_to_come: bool) -> None:
    """Keep what programmes are called that no shipped file has; a name to come takes no place."""
    shipped = rules().programmes
    with _lock:
        for code, one in found.programmes.items():
            if code not in shipped and not (is_to_come and code in _brought):
                _brought[code] = one.names


def load_with(texts: Mapping[str, str]) -> RuleSet:
    """Load the installation's set with texts in the place of files; those of cases decide nothing.

    Raises RulesInvalid.
    """
    changed = {name: text for name, text in texts.items() if not name.startswith(CASES)}
    key = hashlib.sha256(repr((settings().county_rules, sorted(changed.items()))).encode()).digest()
    with _lock:
        if key in _loaded:
            _loaded.move_to_end(key)
            return _loaded[key]
    found = load_rules(county=settings().county_rules, changed=changed)
    with _lock:
        _loaded[key] = found
        while len(_loaded) > _SETS_MAX:
            _loaded.popitem(last=False)
    return found


def names_brought() -> Mapping[str, Words]:
    """Return the names of programmes that only approved changes brought, as far as they were read."""
    return _brought


def rules_now(session: Session) -> RuleSet:
    """Return the rule set of the present month."""
    return rules_for(session, Month.of(clock.today()))


def payable(session: Session, month: Month) -> tuple[str, ...]:
    """Return the codes of programmes that the county pays in a month, in dependency order."""
    then = RuleMonth.parse(str(month))
    return tuple(one.code for one in rules_for(session, month).assessed(then))


def period_of(session: Session, code: str, month: Month) -> str:
    """Return the period that a payment of a programme in a month is for: 2026-10, or 2026."""
    return rules_for(session, month).programme(code).period(RuleMonth.parse(str(month)))


def back_pay_months(session: Session, code: str, month: Month) -> int:
    """Return how many past months a programme still pays to somebody of whom it learns late."""
    return rules_for(session, month).programme(code).back_pay_months


def begin(session: Session, month: Month | str) -> None:
    """Mark the approved proposals that a month is about to be decided under as in force."""
    ids = [one.id for one in counting(session, month) if one.state == "approved"]
    waiting = session.scalars(
        select(RuleProposal)
        .where(RuleProposal.id.in_(ids))
        .order_by(RuleProposal.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for proposal in waiting:
        if proposal.state == "approved":
            move(session, proposal, "in_force", by=SYSTEM, details={"month": str(month)})
