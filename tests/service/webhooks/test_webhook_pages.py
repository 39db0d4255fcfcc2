"""Two administrators agree on a receiver on pages, by programs and commands; nobody else sees any."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.encryption import sealer
from service.officers.may import NotAllowed
from service.web.queue import waiting_for
from service.webhooks import operate
from service.webhooks.agree import Proposed, confirm, propose
from service.webhooks.commands import app as commands
from service.webhooks.deliver import deliver_due
from service.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from service.webhooks.problems import (
    WebhookAddressRefused,
    WebhookNotOn,
    WebhookSecondPersonNeeded,
    WebhookUnusable,
)
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed
from tests.service.web.browsing import SignInAs
from tests.service.webhooks.conftest import OFFICE, Agreed, agree, office
from tests.service.webhooks.receiver import Receiver

URL = "http://localhost:1/events"
FORM = {
    "name": "民政业务系统",
    "organisation": OFFICE,
    "url": URL,
    "programmes": ["MZ15"],
    "kinds": ["payment.paid"],
}


@pytest.fixture(autouse=True)
def an_office(request: pytest.FixtureRequest) -> None:
    if "made" in request.fixturenames:
        office(request.getfixturevalue("made"))


def test_two_administrators_agree_on_pages(made: Session, sign_in_as: SignInAs) -> None:
    system, security = sign_in_as("system_administrator"), sign_in_as("security_administrator")
    shown = system.submit("/webhooks", FORM)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", shown.text)
    assert shown.headers["cache-control"] == "no-store"
    endpoint = made.scalars(select(WebhookEndpoint)).one()
    (kept,) = made.scalars(select(WebhookSecret))
    assert secret.encode() not in kept.secret_sealed
    assert sealer().open(kept.secret_sealed, f"webhook_secrets:secret:{kept.id}") == secret
    here = f"/webhooks/{endpoint.id}"
    assert secret not in system.get(here).text
    assert f"{here}/confirm" not in system.get(here).text
    assert "确认新的事件接收端" in security.get("/").text
    assert security.submit(f"{here}/confirm", shown_at=here).status_code == 303
    made.refresh(endpoint)
    assert endpoint.state == "active"
    assert system.submit(f"{here}/test", shown_at=here).status_code == 303
    page = system.get(here).text
    assert "测试" in page
    assert "待发送" in page
    acts = set(made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(endpoint.id))))
    assert acts == {"webhook.proposed", "webhook.confirmed", "webhook.tried"}
    for entry in made.scalars(select(AuditEntry)):
        assert b"whsec_" not in entry.canonical


def test_one_alone_agrees_with_nobody(made: Session) -> None:
    both = OfficerFactory.create(duties=["system_administrator"])
    endpoint, _ = propose(made, Proposed("系统", OFFICE, URL, ["MZ15"]), by=both)
    with pytest.raises(NotAllowed):
        confirm(made, endpoint.id, by=both)
    both.duties = ["security_administrator"]
    made.flush()
    with pytest.raises(WebhookSecondPersonNeeded):
        confirm(made, endpoint.id, by=both)


@pytest.mark.parametrize("duty", ["maker", "reviewer", "signer", "reconciler", "steward", "policy"])
def test_who_has_a_say_in_money_has_none_here(
    made: Session, sign_in_as: SignInAs, duty: str
) -> None:
    assert sign_in_as(duty).get("/webhooks").status_code == 403
    with pytest.raises(NotAllowed):
        propose(
            made,
            Proposed("系统", OFFICE, URL, ["MZ15"]),
            by=OfficerFactory.create(duties=[duty]),
        )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": " "}, WebhookUnusable),
        ({"organisation": "没有的单位"}, WebhookUnusable),
        ({"programmes": []}, WebhookUnusable),
        ({"programmes": ["XX99"]}, WebhookUnusable),
        ({"kinds": ["payment.eaten"]}, WebhookUnusable),
        ({"url": "http://10.0.0.1/"}, WebhookAddressRefused),
        ({"url": "https://169.254.169.254/latest"}, WebhookAddressRefused),
        ({"url": "no address"}, WebhookAddressRefused),
    ],
)
def test_what_cannot_be_a_receiver_is_said(
    made: Session, sign_in_as: SignInAs, change: dict[str, object], problem: type[Exception]
) -> None:
    system = OfficerFactory.create(duties=["system_administrator"])
    with pytest.raises(problem):
        propose(made, Proposed(**{**FORM, **change}), by=system)  # type: ignore[arg-type]
    answer = sign_in_as("system_administrator").submit("/webhooks", {**FORM, **change})
    assert answer.status_code == 422
    assert 'class="problems"' in answer.text or "problem" in answer.text
    assert made.scalars(select(WebhookEndpoint)).all() == []


def test_programs_do_the_same(made: Session, sign_in_as: SignInAs) -> None:
    system, security = sign_in_as("system_administrator"), sign_in_as("security_administrator")
    headers = {"sec-fetch-site": "same-origin"}
    created = system.post("/api/webhooks", json=FORM, headers=headers)
    assert created.status_code == 201, created.text
    endpoint = created.json()["id"]
    here = f"/api/webhooks/{endpoint}"
    assert system.post(f"{here}/confirm", headers=headers).status_code == 403
    assert security.post(f"{here}/confirm", headers=headers).json()["state"] == "active"
    assert system.post(f"{here}/test", headers=headers).status_code == 200
    (sent,) = system.get(f"{here}/deliveries").json()["deliveries"]
    assert (sent["kind"], sent["outcome"]) == ("test", "waiting")
    again = system.post(f"{here}/replay", json={"event": sent["event_id"]}, headers=headers)
    assert again.json() == {"events": 1}
    today = clock.today().isoformat()
    days = {"first": today, "last": today}
    assert system.post(f"{here}/replay", json=days, headers=headers).json() == {"events": 1}
    refused = system.post(f"{here}/replay", json={"first": "gestern"}, headers=headers)
    assert refused.json()["code"] == "webhook_replay_unusable"
    assert system.post(f"{here}/rotate", headers=headers).json()["secret"].startswith("whsec_")
    assert system.post(f"{here}/off", headers=headers).json()["state"] == "off"
    assert system.post(f"{here}/test", headers=headers).json()["code"] == "webhook_not_on"
    assert system.post(f"{here}/end", headers=headers).json()["state"] == "ended"
    assert [one["state"] for one in system.get("/api/webhooks").json()] == ["ended"]


def test_what_the_service_switched_off_waits_for_an_administrator(made: Session) -> None:
    agreed = agree(made, URL)
    endpoint = made.get_one(WebhookEndpoint, agreed.id)
    operate.switch_off(made, agreed.id, by=agreed.system)
    assert not any("/webhooks" in one.href for one in waiting_for(made, agreed.system))
    endpoint.off_because = "silent"
    made.flush()
    assert any("/webhooks" in one.href for one in waiting_for(made, agreed.system))
    with pytest.raises(WebhookNotOn):
        operate.try_out(made, agreed.id, by=agreed.system)


def test_where_events_go_is_never_edited(made: Session) -> None:
    agreed = agree(made, URL)
    endpoint = made.get_one(WebhookEndpoint, agreed.id)
    endpoint.url = "http://localhost:2/elsewhere"
    with pytest.raises(Exception, match="webhook_endpoints"):
        made.flush()


def test_commands_do_it_in_an_administrators_name(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    run = CliRunner()
    by = ["--by", agreed.system.username]
    ran = run.invoke(commands, ["test", str(agreed.id), *by])
    assert ran.exit_code == 0, ran.output
    assert receiver.bodies[0]["type"] == "test"
    assert ran.output.strip() == receiver.got[0]["webhook-id"]
    assert "民政业务系统" in run.invoke(commands, ["list"], env={"COLUMNS": "200"}).output
    assert (
        "204" in run.invoke(commands, ["deliveries", str(agreed.id)], env={"COLUMNS": "200"}).output
    )
    replayed = run.invoke(commands, ["replay", str(agreed.id), "--event", ran.output.strip(), *by])
    assert replayed.output.startswith("1 events")
    assert deliver_due() == 1
    assert run.invoke(commands, ["rotate", str(agreed.id), *by]).output.startswith("whsec_")
    assert run.invoke(commands, ["off", str(agreed.id), *by]).exit_code == 0
    with committed.transaction() as session:
        assert session.get_one(WebhookEndpoint, agreed.id).state == "off"
        assert session.scalars(select(WebhookDelivery)).one().delivered_at is not None
    assert run.invoke(commands, ["on", str(agreed.id), *by]).exit_code == 0
