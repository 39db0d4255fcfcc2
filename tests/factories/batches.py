"""Batches, payees with accounts that hold, and the steps a batch goes, taken by the real verbs.

:func:`county_batch` builds a draft through the real screening; :func:`frozen`, :func:`approved`,
:func:`prepared` and :func:`signed` walk it on. ``BatchFactory`` and ``PaymentFactory`` make bare
rows where no screening is wanted. Made in the session given to ``tests.factories.residents.use``.
"""

import secrets
from datetime import date, timedelta
from itertools import count
from typing import Any

import factory
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Batch, Payment
from service.batches.submit import submit
from service.demo.county.cards import bank_code, bank_name, card_number
from service.dispatch.prepare import prepare
from service.foundation import clock, ids
from service.ledger.appropriate import appropriate
from service.ledger.models import BankChannel
from service.notices.post import post
from service.programmes.catalogue import feeds_of
from service.residents.feeds import event_feeds
from service.residents.freshness import state_of
from service.residents.models import Account, AccountVerification, Person
from service.signing.software import sign_with_software_key
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.officers import Staff, staff
from tests.factories.residents import (
    AccountFactory,
    DeliveryFactory,
    PersonFactory,
    _Made,
    _sessions,
)

CCB, RURAL = 0, 3
"""Banks of the synthetic county: paid by the sheet, and by pain.001."""
PAY_DAY = date(2026, 10, 16)
_cards = count(500_000)


class BatchFactory(_Made):
    """A draft batch without lines."""

    class Meta:
        model = Batch

    class Params:
        assessment = factory.SubFactory(AssessmentFactory, month=factory.SelfAttribute("..month"))

    id = factory.LazyFunction(ids.uuid7)
    state = "draft"
    programme = "MZ15"
    month = "2026-10"
    run_no = factory.Sequence(lambda n: n + 100)
    batch_no = factory.LazyAttribute(lambda o: f"{o.programme}-{o.month}-{o.run_no:02d}")
    kind = "regular"
    assessment_id = factory.SelfAttribute("assessment.id")
    snapshot_digest = "5" * 64
    rule_digest = factory.SelfAttribute("assessment.rule_digest")
    built_at = factory.LazyFunction(clock.now)
    round = 1
    comparison: Any = factory.LazyFunction(dict)
    salt = factory.LazyFunction(lambda: secrets.token_bytes(32))


class PaymentFactory(_Made):
    """A ready line of a batch, of a subject of its own."""

    class Meta:
        model = Payment

    class Params:
        batch = factory.SubFactory(BatchFactory)

    batch_id = factory.SelfAttribute("batch.id")
    state = "ready"
    programme = factory.SelfAttribute("batch.programme")
    period = factory.SelfAttribute("batch.month")
    line_type = "regular"
    attempt = 1
    subject_kind = "person"
    subject_id = factory.Sequence(lambda n: 5_000_000 + n)
    payee_person_id = factory.SelfAttribute("subject_id")
    payee_name = factory.Sequence(lambda n: f"试样{n}")
    division = "330523100200"
    amount_fen = 10_000


def channel(code: str = "rural", **changes: Any) -> BankChannel:
    """Register a bank that pays; nobody listens at its address unless ``changes`` say where."""
    from service.dispatch.channel_terms import ChannelTerms
    from service.dispatch.channels import register_channel

    bank, profile, prefixes = {
        "ccb": (CCB, "ccb", ("105",)),
        "rural": (RURAL, "iso20022", ()),
    }[code]
    given: dict[str, Any] = {
        "code": code, "name": f"样例代发行 {code}", "profile": profile,
        "bank_code_prefixes": prefixes, "debtor_name": "样例县财政局",
        "debtor_account": {"ccb": "33050163000000000018", "rural": "201000000000000026"}[code],
        "debtor_bank_code": bank_code(bank, 8), "host": "127.0.0.1", "port": 1,
        "host_key": "ssh-ed25519 AAAA", "username": "nobody", "password": "none", "absence_seconds": 2,
    }  # fmt: skip
    return register_channel(_sessions[0], ChannelTerms(**{**given, **changes}), by=SYSTEM)


