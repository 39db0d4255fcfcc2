"""A department's program pushes a delivery in signed pages: whole, once, and told what became of it."""

import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from sqlalchemy import select

from service.residents import feeds
from service.residents.models import FeedPushPage
from tests.service.residents.importing.deliveries import number_of, row
from tests.service.residents.intake.signing import Pushing, said
from tests.service.residents.intake.sources import DEATHS, Sources, public_text


def as_object(cells: list[str]) -> dict[str, str | None]:
    names = [column.header for column in feeds.feed(DEATHS).columns]
    return {name: cell or None for name, cell in zip(names, cells, strict=True)}


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
