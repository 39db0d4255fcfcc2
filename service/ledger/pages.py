"""The ledger: what is appropriated and left, and every account's balance."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import Response

from service.ledger import queries
from service.ledger.models import KINDS, Appropriation
from service.ledger.names import programme_name
from service.ledger.queries import AccountBalance
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web import filters, navigation
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Figure, Row

router = APIRouter()
navigation.register("ledger", translatable("Ledger"), "/ledger", act="ledger.read")

_KINDS: dict[str, tuple[str, str]] = {
    "authority": (
        translatable("Authority to spend"),
        translatable("what the finance department gave, seen from the other side"),
    ),
    "available": (translatable("Available"), translatable("given and not yet committed")),
    "commitments": (translatable("Committed"), translatable("approved, not yet at a bank")),
    "in_transit": (translatable("In transit"), translatable("at a bank, not yet answered")),
    "settled": (translatable("Settled"), translatable("on people's accounts")),
    "returned_held": (
        translatable("Returned"),
        translatable("came back and is kept for the person"),
    ),
    "bank_cash": (translatable("Cash at the bank"), translatable("by the bank's statements")),
    "bank_clearing": (
        translatable("Clearing at the bank"),
        translatable("debited by the bank for files of ours"),
    ),
    "treasury_funding": (
        translatable("Funding by the treasury"),
        translatable("with which the bank accounts were opened"),
    ),
    "unidentified_receipts": (
        translatable("Unidentified receipts"),
        translatable("money that belongs to nothing of ours yet"),
    ),
    "recovery_receivable": (
        translatable("To be recovered"),
        translatable("paid and not due; asked back and not back yet"),
    ),
    "written_off": (
        translatable("Written off"),
        translatable("paid and not due; two officers gave it up"),
    ),
}


@router.get("/ledger")
def show(session: Transaction, officer: SignedInOfficer) -> Response:
    """Appropriations with what is left, and balances by account, programme and bank."""
    require(officer, "ledger.read")
    found = queries.account_balances(session)
    kept = queries.appropriations(session)
    banks = {one.code: one.name for one in queries.channels(session)}
    return page(
        "ledger/ledger.html",
        figures=_figures(found),
        columns=_columns(),
        rows=[_row(one) for one in kept],
        footer=_footer(kept),
        groups=_groups(found, banks),
        balance_columns=[
            Column(gettext("Programme")),
            Column(gettext("Bank")),
            Column(gettext("Balance"), "money", unit=gettext("yuan")),
        ],
        total_fen=sum(one.amount_fen for one in found),
    )


def _figures(found: Sequence[AccountBalance]) -> list[Figure]:
    shown = ("available", "commitments", "in_transit", "settled", "returned_held")
    sums = {kind: sum(one.amount_fen for one in found if one.kind == kind) for kind in shown}
    return [
        Figure(
            gettext(_KINDS[kind][0]),
            filters.yuan(sums[kind]),
            gettext("yuan"),
            gettext(_KINDS[kind][1]),
        )
        for kind in shown
    ]


def _columns() -> list[Column]:
    return [
        Column(gettext("Programme")),
        Column(gettext("Year"), "text"),
        Column(gettext("Fund source")),
        Column(gettext("Appropriated"), "money", unit=gettext("yuan")),
        Column(gettext("Committed"), "money", unit=gettext("yuan")),
        Column(gettext("Remaining"), "money", unit=gettext("yuan")),
        Column(gettext("Used"), "number", unit="%"),
    ]


def _row(one: Appropriation) -> Row:
    left = one.amount_fen - one.committed_fen
    cells = (
        _programme(one.programme),
        str(one.year),
        one.fund_source,
        one.amount_fen,
        one.committed_fen,
        left,
        _used(one.committed_fen, one.amount_fen),
    )
    return Row(cells, tone="warn" if one.amount_fen and left * 20 < one.amount_fen else "")


def _footer(kept: Sequence[Appropriation]) -> list[str | int | None]:
    given = sum(one.amount_fen for one in kept)
    used = sum(one.committed_fen for one in kept)
    return [gettext("Together"), None, None, given, used, given - used, _used(used, given)]


def _used(part_fen: int, whole_fen: int) -> int:
    return part_fen * 100 // whole_fen if whole_fen else 0


def _groups(
    found: Sequence[AccountBalance], banks: dict[str, str]
) -> list[tuple[str, str, list[Row], list[str | int | None]]]:
    """Return (kind, what it means, its accounts, its sum), in the order in which money moves."""
    groups = []
    for kind in KINDS:
        accounts = [one for one in found if one.kind == kind]
        if not accounts:
            continue
        rows = [
            Row(
                (
                    _programme(one.programme) if one.programme else gettext("all programmes"),
                    banks.get(one.channel or "", one.channel or "—"),
                    one.amount_fen,
                )
            )
            for one in accounts
        ]
        total = sum(one.amount_fen for one in accounts)
        said = gettext(_KINDS[kind][0]), gettext(_KINDS[kind][1])
        groups.append((*said, rows, [gettext("Together"), None, total]))
    return groups


def _programme(code: str) -> str:
    name = programme_name(code, visit().language)
    return name if name == code else f"{name} {code}"
