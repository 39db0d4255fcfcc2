"""The outcome files beside a snapshot: encrypted, and refused when they are not as kept."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eligibility_rules import Subject
from service.assessment.models import Assessment
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.at_rest import (
    ROW_GROUP_ROWS,
    changed,
    encrypt,
    scan,
    sha256_of,
)

_ENDING = "-outcomes.parquet"


class OutcomesDamaged(Problem):
    """Files of an assessment are gone or are not what was decided."""

    code = "outcomes_damaged"
    status = 500
    title = "An assessment was changed"

    def __init__(self, folder: str, files: list[str]) -> None:
        listed = ", ".join(files)
        super().__init__(
            f"Assessment {folder} is not as it was made: {listed} changed or missing; restore the folder from the backup.",
            f"核定结果 {folder} 与生成时不一致：{listed} 被改动或丢失；请从备份恢复该文件夹。",
            folder=folder,
            files=files,
        )


def purpose_of(snapshot_digest: str, rule_digest: str) -> str:
    """Return what the key of an assessment's files is derived for."""
    return f"assessment:{snapshot_digest}:{rule_digest}"


def encrypted(
    plain: Iterable[Path],
    working: Path,
    purpose: str,
    row_group_rows: int = ROW_GROUP_ROWS,
    *,
    by_first: bool = False,
) -> dict[str, Any]:
    """Encrypt files to ``working/encrypted``; return name → ``{says, sha256, key_version}``.

    ``says`` is the SHA-256 of the plain file: the same decisions give the same.
    """
    target = working / "encrypted"
    target.mkdir(mode=0o700, exist_ok=True)
    return {
        path.name: {
            "says": sha256_of(path),
            **encrypt(path, target / path.name, purpose, row_group_rows, by_first=by_first),
        }
        for path in plain
    }


def open_outcomes(snapshot: Snapshot, assessment: Assessment) -> dict[Subject, Any]:
    """Return each kind of subject's outcomes as an Arrow dataset, every byte checked before.

    Raises :class:`OutcomesDamaged` naming every file that is not as kept, and
    :class:`~service.residents.snapshot.problems.SnapshotKeyWrong`.
    """
    home = settings().snapshots_dir / assessment.folder
    damaged = changed(home, assessment.files)
    if damaged:
        raise OutcomesDamaged(assessment.folder, damaged)
    purpose = purpose_of(snapshot.digest, assessment.rule_digest)
    return {
        Subject(name.removesuffix(_ENDING)): scan(home / name, purpose, kept["key_version"])
        for name, kept in assessment.files.items()
        if name.endswith(_ENDING)
    }
