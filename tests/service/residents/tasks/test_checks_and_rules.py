"""Figures that a check shares with the rules are the rules' newest."""

from eligibility_rules import Month, load_rules
from service.residents.tasks import definitions


def test_the_means_check_is_measured_by_the_standard_in_force() -> None:
    standard = load_rules().parameters["dibao_std"].value(Month.parse("2099-12"))
    assert definitions.every()["dibao_means"].limits["standard_fen"] == standard
