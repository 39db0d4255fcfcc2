"""Verify the audit trail in the database from the first entry, and name the first one that is wrong."""

import hashlib

from sqlalchemy.orm import Session

from service.audit.anchors.check import check_anchors
from service.audit.standalone.classes import (
    CHANGED,
    CHECKPOINT,
    COLUMNS,
    INSERTED,
    MISSING,
    Wrong,
)
from service.audit.standalone.notes import Trust
from service.audit.standalone.tree import Tree
from service.audit.standalone.walk import Walk
from service.audit.verify.crypto import CRYPTO
from service.audit.verify.own_trust import HeadDamaged, own_trust
from service.audit.verify.rows import (
    AT_ONCE,
    Extent,
    checkpoints,
    extent,
    names_itself,
    repeats,
    rows,
)
from service.audit.verify.verdict import Verdict, wrong_verdict


def verify(
    session: Session,
    *,
    trust: Trust | None = None,
    start: Tree | None = None,
    entries_max: int | None = None,
) -> Verdict:
    """Recompute every leaf and every signed root, and compare with the heads kept outside.

    The columns that repeat an entry's content must say what its signed bytes say, or a search would
    tell another story than the trail. Begins after the entries of ``start`` and ends, at a checkpoint,
    after about ``entries_max`` more. Memory does not grow with the log.
    """
    until = extent(session)
    begun = start.size if start else 0
    walk: Walk | None = None
    try:
        walk = Walk(
            trust or own_trust(session),
            CRYPTO,
            leaves=until.leaves,
            signed=until.signed,
            start=start,
        )
        is_whole = _follow(session, walk, until, begun + (entries_max or 2**62))
        if is_whole:
            walk.end()
            check_anchors(session, walk.trust, CRYPTO)
    except HeadDamaged:
        return wrong_verdict(_damaged(), begun)
    except Wrong as wrong:
        return wrong_verdict(wrong, wrong.index or 0)
    return Verdict(
        entries=walk.tree.size,
        verified=True,
        root=walk.tree.root().hex(),
        cosigned=walk.cosigned,
        checkpoints=walk.checkpoints,
        edge=b"".join(walk.tree.edge),
    )


def _follow(session: Session, walk: Walk, until: Extent, enough: int) -> bool:
    """Take leaves and checkpoints until the end, or until enough; return whether it was the end."""
    walk.compare_outside()
    while walk.tree.size < until.leaves:
        start = walk.tree.size
        end = min(start + AT_ONCE, until.leaves)
        due = checkpoints(session, start, min(end, until.signed))
        hashes, ids = list[bytes](), list[bytes]()
        for row in rows(session, start, end):
            leaf, identity = _checked(row[0], start + len(hashes), *row[1:])
            hashes.append(leaf)
            ids.append(identity)
        for size, root, note in due:
            _extend(walk, hashes, ids, start, size)
            if walk.tree.size == size:
                walk.head(size, note, root)
        if walk.tree.size >= enough and walk.good == walk.tree.size:
            return False
        _extend(walk, hashes, ids, start, start + len(hashes))
        walk.compare_outside()
        if len(hashes) < end - start:
            break
    if walk.tree.size < until.leaves:
        raise _missing(walk.tree.size)
    return True


def _extend(walk: Walk, hashes: list[bytes], ids: list[bytes], start: int, to: int) -> None:
    """Add leaves up to a size, and stop at each head kept outside on the way."""
    to = min(to, start + len(hashes))
    while walk.tree.size < to:
        stop = to if walk.stops is None else min(to, walk.stops)
        walk.compare_outside()
        a, b = walk.tree.size - start, stop - start
        walk.extend(hashes[a:b], ids[a:b])


def _checked(
    index: int,
    due: int,
    leaf: bytes | None,
    entry: bytes | None,
    begins: bytes | None,
    when: bytes | None,
    thing: bytes | None,
) -> tuple[bytes, bytes]:
    """Return a leaf's hash and its entry's id, once everything about it agrees; raises Wrong."""
    if index != due:
        raise _missing(due)
    if entry is None or begins is None or when is None or thing is None:
        raise Wrong(
            MISSING, f"Audit entry {index} was changed: it is gone, and its place is left.",
            f"第 {index} 条审计记录被改动：内容已不存在。", index,
        )  # fmt: skip
    found = hashlib.sha256(b"\x00" + entry).digest()
    if found != leaf:
        raise Wrong(
            CHANGED, f"Audit entry {index} was changed.", f"第 {index} 条审计记录被改动。", index
        )
    if not repeats(entry, begins, when, thing):
        if not names_itself(entry, thing):
            raise Wrong(
                INSERTED, f"Audit entry {index} was inserted: its content is another entry's.",
                f"第 {index} 条审计记录为插入：内容属于另一条记录。", index,
            )  # fmt: skip
        raise Wrong(
            COLUMNS, f"Audit entry {index} was changed: a column says something else than its signed content.",
            f"第 {index} 条审计记录被改动：检索字段与已签内容不符。", index,
        )  # fmt: skip
    return found, thing[1:37]


def _missing(index: int) -> Wrong:
    return Wrong(MISSING, f"Audit entry {index} is missing.", f"第 {index} 条审计记录缺失。", index)


def _damaged() -> Wrong:
    return Wrong(
        CHECKPOINT,
        "Audit entry 0 cannot be compared: the head kept outside is damaged.",
        "第 0 条审计记录无法比对：外存签头已损坏。",
        0,
    )
