"""The way of the money as steps: what was appropriated above, and below it where each part of it is now."""

from service.ledger.waterfall import Stand
from service.web.filters import percent, yuan
from service.web.language import gettext
from service.web.pictures.about import About
from service.web.pictures.bars import Part, bars
from service.web.view_models import Column, Picture

_WHOLE = 10_000


def waterfall_picture(whole: Stand) -> Picture:
    """Return the picture of what is shown together; its steps add up to the first bar, to the fen."""
    steps = (
        (gettext("Committed"), whole.committed_fen, True),
        (gettext("In transit"), whole.in_transit_fen, True),
        (gettext("Settled"), whole.settled_fen, True),
        (gettext("Returned and still held"), whole.held_fen, True),
        (gettext("To be recovered"), whole.to_recover_fen, False),
        (gettext("Recovered or given up"), whole.recovered_fen + whole.written_off_fen, False),
        (gettext("Due to the treasury"), whole.due_to_treasury_fen, False),
        (gettext("Remaining"), whole.left_fen, True),
    )
    of_fen = whole.appropriated_fen
    parts = [Part(gettext("Appropriated"), of_fen, more=[_share(of_fen, of_fen)])]
    start = 0
    for label, amount_fen, is_always in steps:
        if is_always or amount_fen:
            look = "open" if label == steps[-1][0] else ""
            parts.append(
                Part(label, amount_fen, max(0, start), look, more=[_share(amount_fen, of_fen)])
            )
        start += amount_fen
    return bars(
        About(
            "waterfall",
            gettext("From appropriation to card, together"),
            gettext("yuan"),
            kind="money",
        ),
        parts,
        (gettext("Step"), gettext("Amount")),
        more=[Column(gettext("Of what was appropriated"))],
        told=gettext(
            "Of %(all)s yuan appropriated, %(settled)s are settled on cards and %(left)s remain."
        )
        % {
            "all": yuan(of_fen),
            "settled": yuan(whole.settled_fen),
            "left": yuan(whole.left_fen),
        },
    )


def _share(amount_fen: int, of_fen: int) -> str:
    return percent(_WHOLE * amount_fen // of_fen) if of_fen > 0 else "—"
