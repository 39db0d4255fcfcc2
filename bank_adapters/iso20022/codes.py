"""Status and reason codes of ISO 20022 replies, as data: an unknown code must not crash anything.

Status meanings follow the ISO 20022 external code sets (payment transaction status); the mapping
to our states is ours: only a settlement the bank vouches for is paid, only a final refusal is
rejected, everything else is still on its way or unknown.
"""

from __future__ import annotations

from bank_adapters.contract import State

TRANSACTION_STATES: dict[str, State] = {
    "RCVD": State.IN_TRANSIT,  # Received.
    "RVNC": State.IN_TRANSIT,  # Received, validation of the payee not yet complete.
    "ACTC": State.IN_TRANSIT,  # Syntax is fine.
    "PATC": State.IN_TRANSIT,  # More signatures are needed.
    "PDNG": State.IN_TRANSIT,  # Further checks.
    "ACFW": State.IN_TRANSIT,  # Passed on to another bank.
    "ACCP": State.IN_TRANSIT,  # Customer profile fits.
    "ACFC": State.IN_TRANSIT,  # Funds are there.
    "ACSP": State.IN_TRANSIT,  # Accepted for execution.
    "ACPD": State.IN_TRANSIT,  # Released for clearing.
    "ACWC": State.IN_TRANSIT,  # Accepted with a change.
    "ACWP": State.IN_TRANSIT,  # Accepted without posting to the payee.
    "BLCK": State.IN_TRANSIT,  # Neither posted nor returned.
    "PART": State.IN_TRANSIT,  # Some are accepted, some not yet.
    "ACSC": State.PAID,  # Settled, by agreement with the bank.
    "ACCC": State.PAID,  # Settled on the payee's account.
    "RJCT": State.REJECTED,
    "CANC": State.REJECTED,  # Cancelled at our request: no money moved.
}
# At group or block level ACSC says only that our own account was debited.
GROUP_STATES: dict[str, State] = {**TRANSACTION_STATES, "ACSC": State.IN_TRANSIT}
# Answers about checking the payee's name; never a state of the money.
VERIFICATION_ONLY = frozenset({"RCVC", "RVNA", "RVNM", "RVMC", "RVCM"})
# The first sending probably exists: ask before anything else is done.
DUPLICATE_REASONS = frozenset({"DU01", "DU02", "DU03", "DU04", "DU05", "AM05", "DUPL"})
# A time-out or somebody off line on the way: nobody knows.
TIMEOUT_REASONS = frozenset({"AB01", "AB03", "AB05", "AB06", "AB07", "AB08", "AB11"})
UNCLEAR_REASONS = DUPLICATE_REASONS | TIMEOUT_REASONS
# Neither with the person nor back with us: somebody has to ask.
HELD_AT_BANK = frozenset({"ACWP", "BLCK"})


def transaction_state(status: str, reason: str) -> State:
    """Return the state a transaction's status and reason stand for."""
    return _state(TRANSACTION_STATES, status, reason)


def group_state(status: str, reason: str) -> State:
    """Return what a status of a whole file or block says about a payment not named in it."""
    return _state(GROUP_STATES, status, reason)


def _state(table: dict[str, State], status: str, reason: str) -> State:
    state = table.get(status, State.UNKNOWN)
    if status in VERIFICATION_ONLY:
        return State.IN_TRANSIT
    if state is State.REJECTED and reason in UNCLEAR_REASONS:
        return State.UNKNOWN
    return state
