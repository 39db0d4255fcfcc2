"""The rules' catalogue of proofs and the service's say the same."""

from eligibility_rules import load_rules
from service.residents import feeds


def test_the_rules_and_the_feeds_know_the_same_proofs() -> None:
    of_rules = [
        (one.code, one.words.zh, one.words.en, one.feeds) for one in load_rules().proofs.values()
    ]
    assert of_rules == [(one.code, one.zh, one.en, one.feeds) for one in feeds.proofs()]
