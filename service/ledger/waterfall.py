"""From appropriation to card: where the money of each programme, fund source and bank stands.

Every figure is a sum of the ledger's own accounts, so their sums are the trial balance's, to the fen
and at any cut. ``returned`` alone is a movement (what ever came back); what of it still lies with us
is ``held``.

Money of several sources pays one list and is not told apart by the banks. So what happens after the
appropriation is divided by what each source gave, in whole fen, in the order of the sources' names;
the parts add up to the whole.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from service.ledger.cut import EVERYTHING, Cut
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting

KINDS_OF = {
    "appropriated_fen": ("authority",),
    "left_fen": ("available",),
    "committed_fen": ("commitments",),
    "in_transit_fen": ("in_transit",),
    "settled_fen": ("settled",),
    "held_fen": ("returned_held",),
    "to_recover_fen": ("recovery_receivable",),
    "written_off_fen": ("written_off",),
    "due_to_treasury_fen": ("due_to_treasury",),
}
"""Figure: the kinds of account whose balances it sums; ``appropriated`` with the sign turned."""
_AT_A_BANK = {"in_transit", "settled"}
BY = ("programme", "fund_source", "channel")


@dataclass(frozen=True)
class Stand:
    """One row, in whole fen. ``channel`` "" is money at no bank, ``fund_source`` "" of no named source.

    appropriated = left + committed + in transit + settled + held + to recover + written off
    + due to treasury + recovered; ``recovered`` is what was paid back and is among the receipts.
    """

    programme: str = ""
    fund_source: str = ""
    channel: str = ""
    appropriated_fen: int = 0
    committed_fen: int = 0
    in_transit_fen: int = 0
    settled_fen: int = 0
    returned_fen: int = 0
    held_fen: int = 0
    to_recover_fen: int = 0
    written_off_fen: int = 0
    due_to_treasury_fen: int = 0
    left_fen: int = 0

    @property
    def recovered_fen(self) -> int:
        """What was asked back and came as a receipt: it has left the programme's accounts."""
        return self.appropriated_fen - (
            self.left_fen
            + self.committed_fen
            + self.in_transit_fen
            + self.settled_fen
            + self.held_fen
            + self.to_recover_fen
            + self.written_off_fen
            + self.due_to_treasury_fen
        )


FIGURES = tuple(one.name for one in fields(Stand) if one.name.endswith("_fen"))
Key = tuple[str, str, str]


def waterfall(
    session: Session, cut: Cut = EVERYTHING, *, by: Collection[str] = ("programme",)
) -> list[Stand]:
    """Return a row for each programme, fund source and bank (or fewer of these: ``by``), in order.

    Raises ValueError for a cut that is none of ``BY``.
    """
    if not set(by) <= set(BY):
        raise ValueError(f"the waterfall is cut by {', '.join(BY)}")
    whole = _by_programme_and_bank(session, cut)
    shares = _shares(session, cut)
    found: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))

    def add(programme: str, source: str, channel: str, figure: str, amount_fen: int) -> None:
        key = (
            programme if "programme" in by else "",
            source if "fund_source" in by else "",
            channel if "channel" in by else "",
        )
        found[key][figure] += amount_fen

    for (programme, channel, figure), amount_fen in whole.items():
        given = shares.get(programme, {})
        if figure == "appropriated_fen":
            for source, given_fen in given.items():
                add(programme, source, "", figure, given_fen)
            continue
        for source, part_fen in divide(amount_fen, given).items():
            add(programme, source, channel, figure, part_fen)
    return [
        Stand(programme=key[0], fund_source=key[1], channel=key[2], **figures)
        for key, figures in sorted(found.items())
        if any(figures.values())
    ]


def divide(amount_fen: int, given: Mapping[str, int]) -> dict[str, int]:
    """Divide an amount by what each source gave, whole fen that add up to it; "" where none gave."""
    whole = sum(given.values())
    if whole <= 0 or any(share < 0 for share in given.values()):
        return {"": amount_fen}
    parts, so_far, before = {}, 0, 0
    for source in sorted(given):
        so_far += given[source]
        upto = amount_fen * so_far // whole
        parts[source] = upto - before
        before = upto
    return parts


def total(rows: Iterable[Stand]) -> Stand:
    """Return the sum of rows."""
    listed = list(rows)
    figures: dict[str, Any] = {name: sum(getattr(one, name) for one in listed) for name in FIGURES}
    return Stand(**figures)


def _by_programme_and_bank(session: Session, cut: Cut) -> dict[tuple[str, str, str], int]:
    figure_of = {kind: figure for figure, kinds in KINDS_OF.items() for kind in kinds}
    rows = session.execute(
        select(
            LedgerAccount.kind,
            LedgerAccount.programme,
            func.coalesce(LedgerAccount.channel, LedgerEntry.channel),
            func.sum(LedgerPosting.amount_fen),
        )
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(cut.entries(), LedgerAccount.kind.in_(figure_of))
        .group_by(
            LedgerAccount.kind,
            LedgerAccount.programme,
            func.coalesce(LedgerAccount.channel, LedgerEntry.channel),
        )
    )
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for kind, programme, channel, amount in rows:
        figure = figure_of[kind]
        where = (channel or "") if kind in _AT_A_BANK else ""
        signed = -int(amount) if figure == "appropriated_fen" else int(amount)
        found[programme or "", where, figure] += signed
    for of_programme, at_bank, amount_fen in _came_back(session, cut):
        found[of_programme or "", at_bank or "", "returned_fen"] += amount_fen
    return found


def _came_back(session: Session, cut: Cut) -> list[tuple[str | None, str | None, int]]:
    """What moved from the cards to what is held, and the other way for the return of a return."""
    settled, settled_posting = aliased(LedgerAccount), aliased(LedgerPosting)
    rows = session.execute(
        select(LedgerAccount.programme, LedgerEntry.channel, func.sum(LedgerPosting.amount_fen))
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(
            cut.entries(),
            LedgerAccount.kind == "returned_held",
            select(settled_posting.id)
            .join(settled, settled.id == settled_posting.account_id)
            .where(settled_posting.entry_id == LedgerEntry.id, settled.kind == "settled")
            .exists(),
        )
        .group_by(LedgerAccount.programme, LedgerEntry.channel)
    )
    return [(programme, channel, int(amount)) for programme, channel, amount in rows]


def _shares(session: Session, cut: Cut) -> dict[str, dict[str, int]]:
    """Return {programme: {fund source: fen given}} at the cut; a source without a name is ""."""
    rows = session.execute(
        select(
            LedgerAccount.programme,
            LedgerAccount.fund_source,
            -func.sum(LedgerPosting.amount_fen),
        )
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(cut.entries(), LedgerAccount.kind == "authority")
        .group_by(LedgerAccount.programme, LedgerAccount.fund_source)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for programme, source, amount in rows:
        found[programme or ""][source or ""] = int(amount)
    return found
