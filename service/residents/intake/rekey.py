"""Give a source another password, private key or public key."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.residents.intake.problems import TermsWrong
from service.residents.intake.queries import source_by_code
from service.residents.intake.sealing import keep_secret
from service.residents.intake.terms import public_key_bytes
from service.residents.models import FeedSource


def rekey_source(session: Session, code: str, key: str, *, by: Actor) -> FeedSource:
    """Replace what a source is known by; the key before works no longer once this is committed.

    ``key`` is a password or an OpenSSH private key, for a source that pushes its Ed25519 public
    key in base64. Raises SourceUnknown, SecretMissing, TermsWrong.
    """
    source = source_by_code(session, code, locked=True)
    if source.kind == "push":
        try:
            source.public_key = public_key_bytes(key.strip())
        except ValueError as wrong:
            raise TermsWrong([("public_key", str(wrong))]) from None
    else:
        keep_secret(source, key)
    session.flush()
    details = {"code": source.code, "kind": source.kind}
    record(session, "source.rekeyed", by=by, on=("feed_sources", source.id), details=details)
    return source
