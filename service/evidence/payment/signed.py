"""The signed list: manifests, signatures, time-stamp, and the line's own way to the signed roots.

Nobody else's line is needed for that: a leaf, its place, and the hashes beside its way. For a reader
who sees names masked the leaf itself stays outside, because its salt would let anybody try names.
"""

from collections.abc import Iterator
from typing import Any

import rfc8785
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.log.tree import leaf_hash
from service.batches.leaf import LEAF_SQL
from service.batches.models import Batch, Payment
from service.dispatch import queries as files
from service.dispatch.models import BankFile
from service.dispatch.sent_lines import instructions
from service.dispatch.write import take
from service.evidence.merkle_path import Paths
from service.evidence.payment.subject import Subject
from service.foundation.ids import number_of
from service.signing.bundle.time_stamp import REQUEST, RESPONSE, STAMPED
from service.signing.bundle.write import signatures_of
from service.signing.manifest import all_of
from service.signing.signers.time_stamps.stamp import content_of, stamp_of
from service.signing.written_lines import DOMAIN, WrittenLines

LEAF = "signed/line.json"
WRITTEN = "signed/written-line.json"
_NOT_FROZEN = ("held", "ready")


def signed_files(session: Session, about: Subject) -> Iterator[tuple[str, bytes]]:
    """Yield what was signed and with what, exactly as it is kept; nothing of it names a resident."""
    yield from signed_of_batch(session, about.batch)


def signed_of_batch(session: Session, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield the manifests of a batch's present round, its signatures and its time-stamp."""
    manifests = all_of(session, batch)
    for manifest in manifests:
        yield f"signed/manifest-{manifest.position}.json", manifest.canonical
    if not manifests:
        return
    first = manifests[0]
    if first.screening is not None and first.notice is not None:
        yield "signed/screening.json", first.screening
        yield "signed/notice.json", first.notice
    yield "signed/signatures.json", rfc8785.dumps(signatures_of(session, manifests))
    stamp = stamp_of(session, batch)
    if stamp is not None:
        yield f"signed/{REQUEST}", stamp.request
        yield f"signed/{RESPONSE}", stamp.response
        yield f"signed/{STAMPED}", content_of(session, batch)


def proved(session: Session, about: Subject) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    """Return where the line stands in the frozen list and in its bank file, and the leaves if shown."""
    found: dict[str, Any] = {"in_list": None, "in_file": None}
    shown: list[tuple[str, bytes]] = []
    if about.payment.state not in _NOT_FROZEN and about.batch.lines_root is not None:
        found["in_list"], leaf = _in_list(session, about)
        shown += [(LEAF, leaf)] if about.whole and leaf else []
    signed = signed_file(session, about)
    if signed is not None and signed.lines_root is not None:
        found["in_file"], leaf = _in_file(session, about, signed)
        shown += [(WRITTEN, leaf)] if about.whole and leaf else []
    return found, shown


def signed_file(session: Session, about: Subject) -> BankFile | None:
    """Return the file that was signed with the line in it, whatever went in its place."""
    if about.file is None or about.file.stands_for_id is None:
        return about.file
    return session.get_one(BankFile, about.file.stands_for_id)


def _in_list(session: Session, about: Subject) -> tuple[dict[str, Any], bytes]:
    rows = session.execute(
        text(
            f"SELECT p.id, {LEAF_SQL} FROM payments p "  # noqa: S608 - a constant of ours
            "WHERE p.batch_id = :batch AND p.state NOT IN ('held', 'ready') ORDER BY p.id"
        ),
        {"salt": about.batch.salt, "batch": about.batch.id},
        execution_options={"yield_per": 5_000},
    )
    tree, mine = Paths(), b""
    for number, leaf in rows:
        is_mine = number == about.payment.id
        mine = leaf.encode() if is_mine else mine
        tree.add(leaf_hash(leaf.encode()), wanted=is_mine)
    return _path(tree, leaf_hash(mine)), mine


def _in_file(session: Session, about: Subject, signed: BankFile) -> tuple[dict[str, Any], bytes]:
    ids = [signed.id]
    instead = files.standing_for(session, signed)
    ids += [instead.id] if instead is not None else []
    told, tree, mine = WrittenLines(about.batch.salt), Paths(), b""
    for line in instructions(session, Payment.bank_file_id.in_(ids), purpose=""):
        leaf = take(told, line)
        is_mine = number_of(line.reference) == about.payment.id
        mine = leaf if is_mine else mine
        tree.add(leaf_hash(DOMAIN + leaf), wanted=is_mine)
    path = _path(tree, leaf_hash(DOMAIN + mine))
    return {**path, "file_reference": signed.file_reference}, mine


def _path(tree: Paths, leaf: bytes) -> dict[str, Any]:
    root = tree.root()
    ((index, path),) = tree.paths.items()
    return {
        "index": index,
        "size": tree.size,
        "leaf_hash": leaf.hex(),
        "path": [one.hex() for one in path],
        "root": root.hex(),
    }
