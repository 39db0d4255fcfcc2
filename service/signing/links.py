"""What the page of a signed list leads to: its files counted once more, and its voucher."""

from service.batches.models import Batch
from service.signing.voucher.voucher import SIGNED
from service.web.language import gettext
from service.web.view_models import Link


def of_batch(batch: Batch) -> list[Link]:
    """Return the pages that a list has from its signature on; none before."""
    if batch.state not in SIGNED:
        return []
    home = f"/batches/{batch.batch_no}"
    return [
        Link(gettext("Recount: count, total, root and digests once more"), f"{home}/recount"),
        Link(gettext("Payment voucher"), f"{home}/voucher"),
    ]
