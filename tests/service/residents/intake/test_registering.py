"""Sources are agreed to by name and by kind; their secrets are kept sealed and shown to nobody."""

import logging
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from typer.testing import CliRunner

from service.cli import app
from service.foundation.encryption import sealer
from service.residents.intake.deactivate import deactivate_source
from service.residents.intake.problems import (
    SecretMissing,
    SourceInactive,
    SourceKindFixed,
    SourceSends,
    SourceUnknown,
    TermsWrong,
)
from service.residents.intake.rekey import rekey_source
from service.residents.intake.sealing import secret_of
from service.residents.intake.terms import read_registration
from tests.service.residents.intake.sources import DEATHS, OFFICER, Sources, deaths, public_text

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
KEY = Ed25519PrivateKey.generate()
SFTP = {"host": "10.1.2.3", "user": "anxin", "path": "/out", "host_key": HOST_KEY}
DATABASE = {"url": "postgresql+psycopg://anxin@127.0.0.1:5432/hr", "query": "SELECT 1 AS a"}
SECRET = "tops3cret-never-shown"


def asked(kind: str, terms: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"code": "a-source", "kind": kind, "feeds": [DEATHS], "terms": terms} | more


def faults(content: object) -> dict[str, str]:
    with pytest.raises(TermsWrong) as wrong:
        read_registration(content)
    return {one["field"]: one["code"] for one in wrong.value.members["faults"]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("not a mapping", {"": "model_type"}),
        (asked("ftp", {}), {"kind": "literal_error"}),
        (asked("folder", {"path": "relative"}), {"terms.path": "path_not_absolute"}),
        (asked("folder", {"path": "/a/../etc"}), {"terms.path": "path_not_absolute"}),
        (asked("folder", {"path": "/a", "password": "x"}), {"terms.password": "extra_forbidden"}),
        (asked("folder", {"path": "/a"}, feeds=[]), {"feeds": "too_short"}),
        (asked("folder", {"path": "/a"}, feeds=["NOPE"]), {"feeds.0": "feed_unknown"}),
        (asked("folder", {"path": "/a"}, feeds=[DEATHS] * 2), {"feeds": "feed_twice"}),
        (asked("folder", {"path": "/a"}, division="110101"), {"division": "division_elsewhere"}),
        (asked("folder", {"path": "/a"}, division="330523"), {"division": "division_elsewhere"}),
        (asked("folder", {"path": "/a"}, division="330523151"), {"division": "division_unsaid"}),
        (
            asked("folder", {"path": "/a"}, division="330523151", feeds=["GA_HUKOU"]),
            {"division": "division_needs_incremental"},
        ),
        (asked("folder", {"path": "/a"}, code="A B"), {"code": "string_pattern_mismatch"}),
        (asked("folder", {"path": "/a", "every_minutes": 0}), {"terms.every_minutes": "greater_than_equal"}),
        (asked("folder", {"path": "/a", "every_minutes": True}), {"terms.every_minutes": "int_type"}),
        (asked("folder", {"path": "/a"}, public_key="x"), {"public_key": "public_key_wrong"}),
        (asked("sftp", SFTP | {"host": "a b"}), {"terms.host": "host_wrong"}),
        (asked("sftp", SFTP | {"host_key": "ssh-ed25519 x"}), {"terms.host_key": "host_key_unreadable"}),
        (asked("sftp", SFTP | {"port": 70000}), {"terms.port": "less_than_equal"}),
        (asked("sftp", {}), {f"terms.{one}": "missing" for one in SFTP}),
        (asked("push", {}), {"public_key": "missing"}),
        (asked("push", {}, public_key="eA=="), {"public_key": "public_key_wrong"}),
        (asked("database", DATABASE, feeds=[DEATHS, "CL_CERT"]), {"feeds": "one_feed_only"}),
        (asked("database", DATABASE | {"watermark_column": "a"}), {"terms": "watermark_incomplete"}),
        (
            asked("database", DATABASE | {"watermark_column": "a", "watermark_type": "int"}, feeds=["CL_CERT"]),
            {"terms.watermark_column": "watermark_on_full_feed"},
        ),
    ],
)  # fmt: skip
def test_every_wrong_term_is_named(content: object, expected: dict[str, str]) -> None:
    found = faults(content)
    assert expected.items() <= found.items() | {("terms", found.get("terms.", ""))}


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("nonsense", "url_unreadable"),
        ("mysql+pymysql://u@127.0.0.1/x", "driver_missing"),
        ("sqlite:///etc/passwd", "dialect_unknown"),
        ("postgresql+psycopg://u:pw@127.0.0.1/x", "url_has_password"),
        ("postgresql+psycopg://127.0.0.1/x", "url_incomplete"),
        ("postgresql+psycopg://u@127.0.0.1/x?options=-crole=root", "url_option_unknown"),
        ("postgresql+psycopg://u@10.0.0.9/x", "tls_not_verified"),
        ("postgresql+psycopg://u@10.0.0.9/x?sslmode=require", "tls_not_verified"),
    ],
)
def test_only_databases_that_can_be_asked_safely_are_agreed_to(url: str, code: str) -> None:
    assert faults(asked("database", DATABASE | {"url": url}))["terms.url"] == code


