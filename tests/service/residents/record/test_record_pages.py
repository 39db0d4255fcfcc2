"""A resident's page: masked, at two dates, on record, and nobody's outside the officer's division."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.residents.models import (
    Confirmation,
    IdentityAct,
    IdentityDispute,
    Person,
    PersonName,
    ReviewTask,
)
from service.web import form_tokens
from service.web.cookies import SESSION
from tests.factories.residents import (
    AccountFactory,
    DeliveryFactory,
    HouseholdFactory,
    PersonFactory,
    PersonIdentifierFactory,
    id_number,
)
from tests.service.residents.record.conftest import FOREIGN, HOME, NUMBER, Say, at
from tests.service.web.browsing import Browser, MakeOfficer, SignInAs

CARD = "6217000012345671186"


@pytest.fixture
def steward(sign_in_as: SignInAs) -> Browser:
    return sign_in_as("steward")


@pytest.fixture
def known(session: Session, person: Person, say: Say) -> Person:
    """The person with facts of every kind, an account, a household, and questions."""
    home = HouseholdFactory.create(kind="hukou")
    spouse = PersonFactory.create(name="袁石", division=HOME)
    say(
        "GA_HUKOU",
        {"sex": "女", "birth": "1951-04-05", "relation": "户主", "division": HOME, "status": "正常",
         "name_index": "ab" * 32, "since": "2001-02-03"},
        on=date(2026, 9, 1), household=home,
    )  # fmt: skip
    say("GA_HUKOU", {"relation": "配偶"}, on=date(2026, 9, 1), of=spouse, household=home)
    say(
        "MZ_ELD", {"assess": "轻", "assessed_on": "2025-03-01", "valid_to": "2027-02-28"},
        on=date(2026, 1, 5), until=date(2026, 10, 1),
    )  # fmt: skip
    say(
        "MZ_ELD", {"assess": "中", "assessed_on": "2026-08-20", "valid_to": "2028-08-19"},
        on=date(2026, 10, 1),
    )  # fmt: skip
    guardian = PersonFactory.create(name="远亲", division=FOREIGN)
    say("WJ_PSY", {"guardian_person_id": guardian.id, "level": 3}, on=date(2026, 9, 1))
    AccountFactory.create(person=person, card=CARD)
    delivery = DeliveryFactory.create()
    session.add_all(
        [
            PersonName(
                person_id=person.id, name="舒小禾", delivery_id=delivery.id,
                known_from=at(date(2020, 1, 1)), known_to=at(date(2026, 9, 1)),
            ),
            Confirmation(
                person_id=person.id, answer="alive", stated_on=date(2026, 9, 3),
                organisation="青禾镇", reason="入户见到本人", by="x", at=at(date(2026, 9, 3)),
            ),
            ReviewTask(
                kind="nobody_knows", state="open", subject_key="p:1", person_id=person.id,
                feed="GA_HUKOU", opened_at=at(date(2026, 9, 1)), due_on=date(2026, 9, 20), details={},
            ),
            IdentityDispute(
                person_id=person.id, feed="RS_INS", delivery_id=delivery.id, why="two_rows",
                opened_at=at(date(2026, 9, 1)),
            ),
        ]
    )  # fmt: skip
    session.flush()
    return person


def looks(session: Session, person: Person) -> list[str]:
    return [
        one.canonical.decode()
        for one in session.scalars(
            select(AuditEntry).where(
                AuditEntry.object_type == "persons", AuditEntry.object_id == str(person.id)
            )
        )
    ]


def plain(page: str) -> str:
    """Return the words of a page's main part."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_every_fact_comes_with_its_source_and_what_was_said_before(
    steward: Browser, known: Person
) -> None:
    shown = plain(steward.get(f"/residents/{known.id}").text)
    assert "舒**" in shown
    assert f"尾号 {NUMBER[-4:]}" in shown
    assert "能力等级 中 此前：轻 （知悉于 2026-01-05 至 2026-10-01" in shown.replace("(", "（")
    assert "数据日期 2026-10-01" in shown
    assert "有效期 2026-08-20 至 2028-08-19" in shown
    assert "袁*" in shown
    assert "配偶" in shown
    assert "尾号 1186" in shown
    assert "入户见到本人" in shown
    assert "已逾期" in shown
    assert "同一文件中该号码对应两个人" in shown
    assert shown.index("户籍登记 GA_HUKOU") < shown.index("老年人能力评估 MZ_ELD")


