"""Webhooks for programs: endpoints, their deliveries, and each act that the page has."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction
from service.webhooks import operate, queries
from service.webhooks.agree import Proposed, propose
from service.webhooks.models import WebhookEndpoint
from service.webhooks.pages import SIMPLE, replay
from service.webhooks.payload import message_id
from service.webhooks.queries import Counts, Delivered

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])
Act = Literal["confirm", "refuse", "test", "off", "on", "end"]


class EndpointOut(BaseModel):
    """One endpoint, and how many events stand where."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    name: str = Field(examples=["民政业务系统"])
    organisation: str = Field(examples=["县民政局"])
    url: str = Field(examples=["https://pay.example.gov.cn/events"])
    state: str = Field(examples=["active"])
    division: str = Field(description='The township it hears of; "" is the county.', examples=[""])
    programmes: list[str] = Field(examples=[["MZ15"]])
    kinds: list[str] = Field(examples=[["payment.paid", "payment.rejected"]])
    failing_since: datetime | None
    off_because: str = Field(examples=[""])
    waiting: int = Field(default=0, examples=[0])
    parked: int = Field(default=0, examples=[0])
    delivered: int = Field(default=0, examples=[125])


class NewEndpoint(Strict):
    """What is proposed; no kinds means all."""

    name: Annotated[str, Field(max_length=200, examples=["民政业务系统"])]
    organisation: Annotated[str, Field(max_length=60, examples=["县民政局"])]
    url: Annotated[str, Field(max_length=1_000, examples=["https://pay.example.gov.cn/events"])]
    programmes: Annotated[list[str], Field(max_length=200, examples=[["MZ15"]])]
    kinds: list[str] = Field(default=[], max_length=20, examples=[["payment.paid"]])


class SecretOut(BaseModel):
    """A secret, shown this once."""

    id: UUID
    secret: str = Field(examples=["whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="])


class WebhookDeliveryOut(BaseModel):
    """One event on its way, with the last try."""

    event_id: str = Field(examples=["evt_0197c1d2a3b47c8d9e0f112233445566"])
    kind: str = Field(examples=["payment.paid"])
    about: str = Field(examples=["MZ15-2026-10-01"])
    occurred_at: datetime
    outcome: Literal["delivered", "waiting", "parked"]
    tries: int = Field(examples=[1])
    due_at: datetime | None
    status: int | None = Field(examples=[204])
    milliseconds: int | None = Field(examples=[38])


class DeliveriesOut(BaseModel):
    """One page of deliveries, the newest event first."""

    total: int = Field(examples=[1])
    page: int = Field(examples=[1])
    deliveries: list[WebhookDeliveryOut]


class Again(Strict):
    """What is sent again: one event, or whole days from one to another."""

    event: Annotated[
        str, Field(max_length=40, examples=["evt_0197c1d2a3b47c8d9e0f112233445566"])
    ] = ""
    first: Annotated[str, Field(max_length=20, examples=["2026-10-16"])] = ""
    last: Annotated[str, Field(max_length=20, examples=["2026-10-17"])] = ""


class AgainOut(BaseModel):
    """How many events are sent again."""

    events: int = Field(examples=[12])


@router.get("")
def list_endpoints(session: Transaction, officer: SignedInOfficer) -> list[EndpointOut]:
    """List every endpoint, those that ended last."""
    require(officer, "webhooks.read")
    standing = queries.counts(session)
    return [_out(one, standing.get(one.id)) for one in queries.every(session)]


@router.post("", status_code=201)
def propose_endpoint(
    request: Request, session: Transaction, officer: SignedInOfficer, body: NewEndpoint
) -> SecretOut:
    """Propose an endpoint; another administrator confirms it. Problems: ``webhook_unusable``,
    ``webhook_address_refused``.
    """
    what = Proposed(body.name, body.organisation, body.url, body.programmes, body.kinds)
    endpoint, secret = propose(session, what, by=officer, session_id=session_id(request))
    return SecretOut(id=endpoint.id, secret=secret)


@router.get("/{endpoint_id}")
def read_endpoint(session: Transaction, officer: SignedInOfficer, endpoint_id: UUID) -> EndpointOut:
    """Read one endpoint. Problems: ``not_found``."""
    require(officer, "webhooks.read")
    return _read(session, endpoint_id)


@router.get("/{endpoint_id}/deliveries")
def list_deliveries(
    session: Transaction,
    officer: SignedInOfficer,
    endpoint_id: UUID,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> DeliveriesOut:
    """List what was sent to an endpoint and what it answered. Problems: ``not_found``."""
    require(officer, "webhooks.read")
    queries.by_id(session, endpoint_id)
    found, total = queries.deliveries(session, endpoint_id, page)
    return DeliveriesOut(total=total, page=page, deliveries=[_delivery(one) for one in found])


@router.post("/{endpoint_id}/rotate")
def rotate_secret(
    request: Request, session: Transaction, officer: SignedInOfficer, endpoint_id: UUID
) -> SecretOut:
    """Make a new secret; the earlier one stays valid for 24 hours. Problems: ``not_found``,
    ``webhook_not_on``.
    """
    secret = operate.rotate(session, endpoint_id, by=officer, session_id=session_id(request))
    return SecretOut(id=endpoint_id, secret=secret)


@router.post("/{endpoint_id}/replay")
@once_only
def replay_events(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    endpoint_id: UUID,
    body: Again,
) -> AgainOut:
    """Send events again under their own ids. Problems: ``not_found``, ``webhook_not_on``,
    ``webhook_replay_unusable``.
    """
    said = (body.event, body.first, body.last)
    sent = replay(session, endpoint_id, said, by=officer, signed_in=session_id(request))
    return AgainOut(events=sent)


@router.post("/{endpoint_id}/{act}")
@once_only
def act_on_endpoint(
    request: Request, session: Transaction, officer: SignedInOfficer, endpoint_id: UUID, act: Act
) -> EndpointOut:
    """Confirm, refuse, test, switch off or on, or end. Problems: ``not_found``, ``illegal_move``,
    ``webhook_second_person_needed``, ``webhook_not_on``.
    """
    SIMPLE[act](session, endpoint_id, by=officer, session_id=session_id(request))
    return _read(session, endpoint_id)


def _read(session: Session, endpoint_id: UUID) -> EndpointOut:
    endpoint = queries.by_id(session, endpoint_id)
    return _out(endpoint, queries.counts(session).get(endpoint_id))


def _out(endpoint: WebhookEndpoint, standing: Counts | None) -> EndpointOut:
    many: dict[str, Any] = {}
    if standing is not None:
        many = {
            "waiting": standing.waiting,
            "parked": standing.parked,
            "delivered": standing.delivered,
        }
    return EndpointOut.model_validate(endpoint).model_copy(update=many)


def _delivery(one: Delivered) -> WebhookDeliveryOut:
    return WebhookDeliveryOut(
        event_id=message_id(one.event),
        kind=one.event.kind,
        about=one.event.about,
        occurred_at=one.event.occurred_at,
        outcome=one.outcome,
        tries=one.delivery.tries,
        due_at=one.delivery.due_at,
        status=one.last.status if one.last else None,
        milliseconds=one.last.milliseconds if one.last else None,
    )
