"""A department's own headers: suggested by likeness, confirmed by the steward, remembered.

A mapping belongs to one layout (the set of headers, in any order) of one feed: as soon as the
department changes its table, nobody's word covers it any more and the steward is asked again.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation import clock, ids
from service.foundation.problems import Problem
from service.residents.feeds import Column, Feed
from service.residents.models import ColumnMapping

Mappings = Mapping[bytes, Mapping[str, str]]
"""Layout → normalised header → field."""
_UNSEEN = re.compile("[\\s\u200b-\u200f\u2060\ufeff*＊]+")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_ALIKE = 0.5
# Words that departments use for one and the same thing; likeness alone does not see it.
_SAME_WORDS = (
    ("公民身份号码", "身份证号码", "身份证号", "身份证", "证件号码", "证件号", "社会保障号码", "身份号码"),
    ("姓名", "名字", "户主姓名", "人员姓名"),
    ("日期", "时间", "年月日"),
    ("区划", "行政区划", "村社", "地址"),
    ("银行账号", "账号", "卡号", "银行卡号"),
)  # fmt: skip


class MappingUnfit(Problem):
    """A mapping leaves a required column open, or uses one twice."""

    code = "mapping_unfit"
    status = 422
    title = "The columns cannot be read this way"

    def __init__(self, what_en: str, what_zh: str) -> None:
        super().__init__(
            f"The columns cannot be read this way: {what_en}.", f"列对应关系无法采用：{what_zh}。"
        )


def normalised(header: str) -> str:
    """Return a header without spaces, invisible characters and asterisks, in NFKC."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", header))


def layout_of(headers: Sequence[str]) -> bytes:
    """Return the SHA-256 of a table's headers, whatever their order."""
    names = sorted(filter(None, map(normalised, headers)))
    return hashlib.sha256("\n".join(names).encode()).digest()


def suggest(headers: Sequence[str], feed: Feed) -> dict[str, str]:
    """Return header → field where a header is most like a column's names; each is used once.

    A suggestion, never a decision: a person confirms it.
    """
    likeness = sorted(
        (-_likeness(header, column), column.field, header.strip())
        for header in headers
        if header.strip()
        for column in feed.columns
    )
    taken: dict[str, str] = {}
    for score, field, header in likeness:
        if -score < _ALIKE:
            break
        if header not in taken and field not in taken.values():
            taken[header] = field
    return taken


def _likeness(header: str, column: Column) -> float:
    return max(_alike(header, name) for name in (column.header, *column.aliases, column.zh))


def _alike(header: str, name: str) -> float:
    """Return how alike two headers are, up to 2 for the very same (a likeness, not money)."""
    if normalised(header) == normalised(name):
        return 2.0
    one, other = _plain(header), _plain(name)
    if one == other:
        return 1.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    if one and other and (one in other or other in one):
        ratio = max(ratio, 0.6)
    return ratio


def _plain(header: str) -> str:
    bare = _BRACKETS.sub("", normalised(header))
    for words in _SAME_WORDS:
        for word in words:
            if word in bare:
                return bare.replace(word, words[0], 1)
    return bare


def remembered(session: Session, feed: Feed) -> dict[bytes, dict[str, str]]:
    """Return what stewards said about this feed's layouts."""
    found = session.execute(
        select(ColumnMapping.layout, ColumnMapping.mapping).where(ColumnMapping.feed == feed.code)
    )
    return {bytes(layout): mapping for layout, mapping in found}


def check(mapping: Mapping[str, str], feed: Feed) -> dict[str, str]:
    """Return normalised header → field; raises :class:`MappingUnfit`."""
    meant = {normalised(header): field for header, field in mapping.items() if field}
    known = {column.field for column in feed.columns}
    if strange := sorted(set(meant.values()) - known):
        raise MappingUnfit(
            f"{feed.code} has no field {strange[0]}", f"{feed.code} 没有字段 {strange[0]}"
        )
    fields = list(meant.values())
    if twice := [c.header for c in feed.columns if fields.count(c.field) > 1]:
        listed = "、".join(twice)
        raise MappingUnfit(f"two columns are taken for {listed}", f"{listed} 对应了两列")
    if missing := [c.header for c in feed.columns if c.required and c.field not in fields]:
        listed = "、".join(missing)
        raise MappingUnfit(f"no column is taken for {listed}", f"{listed} 没有对应的列")
    return meant


def remember(
    session: Session, feed: Feed, layout: bytes, mapping: Mapping[str, str], *, by: Actor
) -> None:
    """Keep a confirmed mapping for every later delivery of the same layout."""
    values = {"mapping": dict(mapping), "confirmed_by": by.id, "confirmed_at": clock.now()}
    session.execute(
        insert(ColumnMapping)
        .values(id=ids.uuid7(), feed=feed.code, layout=layout, **values)
        .on_conflict_do_update(index_elements=["feed", "layout"], set_=values)
    )
