"""An answer is read as it was agreed when its file was written, whatever the profile says by now."""

from importlib import resources

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bank_adapters.registry import everything
from bank_adapters.sheets.adapter import SheetAdapter
from bank_adapters.sheets.load import load
from service.dispatch.kept_profiles import adapter_as_kept, digest_of
from service.dispatch.models import KeptProfile
from tests.service.reconciliation.answers import Sent, sent, yuan

BANK = "ccb"
PRESENT = (resources.files("bank_adapters.sheets") / "profiles" / "ccb.yaml").read_text("utf-8")


def _changed(*changes: tuple[str, str]) -> str:
    """Return the bank's profile as a second version with other words in it."""
    made = PRESENT.replace("version: 1", "version: 2", 1)
    for old, new in changes:
        assert old in made
        made = made.replace(old, new)
    return made


# The agreed table became version 2.0, account and name changed places.
COLUMNS = _changed(
    ('{name: 版本, literal: "1.0"}', '{name: 版本, literal: "2.0"}'),
    (
        "  - {name: 账号, value: account_no}\n  - {name: 户名, value: account_name, bytes: !assumed 60}\n",
        "  - {name: 户名, value: account_name, bytes: !assumed 60}\n  - {name: 账号, value: account_no}\n",
    ),
)
# Nothing that is read differs, and everything that it means does.
WORDS = _changed(("处理成功: paid", "处理成功: rejected"), ("    成功: paid", "    成功: rejected"))


def _now(monkeypatch: pytest.MonkeyPatch, definition: str) -> None:
    adapter = SheetAdapter(load("ccb.yaml", definition))
    monkeypatch.setitem(everything().adapters, BANK, adapter)


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Eight payments, four of them at the bank, written with the present profile."""
    return sent(made)


@pytest.mark.parametrize("later", [COLUMNS, WORDS], ids=["columns", "words"])
def test_a_profile_that_changed_while_money_was_away_reads_nothing_wrongly(
    out: Sent, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    file = out.file(BANK)
    (kept,) = out.session.scalars(select(KeptProfile).where(KeptProfile.name == BANK)).all()
    assert (file.profile_sha256, kept.version, kept.definition) == (kept.sha256, 1, PRESENT)
    _now(monkeypatch, later)
    inbound = out.reply(out.told("ACSC", "RJCT", "ACSC", code=BANK), code=BANK)
    assert (inbound.state, inbound.faults) == ("applied", [])
    assert out.states(BANK) == ["paid", "rejected", "paid", "paid"]


def test_each_file_is_read_with_its_own_version(out: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    _now(monkeypatch, WORDS)
    later = sent(out.session, month="2026-11")
    assert later.file(BANK).profile_sha256 != out.file(BANK).profile_sha256
    file = later.file(BANK)
    closing = f"########|{file.count}|{yuan(file.amount_fen)}|0|0.00\r\n"
    later.reply(later.told("ACSC", code=BANK), code=BANK, closing=closing)
    assert set(later.states(BANK)) == {"rejected"}, "in its words this is a failure"
    out.reply(out.told("ACSC", code=BANK), code=BANK)
    assert set(out.states(BANK)) == {"paid"}
    versions = select(KeptProfile.version).where(KeptProfile.name == BANK)
    assert sorted(out.session.scalars(versions)) == [1, 2]


def test_the_bank_may_be_another_altogether_by_then(out: Sent) -> None:
    """The channel speaks ISO 20022 now; what is still out was sent as a table."""
    out.channel(BANK).profile = "iso20022"
    out.session.flush()
    inbound = out.reply(out.told("ACSC", code=BANK), code=BANK)
    assert inbound.state == "applied"
    assert set(out.states(BANK)) == {"paid"}


def test_a_kept_profile_never_changes_and_one_that_no_longer_loads_reads_nothing(
    out: Sent,
) -> None:
    with pytest.raises(DBAPIError, match="never changed"), out.session.begin_nested():
        out.session.execute(text("UPDATE kept_profiles SET version = 7"))
    broken = KeptProfile(sha256="0", name=BANK, version=0, definition="name: [")
    assert adapter_as_kept(broken) is None
    gone = KeptProfile(sha256="1", name="a-bank-of-yesterday", version=1, definition="")
    assert adapter_as_kept(gone) is None
    here = adapter_as_kept(KeptProfile(sha256="2", name="iso20022", version=1, definition=""))
    assert here is not None
    assert digest_of(here.profile) == out.file().profile_sha256
