"""Signing keys for programs: the question that a new passkey answers."""

from typing import Any

from fastapi import APIRouter

from service.officers.signed_in import SignedInOfficer
from service.signing.signers.passkeys.register import ask_new
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/keys", tags=["keys"])


@router.post("/passkey-question")
def ask_for_passkey(session: Transaction, officer: SignedInOfficer) -> dict[str, Any]:
    """What a browser's `navigator.credentials.create` is told, good for ten minutes and one passkey."""
    return ask_new(session, officer)
