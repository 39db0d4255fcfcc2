"""Past rule sets are found again by their digest."""

import hashlib

import pytest
from sqlalchemy.orm import Session

from eligibility_rules import load_rules
from eligibility_rules.load import HOME
from service.foundation import clock
from service.programmes.catalogue import rules
from service.programmes.models import RuleSetVersion
from service.programmes.versions import VersionUnknown, load_version

STANDARD = "parameters/dibao_std.yaml"


def test_a_past_version_is_loaded_from_what_was_kept(session: Session) -> None:
    text = (HOME / STANDARD).read_text().replace("'1175'", "'1180'")
    past = load_rules(changed={STANDARD: text})
    session.add(RuleSetVersion(digest=past.digest, recorded_at=clock.now(), content=past.canonical))
    session.flush()
    found = load_version(session, past.digest)
    assert found.digest == hashlib.sha256(past.canonical).hexdigest()
    assert found.parameters["dibao_std"].history[-1].value == 118_000
    assert load_version(session, past.digest) is found


def test_the_loaded_version_needs_no_reading(session: Session) -> None:
    assert load_version(session, rules().digest) is rules()


def test_a_version_nobody_kept_is_refused(session: Session) -> None:
    with pytest.raises(VersionUnknown):
        load_version(session, "0" * 64)
