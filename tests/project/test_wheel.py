"""The wheel that the image installs carries every file of ours that the service reads."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("service", "eligibility_rules", "bank_adapters", "migrations")
NOT_SHIPPED = {".pyc", ".mo"}


def test_the_wheel_holds_rules_templates_statements_and_catalogues(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("anxin-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        shipped = set(opened.namelist())
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED
    }
    kinds = {Path(name).suffix for name in ours}
    assert {".yaml", ".sql", ".html", ".po", ".css", ".mako"} <= kinds
    assert ours - shipped == set()
