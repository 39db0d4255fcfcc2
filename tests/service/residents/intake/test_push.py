"""A department's program pushes a delivery in signed pages: whole, once, and told what became of it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from service.app import create_app
from service.foundation import clock
from service.residents import feeds
from service.residents.intake.commands import app as commands
from service.residents.intake.deactivate import deactivate_source
from service.residents.intake.push import authenticate, rows
from service.residents.intake.push.forget import forget_unfinished
from service.residents.models import FeedPush, FeedPushPage
from tests.service.residents.importing.deliveries import number_of, row
from tests.service.residents.intake.signing import Pushing, signed_headers, text
from tests.service.residents.intake.sources import DEATHS, OFFICER, Sources, public_text

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def client(sources: Sources) -> Iterator[TestClient]:
    """The app with one department that may push deaths."""
    sources.register("push", {}, public_key=public_text(KEY))
    with TestClient(create_app(), follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def push(client: TestClient) -> Pushing:
    return Pushing(client, KEY, DEATHS, "2026-11-1")


def as_object(cells: list[str]) -> dict[str, str | None]:
    names = [column.header for column in feeds.feed(DEATHS).columns]
    return {name: cell or None for name, cell in zip(names, cells, strict=True)}


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_push_of_arrays_and_objects_is_imported_whole(sources: Sources, push: Pushing) -> None:
    assert push.open().status_code == 201
    assert push.page(1, [row(DEATHS, 1), row(DEATHS, 2)]).status_code == 201
    assert (
        push.page(2, [as_object(row(DEATHS, 3)), as_object(row(DEATHS, 4, issuer=""))]).status_code
        == 201
    )
    state = push.ask("GET").json()
    assert [(one["page"], one["rows"]) for one in state["pages"]] == [(1, 2), (2, 2)]
    assert (state["completed_at"], state["delivery"]) == (None, None)
    done = push.complete()
    assert done.status_code == 200
    delivery = done.json()["delivery"]
    assert (delivery["state"], delivery["rows_total"], delivery["rows_accepted"]) == (
        "imported",
        4,
        4,
    )
    (kept,) = sources.deliveries()
    assert (kept.channel, kept.as_of.isoformat(), kept.received_by) == (
        "push",
        "2026-11-01",
        "push-1",
    )
    assert sources.records() == 4


def test_everything_may_be_sent_again_and_has_one_effect(sources: Sources, push: Pushing) -> None:
    page = [row(DEATHS, 1)]
    assert [push.open().status_code for _ in range(3)] == [201, 200, 200]
    assert [push.page(1, page).status_code for _ in range(3)] == [201, 200, 200]
    answers = [push.complete() for _ in range(3)]
    assert {one.status_code for one in answers} == {200}
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert (push.open().status_code, push.page(1, page).status_code) == (200, 200)
    assert (len(sources.deliveries()), sources.records()) == (1, 1)


def test_the_same_number_never_means_something_else(sources: Sources, push: Pushing) -> None:
    push.open()
    assert said(push.open(as_of="2026-11-02")) == (409, "push_differs")
    assert said(push.open(columns=push.columns[::-1])) == (409, "push_differs")
    push.page(1, [row(DEATHS, 1)])
    assert said(push.page(1, [row(DEATHS, 2)])) == (409, "push_differs")
    assert push.complete().status_code == 200
    assert said(push.complete(rows=2)) == (409, "push_differs")
    assert said(push.page(1, [row(DEATHS, 2)])) == (409, "push_differs")
    assert said(push.page(2, [row(DEATHS, 2)])) == (409, "push_complete")
    assert sources.records() == 1


def test_an_incomplete_push_is_not_imported_and_says_what_is_missing(
    sources: Sources, push: Pushing
) -> None:
    push.open()
    push.page(1, [row(DEATHS, 1)])
    push.page(3, [row(DEATHS, 3)])
    missing = push.complete(pages=4)
    assert said(missing) == (409, "push_incomplete")
    assert missing.json()["missing_pages"] == [2, 4]
    push.page(2, [row(DEATHS, 2)])
    for wrong in ({"pages": 2}, {"rows": 4}, {"sha256": "0" * 64}):
        assert said(push.complete(**wrong)) == (409, "push_incomplete")
    push.digests = [push.digests[0], push.digests[2], push.digests[1]]
    assert said(push.complete(pages=10**9))[0] == 409
    assert push.complete().status_code == 200
    assert sources.records() == 3


@pytest.mark.parametrize(
    "totals",
    [{"pages": "3"}, {"rows": 0}, {"rows": -1}, {"sha256": "x"}, {"sha256": 5}, {"extra": 1}, {"pages": None}],
)  # fmt: skip
def test_totals_of_another_kind_are_named(push: Pushing, totals: dict[str, Any]) -> None:
    push.open()
    push.page(1, [row(DEATHS, 1)])
    answer = push.complete(**totals)
    assert said(answer) == (422, "push_fields_wrong")
    assert {one["field"] for one in answer.json()["faults"]} == set(totals)


def test_rows_that_were_not_believed_are_named_by_page_and_row_without_values(
    sources: Sources, push: Pushing
) -> None:
    push.open()
    push.page(1, [row(DEATHS, person) for person in range(60)])
    bad = row(DEATHS, "330523195001050012")
    push.page(2, [row(DEATHS, 61), bad, row(DEATHS, 62, death_date="2026-02-30")])
    answer = push.complete()
    faults = answer.json()["faults"]
    assert [(one["page"], one["row"]) for one in faults] == [(2, 2), (2, 3)]
    assert answer.json()["delivery"]["rows_rejected"] == answer.json()["faults_total"] == 2
    assert "330523195001050012" not in answer.text
    assert all(one["sentence_zh"] and one["column"] for one in faults)


def test_pages_are_sealed_at_rest_and_gone_once_imported(sources: Sources, push: Pushing) -> None:
    push.open()
    push.page(1, [row(DEATHS, 1)])
    with sources.committed.transaction() as session:
        (kept,) = session.scalars(select(FeedPushPage)).all()
    assert kept.content_sealed
    assert number_of(1).encode() not in kept.content_sealed
    push.complete()
    with sources.committed.transaction() as session:
        (kept,) = session.scalars(select(FeedPushPage)).all()
    assert (kept.content_sealed, kept.rows) == (None, 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json_wrong"),
        (b"{", "json_wrong"),
        (b"{}", "json_wrong"),
        (b"[]", "json_wrong"),
        (b"null", "json_wrong"),
        (b'["a"]', "push_fields_wrong"),
        (b"[[1]]", "json_wrong"),
        (b"[[1.5]]", "json_wrong"),
        (b"[[NaN]]", "json_wrong"),
        (b"[[1e999]]", "json_wrong"),
        (b"[[true,null,null,null,null]]", "push_fields_wrong"),
        (b'[["a"]]', "push_fields_wrong"),
        (b'[[["a"],null,null,null,null]]', "push_fields_wrong"),
        (b"[" * 100_000, "json_wrong"),
        (b"[[[[[[]]]]]]", "json_wrong"),
        (b'[{"a":"1","a":"2"}]', "json_wrong"),
        (b'\xef\xbb\xbf[["a"]]', "json_wrong"),
        (b'[["\xff"]]', "json_wrong"),
        (b'[["\\ud800",null,null,null,null]]', "push_fields_wrong"),
        (b'[["\\u0000",null,null,null,null]]', "push_fields_wrong"),
    ],
)
def test_json_that_could_mean_two_things_is_refused(
    sources: Sources, push: Pushing, body: bytes, code: str
) -> None:
    push.open()
    started = time.perf_counter()
    assert said(push.page(1, body)) == (422, code)
    assert time.perf_counter() - started < 5
    assert push.ask("GET").json()["pages"] == []


def test_fields_that_nobody_agreed_to_are_refused_by_name(push: Pushing) -> None:
    push.open()
    answer = push.page(1, [as_object(row(DEATHS, 1)) | {"备注": "x", number_of(1): "y"}])
    faults = answer.json()["faults"]
    assert {(one["row"], one["column"], one["code"]) for one in faults} == {
        (1, "备注", "column_unknown"),
        (1, "…", "column_unknown"),
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"as_of": "2099-01-01"}, {"as_of": "date_not_past"}),
        ({"as_of": "20261101"}, {"as_of": "date_not_past"}),
        ({"as_of": None}, {"as_of": "date_not_past"}),
        ({"columns": []}, {"columns": "names_expected"}),
        ({"columns": "身份证号"}, {"columns": "names_expected"}),
        ({"columns": ["身份证号", None]}, {"columns": "names_expected"}),
        ({"columns": ["身份证号", "死亡日期", "工资"]}, {"工资": "column_unknown"}),
        ({"columns": ["身份证号", "person", "死亡日期"]}, {"身份证号": "column_twice"}),
        ({"columns": ["身份证号"]}, {"死亡日期": "column_missing"}),
        ({"more": "x"}, {"more": "extra_forbidden"}),
    ],
)
def test_opening_names_everything_that_is_wrong(
    push: Pushing, body: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = push.open(**body)
    assert said(answer) == (422, "push_fields_wrong")
    assert {one["field"]: one["code"] for one in answer.json()["faults"]} == expected


def test_columns_go_by_alias_or_field_in_any_order(sources: Sources, push: Pushing) -> None:
    assert push.open(columns=["death_date", "姓名", "person"]).status_code == 201
    push.page(1, [["2026-10-05", "王秀英", number_of(1)]])
    assert push.complete().json()["delivery"]["rows_accepted"] == 1


def test_another_feed_or_another_departments_push_is_not_there(
    sources: Sources, client: TestClient, push: Pushing
) -> None:
    push.open()
    other = Ed25519PrivateKey.generate()
    sources.register("push", {}, code="push-2", public_key=public_text(other))
    stranger = Pushing(client, other, DEATHS, "2026-11-1", keyid="push-2")
    assert said(stranger.ask("GET")) == (404, "push_unknown")
    assert said(stranger.page(1, [row(DEATHS, 1)])) == (404, "push_unknown")
    for feed in ("CL_CERT", "NOPE"):
        push.path = f"/api/feeds/{feed}/pushes/1"
        for method, path in (("PUT", ""), ("PUT", "/pages/1"), ("GET", ""), ("POST", "/complete")):
            assert said(push.ask(method, path)) == (403, "feed_not_agreed")


def test_rows_of_another_township_are_refused(sources: Sources, client: TestClient) -> None:
    key = Ed25519PrivateKey.generate()
    sources.register(
        "push",
        {},
        code="town",
        feeds=["XZ_COLL"],
        division="330523151",
        public_key=public_text(key),
    )
    pushing = Pushing(client, key, "XZ_COLL", "1", keyid="town")
    pushing.open()
    own = [row("XZ_COLL", person, division="330523151201") for person in range(60)]
    pushing.page(1, [*own, row("XZ_COLL", 99, division="330523152201")])
    answer = pushing.complete().json()
    assert (answer["delivery"]["rows_accepted"], answer["delivery"]["rows_rejected"]) == (60, 1)
    assert [(one["page"], one["row"]) for one in answer["faults"]] == [(1, 61)]


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
def test_a_good_signature_of_another_time_is_too_old(push: Pushing, seconds: int) -> None:
    headers = signed_headers(KEY, "GET", push.path, b"", created=int(time.time()) + seconds)
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
        together.wait(timeout=20)
        return int(push.ask("PUT", "/pages/1", body).status_code)

    with ThreadPoolExecutor(6) as senders:
        answers = sorted(senders.map(send, range(6)))
    assert answers == [200] * 5 + [201]


def test_completing_at_once_imports_once(sources: Sources, push: Pushing) -> None:
    push.open()
    push.page(1, [row(DEATHS, person) for person in range(200)])
    together = Barrier(5)

    def finish(_: int) -> tuple[int, str]:
        together.wait(timeout=20)
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
