"""Signing keys: an officer hands one in, an administrator confirms whose it is, both may revoke it."""

from collections.abc import Callable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from pydantic import Base64Bytes
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from service.batches.pages import session_id
from service.foundation import clock
from service.foundation.libcrypto import is_there
from service.foundation.problems import NotFound, Problem
from service.foundation.settings import settings
from service.officers import queries
from service.officers.may import NotAllowed, may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.officers.signing_keys import REASON_CHARS_MAX, WhyRevoked, confirm_key, revoke
from service.signing.signers import words
from service.signing.signers.certificates.register import take_certificate
from service.signing.signers.passkeys.register import take_new
from service.web import navigation
from service.web.filters import day
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register("signing", translatable("Signing keys"), "/keys", act="signing.sign")
# Who confirms and revokes them has no part in what is signed, hence not among the stages.
navigation.register_own("signing", translatable("Signing keys"), "/keys", act="officers.manage")
_NOTHING: Mapping[str, str] = {"key": "", "why": ""}
CERTIFICATE_BYTES_MAX = 256 * 1024
Answer = Annotated[Base64Bytes, Form(max_length=16_384)]


def keys_to_confirm(session: Session, officer: Officer) -> list[WaitingItem]:
    """Keys that colleagues handed in, for the officer who may confirm them."""
    if not may(officer, "officers.manage"):
        return []
    waiting = queries.unconfirmed_keys(session)
    return [
        WaitingItem(
            ngettext(
                "A signing key waits for you to confirm whose it is",
                "Signing keys wait for you to confirm whose they are",
                len(waiting),
            ),
            len(waiting),
            "/keys",
            min((key.registered_at for key, _ in waiting), default=None),
        )
    ]


def own_key_ends(session: Session, officer: Officer) -> list[WaitingItem]:
    """The officer's own certificate when it ends soon, or has ended."""
    key = queries.valid_key(session, officer) if may(officer, "signing.sign") else None
    ends = words.ends_at(key) if key is not None else None
    if ends is None or ends > clock.now() + words.SOON:
        return []
    said = gettext("Your certificate ended on %(day)s: you cannot sign")
    if ends > clock.now():
        said = gettext("Your certificate ends on %(day)s")
    return [
        WaitingItem(
            said % {"day": day(clock.civil(ends).date())},
            1,
            "/keys",
            None,
            gettext("Have a new one issued and hand it in here; a second person confirms it."),
        )
    ]


@router.get("/keys")
def show_keys(session: Transaction, officer: SignedInOfficer) -> Response:
    """One's own keys, and for an administrator those that wait."""
    return _page(session, officer)


@router.post("/keys/passkey")
def hand_in_passkey(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    client_data_json: Answer,
    attestation_object: Answer,
) -> Response:
    """Keep the passkey that the officer's device has just made."""
    require(officer, "signing.sign")
    return _act(
        session,
        officer,
        lambda: take_new(
            session,
            officer,
            client_data_json=client_data_json,
            attestation_object=attestation_object,
            session_id=session_id(request),
        ),
    )


@router.post("/keys/certificate")
async def hand_in_certificate(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    certificate: Annotated[UploadFile, File()],
) -> Response:
    """Keep the certificate of the officer's token or USB key."""
    require(officer, "signing.sign")
    content = await certificate.read(CERTIFICATE_BYTES_MAX)
    return await run_in_threadpool(
        _act,
        session,
        officer,
        lambda: take_certificate(session, officer, content, session_id=session_id(request)),
    )


@router.post("/keys/{key_id}/confirm")
def confirm(
    request: Request, session: Transaction, officer: SignedInOfficer, key_id: UUID
) -> Response:
    """The second person says that the key is the officer's."""
    require(officer, "officers.manage")
    key = queries.key_by_id(session, key_id)
    if key is None:
        raise NotFound("signing key")
    return _act(
        session,
        officer,
        lambda: confirm_key(session, key, by=officer, session_id=session_id(request)),
    )


@router.post("/keys/{key_id}/revoke")
def revoke_own(
    request: Request, session: Transaction, officer: SignedInOfficer, key_id: UUID
) -> Response:
    """The key signs nothing any more, says its officer; an administrator refuses one that waits."""
    key = queries.key_by_id(session, key_id)
    if key is None:
        raise NotFound("signing key")
    sid = session_id(request)
    return _act(session, officer, lambda: revoke(session, key, by=officer, session_id=sid))


@router.post("/keys/revoke")
def revoke_anothers(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    key: Annotated[UUID, Form()],
    why: Annotated[str, Form(max_length=REASON_CHARS_MAX)] = "",
) -> Response:
    """A key that signs is taken from its officer, with a reason."""
    require(officer, "officers.manage")
    found = queries.key_by_id(session, key)
    if found is None:
        raise NotFound("signing key")
    sent = {"key": str(key), "why": why}
    return _act(
        session,
        officer,
        lambda: revoke(session, found, by=officer, reason=why, session_id=session_id(request)),
        sent,
    )


def _act(
    session: Session, officer: Officer, do: Callable[[], object], sent: Mapping[str, str] = _NOTHING
) -> Response:
    try:
        with session.begin_nested():
            do()
    except Problem as problem:
        if problem.status == NotFound.status:
            raise
        return _page(session, officer, problem, sent)
    return RedirectResponse("/keys", status_code=303)


def _page(
    session: Session,
    officer: Officer,
    problem: Problem | None = None,
    sent: Mapping[str, str] = _NOTHING,
) -> Response:
    signs, manages = may(officer, "signing.sign"), may(officer, "officers.manage")
    if not (signs or manages):
        raise NotAllowed("signing.sign")
    wrong = isinstance(problem, WhyRevoked) and bool(sent["key"])
    said = problem.say(visit().language) if problem else ""
    return page(
        "signing/keys.html",
        status=problem.status if problem else 200,
        faults=[Fault(said, "why" if wrong else "")] if problem else [],
        signs=signs,
        with_certificates=settings().certificate_roots_file is not None,
        with_sm2=is_there(),
        owner_says=words.certificate,
        columns=[
            Column(gettext("Kind")),
            Column(gettext("State")),
            Column(gettext("Fingerprint"), "code"),
            Column(gettext("Handed in"), "moment"),
        ],
        own=[
            (
                key,
                Row(
                    [
                        words.kind(key.algorithm),
                        words.state(key),
                        words.fingerprint(key),
                        key.registered_at,
                    ]
                ),
            )
            for key in queries.keys_of(session, officer)
        ],
        waiting=queries.unconfirmed_keys(session) if manages else [],
        signing=[
            Option(
                str(key.id),
                f"{owner.name} · {owner.username} · {words.kind(key.algorithm)} · "
                f"{words.fingerprint(key)}",
            )
            for key, owner in (queries.confirmed_keys(session) if manages else [])
            if owner.id != officer.id
        ],
        sent=sent,
        wrong=said if wrong else "",
        reason_max=REASON_CHARS_MAX,
        kind=words.kind,
        fingerprint=words.fingerprint,
    )
