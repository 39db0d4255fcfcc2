"""ISO 20022: payment order pain.001, status report pain.002, account statement camt.053."""
