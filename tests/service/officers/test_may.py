"""Nobody may do what the table does not say, and no duties together make one person pay himself."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.officers.exclusions import EXCLUSIVE, NAMES_ZH, DutiesExclusive, refuse_exclusive
from service.officers.may import CHANGES_MONEY, MAY, NotAllowed, acts_of, may, require
from service.officers.models import ALONE, DUTIES, Officer

# Acts of one batch that must be two persons' acts, in the order of the batch's way.
PAIRS = (
    ("accounts.request", "accounts.confirm"),
    ("proxies.register", "proxies.approve"),
    ("heirs.register", "heirs.approve"),
    ("corrections.ask", "corrections.lend"),
)
CHAIN = ("batches.submit", "approvals.decide", "signing.sign", "reconciliation.close_day")
AGREED = {
    "batches.submit": {"maker"},
    "approvals.decide": {"reviewer"},
    "signing.sign": {"signer"},
    "dispatch.send": {"signer", "reconciler"},
    "reconciliation.import_reply": {"reconciler"},
    "reconciliation.close_day": {"reconciler"},
    "feeds.import": {"steward"},
    "sources.read": {"steward", "system_administrator", "auditor"},
    "sources.run": {"steward"},
    "feeds.waive": {"reviewer"},
    "tasks.answer": {"steward"},
    "identity.merge": {"steward"},
    "identity.resolve": {"reviewer"},
    "life.confirm": {"steward"},
    "accounts.request": {"maker", "steward"},
    "accounts.confirm": {"reviewer"},
    "proxies.register": {"steward"},
    "proxies.approve": {"reviewer"},
    "corrections.ask": {"maker", "steward"},
    "corrections.lend": {"reviewer"},
    "heirs.register": {"steward"},
    "heirs.approve": {"reviewer"},
    "audit.read": {"auditor"},
    "audit.hold": {"auditor", "security_administrator"},
    "audit.erase": {"steward", "security_administrator"},
    "officers.manage": {"security_administrator"},
}

held = st.sets(st.sampled_from(DUTIES))
acts = st.sampled_from(sorted(MAY)) | st.text(max_size=30)


def officer(duties: set[str], *, active: bool = True) -> Officer:
    return Officer(username="x", name="x", organisation="x", duties=sorted(duties), active=active)


@given(held, acts, st.booleans())
def test_an_officer_may_exactly_what_the_table_says(
    duties: set[str], act: str, active: bool
) -> None:
    expected = active and bool(duties & MAY.get(act, frozenset()))
    assert may(officer(duties, active=active), act) == expected
    if expected:
        require(officer(duties), act)
    else:
        with pytest.raises(NotAllowed) as refusal:
            require(officer(duties, active=active), act)
        assert refusal.value.status == 403


@given(held)
def test_the_navigation_knows_the_same_acts(duties: set[str]) -> None:
    assert acts_of(duties) == {act for act in MAY if may(officer(duties), act)}


@given(held, held)
def test_a_further_duty_never_takes_an_act_away(some: set[str], more: set[str]) -> None:
    assert acts_of(some) <= acts_of(some | more)


def test_the_agreed_lines_stand_in_the_table() -> None:
    assert {act: set(MAY[act]) for act in AGREED} == AGREED


def test_no_administrator_and_no_auditor_changes_money() -> None:
    for act in CHANGES_MONEY:
        assert not MAY[act] & set(ALONE), act


def test_no_duties_that_go_together_do_two_links_of_the_chain() -> None:
    for count in range(1, len(DUTIES) + 1):
        for together in combinations(DUTIES, count):
            try:
                refuse_exclusive(together)
            except DutiesExclusive:
                continue
            done = [act for act in CHAIN if act in acts_of(together)]
            assert len(done) <= 1, (together, done)
            for pair in PAIRS:
                assert not set(pair) <= acts_of(together), (together, pair)


@given(held)
def test_duties_are_refused_exactly_when_two_exclude_one_another(duties: set[str]) -> None:
    clash = any(frozenset(pair) in EXCLUSIVE for pair in combinations(duties, 2))
    if not duties:
        return
    if clash:
        with pytest.raises(DutiesExclusive):
            refuse_exclusive(duties)
    else:
        refuse_exclusive(duties)


def test_every_duty_has_a_chinese_name() -> None:
    assert set(NAMES_ZH) == set(DUTIES)
