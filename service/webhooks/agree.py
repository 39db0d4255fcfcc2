"""Agree on an endpoint: one administrator proposes where events go, another one confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.moves import event_for, move
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer, Organisation
from service.programmes.in_force import rules_now
from service.webhooks import held_secrets
from service.webhooks.address import addresses, target
from service.webhooks.kinds import KINDS
from service.webhooks.models import WebhookEndpoint
from service.webhooks.problems import (
    WebhookAddressRefused,
    WebhookSecondPersonNeeded,
    WebhookUnusable,
)

NAME_CHARS_MAX = 60


@dataclass(frozen=True)
class Proposed:
    """What is proposed; no kinds means all."""

    name: str
    organisation: str
    url: str
    programmes: Sequence[str]
    kinds: Sequence[str] = ()


def propose(
    session: Session, what: Proposed, *, by: Officer, session_id: str = ""
) -> tuple[WebhookEndpoint, str]:
    """Propose an endpoint; return it and its secret, which is shown this once.

    Nothing is sent until another administrator confirms. Raises NotAllowed, WebhookUnusable,
    WebhookAddressRefused.
    """
    require(by, "webhooks.propose")
    endpoint = WebhookEndpoint(
        id=ids.uuid7(),
        state="proposed",
        name=what.name.strip(),
        organisation=what.organisation,
        url=_usable_url(what.url.strip()),
        division=_place(session, what),
        programmes=_programmes(session, what),
        kinds=_kinds(what),
        proposed_by=by.id,
        proposed_at=clock.now(),
    )
    session.add(endpoint)
    session.flush()
    record(
        session,
        event_for("webhook_endpoints", endpoint.spoken_name, "", "proposed"),
        by=by.actor(session_id),
        on=("webhook_endpoints", endpoint.id),
        after="proposed",
        details=details(endpoint),
    )
    return endpoint, held_secrets.make(session, endpoint.id)


def confirm(
    session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = ""
) -> WebhookEndpoint:
    """Confirm what another administrator proposed; from now on it hears.

    Raises NotAllowed, NotFound, WebhookSecondPersonNeeded, IllegalMove.
    """
    require(by, "webhooks.confirm")
    endpoint = locked(session, endpoint_id)
    if endpoint.proposed_by == by.id:
        raise WebhookSecondPersonNeeded
    event_for("webhook_endpoints", endpoint.spoken_name, endpoint.state, "active")
    endpoint.confirmed_by, endpoint.confirmed_at = by.id, clock.now()
    move(session, endpoint, "active", by=by.actor(session_id), details=details(endpoint))
    return endpoint


def refuse(
    session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = ""
) -> WebhookEndpoint:
    """Refuse a proposal, or take one's own back; raises NotAllowed, NotFound, IllegalMove."""
    endpoint = locked(session, endpoint_id)
    own = endpoint.proposed_by == by.id
    require(by, "webhooks.propose" if own else "webhooks.confirm")
    to = "withdrawn" if own else "refused"
    move(session, endpoint, to, by=by.actor(session_id), details=details(endpoint))
    return endpoint


def locked(session: Session, endpoint_id: UUID) -> WebhookEndpoint:
    """Return an endpoint under its lock, which moves of lines do not wait for; raises NotFound."""
    found = session.get(
        WebhookEndpoint,
        endpoint_id,
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if found is None:
        raise NotFound("endpoint")
    return found


def details(endpoint: WebhookEndpoint) -> dict[str, object]:
    """Return what an entry says of an endpoint; its address may hold a token and is not said."""
    return {
        "host": target_host(endpoint.url),
        "programmes": list(endpoint.programmes),
        "kinds": list(endpoint.kinds),
        "division": endpoint.division or "all",
    }


def target_host(url: str) -> str:
    """Return the host of an address, which is what people know it by."""
    return url.partition("://")[2].partition("/")[0].partition("?")[0]


def _usable_url(url: str) -> str:
    try:
        addresses(target(url))
    except WebhookAddressRefused:
        raise
    except OSError:
        raise WebhookAddressRefused(
            "This name is not known; see whether it is written rightly.",
            "无法解析该域名，请检查地址是否正确。",
        ) from None
    return url


def _place(session: Session, what: Proposed) -> str:
    office = session.get(Organisation, what.organisation)
    if office is None:
        raise WebhookUnusable("Choose an organisation of the list.", "请选择名单中的单位。")
    if len(office.division) > 9:
        raise WebhookUnusable(
            "A village has no system of its own; choose its township.",
            "村级不单独接入，请选择所在乡镇。",
        )
    return office.division if len(office.division) == 9 else ""


def _programmes(session: Session, what: Proposed) -> list[str]:
    if not 0 < len(what.name.strip()) <= NAME_CHARS_MAX:
        raise WebhookUnusable(
            f"Give the system a name of up to {NAME_CHARS_MAX} characters.",
            f"请填写系统名称，不超过 {NAME_CHARS_MAX} 个字。",
        )
    chosen = sorted(set(what.programmes))
    if not chosen or not set(chosen) <= set(rules_now(session).programmes):
        raise WebhookUnusable(
            "Choose at least one programme, each of the list.", "请至少选择一个现行补贴项目。"
        )
    return chosen


def _kinds(what: Proposed) -> list[str]:
    chosen = set(what.kinds) or set(KINDS)
    if not chosen <= set(KINDS):
        raise WebhookUnusable("Choose events of the list.", "请选择名单中的事件。")
    return [one for one in KINDS if one in chosen]
