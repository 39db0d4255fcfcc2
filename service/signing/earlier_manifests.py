"""Manifests of versions 1 and 2: what was prepared or signed under them still verifies and is sent.

Version 1 came before challenges, version 2 before lines could be left out.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.signing.manifest import FORMAT_V1, FORMAT_V2, SealedFile, bound


def content_of_v1(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, Any]:
    """Return what version 1 bound, as it is now; holds could be cleared after signing and are left out."""
    said = {"format": FORMAT_V1, **bound(session, batch, files)}
    said["acts"] = [done for done in said["acts"] if done["act"] in {"submitted", "approved"}]
    return said


def content_of_v2(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, Any]:
    """Return what version 2 bound, as it is now: nothing may be left out of such a list."""
    return {"format": FORMAT_V2, **bound(session, batch, files)}
