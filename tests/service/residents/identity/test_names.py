"""Two spellings of one name are one name when compared; different names stay different."""

import pytest

from service.residents.identity.names import comparable


@pytest.mark.parametrize(
    "spelling",
    [
        "阿依古丽•买买提",
        "阿依古丽·买买提",
        "阿依古丽．买买提",
        "阿依古丽・买买提",
        "阿依古丽 · 买买提",
        "阿依古丽.买买提",
    ],
)
def test_every_middle_dot_and_space_is_the_same_name(spelling: str) -> None:
    assert comparable(spelling) == "阿依古丽·买买提"


def test_rare_glyphs_and_other_people_stay_apart() -> None:
    assert comparable("䶮") != comparable("龑")
    assert comparable("王秀英") != comparable("王秀瑛")
    assert comparable("𬎆") == "𬎆"
