"""What pages and programs are shown of endpoints and their deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from service.batches.history import officer_names
from service.officers.may import may
from service.officers.models import Officer
from service.web.language import gettext
from service.web.view_models import Column, Row, Tag, Tone
from service.webhooks import words
from service.webhooks.agree import target_host
from service.webhooks.models import WebhookEndpoint
from service.webhooks.payload import message_id
from service.webhooks.queries import Counts, Delivered, counts

_TONES: dict[str, Tone] = {"off": "bad", "proposed": "now"}


@dataclass(frozen=True)
class Brief:
    """An endpoint by its name."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Detail:
    """One endpoint as its page shows it."""

    id: UUID
    name: str
    state: str
    tag: Tag
    alarm: str
    """Why it is off, or that it fails."""
    pairs: Sequence[tuple[str, str]]


def brief(endpoint: WebhookEndpoint) -> Brief:
    """Return what the page of a secret says of its endpoint."""
    return Brief(endpoint.id, endpoint.name)


def list_columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column(gettext("System")),
        Column(gettext("State")),
        Column(gettext("Organisation")),
        Column(gettext("Host")),
        Column(gettext("Programmes")),
        Column(gettext("Events waiting"), "number"),
        Column(gettext("Events parked"), "number"),
    ]


def list_rows(found: Sequence[WebhookEndpoint], standing: Mapping[UUID, Counts]) -> list[Row]:
    """Return a row for each endpoint."""
    return [
        Row(
            [
                one.name,
                words.state_tag(one.state),
                one.organisation,
                target_host(one.url),
                words.programme_words(one),
                standing.get(one.id, Counts()).waiting,
                standing.get(one.id, Counts()).parked,
            ],
            href=f"/webhooks/{one.id}",
            tone=_TONES.get(one.state, ""),
        )
        for one in found
    ]


def detail(session: Session, endpoint: WebhookEndpoint) -> Detail:
    """Return one endpoint with who agreed on it and how it fares."""
    people = {endpoint.proposed_by}
    if endpoint.confirmed_by is not None:
        people.add(endpoint.confirmed_by)
    named = officer_names(session, people)
    standing = counts(session).get(endpoint.id, Counts())
    pairs = [
        (gettext("Organisation"), endpoint.organisation),
        (gettext("Address"), endpoint.url),
        (gettext("Place"), endpoint.division or gettext("the whole county")),
        (gettext("Programmes"), words.programme_words(endpoint)),
        (gettext("Events"), " · ".join(words.kind_words(kind) for kind in endpoint.kinds)),
        (gettext("Proposed by"), named.get(str(endpoint.proposed_by), "")),
    ]
    if endpoint.confirmed_by is not None:
        pairs.append((gettext("Confirmed by"), named.get(str(endpoint.confirmed_by), "")))
    if endpoint.confirmed_by is not None:
        pairs.append(
            (
                gettext("Events so far"),
                gettext("%(delivered)s taken · %(waiting)s waiting · %(parked)s parked")
                % {
                    "delivered": standing.delivered,
                    "waiting": standing.waiting,
                    "parked": standing.parked,
                },
            )
        )
    return Detail(
        endpoint.id,
        endpoint.name,
        endpoint.state,
        words.state_tag(endpoint.state),
        _alarm(endpoint),
        pairs,
    )


def offers(officer: Officer, endpoint: WebhookEndpoint) -> list[tuple[str, str]]:
    """Return the acts this officer may do about an endpoint: (act, text)."""
    if endpoint.state == "proposed":
        return _answers(officer, endpoint)
    if not may(officer, "webhooks.operate"):
        return []
    if endpoint.state == "active":
        return [
            ("test", gettext("Send a test event")),
            ("rotate", gettext("Make a new secret")),
            ("off", gettext("Switch it off")),
            ("end", gettext("End it for good")),
        ]
    if endpoint.state == "off":
        return [("on", gettext("Switch it on")), ("end", gettext("End it for good"))]
    return []


def _answers(officer: Officer, endpoint: WebhookEndpoint) -> list[tuple[str, str]]:
    if endpoint.proposed_by == officer.id:
        return [("refuse", gettext("Take it back"))]
    if not may(officer, "webhooks.confirm"):
        return []
    return [
        ("confirm", gettext("Confirm: it is told from now on")),
        ("refuse", gettext("Refuse")),
    ]


def delivery_columns() -> list[Column]:
    """Return the columns of the delivery log."""
    return [
        Column(gettext("What was told")),
        Column(gettext("List or day")),
        Column(gettext("Happened"), "moment"),
        Column(gettext("State")),
        Column(gettext("Tries"), "number"),
        Column(gettext("Last try")),
        Column(gettext("Took"), "number", gettext("ms")),
        Column(gettext("Its answer")),
        Column(gettext("Id")),
    ]


def delivery_rows(found: Sequence[Delivered]) -> list[Row]:
    """Return a row for each event on its way."""
    return [
        Row(
            [
                words.kind_words(one.event.kind),
                one.event.about,
                one.event.occurred_at,
                words.outcome_tag(one.outcome),
                one.delivery.tries,
                words.tried(one.last),
                one.last.milliseconds if one.last else None,
                one.last.answer[:80] if one.last and one.last.answer else None,
                message_id(one.event),
            ],
            tone="bad" if one.outcome == "parked" else "",
        )
        for one in found
    ]


def _alarm(endpoint: WebhookEndpoint) -> str:
    if endpoint.state == "off":
        return words.off_because(endpoint)
    if endpoint.state == "active" and endpoint.failing_since is not None:
        return gettext("It has taken nothing for a while; events wait and are tried again.")
    return ""
