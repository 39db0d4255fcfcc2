"""Two files of a bank beside each other: what their totals are, and which lines were added, removed or changed.

Read from the bytes as they were kept, so that it says the same whatever was booked since. Lines are
told by references and amounts alone: no name and no account is shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from bank_adapters import Statement
from bank_adapters.recognise import STATEMENTS, Message
from service.ledger.models import BankChannel
from service.reconciliation.keep import content_of
from service.reconciliation.models import InboundFile
from service.reconciliation.reading import read_movements
from service.reconciliation.versions import read_as_sent

LINES_MAX = 200
"""More lines than a person reads are counted and not listed."""


class Said(NamedTuple):
    """One line: what it is about, what it says, in signed fen (None: the line names no amount)."""

    about: str
    what: str
    code: str
    fen: int | None


@dataclass(frozen=True)
class Difference:
    """A line that one of the two files has alone, or that says something else in the other."""

    kind: Literal["added", "removed", "changed"]
    before: Said | None
    after: Said | None

    @property
    def about(self) -> str:
        """What the line is about: our reference, else the bank's, else its place."""
        one = self.after or self.before
        return one.about if one else ""


@dataclass(frozen=True)
class Comparison:
    """The earlier file and the later one; totals are {what: (before, after)}."""

    earlier: InboundFile
    counts: dict[str, tuple[int, int]]
    fen: dict[str, tuple[int | None, int | None]]
    differences: list[Difference]
    unlisted: int
    """How many more differences there are than `LINES_MAX`."""


@dataclass
class _Side:
    counts: dict[str, int]
    fen: dict[str, int]
    lines: list[Said]


def compare(session: Session, file: InboundFile) -> Comparison | None:
    """Return what differs from the file that came before under the same id or for the same day."""
    if file.conflicts_with_id is None:
        return None
    channel = session.get_one(BankChannel, file.channel_id)
    earlier = session.get_one(InboundFile, file.conflicts_with_id)
    before, after = _read(session, channel, earlier), _read(session, channel, file)
    found = differences(before.lines, after.lines)
    return Comparison(
        earlier,
        {
            name: (before.counts.get(name, 0), after.counts.get(name, 0))
            for name in _in_order(before.counts, after.counts)
        },
        {
            name: (before.fen.get(name), after.fen.get(name))
            for name in _in_order(before.fen, after.fen)
        },
        found[:LINES_MAX],
        max(0, len(found) - LINES_MAX),
    )


def differences(before: Iterable[Said], after: Iterable[Said]) -> list[Difference]:
    """Return what was removed, changed and added; the same line twice is two lines."""
    earlier, later = list(before), list(after)
    same = Counter(earlier) & Counter(later)
    gone, come = _without(earlier, same), _without(later, same)
    waiting: dict[str, list[Said]] = defaultdict(list)
    for one in come:
        waiting[one.about].append(one)
    found: list[Difference] = []
    for one in gone:
        if waiting[one.about]:
            found.append(Difference("changed", one, waiting[one.about].pop(0)))
        else:
            found.append(Difference("removed", one, None))
    found += [Difference("added", None, one) for rest in waiting.values() for one in rest]
    return found


def _without(lines: list[Said], same: Counter[Said]) -> list[Said]:
    left, rest = Counter(same), []
    for one in lines:
        if left[one]:
            left[one] -= 1
        else:
            rest.append(one)
    return rest


def _in_order(*sides: dict[str, int]) -> list[str]:
    return list(dict.fromkeys(name for side in sides for name in side))


def _read(session: Session, channel: BankChannel, file: InboundFile) -> _Side:
    content, message = content_of(file), Message(file.message) if file.message else None
    if file.kind == "statement" and (message is None or message in STATEMENTS):
        return _statements(read_movements(channel, content, message).statements)
    reply = read_as_sent(session, channel, file.file_name, content, message).reply
    side = _Side({"lines": len(reply.records)}, {}, [])
    for one in reply.records:
        about = one.reference or one.bank_reference or f"#{one.serial or one.line or ''}"
        side.lines.append(Said(about, one.state.value, one.code, one.amount_fen))
        state = one.state.value
        side.counts[state] = side.counts.get(state, 0) + 1
        side.fen[state] = side.fen.get(state, 0) + (one.amount_fen or 0)
    return side


def _statements(found: Iterable[Statement]) -> _Side:
    side = _Side({"lines": 0, "credits": 0, "debits": 0}, {}, [])
    for statement in found:
        side.fen.setdefault("opening", statement.opening_fen)
        side.fen.setdefault("credits", 0)
        side.fen.setdefault("debits", 0)
        side.fen["closing"] = statement.closing_fen
        for one in statement.entries:
            about = one.reference or one.file_reference or one.bank_reference or one.ordinal
            side.lines.append(Said(about, one.kind.value, one.reason_code, one.signed_fen))
            name = "credits" if one.signed_fen > 0 else "debits"
            side.counts["lines"] += 1
            side.counts[name] += 1
            side.fen[name] += one.signed_fen
    return side
