"""Who acts, completed once for every entry from the request that is being answered."""

from service.audit.actor import Actor
from service.audit.canonical import word
from service.foundation.encryption import sealer
from service.web.here import visit

_SESSION_BYTES = 8


def who(by: Actor) -> Actor:
    """Return ``by`` with organisation and session, as far as the request knows them.

    Only the officer who sends the request is completed: what a request does in the name of a bank
    or a department is not that officer's word.
    """
    viewer = visit().viewer
    asks = viewer is not None and by.kind == "officer" and by.id == viewer.id
    organisation, session = by.organisation, by.session
    if viewer is not None and asks:
        organisation, session = organisation or viewer.organisation, session or viewer.session
    return Actor(
        kind=word(by.kind),
        id=word(by.id),
        organisation=word(organisation),
        session=session_mark(session),
    )


def session_mark(session_id: str) -> str:
    """Return 16 hex digits that tell sessions apart and open none: a keyed hash of the session's id."""
    if not session_id:
        return ""
    return sealer().index(session_id, "audit.session")[:_SESSION_BYTES].hex()
