"""What can be agreed with a department about each kind of source; anything else is refused by name."""

import base64
import binascii
import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import asyncssh
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from service.foundation.settings import settings
from service.residents import feeds
from service.residents.intake.database.query import one_select
from service.residents.intake.database.url import checked_url
from service.residents.intake.problems import TermsWrong

Kind = Literal["folder", "sftp", "push", "database"]
_HOST = re.compile("[A-Za-z0-9.:_-]{1,253}")


def _absolute(path: str) -> str:
    if not path.startswith("/") or ".." in PurePosixPath(path).parts or "\0" in path:
        raise ValueError("path_not_absolute")
    return path


def _plain_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError("host_wrong")
    return host


def _host_key(text: str) -> str:
    try:
        asyncssh.import_public_key(text)
    except asyncssh.KeyImportError:
        raise ValueError("host_key_unreadable") from None
    return text.strip()


def _feed_code(code: str) -> str:
    try:
        return feeds.feed(code).code
    except feeds.UnknownFeed:
        raise ValueError("feed_unknown") from None


def _here(division: str) -> str:
    county = settings().county_division
    if division and not (division.startswith(county) and len(division) in {9, 12}):
        raise ValueError("division_elsewhere")
    return division


class _Agreed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Asked(_Agreed):
    every_minutes: int | None = Field(default=None, ge=1, le=7 * 24 * 60)
    """How often we look; None: only when somebody says ``anxin sources run``."""


class _Files(_Asked):
    path: Annotated[str, Field(max_length=1000), AfterValidator(_absolute)]
    wait_for_marker: bool = False
    """Take only files beside which ``<name>.done`` or ``<name>.ok`` lies."""


class FolderTerms(_Files):
    """A directory of this machine, or mounted on it, into which a department lays files."""


class SftpTerms(_Files):
    """A department's SFTP server, known by its host key."""

    host: Annotated[str, AfterValidator(_plain_host)]
    port: int = Field(default=22, ge=1, le=65535)
    user: str = Field(min_length=1, max_length=64)
    host_key: Annotated[str, Field(max_length=2000), AfterValidator(_host_key)]
    """The server's public key as OpenSSH writes it; a server that shows another is not spoken to."""
    move_to: Annotated[str, AfterValidator(_absolute)] | None = None
    """Folder of theirs into which taken files are moved; None: nothing there is touched."""


class PushTerms(_Agreed):
    """A department whose own system sends; it is known by its key alone."""


class DatabaseTerms(_Asked):
    """A query that a department lets us ask of its database."""

    url: Annotated[str, Field(max_length=1000), AfterValidator(checked_url)]
    """``postgresql+psycopg://user@host:port/name``, without the password."""
    query: Annotated[str, Field(max_length=20_000), AfterValidator(one_select)]
    watermark_column: str | None = Field(default=None, min_length=1, max_length=120)
    watermark_type: Literal["int", "date", "timestamp"] | None = None
    look_back: int | None = Field(default=None, ge=0, le=10_000_000)
    """How far below the watermark is asked again, in days of a date, seconds of a timestamp."""
    timeout_seconds: int = Field(default=600, ge=1, le=3600)

    @model_validator(mode="after")
    def _whole_watermark(self) -> "DatabaseTerms":
        if (self.watermark_column is None) != (self.watermark_type is None):
            raise ValueError("watermark_incomplete")
        return self


Terms = FolderTerms | SftpTerms | PushTerms | DatabaseTerms
_TERMS: dict[str, type[Terms]] = {
    "folder": FolderTerms,
    "sftp": SftpTerms,
    "push": PushTerms,
    "database": DatabaseTerms,
}


class SourceAsked(_Agreed):
    """A registration as its YAML file says it; secrets are never in the file."""

    code: str = Field(pattern=r"\A[a-z0-9][a-z0-9-]{1,39}\z")
    kind: Kind
    feeds: list[Annotated[str, AfterValidator(_feed_code)]] = Field(min_length=1, max_length=100)
    division: Annotated[str, AfterValidator(_here)] = ""
    terms: dict[str, Any] = Field(default_factory=dict)
    public_key: str | None = Field(default=None, max_length=200)
    """Of a department that pushes: its raw Ed25519 public key in base64."""


def read_registration(content: object) -> tuple[SourceAsked, Terms]:
    """Return a registration and its terms; raises :class:`TermsWrong` naming every fault at once."""
    try:
        asked = SourceAsked.model_validate(content)
    except ValidationError as wrong:
        raise TermsWrong(_faults(wrong)) from None
    faults = _between(asked)
    try:
        terms = terms_of(asked.kind, asked.terms)
    except ValidationError as wrong:
        raise TermsWrong(faults + _faults(wrong, "terms.")) from None
    full = [code for code in asked.feeds if feeds.feed(code).mode == "full"]
    if isinstance(terms, DatabaseTerms) and terms.watermark_column and full:
        faults.append(("terms.watermark_column", "watermark_on_full_feed"))
    if faults:
        raise TermsWrong(faults)
    return asked, terms


def terms_of(kind: str, terms: dict[str, Any]) -> Terms:
    """Return the terms of a source as agreed; raises pydantic's ValidationError."""
    return _TERMS[kind].model_validate(terms)


def public_key_bytes(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key in base64; raises ValueError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("public_key_wrong") from None
    if len(raw) != 32:
        raise ValueError("public_key_wrong")
    return raw


def _between(asked: SourceAsked) -> list[tuple[str, str]]:
    faults = []
    if len(set(asked.feeds)) != len(asked.feeds):
        faults.append(("feeds", "feed_twice"))
    if asked.kind == "database" and len(asked.feeds) != 1:
        faults.append(("feeds", "one_feed_only"))
    if asked.division:
        # A full list of one township would end everybody else's records, and rows that name no
        # place cannot be held to one.
        faults += [
            ("division", "division_needs_incremental" if one.mode == "full" else "division_unsaid")
            for one in map(feeds.feed, asked.feeds)
            if one.mode == "full" or not one.jurisdiction
        ]
    if (asked.kind == "push") != (asked.public_key is not None):
        faults.append(("public_key", "missing" if asked.kind == "push" else "extra_forbidden"))
    if asked.public_key is not None:
        try:
            public_key_bytes(asked.public_key)
        except ValueError as wrong:
            faults.append(("public_key", str(wrong)))
    return faults


def _faults(wrong: ValidationError, within: str = "") -> list[tuple[str, str]]:
    """Return (field, kind of fault); what was given is not repeated, it might be a secret."""
    found = []
    for one in wrong.errors(include_input=False, include_url=False):
        ours = one["type"] == "value_error"
        kind = str(one.get("ctx", {}).get("error", "")) if ours else one["type"]
        found.append((within + ".".join(map(str, one["loc"])), kind))
    return found
