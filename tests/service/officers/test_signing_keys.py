"""A signer has one valid public key; others have none."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.officers import queries
from service.officers.signing_keys import KeyUnusable, NotASigner, register_key, revoke_key
from tests.service.web.browsing import MakeOfficer


def public_key() -> bytes:
    return Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def test_a_new_key_revokes_the_one_before_it(session: Session, make_officer: MakeOfficer) -> None:
    signer = make_officer("signer")
    first = register_key(session, signer, public_key(), by=SYSTEM)
    second = register_key(session, signer, public_key(), by=SYSTEM)
    assert first.revoked_at is not None
    assert queries.valid_key(session, signer) == second
    revoke_key(session, second, by=SYSTEM, reason="lost")
    revoke_key(session, second, by=SYSTEM, reason="lost")
    assert queries.valid_key(session, signer) is None
    acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts.count("signing_key.registered") == acts.count("signing_key.revoked") == 2


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_what_is_no_key_is_refused(
    session: Session, make_officer: MakeOfficer, content: bytes
) -> None:
    with pytest.raises(KeyUnusable):
        register_key(session, make_officer("signer"), content, by=SYSTEM)


def test_an_unknown_algorithm_is_refused(session: Session, make_officer: MakeOfficer) -> None:
    with pytest.raises(KeyUnusable):
        register_key(session, make_officer("signer"), public_key(), by=SYSTEM, algorithm="none")


def test_only_signers_have_keys(session: Session, make_officer: MakeOfficer) -> None:
    left = make_officer("signer")
    left.active = False
    for officer in (make_officer("maker"), left):
        with pytest.raises(NotASigner):
            register_key(session, officer, public_key(), by=SYSTEM)
