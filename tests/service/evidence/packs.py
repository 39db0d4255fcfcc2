"""Packs for tests: made, opened, forged and checked as an outsider would."""

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from base64 import a85decode
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Payment
from service.evidence.archive.write import Archive, archived
from service.evidence.make import make_of_payment
from service.evidence.payment.subject import subject_of
from service.foundation.encryption import sealer
from service.residents.models import Account, Person, PersonIdentifier


def pack(session: Session, payment: Payment, *, whole: bool = False) -> Archive:
    """Make a payment's pack on the command line's behalf."""
    about = subject_of(session, payment.reference, whole=whole)
    return make_of_payment(session, about, by=SYSTEM, reason="按月抽查")


def opened(content: bytes) -> dict[str, bytes]:
    """Return the files of a pack."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def said(content: bytes) -> dict[str, Any]:
    """Return what a payment's pack says for machines."""
    found: dict[str, Any] = json.loads(opened(content)["payment.json"])
    return found


def forged(content: bytes, name: str, changed: bytes) -> bytes:
    """Replace one file and write the index anew, as somebody would who knows the format."""
    files = opened(content)
    index = json.loads(files.pop("pack.json"))
    return archived(index["kind"], index["about"], {**files, name: changed}.items()).content


def outside(path: Path, *more: str) -> tuple[int, str]:
    """Unpack a zip and run its own verifier with Python alone; return its exit code and words."""
    home = path.with_suffix("")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(home)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(home / "verify.py"), *more],
        capture_output=True, timeout=60, check=False, env={}, cwd="/",
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).decode()


def of_others(session: Session, payment: Payment) -> set[str]:
    """Return every name, account and ID number in the database that is not this payee's."""
    mine = payment.payee_person_id
    found = {
        name
        for name in session.scalars(select(Person.name).where(Person.id != mine))
        if name and name not in (payment.payee_name or "")
    }
    for one in session.scalars(select(Account).where(Account.person_id != mine)):
        found.add(sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}"))
    for number in session.scalars(
        select(PersonIdentifier).where(PersonIdentifier.person_id != mine)
    ):
        place = f"person_identifiers:value:{number.value_index.hex()}"
        found.add(sealer().open(number.value_sealed, place))
    return found


def seen(content: bytes, words: set[str]) -> set[str]:
    """Return those words that stand in any file of a pack, in any of the usual encodings."""
    files = opened(content)
    everything = b"\n".join([*(name.encode() for name in files), *files.values()])
    return {
        one
        for one in words
        if any(one.encode(code) in everything for code in ("utf-8", "gb18030", "utf-16-le"))
    }


def text_of_pdf(pdf: bytes) -> str:
    """Return the text of a PDF's pages in reading order, Song in UTF-16 and the rest as it stands."""
    told = []
    songs = {
        name
        for thing in re.findall(rb"obj(.*?)endobj", pdf, re.DOTALL)
        if b"/STSong" in thing
        for name in re.findall(rb"/Name /(F[0-9]+)", thing)
    }
    for raw in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        content = zlib.decompress(a85decode(b"<~" + raw.strip(), adobe=True))
        fonts = re.split(rb"/(F[0-9]+) [0-9.]+ Tf", content)
        for font, part in zip(fonts[1::2], fonts[2::2], strict=True):
            for shown in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", part, re.DOTALL):
                plain = re.sub(rb"\\([0-7]{3}|.)", _escaped, shown, flags=re.DOTALL)
                told.append(plain.decode("utf-16-be" if font in songs else "latin-1"))
    return "".join(told)


def _escaped(one: re.Match[bytes]) -> bytes:
    if len(one[1]) == 3:
        return bytes([int(one[1], 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(one[1], one[1])
