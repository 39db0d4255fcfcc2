"""The same arguments make the same county, byte for byte."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.demo.county import CountySummary, make_county


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_give_the_same_bytes_in_another_process(
    small: CountySummary, tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from service.demo.county import make_county; "
        "make_county(Path(sys.argv[1]), residents=2000, seed=11)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "America/New_York"}
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "again")], check=True, env=environment
    )
    first, again = _digests(small.folder), _digests(tmp_path / "again")
    assert len(first) == 2 * 51 + 3
    assert first == again


def test_another_seed_gives_other_people(small: CountySummary, tmp_path: Path) -> None:
    make_county(tmp_path, residents=2_000, seed=12)
    assert _digests(small.folder) != _digests(tmp_path)


def test_month_decides_folders_and_dates(tmp_path: Path) -> None:
    summary = make_county(tmp_path, residents=2_000, seed=1, month="2026-03")
    assert summary.months == ("2026-02", "2026-03")
    assert (tmp_path / "2026-02" / "公安局_常住人口_20260228.xlsx").is_file()


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "202603", "２０２６-03", ""])
def test_a_month_written_otherwise_is_refused(tmp_path: Path, month: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        make_county(tmp_path, residents=2_000, seed=1, month=month)


def test_a_county_too_small_to_show_every_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too small"):
        make_county(tmp_path, residents=1_999, seed=1)
