"""The second officer of a decision of two: shows who it is by name and password, beside the first.

Nobody is signed in by this. A try counts like a try to sign in, so this is no way round the
throttle, and it is kept whatever becomes of the request.
"""

from uuid import UUID

from service.audit.record import record
from service.officers import passwords, queries
from service.officers.models import SignInAttempt
from service.officers.sign_in import USERNAME_LENGTH_MAX, SignInRefused
from service.officers.throttle import admit
from service.web.transactions import Opener


def confirm(transaction: Opener, username: str, password: str) -> UUID:
    """Return whose user name and password these are.

    Raises SignInRefused, TooManyAttempts, Busy.
    """
    username = username.strip().lower()[:USERNAME_LENGTH_MAX]
    with transaction() as session:
        attempt_id = admit(session, username).id
        officer = queries.by_username(session, username)
        kept = officer.password_hash if officer else None
        officer_id = officer.id if officer else None
    right = passwords.is_right(kept, password)
    with transaction() as session:
        # Read again: somebody may have been deactivated while the password was looked at.
        officer = queries.by_id(session, officer_id) if officer_id else None
        if right and officer is not None and officer.active:
            session.get_one(SignInAttempt, attempt_id).succeeded = True
            record(session, "officer.confirmed", by=officer.actor(), on=("officers", officer.id))
            return officer.id
    raise SignInRefused
