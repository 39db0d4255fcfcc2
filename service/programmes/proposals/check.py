"""Check what a proposal leads to: the set must load, and every case it touches must come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import RuleFault, RuleSet, RulesInvalid
from eligibility_rules.cases import load_cases
from eligibility_rules.run_cases import CaseResult, run_cases
from service.foundation.months import Month
from service.programmes.in_force import CASES, COUNTING, Overlay, load_with, overlay_for, rules_for
from service.programmes.models import RuleProposal, RuleProposalFile
from service.programmes.proposals.problems import (
    CasesFail,
    CountsAsPublished,
    LaterChange,
    NotAFileOfRules,
    NothingChanges,
    RulesFaulty,
)

FILES_MAX = 20
_PATTERNS = (
    "parameters/*.yaml",
    "county/parameters/*.yaml",
    "programmes/*/*.yaml",
    "cases/*.yaml",
)


@dataclass(frozen=True)
class Checked:
    """A change that holds: the rules it was compared with and those it leads to."""

    base: RuleSet
    proposed: RuleSet
    overlay: Overlay
    changed: tuple[str, ...]
    """Codes of the programmes that are decided otherwise, in dependency order."""


def check(session: Session, texts: Mapping[str, str], month: str) -> Checked:
    """Check whole new texts, by file name, that would be in force from a month on.

    Raises :class:`NotAFileOfRules`, :class:`NothingChanges`, :class:`RulesFaulty`,
    :class:`CountsAsPublished`, :class:`CasesFail` and :class:`LaterChange`.
    """
    for name in texts:
        _check_name(name)
    overlay = overlay_for(session, month)
    if not texts or all(overlay.text_of(name) == text for name, text in texts.items()):
        raise NothingChanges
    base = rules_for(session, month)
    after = {**overlay.texts, **texts}
    proposed = _load(after)
    _check_published(base, proposed, month)
    changed = changed_codes(base, proposed)
    with_cases = {PurePosixPath(name).stem for name in texts if name.startswith(CASES)}
    _check_cases(proposed, after, {*changed, *with_cases})
    _check_later(session, texts, month)
    return Checked(base, proposed, overlay, changed)


def changed_codes(base: RuleSet, proposed: RuleSet) -> tuple[str, ...]:
    """Return the programmes that differ, and those that ask about them, in dependency order.

    Whoever is weighed against one that differs may come out otherwise too.
    """
    found: set[str] = set()
    more = True
    while more:
        more = False
        for code, programme in proposed.programmes.items():
            touched = {*programme.depends_on, *programme.rivals} & found
            if code not in found and (base.programmes.get(code) != programme or touched):
                found.add(code)
                more = True
    gone = [code for code in base.programmes if code not in proposed.programmes]
    return (*(code for code in proposed.programmes if code in found), *gone)


def _check_published(base: RuleSet, proposed: RuleSet, month: str) -> None:
    """Refuse a revision of figures that count as first published (price indices, say)."""
    begins = Month.parse(month).first_day
    for name, parameter in proposed.parameters.items():
        known = base.parameters.get(name)
        if known is None or not known.as_published:
            continue
        before = [
            tuple((one.effective, one.value) for one in kept.history if one.effective < begins)
            for kept in (known, parameter)
        ]
        if before[0] != before[1]:
            raise CountsAsPublished(name)


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    shaped = any(
        len(path.parts) == len(PurePosixPath(pattern).parts) and path.match(pattern)
        for pattern in _PATTERNS
    )
    if not shaped or path.is_absolute() or ".." in path.parts or path.as_posix() != name:
        raise NotAFileOfRules(name[:100])


def _load(texts: Mapping[str, str]) -> RuleSet:
    try:
        return load_with(texts)
    except RulesInvalid as invalid:
        raise RulesFaulty(invalid.faults) from None


def _check_cases(proposed: RuleSet, texts: Mapping[str, str], codes: set[str]) -> None:
    try:
        cases = load_cases(proposed, changed=texts, codes=codes)
    except RulesInvalid as invalid:
        raise RulesFaulty(invalid.faults) from None
    missing = sorted(codes - set(cases))
    said = [f"cases/{code}.yaml: there is no case file for {code}." for code in missing]
    try:
        every = [case for code in cases for case in cases[code]]
        said += [_said(result) for result in run_cases(proposed, every) if not result.passed]
    except RuleFault as fault:
        said.append(f"{fault.sentence_zh} {fault.sentence}")
    if said:
        raise CasesFail(said)


def _said(result: CaseResult) -> str:
    case, expected, found = result.case, result.expected, result.interpreter
    got = found if found != expected else result.sql
    return (
        f"cases/{case.code}.yaml:{case.line}: {case.title.zh} ({case.month}): "
        f"{_verdict(expected.outcome, expected.amount_fen)} → {_verdict(got.outcome, got.amount_fen)}"
        + (f" [{', '.join(got.refused)}]" if got.refused != expected.refused else "")
    )


def _verdict(outcome: str, amount_fen: int | None) -> str:
    if amount_fen is None:
        return outcome
    return f"{outcome} {amount_fen // 100}.{amount_fen % 100:02d}"


def _check_later(session: Session, texts: Mapping[str, str], month: str) -> None:
    """Refuse what a later change would undo, and what later changes do not load with."""
    later = session.execute(
        select(RuleProposal, RuleProposalFile.name)
        .join(RuleProposalFile, RuleProposalFile.proposal_id == RuleProposal.id)
        .where(RuleProposal.state.in_(COUNTING), RuleProposal.effective_month > month)
        .order_by(RuleProposal.effective_month)
    ).all()
    for proposal, name in later:
        if name in texts:
            raise LaterChange(name, proposal.spoken_name, proposal.effective_month)
    for then in sorted({proposal.effective_month for proposal, _ in later}):
        _load({**overlay_for(session, then).texts, **texts})
