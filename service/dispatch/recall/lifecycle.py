"""How a recall and each payment in it may move."""

from service.audit.moves import register

RECALL_MOVES = register(
    "recalls",
    {
        # By message: the same three outcomes as a payment file's.
        ("", "prepared"): "recall.asked",
        ("prepared", "sending"): "recall.sending",
        ("sending", "delivered"): "recall.delivered",
        ("sending", "unknown"): "recall.unknown",
        ("sending", "prepared"): "recall.not_delivered",
        ("unknown", "delivered"): "recall.found_at_bank",
        # Nowhere at the bank after all its waiting time.
        ("unknown", "prepared"): "recall.sent_again",
        # By letter: printed, and carried to the bank.
        ("", "letter"): "recall.asked",
        # The last payment in it is settled, whatever became of the message.
        ("prepared", "answered"): "recall.answered",
        ("delivered", "answered"): "recall.answered",
        ("unknown", "answered"): "recall.answered",
        ("letter", "answered"): "recall.answered",
        # The bank contradicted itself after all.
        ("answered", "delivered"): "recall.opened_again",
        ("closed", "delivered"): "recall.opened_again",
        # Nothing was refused, or whoever asked was told that it was.
        ("answered", "closed"): "recall.closed",
    },
)
WAITING = ("prepared", "sending", "unknown", "delivered", "letter")
"""States in which an answer is still to come."""

RECALL_LINE_MOVES = register(
    "recall_lines",
    {
        ("", "asked"): "recall_line.asked",
        ("asked", "cancelled"): "recall_line.cancelled",
        ("asked", "refused"): "recall_line.refused",
        # The bank says both that it paid and that it cancelled.
        ("asked", "disputed"): "recall_line.disputed",
        ("cancelled", "disputed"): "recall_line.disputed",
        ("refused", "disputed"): "recall_line.disputed",
        ("disputed", "cancelled"): "recall_line.cancelled",
        ("disputed", "refused"): "recall_line.refused",
    },
)
OPEN = ("asked", "disputed")
"""States of a payment in a recall in which nothing of it may be issued again."""
WITH_THE_BANK = frozenset({"delivered", "unknown", "answered"})
"""States of a bank file in which its payments can be called back."""
