"""No translation loses or invents a placeholder, and no module shows one that nothing has filled."""

import pytest
from babel.messages.catalog import Catalog

from service.web.placeholders import mismatched, placeholder_faults, unfilled


def test_every_sentence_is_whole_in_both_languages() -> None:
    assert placeholder_faults() == []


@pytest.mark.parametrize(
    ("sentence", "translation", "named"),
    [
        ("%(num)s lists", "批次", "%(num)s"),
        ("%(num)s lists", "%(n)s 个批次", "%(n)s, %(num)s"),
        ("Until {day}", "截至", "{day}"),
        ("Done", "完成 %s", "%s"),
        (("One list", "%(num)s lists"), ("一个批次",), "%(num)s"),
    ],
)
def test_a_translation_with_other_placeholders_is_named(
    sentence: str | tuple[str, str], translation: str | tuple[str], named: str
) -> None:
    catalogue = Catalog(locale="zh_CN")
    catalogue.add(sentence, translation)
    faults = list(mismatched(catalogue))
    assert len(faults) == 1
    assert faults[0].endswith(f"differ in {named}.")


def test_the_same_placeholders_in_another_order_are_right() -> None:
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("%(left)s of %(all)s yuan", "%(all)s 元中的 %(left)s 元")
    catalogue.add(("One list", "%(num)s lists"), ("%(num)s 个批次",))
    assert list(mismatched(catalogue)) == []


@pytest.mark.parametrize(
    "source",
    [
        'parts.append(ngettext("%(num)s list", "%(num)s lists", count))',
        'show(text=gettext("Until %(day)s"))',
        "said = f\"{gettext('Until %(day)s')}\"",
    ],
)
def test_a_sentence_handed_on_unfilled_is_named(source: str) -> None:
    assert len(list(unfilled(source.encode()))) == 1


def test_a_sentence_that_is_filled_or_has_nothing_to_fill_is_right() -> None:
    source = 'parts.append(gettext("Until %(day)s") % {"day": day})\nparts.append(gettext("Late"))'
    assert list(unfilled(source.encode())) == []
