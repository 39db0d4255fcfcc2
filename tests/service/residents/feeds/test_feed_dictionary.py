"""The data dictionary explains every column of every feed, in either language."""

from datetime import date

import pytest
from typer.testing import CliRunner

from service.residents import feeds
from service.residents.commands import app
from service.residents.feeds import Column
from service.residents.feeds.definition import TYPES
from service.residents.feeds.dictionary import dictionary
from service.residents.feeds.words import TYPES as TYPE_WORDS
from service.residents.feeds.words import Language
from service.residents.importing.values import reader_of


@pytest.mark.parametrize("code", sorted(feeds.every()))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_left_unexplained(code: str, language: Language) -> None:
    feed = feeds.feed(code)
    told = dictionary(feed, language)
    assert [line.field for line in told.columns] == [column.field for column in feed.columns]
    for line, column in zip(told.columns, feed.columns, strict=True):
        assert line.meaning
        assert line.type_words
        assert line.example
        assert [one.word for one in line.codes] == list(column.codes)
        assert all(one.meaning for one in line.codes)
    told_by_columns = {fact for line in told.columns for fact in line.facts}
    assert told_by_columns == {line.fact for line in told.facts}
    assert set(told.key) <= {line.header for line in told.columns if line.required and line.in_key}
    assert all(code in line.feeds for line in told.facts)


def test_a_line_says_what_is_kept_and_which_facts_rest_on_it() -> None:
    told = dictionary(feeds.feed("CL_CERT"), "en")
    lines = {line.field: line for line in told.columns}
    assert lines["grade"].codes[0].value == 1
    assert "dis.grade" in lines["grade"].facts
    assert lines["cert_no"].secret
    assert lines["person"].kept_as == "person_id"
    assert told.valid_to == "有效期至"
    assert "Z28" in {proof.code for proof in told.proofs}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_the_example_of_a_type_can_be_read(kind: str) -> None:
    words, example = next(found for name, found in TYPE_WORDS.items() if name == kind)
    assert words.zh
    assert words.en
    if kind == "code":
        assert example == ""  # Each list has words of its own.
        return
    column = next(c for f in feeds.every().values() for c in f.columns if c.type == kind)
    free = Column(column.field, column.header, column.type, column.zh, column.en)
    assert reader_of(free, date(2026, 11, 23))(example).fault == ""


def test_the_command_prints_the_dictionary_in_the_language_asked_for() -> None:
    runner = CliRunner()
    assert "残疾人证管理系统" in runner.invoke(app, ["dictionary", "CL_CERT"]).output
    english = runner.invoke(app, ["dictionary", "CL_CERT", "--language", "en"])
    assert "Disability certificate system" in english.output
    assert runner.invoke(app, ["dictionary", "NO_SUCH"]).exit_code == 1
