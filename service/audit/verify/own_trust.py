"""What this installation itself trusts: its log's keys, its witnesses, the head it keeps outside."""

from sqlalchemy.orm import Session

from service.audit.anchors.check import pem_roots
from service.audit.cosigning.in_force import in_force
from service.audit.cosigning.policy import NONE, Policy
from service.audit.log import log_keys
from service.audit.log.head import kept_head
from service.audit.log.note_keys import VerifierKey
from service.audit.standalone.classes import Wrong
from service.audit.standalone.notes import Era, Key, Trust, read_head
from service.audit.verify.crypto import CRYPTO


class HeadDamaged(Exception):
    """The head kept outside the database cannot be read, or is not signed by the log's keys."""


def own_trust(session: Session) -> Trust:
    """Return what the live log is verified with; raises :class:`HeadDamaged`."""
    trust, note = published_trust(session), kept_head()
    if note is not None:
        try:
            trust.cosigners(read_head(note), CRYPTO)
        except Wrong:
            raise HeadDamaged from None
        trust.heads = [note]
    return trust


def published_trust(session: Session) -> Trust:
    """Return what others verify this log with, handed over by a way of its own."""
    eras = [Era(tuple(map(_key, one.keys)), one.after, one.up_to) for one in log_keys.eras(session)]
    policy = in_force()
    if policy is None:
        return Trust(log=eras, roots=pem_roots())
    witnesses = [_key(one.key) for one in policy.witnesses.values()]
    return Trust(log=eras, witnesses=witnesses, required=_fewest(policy), roots=pem_roots())


def _fewest(policy: Policy) -> int:
    """Return how many witnesses the policy asks for at least, whoever they are."""

    def of(name: str) -> int:
        group = policy.groups.get(name)
        return 1 if group is None else sum(sorted(map(of, group.members))[: group.k])

    return 0 if policy.quorum == NONE else of(policy.quorum)


def _key(key: VerifierKey) -> Key:
    return Key(key.name, int(key.kind), key.public)
