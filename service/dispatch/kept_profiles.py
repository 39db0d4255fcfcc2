"""What a bank had agreed with us when a file was written: kept with the file, and read with for its answer.

A profile changes while money is away: the bank moves a column, we correct a word, the adapter is
upgraded. The answer to an earlier file still comes as it was agreed then. A profile that is data is
kept whole by its digest; of one that is code only name and version are kept, and its reader takes
every version of the standard it reads.
"""

import hashlib

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bank_adapters import BankAdapter, BankProfile, adapter_for
from bank_adapters.registry import UnknownProfile
from bank_adapters.sheets.adapter import adapter_from
from bank_adapters.sheets.located import ProfileRefused
from service.dispatch.models import BankFile, KeptProfile
from service.foundation import clock
from service.foundation.logs import logger
from service.ledger.models import BankChannel

_LOOKED_AT_MAX = 20
"""More versions of one bank's profile than anybody waits for an answer under."""


def digest_of(profile: BankProfile) -> str:
    """Return what tells two versions of a profile apart: SHA-256 in hex over all that it is made of."""
    said = profile.definition or f"{profile.name}\n{profile.version}"
    return hashlib.sha256(said.encode()).hexdigest()


def keep_profile(session: Session, profile: BankProfile) -> str:
    """Keep a profile as it is now, once, and return its digest."""
    digest = digest_of(profile)
    session.execute(
        insert(KeptProfile)
        .values(
            sha256=digest,
            name=profile.name,
            version=profile.version,
            definition=profile.definition,
            kept_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    return digest


def earlier_profiles(session: Session, channel: BankChannel, now: str) -> list[KeptProfile]:
    """Return the profiles other than ``now`` that files to this bank were written with, newest first."""
    return list(
        session.scalars(
            select(KeptProfile)
            .join(BankFile, BankFile.profile_sha256 == KeptProfile.sha256)
            .where(BankFile.channel_id == channel.id, KeptProfile.sha256 != now)
            .group_by(KeptProfile.sha256)
            .order_by(func.max(BankFile.made_at).desc())
            .limit(_LOOKED_AT_MAX)
        )
    )


def adapter_as_kept(kept: KeptProfile) -> BankAdapter | None:
    """Return the adapter of a kept profile; None where nothing can read by it any more."""
    try:
        return adapter_from(kept.definition) if kept.definition else adapter_for(kept.name)
    except (ProfileRefused, UnknownProfile):
        logger("dispatch").error("profile.unreadable", profile=kept.name, version=kept.version)
        return None
