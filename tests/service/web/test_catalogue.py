"""Nothing of the frame is left in English for a Chinese reader, and a gap is found."""

from pathlib import Path

import pytest

from service.web import catalogue, here
from service.web.here import Visit
from service.web.language import gettext, ngettext


def test_everything_here_has_its_chinese() -> None:
    ours = ("service/web/", "service/officers/", "service/foundation/", "service/app.py")
    assert [fault for fault in catalogue.missing_translations() if fault.startswith(ours)] == []


def test_a_sentence_is_said_in_the_language_of_the_request() -> None:
    here.enter(Visit(language="zh"))
    assert gettext("Sign out") == "退出"
    assert ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s 天"
    here.enter(Visit(language="en"))
    assert gettext("Sign out") == "Sign out"
    assert ngettext("%(n)s day", "%(n)s days", 1) == "%(n)s day"


def test_a_gap_an_empty_one_and_a_leftover_are_each_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = tmp_path / "service" / "batches"
    folder = stage / "locale" / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (stage / "pages.py").write_text(
        'gettext("Freeze")\ngettext("Submit")\nclass Wrong(Problem):\n    code = "wrong"\n    title = "Wrong"\n',
        encoding="utf-8",
    )
    (folder / "messages.po").write_text(
        'msgid "Submit"\nmsgstr ""\n\nmsgid "Gone"\nmsgstr "已删"\n', encoding="utf-8"
    )
    monkeypatch.setattr(catalogue, "SERVICE", tmp_path / "service")
    faults = "\n".join(catalogue.missing_translations())
    assert "pages.py:1: “Freeze” has no Chinese" in faults
    assert "pages.py:5: “Wrong” has no Chinese" in faults
    assert "“Submit” has an empty translation" in faults
    assert "“Gone” is translated, but nothing says it" in faults
