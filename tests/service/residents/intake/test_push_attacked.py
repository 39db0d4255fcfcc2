"""Pushes that are not signed as agreed, too large, too many, or sent at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from service.foundation import clock
from service.residents.intake.commands import app as commands
from service.residents.intake.deactivate import deactivate_source
from service.residents.intake.push import authenticate, rows
from service.residents.intake.push.forget import forget_unfinished
from service.residents.models import FeedPush, FeedPushPage
from tests.service.residents.importing.deliveries import number_of, row
from tests.service.residents.intake.signing import KEY, Pushing, said, signed_headers, text
from tests.service.residents.intake.sources import DEATHS, OFFICER, Sources, public_text


def unsigned(push: Pushing) -> dict[str, dict[str, str]]:
    """Return, by what is wrong, the headers of requests that nobody may have answered."""
    body, path = b"", push.path
    good = signed_headers(KEY, "GET", path, body)
    at = int(time.time())
    return {
        "no headers": {},
        "no digest": {name: one for name, one in good.items() if name != "content-digest"},
        "no signature": {name: one for name, one in good.items() if name != "signature"},
        "unknown key": signed_headers(KEY, "GET", path, body, keyid="nobody"),
        "another source": signed_headers(KEY, "GET", path, body, keyid="folder-1"),
        "wrong key": signed_headers(Ed25519PrivateKey.generate(), "GET", path, body),
        "other method": signed_headers(KEY, "PUT", path, body),
        "other path": signed_headers(KEY, "GET", path + "/pages/1", body),
        "method uncovered": signed_headers(KEY, "GET", path, body, covered=("@path", "content-digest")),
        "path uncovered": signed_headers(KEY, "GET", path, body, covered=("@method", "content-digest")),
        "digest uncovered": signed_headers(KEY, "GET", path, body, covered=("@method", "@path")),
        "other algorithm": signed_headers(KEY, "GET", path, body, more=';alg="hmac-sha256"'),
        "two at once": good | {"signature": good["signature"] + ", " + good["signature"]},
        "created as text": {
            **good, "signature-input": good["signature-input"].replace(f"created={at}", f'created="{at}"'),
        },
        "garbage": good | {"signature-input": "sig=(((", "signature": "sig=:%%%:"},
        "bearer": {"authorization": "Bearer x"},
    }  # fmt: skip


def test_whatever_is_wrong_with_a_signature_is_answered_alike(
    sources: Sources, push: Pushing, tmp_path: Any
) -> None:
    push.open()
    sources.folder(tmp_path)
    answers = {
        name: push.client.get(push.path, headers=headers)
        for name, headers in unsigned(push).items()
    }
    answers["query"] = push.client.get(
        push.path + "?x=1", headers=signed_headers(KEY, "GET", push.path, b"")
    )
    bodies = {name: one.json() | {"request_id": ""} for name, one in answers.items()}
    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(answers, 401)
    assert {one["code"] for one in bodies.values()} == {"signature_wrong"}
    assert len({str(sorted(one.items())) for one in bodies.values()}) == 1


def test_a_deactivated_or_rekeyed_source_is_known_no_more(sources: Sources, push: Pushing) -> None:
    push.open()
    with sources.committed.transaction() as session:
        deactivate_source(session, "push-1", by=OFFICER)
    assert said(push.ask("GET")) == (401, "signature_wrong")
    sources.register("push", {}, public_key=public_text(Ed25519PrivateKey.generate()))
    assert said(push.ask("GET")) == (401, "signature_wrong")


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_good_signature_of_another_time_is_too_old(
    push: Pushing, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # To the second, however long the request takes.
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    created = int(now.timestamp()) + seconds
    headers = signed_headers(KEY, "GET", push.path, b"", created=created)
    assert said(push.client.get(push.path, headers=headers)) == (401, "signature_too_old")
    spent = signed_headers(KEY, "GET", push.path, b"", more=";expires=1")
    assert said(push.client.get(push.path, headers=spent)) == (401, "signature_too_old")


@pytest.mark.parametrize(
    "digest",
    [
        "{good}x",
        "sha-512=:AAAA:",
        "{good}, {good}",
        "md5=:AAAA:, {good}",
        "{good}, sha-512=:AAAA:",
        "",
    ],
)
def test_another_body_than_the_signed_one_is_never_read(push: Pushing, digest: str) -> None:
    body = b"not even JSON"
    headers = signed_headers(KEY, "PUT", push.path, b"{}")
    answer = push.client.put(push.path, content=body, headers=headers)
    assert said(answer) == (400, "content_digest_wrong")
    good = headers["content-digest"]
    forged = headers | {"content-digest": digest.format(good=good)}
    assert said(push.client.put(push.path, content=b"{}", headers=forged))[0] in {400, 401}


def test_a_page_too_large_is_cut_off(push: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    push.open()
    monkeypatch.setattr(authenticate, "PAGE_BYTES_MAX", 1024)
    assert said(push.page(1, b"[" + b" " * 2000 + b"]")) == (413, "push_page_too_large")
    monkeypatch.undo()
    monkeypatch.setattr(rows, "ROWS_MAX", 3)
    assert said(push.page(1, [row(DEATHS, person) for person in range(4)])) == (422, "json_wrong")


@pytest.mark.parametrize("number", ["..", "%2e%2e", "a b", "a" * 65, "é", "-x"])
def test_odd_numbers_are_no_numbers(client: TestClient, number: str) -> None:
    answer = Pushing(client, KEY, DEATHS, number).ask("GET")
    assert answer.status_code in {401, 404, 422}


def test_the_same_page_at_once_is_kept_once(sources: Sources, push: Pushing) -> None:
    push.open()
    body, together = text([row(DEATHS, 1)]), Barrier(6)

    def send(_: int) -> int:
        together.wait(timeout=60)
        return int(push.ask("PUT", "/pages/1", body).status_code)

    with ThreadPoolExecutor(6) as senders:
        answers = sorted(senders.map(send, range(6)))
    assert answers == [200] * 5 + [201]


def test_completing_at_once_imports_once(sources: Sources, push: Pushing) -> None:
    push.open()
    push.page(1, [row(DEATHS, person) for person in range(200)])
    together = Barrier(5)

    def finish(_: int) -> tuple[int, str]:
        together.wait(timeout=60)
        answer = push.complete()
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(5) as senders:
        answers = set(senders.map(finish, range(5)))
    assert answers <= {(200, ""), (409, "push_busy")}
    assert (200, "") in answers
    assert (len(sources.deliveries()), sources.records()) == (1, 200)
    assert push.complete().status_code == 200


def test_too_many_open_pushes_are_refused(client: TestClient) -> None:
    for number in range(20):
        assert Pushing(client, KEY, DEATHS, f"n{number}").open().status_code == 201
    assert said(Pushing(client, KEY, DEATHS, "more").open()) == (409, "too_many_pushes")
    assert Pushing(client, KEY, DEATHS, "n3").open().status_code == 200


def test_what_is_never_completed_is_forgotten(sources: Sources, push: Pushing) -> None:
    push.open()
    push.page(1, [row(DEATHS, 1)])
    with sources.committed.transaction() as session:
        assert forget_unfinished(session) == 0
        session.execute(update(FeedPush).values(opened_at=clock.now() - timedelta(days=8)))
        assert forget_unfinished(session) == 1
        assert session.scalar(select(func.count()).select_from(FeedPushPage)) == 0
    push.digests, push.rows = [], 0
    assert (push.open().status_code, push.page(1, [row(DEATHS, 1)]).status_code) == (201, 201)


def test_nothing_of_a_push_is_logged(push: Pushing, capfd: pytest.CaptureFixture[str]) -> None:
    push.open()
    push.page(1, [row(DEATHS, 1), row(DEATHS, "330523195001050012")])
    push.page(2, b'[["330523195001050012"')
    push.complete()
    push.client.get(push.path, headers={"signature": "sig=:AAAA:"})
    shown = capfd.readouterr()
    for secret in (number_of(1), "330523195001050012", "王秀英"):
        assert secret not in shown.out + shown.err


def test_the_list_of_sources_says_when_a_department_last_pushed(push: Pushing) -> None:
    push.open()
    push.page(1, [row(DEATHS, 1)])
    push.complete()
    listed = CliRunner().invoke(commands, ["list"], env={"COLUMNS": "300"})
    assert listed.exit_code == 0, listed.output
    assert "采用 1 份" in listed.output
    assert f"{clock.civil(clock.now()):%Y-%m-%d}" in listed.output