def test_a_database_elsewhere_is_agreed_to_over_verified_tls() -> None:
    url = "postgresql+psycopg://u@10.0.0.9/x?sslmode=verify-full&sslrootcert=/etc/anxin/hr.pem"
    read_registration(asked("database", DATABASE | {"url": url}))


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM t",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE t",
        "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
        "SELECT * INTO copy FROM t",
        "SELECT * FROM t FOR UPDATE",
        "COPY t TO PROGRAM 'sh'",
        "EXPLAIN ANALYZE SELECT 1",
        "SET ROLE root",
        "SELECT 1) AS agreed; DROP TABLE t; --",
        "SELECT %s",
        "SELECT $1",
        "",
        "SELECT" + " (" * 500,
    ],
)
def test_only_one_select_that_changes_nothing_is_agreed_to(query: str) -> None:
    assert faults(asked("database", DATABASE | {"query": query}))["terms.query"].startswith(
        "query_"
    )


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    with pytest.raises(TermsWrong) as wrong:
        read_registration(asked("sftp", {"path": "x", "pass": SECRET}, feeds=[DEATHS] * 2))
    assert SECRET not in str(wrong.value) + wrong.value.sentence_zh
    for field in ("feeds", "terms.path", "terms.host", "terms.pass"):
        assert field in str(wrong.value)
        assert field in wrong.value.sentence_zh


def test_a_secret_is_sealed_for_its_source_and_nowhere_else(sources: Sources) -> None:
    source = sources.register("sftp", SFTP, secret=SECRET)
    assert source.secret_sealed is not None
    assert sealer().open(source.secret_sealed, f"feed_sources:secret:{source.id}") == SECRET
    with sources.committed.transaction() as session:
        whole = session.scalars(text("SELECT row_to_json(s)::text FROM feed_sources s")).all()
    assert SECRET not in "".join(whole)
    assert all(SECRET.encode() not in canonical for _, _, canonical in sources.acts("source."))


def test_kinds_take_the_secret_they_need_and_no_other(sources: Sources) -> None:
    with pytest.raises(SecretMissing):
        sources.register("sftp", SFTP)
    with pytest.raises(SecretMissing):
        sources.register("folder", {"path": "/a"}, secret=SECRET)


def test_registering_again_changes_terms_and_keeps_kind_and_secret(sources: Sources) -> None:
    first = sources.register("sftp", SFTP, secret=SECRET)
    again = sources.register("sftp", SFTP | {"path": "/elsewhere"})
    assert (again.id, again.terms["path"], secret_of(again)) == (first.id, "/elsewhere", SECRET)
    with pytest.raises(SourceKindFixed):
        sources.register("folder", {"path": "/a"}, code="sftp-1")
    assert [act for act, _, _ in sources.acts("source.")] == ["source.registered", "source.changed"]