def test_what_is_masked_is_nowhere_on_the_page(steward: Browser, known: Person) -> None:
    page = steward.get(f"/residents/{known.id}").text
    for secret in (NUMBER, CARD, "舒青禾", "舒小禾", "袁石", "ab" * 32):
        assert secret not in page


def test_what_was_known_on_a_day_and_what_was_true_in_a_month(
    steward: Browser, known: Person
) -> None:
    address = f"/residents/{known.id}"
    before = plain(steward.get(f"{address}?known=2026-09-25").text)
    assert "截至2026年9月25日我们所知的情况" in before
    assert "能力等级 轻" in before
    assert "能力等级 中" not in before
    march = plain(steward.get(f"{address}?true=2026-03").text)
    assert "2026年3月的实际情况" in march
    assert "能力等级 轻" in march
    both = plain(steward.get(f"{address}?known=2025-12-31&true=2025-06").text)
    assert "没有任何部门的数据涉及此人" in both


@pytest.mark.parametrize("query", ["known=2026-13-40", "known=yesterday", "true=2026", "true=x'"])
def test_a_date_that_is_none_is_said_and_left_out(
    steward: Browser, known: Person, query: str
) -> None:
    answer = steward.get(f"/residents/{known.id}?{query}")
    assert answer.status_code == 422
    assert "能力等级 中" in plain(answer.text)


def test_every_look_is_on_record_without_a_value(
    steward: Browser, session: Session, known: Person
) -> None:
    steward.get(f"/residents/{known.id}")
    said = looks(session, known)
    assert len(said) == 1
    assert '"act":"resident.read"' in said[0]
    assert "MZ_ELD" in said[0]
    assert not any(secret in said[0] for secret in (NUMBER, CARD, "舒青禾"))


def test_nothing_is_shown_in_full_without_a_reason(
    steward: Browser, session: Session, known: Person
) -> None:
    home = f"/residents/{known.id}"
    for fields in ({"what": "identity", "reason": " "}, {"reason": "柜台核对"}):
        answer = steward.submit(f"{home}/reveal", fields, shown_at=home)
        assert answer.status_code == 422
        assert NUMBER not in answer.text
    assert not any("resident.revealed" in one for one in looks(session, known))


def test_what_is_asked_for_with_a_reason_is_shown_once_and_recorded(
    steward: Browser, session: Session, known: Person
) -> None:
    home = f"/residents/{known.id}"
    fields = {"what": "identity", "reason": "柜台核对本人身份"}
    shown = steward.submit(f"{home}/reveal", fields, shown_at=home)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    assert NUMBER in shown.text
    assert "舒青禾" in shown.text
    assert "舒小禾" in shown.text
    assert CARD not in shown.text, "only what was asked for"
    revealed = [one for one in looks(session, known) if "resident.revealed" in one]
    assert len(revealed) == 1
    assert "柜台核对本人身份" in revealed[0]
    assert NUMBER not in revealed[0]
    assert NUMBER not in steward.get(home).text
    accounts = {"what": "account", "reason": "核对收款账号"}
    assert CARD in steward.submit(f"{home}/reveal", accounts, shown_at=home).text


def test_the_most_sensitive_feeds_say_nothing_until_a_reason_is_given(
    steward: Browser, session: Session, known: Person, sign_in_as: SignInAs
) -> None:
    home = f"/residents/{known.id}"
    masked = plain(steward.get(home).text)
    assert "严重精神障碍患者管理" in masked
    assert "高度敏感" in masked
    assert "远*" not in masked, "whose guardian it is would say it too"
    fields = {"what": "sensitive", "reason": "个案研判需要"}
    shown = plain(steward.submit(f"{home}/reveal", fields, shown_at=home).text)
    assert "远*" in shown
    for duty in ("signer", "reconciler", "auditor"):
        other = sign_in_as(duty).get(home)
        assert other.status_code == 200
        assert "/reveal" not in other.text
        assert "高度敏感" in other.text


