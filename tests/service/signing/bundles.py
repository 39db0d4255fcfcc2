"""Bundles for tests: a signed batch written out, changed on purpose, and checked."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch.holding.rule import written_of
from service.dispatch.queries import contents_of
from service.signing.bank_files import read_by
from service.signing.bundle.check import check
from service.signing.bundle.trust import Trust, keys_of_service, read_trust
from service.signing.bundle.write import write_bundle
from service.signing.software import sign_with_software_key
from tests.factories.batches import county_batch, prepared
from tests.factories.officers import OfficerFactory, staff


@dataclass(frozen=True)
class Written:
    """A bundle on disk, and the keys that are trusted."""

    home: Path
    trust: Trust

    def codes(self) -> set[int]:
        """Return the codes of everything that does not hold."""
        report, _ = check(self.home, self.trust)
        return {one.code for one in report.wrong}

    def change(self, name: str, content: bytes, *, forged: bool) -> None:
        """Replace a file; a forger also writes the list of files anew."""
        (self.home / name).write_bytes(content)
        if forged:
            self.list_again()

    def list_again(self) -> None:
        path = self.home / "bundle.json"
        listed = json.loads(path.read_bytes())
        listed["files"] = {
            one.relative_to(self.home).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
            for one in sorted(self.home.rglob("*"))
            if one.is_file() and one != path
        }
        path.write_bytes(rfc8785.dumps(listed))


def signed_batch(session: Session, monkeypatch: pytest.MonkeyPatch, *, signers: int = 1) -> Batch:
    """Return a batch of both banks, signed by so many people."""
    monkeypatch.setattr("service.signing.manifest.signatures_required", lambda *_: signers)
    people = staff()
    batch = prepared(session, county_batch(session), people)
    more = [OfficerFactory.create(duties=["signer"]) for _ in range(signers - 1)]
    for signer in (people.signer, *more):
        sign_with_software_key(session, batch, by=signer)
    return batch


def written(session: Session, batch: Batch, folder: Path) -> Written:
    """Write a batch's bundle, and trust the keys that the service knows."""
    read_by(contents_of, written_of)
    home = write_bundle(session, batch, folder / "bundles")
    keys = folder / "keys.json"
    keys.write_text(json.dumps(keys_of_service(session)), encoding="utf-8")
    return Written(home, read_trust(keys))
