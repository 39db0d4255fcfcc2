"""What an address asks of a batch's lines: as pages take it, and checked as programs are told."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from service.batches.controls import BY_CODE
from service.batches.models import Batch
from service.batches.walk import PARTS, Wanted
from service.batches.words import LINE_STATES
from service.foundation.ids import number_of
from service.foundation.money import FEN_MAX, fen_from_yuan
from service.foundation.problems import Problem
from service.officers.models import Officer

Choice = Annotated[str, Query(max_length=40)]


class FilterUnknown(Problem):
    """A filter asks for what no line can be."""

    code = "filter_unknown"
    status = 422
    title = "There is no such filter"

    def __init__(self, name: str, en: str, zh: str) -> None:
        super().__init__(
            f"The parameter “{name}” {en}; leave it out or correct it.",
            f"参数“{name}”{zh}，请更正或删去。",
        )


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list of lines, as it was written there."""

    state: str = ""
    control: str = ""
    place: str = ""
    part: str = ""
    least: str = ""
    most: str = ""
    reference: str = ""

    def wanted(self, batch: Batch, officer: Officer) -> Wanted:
        """Return which lines that are; raises BadAmount."""
        return Wanted(
            batch,
            self.state,
            self.control,
            officer,
            place=self.place,
            part=self.part if self.part in PARTS else "",
            least_fen=fen_from_yuan(self.least.strip()) if self.least.strip() else None,
            most_fen=fen_from_yuan(self.most.strip()) if self.most.strip() else None,
            reference=self.reference.strip(),
        )

    @property
    def given(self) -> dict[str, str]:
        """What is asked for, to be asked for again."""
        return {name: said for name, said in vars(self).items() if said}


def asked(
    state: Choice = "",
    control: Choice = "",
    place: Choice = "",
    part: Choice = "",
    least: Choice = "",
    most: Choice = "",
    reference: Choice = "",
) -> Asked:
    """Read the filters of a list of lines from an address."""
    return Asked(state, control, place, part, least, most, reference)


AskedOf = Annotated[Asked, Depends(asked)]
_PLACE = re.compile("[0-9]{6}([0-9]{3}){0,2}")
_Fen = Annotated[int | None, Query(ge=0, le=FEN_MAX)]


@dataclass(frozen=True)
class AskedByProgram:
    """The same filters, with amounts in fen."""

    asked: Asked
    least_fen: int | None
    most_fen: int | None

    def wanted(self, batch: Batch, officer: Officer) -> Wanted:
        """Return which lines that are; raises FilterUnknown, which names the parameter."""
        one = self.asked
        _require("state", one.state, LINE_STATES)
        _require("control", one.control, BY_CODE)
        _require("part", one.part, PARTS)
        if one.place and not _PLACE.fullmatch(one.place):
            raise FilterUnknown("place", "is no division's digits", "不是区划代码")
        if one.reference and number_of(one.reference.strip()) is None:
            raise FilterUnknown("reference", "is no line's reference", "不是有效的明细编号")
        least, most = self.least_fen, self.most_fen
        if least is not None and most is not None and least > most:
            raise FilterUnknown("least_fen", "is more than “most_fen”", "大于“most_fen”")
        return Wanted(
            batch,
            one.state,
            one.control,
            officer,
            place=one.place,
            part=one.part,
            least_fen=self.least_fen,
            most_fen=self.most_fen,
            reference=one.reference.strip(),
        )


def asked_by_program(
    state: Annotated[str, Query(max_length=40, examples=["held"])] = "",
    control: Annotated[str, Query(max_length=40, examples=["account_unverified"])] = "",
    place: Annotated[
        str, Query(max_length=40, description="Digits of a division; a township has its villages.")
    ] = "",
    part: Annotated[
        str, Query(max_length=40, description="`joined` or `changed` since last month.")
    ] = "",
    least_fen: _Fen = None,
    most_fen: _Fen = None,
    reference: Choice = "",
) -> AskedByProgram:
    """Read the filters as programs send them."""
    asked_for = Asked(state, control, place, part, reference=reference)
    return AskedByProgram(asked_for, least_fen, most_fen)


def _require(name: str, said: str, known: Collection[str]) -> None:
    if said and said not in known:
        listed = ", ".join(sorted(known))
        raise FilterUnknown(name, f"is none of: {listed}", f"不在可选范围内（{listed}）")
