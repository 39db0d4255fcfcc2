"""Explain every decision about everybody of a month, in both languages; run inside a data directory.

Prints JSON: how many were explained, and how many sums reckoned again are not what was decided.
"""

import json
import sys

from eligibility_rules import Month, Subject, key_column
from eligibility_rules.explanation import explain_whole
from service.assessment.explain import Whole, latest, rules_of
from service.assessment.outcome_files import open_outcomes
from service.assessment.pool_rates import frozen_rate
from service.assessment.rows import asks_about, decided_in
from service.assessment.told import tell
from service.foundation.database import transaction
from service.residents.models import Snapshot
from service.residents.snapshot import read_table


def main(month: str) -> None:
    """Explain a month."""
    explained = differing = 0
    with transaction() as session:
        assessment = latest(session, month)
        assert assessment is not None
        snapshot = session.get_one(Snapshot, assessment.snapshot_id)
        rules = rules_of(session, assessment)
        for subject, outcomes in open_outcomes(snapshot, assessment).items():
            facts = read_table(snapshot, subject.value).to_table().to_pylist()
            for row, said in zip(facts, outcomes.to_table().to_pylist(), strict=True):
                subject_id = row[key_column(subject)]
                assert said[key_column(subject)] == subject_id
                for programme in rules.of_subject(subject):
                    code = programme.code
                    if f"{code}_outcome" not in said:
                        continue
                    others = {one: decided_in(said, one) for one in asks_about(programme)}
                    found = explain_whole(
                        rules, code, Month.parse(month), decided_in(said, code), row,
                        {one: each.outcome for one, each in others.items()},
                        frozen_rate(snapshot, assessment, programme),
                        {one: each.amount_fen for one, each in others.items()},
                    )  # fmt: skip
                    explained += 1
                    differing += not found.agrees
                    whole = Whole(
                        assessment, snapshot, Subject(subject), subject_id, None, "", found, {}
                    )
                    for language in ("zh", "en"):
                        assert tell(whole, language, traced=True).lead
    print(json.dumps({"explained": explained, "differing": differing}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