def account(
    person: Person, *, bank: int = RURAL, verdict: str | None = "match", **changes: Any
) -> Account:
    """Give a person a current account, and the bank's answer about it (None: not asked)."""
    given = {
        "card": card_number(bank, next(_cards)),
        "bank_code": bank_code(bank, 0),
        "bank_name": bank_name(bank, 0),
        **changes,
    }
    held_before = _sessions[0].query(Account).filter_by(person_id=person.id, known_to=None).first()
    if held_before is not None:
        held_before.known_to = clock.now()
        _sessions[0].flush()
    made: Account = AccountFactory.create(person=person, **given)
    if verdict is not None:
        verified(made, person, verdict)
    return made


def verified(one: Account, person: Person, verdict: str = "match", holder: str = "") -> None:
    """Let the bank answer who holds an account."""
    _sessions[0].add(
        AccountVerification(
            card_index=one.card_index,
            person_id=person.id,
            holder_name=holder or person.name or "",
            verdict=verdict,
            verified_on=date(2026, 9, 1),
            delivery_id=DeliveryFactory.create(feed="BK_RET").id,
        )
    )
    _sessions[0].flush()


def payee(
    *, bank: int = RURAL, verdict: str | None = "match", name: str = "", **changes: Any
) -> Person:
    """Make a person who can be paid: registered, with a verified account."""
    person: Person = PersonFactory.create(**({"name": name} if name else {}))
    account(person, bank=bank, verdict=verdict, **changes)
    return person


def due(
    assessment: Assessment, person: Person, amount_fen: int | None = 10_000, **changes: Any
) -> None:
    """Decide that a person is due an amount."""
    DecisionFactory.create(
        **{"assessment": assessment, "subject_id": person.id, "amount_fen": amount_fen, **changes}
    )


def fresh_feeds(session: Session, programme: str = "MZ15") -> None:
    """Let every feed that an approval asks for have been delivered just now."""
    states = state_of(session)
    for code in sorted({*feeds_of(programme), *event_feeds()} & states.keys()):
        if states[code].believed_at is None:
            DeliveryFactory.create(feed=code)


def county_batch(
    session: Session, lines: int = 4, *, programme: str = "MZ15", month: str = "2026-10"
) -> Batch:
    """Build a draft over payees of both banks in turn, amounts 100.01, 100.02 … yuan."""
    fresh_feeds(session, programme)
    for code in ("ccb", "rural"):
        if not session.query(BankChannel).filter_by(code=code).first():
            channel(code)
    assessment = AssessmentFactory.create(month=month)
    for number in range(lines):
        person = payee(bank=(CCB, RURAL)[number % 2])
        due(assessment, person, 10_001 + number, programme=programme)
    built = build(session, assessment, programme, by=SYSTEM)
    assert built is not None
    return built


def frozen(session: Session, batch: Batch, people: Staff) -> Batch:
    """Let the maker submit; posts the notice where the programme asks for one."""
    fresh_feeds(session, batch.programme)
    submit(session, batch, by=people.maker)
    post(session, batch, on=PAY_DAY - timedelta(days=15), by=people.maker.actor())
    return batch


def approved(session: Session, batch: Batch, people: Staff, *, cap_fen: int = 10**9) -> Batch:
    """Let the reviewer approve on the pay day, with money appropriated."""
    frozen(session, batch, people)
    year = int(batch.month[:4])
    appropriate(session, batch.programme, year, cap_fen, fund_source="省级", by=SYSTEM)
    approve(session, batch, by=people.reviewer, on=PAY_DAY)
    return batch


def prepared(session: Session, batch: Batch, people: Staff, *, cap_fen: int = 10**9) -> Batch:
    """Write the bank files and the manifest."""
    approved(session, batch, people, cap_fen=cap_fen)
    prepare(session, str(batch.id), PAY_DAY.isoformat())
    return batch


def signed(session: Session, batch: Batch, people: Staff | None = None) -> Staff:
    """Walk a draft until it is signed; return who did it."""
    people = people or staff()
    prepared(session, batch, people)
    sign_with_software_key(session, batch, by=people.signer)
    return people