def test_somebody_of_another_division_is_named_but_not_linked(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, known: Person, say: Say
) -> None:
    abroad = PersonFactory.create(name="远邻", division=FOREIGN)
    say("MZ_MAR", {"other_person_id": abroad.id, "register_kind": "结婚"}, on=date(2026, 9, 1))
    village = sign_in_as(officer=make_officer("steward", division=HOME))
    page = village.get(f"/residents/{known.id}").text
    assert "远*" in page
    assert f"/residents/{abroad.id}" not in page


def test_merges_are_told_and_a_merged_id_leads_on(
    steward: Browser, session: Session, known: Person
) -> None:
    other = PersonFactory.create(name="舒青禾", division=HOME, merged_into=known.id)
    PersonIdentifierFactory.create(number=id_number(90, "19510405"), person=other)
    act = IdentityAct(
        kind="merge", kept_id=known.id, other_id=other.id, reason="15位号码升位", by="GA_IDHIST",
        at=at(date(2026, 9, 1)),
    )  # fmt: skip
    session.add(act)
    session.flush()
    answer = steward.get(f"/residents/{other.id}")
    assert answer.headers["location"] == f"/residents/{known.id}"
    shown = plain(steward.get(f"/residents/{known.id}").text)
    assert "认定为同一人" in shown
    assert "身份号码变更" in shown


PAGES = ("/residents/{}", "/residents/{}?known=2026-09-25", "/residents/{}?true=2026-03")
READERS = ("maker", "reviewer", "signer", "reconciler", "steward", "auditor")


@pytest.mark.parametrize("duty", READERS)
@pytest.mark.parametrize("division", ["330523200", FOREIGN, "330524", "3305231002001"])
def test_a_resident_of_another_division_does_not_exist(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, known: Person,
    duty: str, division: str,
) -> None:  # fmt: skip
    browser = sign_in_as(officer=make_officer(duty, division=division))
    for page in PAGES:
        foreign, unknown = browser.get(page.format(known.id)), browser.get(page.format(10**12))
        assert foreign.status_code == unknown.status_code == 404
        assert same(foreign) == same(unknown)
    assert looks(session, known) == []


@pytest.mark.parametrize("duty", ["maker", "reviewer", "steward"])
def test_nothing_of_a_foreign_resident_is_shown_in_full(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, known: Person, duty: str
) -> None:
    """Even with a token that fits, which our pages give out for no foreign address."""
    own = PersonFactory.create(division=FOREIGN)
    browser = sign_in_as(officer=make_officer(duty, division=FOREIGN))
    secret = browser.cookies[SESSION]
    for target in (known.id, 10**12):
        address = f"/residents/{target}/reveal"
        said = {
            "what": "identity",
            "reason": "柜台核对",
            "form_token": form_tokens.token(secret, address),
        }
        assert browser.post(address, data=said).status_code == 404
    assert browser.get(f"/residents/{own.id}").status_code == 200
    assert looks(session, known) == []


def test_somebody_nobody_placed_is_seen_by_the_county_only(
    sign_in_as: SignInAs, make_officer: MakeOfficer
) -> None:
    lost = PersonFactory.create(division=None)
    assert sign_in_as("steward").get(f"/residents/{lost.id}").status_code == 200
    village = sign_in_as(officer=make_officer("steward", division=HOME))
    assert village.get(f"/residents/{lost.id}").status_code == 404


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "9" * 30, "1%00", "1' OR 1=1"])
def test_an_id_that_is_none_is_not_found(steward: Browser, wrong: str) -> None:
    assert steward.get(f"/residents/{wrong}").status_code in {404, 422}


def same(answer: Any) -> str:
    """Return an answer without what differs between any two requests."""
    page = answer.text
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"[0-9a-f]{16}", "", main)
