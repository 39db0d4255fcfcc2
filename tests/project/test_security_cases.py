"""Every case of fraud, workflow and signing that the design lists is tried by a test that is named here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICE = "tests/service"
BATCHES, APPROVALS = f"{SERVICE}/batches", f"{SERVICE}/approvals"
SIGNING, OFFICERS = f"{SERVICE}/signing", f"{SERVICE}/officers"

CASES: dict[int, tuple[str, str]] = {
    25: (f"{BATCHES}/test_controls.py", "test_two_sources_confirm_a_death"),
    26: (
        f"{SERVICE}/dispatch/test_died_since.py",
        "test_nothing_goes_to_a_bank_after_a_death_and_the_others_are_paid_once_it_is_called_back",
    ),
    29: (f"{BATCHES}/test_controls.py", "test_people_who_share_an_account_are_all_held"),
    31: (f"{BATCHES}/test_controls.py", "test_what_the_bank_has_not_confirmed_is_no_match"),
    32: (
        f"{BATCHES}/test_findings.py",
        "test_a_relative_on_the_list_is_found_and_cleared_by_another",
    ),
    33: (
        f"{BATCHES}/test_findings.py",
        "test_the_public_payroll_holds_where_the_rule_shuts_it_out",
    ),
    34: (f"{BATCHES}/test_findings.py", "test_a_person_or_plot_of_two_recipients_holds_both"),
    35: (f"{SERVICE}/notices/test_notice_guards.py", "test_no_line_is_added_to_a_list_that_hangs"),
    36: (f"{BATCHES}/test_switches.py", "test_the_signer_signs_which_controls_were_off"),
    37: (f"{BATCHES}/test_findings.py", "test_whoever_is_due_and_on_no_list_stops_it_until_listed"),
    38: (
        f"{APPROVALS}/test_approvals_by_statement.py",
        "test_no_statement_skips_repeats_or_replays_a_step",
    ),
    39: (f"{APPROVALS}/test_approvals_by_statement.py", "test_no_statement_lets_the_maker_approve"),
    40: (f"{APPROVALS}/test_approvals_attacks.py", "test_sixteen_reviewers_at_once_approve_once"),
    41: (f"{SIGNING}/test_signing_verify.py", "test_what_was_changed_after_signing_is_not_sent"),
    42: (f"{SIGNING}/test_four_conditions.py", "test_2_a_bank_file_swapped_on_disk_is_not_sent"),
    43: (
        f"{SIGNING}/test_signing_sign.py",
        "test_a_signature_replayed_on_the_next_round_is_refused",
    ),
    44: (
        f"{SIGNING}/signers/test_passkey_signing.py",
        "test_the_same_answer_counts_once_even_when_the_passkey_does_not_count",
    ),
    45: (
        f"{SIGNING}/signers/test_bundle_keys.py",
        "test_rows_44_and_45_a_bundle_signed_with_a_passkey",
    ),
    46: (f"{SIGNING}/signers/test_certificates.py", "test_row_46_sm2"),
    47: (f"{SIGNING}/signers/test_certificates.py", "test_row_47_and_the_good_case"),
    48: (f"{SIGNING}/test_signing_verify.py", "test_what_was_changed_after_signing_is_not_sent"),
    49: (
        f"{SIGNING}/test_signing_sign.py",
        "test_an_edit_between_reading_and_signing_makes_another_message",
    ),
    50: (
        f"{SIGNING}/signers/test_signers_allowed.py",
        "test_what_is_not_on_the_list_is_refused",
    ),
    51: (
        f"{SERVICE}/dispatch/test_time_stamp_job.py",
        "test_rows_51_and_76_whatever_is_no_stamp_holds_the_batch",
    ),
    52: (
        f"{SIGNING}/signers/test_no_private_keys.py",
        "test_production_does_not_start_with_a_private_key",
    ),
    53: (
        f"{APPROVALS}/test_approvals_once.py",
        "test_the_same_request_again_is_the_same_answer_and_one_effect",
    ),
    54: (
        f"{APPROVALS}/test_approvals_once.py",
        "test_another_request_under_the_same_key_does_nothing",
    ),
    55: (f"{APPROVALS}/test_approvals_once.py", "test_two_at_once_under_one_key_are_one"),
    56: (
        f"{APPROVALS}/test_approvals_attacks.py",
        "test_sixteen_lists_on_the_last_hundred_yuan",
    ),
    57: (
        f"{APPROVALS}/test_approvals_attacks.py",
        "test_no_appropriation_at_all_pays_nothing_under_a_race",
    ),
    59: (
        f"{SERVICE}/dispatch/test_direct_banks.py",
        "test_unclear_answers_are_resolved_by_asking_and_only_two_people_send_again",
    ),
    60: (
        f"{SERVICE}/dispatch/test_direct_banks.py",
        "test_killed_while_the_bank_hangs_before_or_after_paying",
    ),
    69: (
        "tests/bank_adapters/test_https_transport.py",
        "test_another_certificate_is_refused_before_a_byte_is_sent",
    ),
    71: (f"{SERVICE}/notices/test_notice_guards.py", "test_a_clock_that_jumped_ends_no_notice"),
    92: (
        "tests/bank_adapters/test_https_transport.py",
        "test_a_name_is_judged_by_every_address_it_has",
    ),
    93: (
        f"{OFFICERS}/test_grants.py",
        "test_exclusive_duties_are_refused_when_granted_by_code_and_by_the_database",
    ),
    94: (
        f"{OFFICERS}/test_emergency.py",
        "test_a_witnessed_emergency_reads_and_does_nothing_else_until_its_minutes_are_over",
    ),
}
"""Number in the design's list → where it is tried. 27, 28 and 30 are named by their own tests."""


@pytest.mark.parametrize("number", sorted(CASES))
def test_the_case_is_tried(number: int) -> None:
    path, name = CASES[number]
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}


@pytest.mark.parametrize("number", [27, 28, 30])
def test_the_case_is_named_by_a_test_of_its_own(number: int) -> None:
    wanted = f"def test_row_{number}_"
    assert any(
        wanted in path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
        if path != Path(__file__)
    )
