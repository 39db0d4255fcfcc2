"""Read foreign XML as a stream of elements without trusting it: no DTD, no entities, no network.

Records are handed out before the end is seen, so nothing may be believed until the stream has
ended without `Refused`.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import cast

from lxml import etree

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.text import looks_like_html


class Refused(Exception):
    """The document as a whole cannot be believed."""

    def __init__(self, found: Fault) -> None:
        self.fault = found
        super().__init__(found.code)


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element) -> int | None:
    """Return the line an element starts on."""
    return cast("int | None", element.sourceline)


def elements(content: bytes, max_bytes: int) -> Iterator[tuple[bool, str, etree._Element]]:
    """Yield (is start, local name, element) for every element. Raises Refused."""
    refuse_at_sight(content, max_bytes)
    try:
        stream = etree.iterparse(
            BytesIO(content),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in stream:
            if event == "start" and element.getparent() is None:
                _refuse_document_type(element)
            yield event == "start", local_name(element), element
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise Refused(fault("xml_broken", line=line)) from None


def refuse_at_sight(content: bytes, max_bytes: int) -> None:
    """Refuse what is not even worth parsing. Raises Refused."""
    if not content:
        raise Refused(fault("file_empty"))
    if len(content) > max_bytes:
        raise Refused(fault("file_too_large", detail=f"{len(content)} > {max_bytes}"))
    # Without the NULs a UTF-16 document shows its markup as well.
    plain = content.replace(b"\0", b"")
    if looks_like_html(plain):
        raise Refused(fault("html_page"))
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused(fault("dtd_refused"))


def _refuse_document_type(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(fault("dtd_refused"))


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """Return the first descendant along this path of local names."""
    here: etree._Element | None = element
    for name in names:
        if here is None:
            return None
        here = next((one for one in here if local_name(one) == name), None)
    return here


def text(element: etree._Element | None, *names: str) -> str:
    """Return the stripped text at this path, "" when there is none."""
    found = child(element, *names) if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def free(element: etree._Element) -> None:
    """Forget an element already read, and its elder sibling of the same name: memory stays flat."""
    element.clear()
    elder, parent = element.getprevious(), element.getparent()
    if parent is not None and elder is not None and elder.tag == element.tag:
        parent.remove(elder)