def test_another_server_is_not_shown_the_secret_of_the_one_before(sources: Sources) -> None:
    sources.register("sftp", SFTP, secret=SECRET)
    with pytest.raises(SecretMissing):
        sources.register("sftp", SFTP | {"host": "10.6.6.6"})
    assert sources.kept("sftp-1").terms["host"] == "10.1.2.3"


def test_rotating_replaces_the_secret_and_leaves_a_trace(sources: Sources) -> None:
    sources.register("sftp", SFTP, secret=SECRET)
    sources.register("push", {}, public_key=public_text(KEY))
    fresh = Ed25519PrivateKey.generate()
    with sources.committed.transaction() as session:
        rekey_source(session, "sftp-1", "another", by=OFFICER)
        rekey_source(session, "push-1", public_text(fresh), by=OFFICER)
        with pytest.raises(TermsWrong):
            rekey_source(session, "push-1", "short", by=OFFICER)
        with pytest.raises(SourceUnknown):
            rekey_source(session, "nobody", "x", by=OFFICER)
    assert secret_of(sources.kept("sftp-1")) == "another"
    assert sources.kept("push-1").public_key == fresh.public_key().public_bytes_raw()
    assert [act for act, who, _ in sources.acts("source.rekeyed") if who == OFFICER.id] == [
        "source.rekeyed"
    ] * 2


def test_a_deactivated_source_brings_nothing_and_forgets_its_secret(
    sources: Sources, drop: Path
) -> None:
    sources.register("sftp", SFTP, secret=SECRET)
    sources.folder(drop)
    (drop / "a.csv.ok").touch()
    (drop / "a.csv").write_bytes(deaths(1))
    for code in ("sftp-1", "folder-1", "folder-1"):
        with sources.committed.transaction() as session:
            deactivate_source(session, code, by=OFFICER)
        with pytest.raises(SourceInactive):
            sources.look(code)
    assert sources.kept("sftp-1").secret_sealed is None
    assert len(sources.acts("source.deactivated")) == 2
    assert sources.deliveries() == []
    sources.folder(drop)
    assert sources.look().code == "taken"


def test_a_source_that_pushes_is_not_asked(sources: Sources) -> None:
    sources.register("push", {}, public_key=public_text(KEY))
    with pytest.raises(SourceSends):
        sources.look("push-1")


def run(*arguments: str, expected: int = 0) -> str:
    done = CliRunner().invoke(app, ["sources", *arguments], env={"COLUMNS": "400"})
    assert done.exit_code == expected, done.output
    return done.output


@pytest.mark.usefixtures("committed")
def test_the_commands_register_list_run_rotate_and_deactivate(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    drop = tmp_path / "drop"
    drop.mkdir()
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    said = ""
    for name, content in (
        ("folder", asked("folder", {"path": str(drop), "wait_for_marker": True}, code="drop")),
        ("sftp", asked("sftp", SFTP | {"host": "127.0.0.1", "port": 1}, code="hr")),
    ):
        file = tmp_path / f"{name}.yaml"
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        said += run("register", str(file), "--secret-file", str(secret))
    (drop / "a.csv").write_bytes(deaths(1))
    (drop / "a.csv.done").touch()
    said += run("run", "drop")
    assert "1 imported" in said
    said += run("run", "hr", expected=1)
    said += run("rotate", "hr", "--secret-file", str(secret))
    said += run("deactivate", "hr")
    said += run("run", "hr", expected=1)
    said += run("run", "nobody", expected=1)
    listed = run("list")
    assert "127.0.0.1:1" in listed
    assert "没有应答" in listed
    assert "采用 1 份" in listed
    assert SECRET not in said + listed + caplog.text


@pytest.mark.usefixtures("committed")
def test_a_file_that_is_no_registration_is_a_sentence(tmp_path: Path) -> None:
    for content in ("{", "[]", "kind: sftp\n", "- &a [*a]\n"):
        (tmp_path / "x.yaml").write_text(content, encoding="utf-8")
        assert "约定无法使用" in run(
            "register", str(tmp_path / "x.yaml"), "--keep-secret", expected=1
        )
    assert "约定无法使用" in run("register", str(tmp_path / "absent.yaml"), expected=1)
