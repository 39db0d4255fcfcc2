"""How batches and payments may move: the two tables that everything else obeys."""

from service.audit.moves import register

BATCH_MOVES = register(
    "batches",
    {
        ("", "draft"): "batch.built",
        ("draft", "frozen"): "batch.frozen",
        ("returned", "frozen"): "batch.frozen",
        ("frozen", "noticed"): "batch.noticed",
        ("frozen", "approved"): "batch.approved",
        ("noticed", "approved"): "batch.approved",
        # Whoever must decide next may return it; what was committed is released again.
        ("frozen", "returned"): "batch.returned",
        ("noticed", "returned"): "batch.returned",
        ("prepared", "returned"): "batch.returned",
        # Its files could not be written for the bank: whoever would sign sends it back.
        ("approved", "returned"): "batch.returned",
        ("approved", "prepared"): "batch.prepared",
        # Back to an earlier step of its chain, with its lines still frozen.
        ("approved", "frozen"): "batch.reopened",
        ("prepared", "frozen"): "batch.reopened",
        # Called back before a file was handed over.
        ("signed", "frozen"): "batch.reopened",
        ("signed", "returned"): "batch.returned",
        ("prepared", "signed"): "batch.signed",
        ("signed", "sent"): "batch.sent",
        ("sent", "answered"): "batch.answered",
    },
)

PAYMENT_MOVES = register(
    "payments",
    {
        ("", "ready"): "payment.listed",
        ("", "held"): "payment.held",
        ("held", "ready"): "payment.released",
        # Somebody died between the making of a list and its freeze.
        ("ready", "held"): "payment.stopped",
        ("ready", "frozen"): "payment.frozen",
        ("frozen", "ready"): "payment.unfrozen",
        # An objection takes a posted line out; dismissed, it comes back as it hung.
        ("frozen", "held"): "payment.objected",
        ("held", "frozen"): "payment.restored",
        ("frozen", "sent"): "payment.sent",
        # Left out of a signed list before its file went, by the rule of the manifest.
        ("frozen", "withheld"): "payment.withheld",
        ("sent", "paid"): "payment.paid",
        ("sent", "rejected"): "payment.rejected",
        # The bank answered the file and left this line out: neither paid nor failed.
        ("sent", "unknown"): "payment.unknown",
        ("unknown", "paid"): "payment.paid",
        ("unknown", "rejected"): "payment.rejected",
        # Paid stays reversible: banks send money back days later.
        ("paid", "returned"): "payment.returned",
        ("sent", "returned"): "payment.returned",
        ("unknown", "returned"): "payment.returned",
        # The bank takes back a credit that it had booked as a return.
        ("returned", "paid"): "payment.paid_after_return",
        # Issued again, and then its bank says that the payee had the money all along.
        ("reissued", "paid"): "payment.paid_after_reissue",
        # It was said to be cancelled, and was paid; two officers found out which is true.
        ("rejected", "paid"): "payment.paid",
        # Cancelled after our account was debited: the money is on the statement.
        ("rejected", "returned"): "payment.returned",
        ("rejected", "reissued"): "payment.reissued",
        ("returned", "reissued"): "payment.reissued",
        # The bank corrected the statement that brought it back: it stands again where it stood.
        ("returned", "unknown"): "payment.return_undone",
        ("returned", "rejected"): "payment.return_undone",
        # Its list was called back: it waits for a person like any other line.
        ("withheld", "held"): "payment.held_on",
        ("withheld", "reissued"): "payment.reissued",
        # What waited for heirs becomes one line for each of them.
        ("held", "reissued"): "payment.divided",
    },
)
