"""Export the log as one file that anybody can verify without us: entries, checkpoints, time-stamps.

The same log gives the same bytes. What is wrong in the database is exported as it is, for the
verifier to find: a missing entry becomes an empty line, a missing leaf 32 zero bytes.
"""

import base64
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from service.audit.anchors.check import as_anchor
from service.audit.anchors.models import AuditAnchor
from service.audit.anchors.queries import anchors
from service.audit.log.head import kept_head
from service.audit.log.publish import last_published
from service.audit.standalone import bundle as names
from service.audit.standalone.joined import joined
from service.audit.standalone.notes import write_trust
from service.audit.verify.own_trust import published_trust
from service.audit.verify.readme import readme
from service.audit.verify.rows import AT_ONCE, Extent, checkpoints, extent, rows
from service.foundation.problems import Problem

_BEGAN = (1980, 1, 1, 0, 0, 0)


class ExportExists(Problem):
    """There is something already where the log would be written."""

    code = "audit_export_exists"
    status = 409
    title = "There is something already"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is there already; name a new file.", f"{path.name} 已存在，请另取文件名。"
        )


def export(session: Session, path: Path) -> Extent:
    """Write the log up to its last checkpoint into a new zip; return how far it goes.

    Where witnesses must cosign, that is the last checkpoint that enough of them did. Memory does not grow with the log. Raises :class:`ExportExists`; leaves nothing half written.
    """
    if path.exists():
        raise ExportExists(path)
    until, last = extent(session), last_published(session)
    if last is not None and published_trust(session).required:
        until = Extent(last.size, last.size)
    descriptor, fresh = tempfile.mkstemp(prefix=".audit-", dir=path.absolute().parent)
    try:
        with os.fdopen(descriptor, "wb") as handle, zipfile.ZipFile(handle, "w") as archive:
            for name, parts in _contents(session, until):
                _write(archive, name, parts)
        os.link(fresh, path)
    except FileExistsError:
        raise ExportExists(path) from None
    finally:
        Path(fresh).unlink()
    return until


def _contents(session: Session, until: Extent) -> Iterator[tuple[str, Iterable[bytes]]]:
    trust = published_trust(session)
    said: dict[str, Any] = {
        "format": names.FORMAT,
        "origin": trust.origin,
        "entries": until.leaves,
        "signed": until.signed,
    }
    yield names.BUNDLE, [rfc8785.dumps(said), b"\n"]
    yield names.README, [readme(until).encode()]
    yield names.KEYS, [write_trust(trust)]
    kept = kept_head()
    if kept is not None:
        yield names.HEAD, [kept.encode()]
    yield names.CHECKPOINTS, _checkpoints(session, until)
    yield names.ANCHORS, (_anchor(one) for one in anchors(session, up_to=until.signed))
    yield names.LEAVES, (leaf for leaf, _ in _rows(session, until))
    yield names.ENTRIES, (part for _, entry in _rows(session, until) for part in (entry, b"\n"))
    yield names.VERIFIER, [joined()]


def _checkpoints(session: Session, until: Extent) -> Iterator[bytes]:
    after = 0
    while found := checkpoints(session, after, until.signed, limit=AT_ONCE):
        for size, _, note in found:
            yield _line({"size": size, "note": note})
            after = size


def _rows(session: Session, until: Extent) -> Iterator[tuple[bytes, bytes]]:
    """Yield leaf hash and entry for each place, and what stands for those that are absent."""
    due = 0
    for start in range(0, until.leaves, AT_ONCE):
        for index, leaf, entry, *_ in rows(session, start, min(start + AT_ONCE, until.leaves)):
            yield from ((names.ABSENT, b"") for _ in range(due, index))
            whole = leaf if leaf is not None and len(leaf) == len(names.ABSENT) else names.ABSENT
            # Canonical JSON has no newline in it; an entry with one was changed, and stays so.
            yield whole, (entry or b"").replace(b"\n", b" ")
            due = index + 1


def _write(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> None:
    about = zipfile.ZipInfo(name, _BEGAN)
    about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
    with archive.open(about, "w", force_zip64=True) as stream:
        waiting = bytearray()
        for part in parts:
            waiting += part
            if len(waiting) > 1 << 16:
                stream.write(waiting)
                waiting.clear()
        stream.write(waiting)


def _line(said: dict[str, Any]) -> bytes:
    return rfc8785.dumps(said) + b"\n"


def _anchor(row: AuditAnchor) -> bytes:
    one = as_anchor(row)
    return _line(
        {
            "size": one.size,
            "note": one.note,
            "request": base64.b64encode(one.request).decode(),
            "response": base64.b64encode(one.response).decode(),
            "stamped_at": one.stamped_at,
        }
    )
