"""Which events there are, by the names that receivers know them by; names never change."""

VERSION = 1
"""Of what an event carries. Members may be added; what changes the meaning of one is a new version."""

BY_STATE: dict[str, str] = {
    state: f"payment.{state}"
    for state in ("held", "sent", "unknown", "paid", "rejected", "returned", "reissued")
}
"""{state a payment moved to: what is told}."""

BATCH_SIGNED = "batch.signed"
DAY_CLOSED = "day.closed"
TEST = "test"

KINDS: tuple[str, ...] = (BATCH_SIGNED, *BY_STATE.values(), DAY_CLOSED)
"""What an endpoint can be given; the test event goes to each that asks for it."""
