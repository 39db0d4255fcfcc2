"""Read foreign XML as a stream of elements without trusting it: no DTD, no entities, no network.

Records are handed out before the end is seen, so nothing may be believed until the stream has
ended without `Refused`. Memory stays flat: who takes an element frees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, cast

from lxml import etree

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.text import looks_like_html

START_BYTES = 64 * 1024


class Refused(Exception):
    """The document as a whole cannot be believed."""

    def __init__(self, found: Fault) -> None:
        self.fault = found
        super().__init__(found.code)


class _Guarded:
    """A binary stream that refuses at sight what is not worth parsing, and ends at its limit."""

    def __init__(self, source: BinaryIO, max_bytes: int) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self.taken = 0
        self.refusal: Refused | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises Refused."""
        wanted = START_BYTES if self.taken == 0 else size
        chunk = self.source.read(wanted)
        try:
            if self.taken == 0:
                refuse_at_sight(chunk)
            self.taken += len(chunk)
            if self.taken > self.max_bytes:
                raise Refused(fault("file_too_large", detail=f"> {self.max_bytes}"))
        except Refused as refused:
            self.refusal = refused
            raise
        return chunk


def bare(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


class _Names(dict[object, str]):
    """Local names by tag: a document has few different ones, each met a million times."""

    def __missing__(self, tag: object) -> str:
        if len(self) >= NAMES_MAX:
            self.clear()
        name = self[tag] = bare(tag) if isinstance(tag, str) else ""
        return name


NAMES_MAX = 4096
"""A hostile document has a million different ones."""
NAMES = _Names()


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for comments and the like."""
    return NAMES[element.tag]


def named(element: etree._Element) -> list[tuple[str, etree._Element]]:
    """Return every child with its local name: looked at once, however often they are asked for."""
    return [(NAMES[one.tag], one) for one in element]


def line_of(element: etree._Element) -> int | None:
    """Return the line an element starts on."""
    return cast("int | None", element.sourceline)


def elements(
    source: bytes | BinaryIO, max_bytes: int, names: tuple[str, ...]
) -> Iterator[tuple[str, etree._Element]]:
    """Yield (local name, element) as elements of these names end. Raises Refused."""
    guarded = _Guarded(BytesIO(source) if isinstance(source, bytes) else source, max_bytes)
    try:
        stream = etree.iterparse(
            cast("BinaryIO", guarded),
            events=("end",),
            tag=[f"{{*}}{name}" for name in names],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        first = True
        for _, element in stream:
            if first:
                _refuse_document_type(element)
                first = False
            yield NAMES[element.tag], element
        if first and stream.root is not None:
            _refuse_document_type(stream.root)
    except Refused:
        raise
    except etree.XMLSyntaxError as error:
        if guarded.refusal is not None:
            raise guarded.refusal from None
        line = error.lineno or None
        raise Refused(fault("xml_broken", line=line)) from None
    except (LookupError, UnicodeError, OSError):
        raise guarded.refusal or Refused(fault("xml_broken")) from None


def refuse_at_sight(start: bytes) -> None:
    """Refuse what is not even worth parsing, by its first bytes. Raises Refused."""
    if not start:
        raise Refused(fault("file_empty"))
    # Without the NULs a UTF-16 document shows its markup as well.
    plain = start.replace(b"\0", b"")
    if looks_like_html(plain):
        raise Refused(fault("html_page"))
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused(fault("dtd_refused"))


def _refuse_document_type(element: etree._Element) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise Refused(fault("dtd_refused"))


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first descendant along this path of local names."""
    here = element
    for name in names:
        if here is None:
            return None
        for one in here:
            if NAMES[one.tag] == name:
                here = one
                break
        else:
            return None
    return here


def children(element: etree._Element) -> dict[str, etree._Element]:
    """Return the first child of each local name."""
    return firsts(named(element))


def firsts(parts: list[tuple[str, etree._Element]]) -> dict[str, etree._Element]:
    """Return the first of each local name."""
    # The last one put in is the one that stays.
    return dict(reversed(parts))


def all_children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """Return every child of one local name."""
    return [] if element is None else [one for one in element if local_name(one) == name]


def text_of(element: etree._Element | None) -> str:
    """Return an element's own stripped text, "" when there is none."""
    if element is None:
        return ""
    written = element.text
    return written.strip() if written else ""


def text(element: etree._Element | None, *names: str) -> str:
    """Return the stripped text at this path, "" when there is none."""
    return text_of(child(element, *names))


def free(element: etree._Element) -> None:
    """Forget an element already read, and its elder sibling of the same name: memory stays flat."""
    element.clear()
    elder = element.getprevious()
    if elder is not None and elder.tag == element.tag:
        parent = element.getparent()
        if parent is not None:
            parent.remove(elder)
