"""A setting that is not of its kind is named in a sentence, and its value is told to nobody."""

import os
import subprocess
import sys

import pytest

from service.foundation.settings import SettingUnusable, settings

SECRET = "hunter2-and-more"


def test_a_wrong_setting_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANXIN_WEB_PROCESSES", SECRET)
    monkeypatch.setenv("ANXIN_LOG_LEVEL", SECRET)
    settings.cache_clear()
    try:
        with pytest.raises(SettingUnusable) as said:
            settings()
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    for sentence in (said.value.sentence, said.value.sentence_zh):
        assert "ANXIN_WEB_PROCESSES" in sentence
        assert "ANXIN_LOG_LEVEL" in sentence
        assert SECRET not in sentence


def test_a_command_says_it_in_both_languages_and_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from service.start import main; main()", "jobs", "failed"],
        env=os.environ | {"ANXIN_LOG_LEVEL": SECRET},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert [line.count("ANXIN_LOG_LEVEL") for line in done.stderr.splitlines()] == [1, 1]
    assert SECRET not in done.stderr
