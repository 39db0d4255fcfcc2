"""Whose programmes a change of the rules is about: a dated value or a shared text is everybody's."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from service.officers.may import NotAllowed, Verdict, allowing, require
from service.officers.models import Officer
from service.officers.reach import is_unlimited

_OF_ONE_PROGRAMME = ("programmes", "cases")


def require_files(by: Officer, act: str, names: Iterable[str]) -> None:
    """Refuse whose duty does not reach every programme that some files are about; raises NotAllowed."""
    require(by, act)
    if is_unlimited(by, act):
        return
    scopes = allowing(by, act)
    for name in names:
        path = PurePosixPath(name)
        of_one = path.parts[0] in _OF_ONE_PROGRAMME
        if not of_one or not any(one.covers_programme(path.stem) for one in scopes):
            raise NotAllowed(act, Verdict.TOO_WIDE)
