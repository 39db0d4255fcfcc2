"""Whether an officer may do an act, with a thing or in general: `table` decides, nothing else.

Without a thing the question is only whether any of the officer's duties allows the act; lists and
the navigation ask that. With a thing it is: duty, place, programme, state, who did it before, and
whom it pays. What an officer may not see at all looks as if it were not there (404); what he may
see and not do is refused with the reason (403, or 409 when it is only the wrong moment).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.models import Officer
from service.officers.scopes import WHOLE, Scope, scopes_of
from service.officers.table import CHANGES_MONEY, COUNTY, EVERYTHING, MAY, TABLE, TOUCHING, Row

__all__ = ["CHANGES_MONEY", "MAY", "NOWHERE", "Matter", "NotAllowed", "NotNow", "Verdict"]
__all__ += ["acts_for", "acts_of", "allowing", "decide", "may", "require"]


NOWHERE = "-"
"""The place of what belongs to no township: only who has the whole county reaches it."""


@dataclass(frozen=True)
class Matter:
    """What an act is about, as far as deciding needs to know; stages make it of their things.

    ``division`` "" is the whole county, NOWHERE a single thing without a place; ``programme`` "" is no single one; ``state`` "" is not
    asked about. ``done_by`` did earlier steps; ``conflicted`` are paid by it, or related to whoever is.
    """

    kind: str = "thing"
    division: str = ""
    programme: str = ""
    state: str = ""
    done_by: frozenset[UUID] = frozenset()
    conflicted: frozenset[UUID] = frozenset()


class Verdict(StrEnum):
    """What the table says about one officer, act and thing."""

    YES = "yes"
    NO_DUTY = "no_duty"
    UNSEEN = "unseen"
    TOO_WIDE = "too_wide"
    NOT_NOW = "not_now"
    OWN_WORK = "own_work"
    CONFLICT = "conflict"


_SAID: dict[Verdict, tuple[str, str]] = {
    Verdict.NO_DUTY: (
        "Your duties do not include “{act}”; ask an officer who has the duty.",
        "您的岗位职责不包含该操作（{act}），请由具备该职责的人员办理。",
    ),
    Verdict.TOO_WIDE: (
        "This reaches beyond your townships or programmes ({act}); an officer of the whole county does it.",
        "该事项超出您负责的辖区或项目范围（{act}），请由县级人员办理。",
    ),
    Verdict.OWN_WORK: (
        "You did an earlier step of this; another officer does this one ({act}).",
        "您已办理过该事项的前一环节，本环节（{act}）须由他人办理。",
    ),
    Verdict.CONFLICT: (
        "You or somebody you declared as related is paid by this; another officer does it ({act}).",
        "该事项涉及您本人或您申报的关系人，请回避，由他人办理（{act}）。",
    ),
}


class NotAllowed(Problem):
    """This officer's duties do not allow the act, here or at all."""

    code = "not_allowed"
    status = 403
    title = "Your duties do not include this"

    def __init__(self, act: str, verdict: Verdict = Verdict.NO_DUTY) -> None:
        sentence, sentence_zh = _SAID[verdict]
        super().__init__(sentence.format(act=act), sentence_zh.format(act=act), reason=str(verdict))


class NotNow(Problem):
    """The thing is in a state in which this is not done."""

    code = "not_now"
    status = 409
    title = "This step is not possible now"

    def __init__(self, act: str, state: str) -> None:
        super().__init__(
            f"This is “{state}” now; “{act}” is not done in this state.",
            f"当前状态为“{state}”，不能办理该操作（{act}）。",
        )


def decide(officer: Officer, act: str, about: Matter | None = None) -> Verdict:
    """Return what the table says; an act that it does not know, nobody may do."""
    row = TABLE.get(act)
    scopes = allowing(officer, act)
    if row is None or not scopes:
        return Verdict.TOO_WIDE if row is not None and _held(officer, row) else Verdict.NO_DUTY
    if about is None:
        return Verdict.YES
    place = _placed(row, scopes, about)
    return place if place is not Verdict.YES else _itself(row, officer, about)


def may(officer: Officer, act: str, about: Matter | None = None) -> bool:
    """Return whether an officer may do an act, with a thing or in general."""
    return decide(officer, act, about) is Verdict.YES


def require(officer: Officer, act: str, about: Matter | None = None) -> None:
    """Refuse what the officer may not do.

    Raises :class:`NotAllowed`, :class:`NotNow`, and NotFound for what the officer may not even see.
    """
    verdict = decide(officer, act, about)
    if verdict is Verdict.YES:
        return
    if about is not None and verdict is Verdict.UNSEEN:
        raise NotFound(about.kind)
    if about is not None and verdict is Verdict.NOT_NOW:
        raise NotNow(act, about.state)
    raise NotAllowed(act, verdict)


def allowing(officer: Officer, act: str) -> tuple[Scope, ...]:
    """Return the places and programmes for which an officer may do an act now; empty for none."""
    row = TABLE.get(act)
    if row is None:
        return ()
    found = _held(officer, row)
    if row.reach in (COUNTY, EVERYTHING):
        found = [scope for scope in found if not scope.division]
    if row.reach == EVERYTHING:
        found = [scope for scope in found if scope.is_for_all_programmes]
    return tuple(dict.fromkeys(found))


def _held(officer: Officer, row: Row) -> list[Scope]:
    """Return the scopes of every duty that the row names, however narrow."""
    if not officer.active:
        return []
    found = [scope for duty in row.duties for scope in scopes_of(officer, duty)]
    until = officer.emergency_until
    if row.emergency and until is not None and clock.now() < until:
        found.append(WHOLE)
    return found


def acts_of(duties: Iterable[str]) -> frozenset[str]:
    """Return every act that some duties allow together."""
    held = frozenset(duties)
    return frozenset(act for act, row in TABLE.items() if held & row.duties)


def acts_for(officer: Officer) -> frozenset[str]:
    """Return every act that an officer may do somewhere at this moment."""
    return frozenset(act for act in TABLE if allowing(officer, act))


def _placed(row: Row, scopes: tuple[Scope, ...], about: Matter) -> Verdict:
    mine = [one for one in scopes if one.covers_programme(about.programme)]
    if not any(one.touches_place(about.division) for one in mine):
        return Verdict.UNSEEN
    if row.reach == TOUCHING or any(one.covers_place(about.division) for one in mine):
        return Verdict.YES
    return Verdict.TOO_WIDE


def _itself(row: Row, officer: Officer, about: Matter) -> Verdict:
    if row.states and about.state and about.state not in row.states:
        return Verdict.NOT_NOW
    if row.apart and officer.id in about.done_by:
        return Verdict.OWN_WORK
    if row.impartial and officer.id in about.conflicted:
        return Verdict.CONFLICT
    return Verdict.YES
