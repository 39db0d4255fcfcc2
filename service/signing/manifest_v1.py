"""Manifests of version 1: what was prepared or signed before challenges still verifies and is sent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.signing.manifest import FORMAT_V1, SealedFile, bound


def content_of_v1(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, Any]:
    """Return what version 1 bound, as it is now; holds could be cleared after signing and are left out."""
    said = {"format": FORMAT_V1, **bound(session, batch, files)}
    said["acts"] = [done for done in said["acts"] if done["act"] in {"submitted", "approved"}]
    return said
