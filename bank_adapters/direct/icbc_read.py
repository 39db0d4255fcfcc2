"""Read an ICBC-style answer: GBK XML, bare or as the field `reqData` of a form."""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from bank_adapters.contract import BankProfile, Reply
from bank_adapters.direct.said import Said, plain_code
from bank_adapters.direct.statuses import ICBC
from bank_adapters.text import looks_like_html

DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9-]+)["'][^>]*\?>""")
ENCODINGS = {b"gbk": "gb18030", b"gb18030": "gb18030", b"gb2312": "gb18030", b"utf-8": "utf-8"}
FEN = re.compile(r"[0-9]{1,15}")


def read(profile: BankProfile, content: bytes) -> Reply:
    """Return the reply; never raises for its input."""
    said = Said(ICBC)
    root = root_of(profile, said, content)
    if root is not None:
        _message(said, root)
    return said.reply(profile)


def root_of(profile: BankProfile, said: Said, content: bytes) -> etree._Element | None:
    """Return the message's root; without one, `said` has the fault that says why."""
    if not content:
        said.say("file_empty")
    elif len(content) > profile.max_reply_bytes:
        said.say("file_too_large", detail=f"{len(content)} > {profile.max_reply_bytes}")
    elif looks_like_html(content):
        said.say("html_page")
    elif content.startswith(b"errorCode="):
        said.say(
            "request_refused", detail=plain_code(content[10:].decode("ascii", "replace").strip())
        )
    if said.faults:
        return None
    if content.startswith(b"reqData="):
        try:
            content = base64.b64decode(content[8:].strip(), validate=True)
        except (binascii.Error, ValueError):
            said.say("xml_broken")
            return None
    return _parsed(said, content)


def _parsed(said: Said, content: bytes) -> etree._Element | None:
    declared = DECLARATION.match(content)
    encoding = ENCODINGS.get(declared[1].lower()) if declared else "utf-8"
    if encoding is None:
        said.say("encoding_wrong", line=1, detail="GBK")
        return None
    try:
        text = content[declared.end() if declared else 0 :].decode(encoding)
    except UnicodeDecodeError:
        said.say("encoding_wrong", detail=encoding.upper())
        return None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        said.say("dtd_refused")
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(text.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        said.say("xml_broken")
        return None


def _message(said: Said, root: etree._Element) -> None:
    public, out = root.find("eb/pub"), root.find("eb/out")
    if root.tag != "CMS" or public is None:
        said.say("message_unexpected", detail="CMS")
        return
    code = text_of(public, "RetCode")
    if code not in {"", "0"}:
        # The question failed, or the batch was not taken: about no payment is anything known.
        said.say("request_refused", detail=plain_code(code))
        return
    if out is None:
        said.say("message_unexpected", detail="out")
        return
    said.file_reference = text_of(out, "QryfSeqno") or text_of(public, "fSeqno")
    count = text_of(out, "TotalNum")
    said.count = _whole(said, count, None, "TotalNum") if count else None
    total = text_of(out, "TotalAmt")
    said.amount_fen = _whole(said, total, None, "TotalAmt") if total else None
    for line, one in enumerate(out.findall("rd"), start=1):
        amount = text_of(one, "PayAmt")
        amount_fen = _whole(said, amount, line, "PayAmt") if amount else None
        if amount_fen == 0:
            said.say("amount_zero", line=line, field="PayAmt")
        why = " ".join(filter(None, (_reason(text_of(one, "iRetCode")), text_of(one, "iRetMsg"))))
        reference = text_of(one, "QryiSeqno") or text_of(one, "iSeqno")
        said.payment(line, reference, amount_fen, text_of(one, "Result"), why)


def _reason(code: str) -> str:
    """Return a code that says something; 0 says nothing."""
    return "" if code in {"", "0"} else code


def _whole(said: Said, written: str, line: int | None, field: str) -> int | None:
    if FEN.fullmatch(written):
        return int(written)
    code = "amount_malformed" if line or field == "TotalAmt" else "header_field_wrong"
    decimals = re.fullmatch(r"[0-9]+\.[0-9]+", written) is not None
    said.say("amount_with_decimals" if decimals else code, line=line, field=field, value=written)
    return None


def text_of(parent: etree._Element, name: str) -> str:
    """Return what stands in a child, "" where there is none."""
    found = parent.findtext(name)
    return found.strip() if found else ""
