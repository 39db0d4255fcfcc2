"""Why a file cannot be opened is said in our own words, in both languages, whatever the system calls it."""

import errno
from pathlib import Path

import pytest

from eligibility_rules.errors import Faults, RulesInvalid
from eligibility_rules.reading.document import read_document
from service.approvals.chains.read import ChainsRefused, read_file
from service.foundation.not_opened import why_not_opened

_SYSTEM = ("No such file", "Is a directory", "Permission denied", "File too large")


@pytest.mark.parametrize(
    ("number", "said", "said_zh"),
    [
        (errno.ENOENT, "there is no such file", "文件不存在"),
        (errno.EACCES, "this user may not open it", "没有打开该文件的权限"),
        (errno.EISDIR, "it is a folder, not a file", "这是文件夹，不是文件"),
        (errno.EFBIG, "it is too large", "文件过大"),
        (9999, "the system refused it (error 9999)", "系统拒绝（错误 9999）"),
    ],
)
def test_each_refusal_of_the_system_has_a_sentence_of_ours(
    number: int, said: str, said_zh: str
) -> None:
    assert why_not_opened(OSError(number, "words of the system")) == (said, said_zh)


def test_bad_names_and_bad_text_have_theirs() -> None:
    assert why_not_opened(ValueError("embedded null byte"))[1] == "文件名无效"
    assert why_not_opened(UnicodeDecodeError("utf-8", b"", 0, 1, "x"))[1] == "不是 UTF-8 编码的文本"


def test_the_readers_say_it(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(ChainsRefused) as refused:
            read_file(place)
        faults = Faults()
        assert read_document(place, "rules.yaml", faults) is None
        with pytest.raises(RulesInvalid) as invalid:
            faults.raise_if_any()
        words = invalid.value.faults[0].words
        told = [str(refused.value), refused.value.say("zh"), words.en, words.zh]
        assert not [said for said in told for word in _SYSTEM if word in said]
        assert "文件不存在" in told[1] or "文件夹" in told[1]
