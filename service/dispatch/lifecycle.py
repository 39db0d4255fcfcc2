"""How a bank file may move: the three outcomes of handing over, and what may follow each."""

from service.audit.moves import register

BANK_FILE_MOVES = register(
    "bank_files",
    {
        ("", "prepared"): "bank_file.prepared",
        # Written down and committed before the first byte leaves.
        ("prepared", "sending"): "bank_file.sending",
        ("sending", "delivered"): "bank_file.delivered",
        ("sending", "unknown"): "bank_file.unknown",
        # Only when it is proved that nothing was handed over.
        ("sending", "prepared"): "bank_file.not_delivered",
        # The bank answers it although we believe that it was not handed over.
        ("prepared", "unknown"): "bank_file.unknown",
        ("unknown", "delivered"): "bank_file.found_at_bank",
        # Two people released a resend under the same name with the same bytes.
        ("unknown", "prepared"): "bank_file.resend_released",
        ("delivered", "answered"): "bank_file.answered",
        ("prepared", "withdrawn"): "bank_file.withdrawn",
    },
)
