"""Lists as they were prepared before a version of the manifest."""

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.signing import manifest as manifests
from service.signing.earlier_manifests import content_of_v2
from service.signing.manifest import SealedFile


def before_holding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prepare lists under version 2, when nothing could be left out of a signed list."""

    def content(session: Session, batch: Batch, files: Sequence[SealedFile]) -> dict[str, object]:
        return content_of_v2(session, batch, files)

    monkeypatch.setattr(manifests, "FORMAT", manifests.FORMAT_V2)
    monkeypatch.setattr(manifests, "bound_v3", content)
