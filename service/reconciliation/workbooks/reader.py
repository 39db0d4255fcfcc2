"""What of a line its reader may see in a file: the same as on the pages."""

from dataclasses import dataclass, field

from service.assessment.reveal import sees_sensitive
from service.batches.words import programme_name
from service.foundation.encryption import sealer
from service.officers.may import allowing, require
from service.officers.models import Officer
from service.programmes.catalogue import rules
from service.residents.record.revealing import REASON_MIN, RevealReasonMissing
from service.web.filters import NONE, ending, masked_name
from service.web.language import gettext

WHOLE = "residents.reveal"
"""The act of seeing names and accounts in full."""


@dataclass
class Reader:
    """Who reads, and whether whole names and accounts were asked for, with what reason."""

    officer: Officer
    whole: bool = False
    reason: str = ""
    _whole: dict[tuple[str, str], bool] = field(default_factory=dict, repr=False)
    _named: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def check(self) -> None:
        """Refuse whole names to whom they are not for, or without a reason.

        Raises NotAllowed, RevealReasonMissing.
        """
        if not self.whole:
            return
        require(self.officer, WHOLE)
        if len(self.reason.strip()) < REASON_MIN:
            raise RevealReasonMissing

    def sees_whole(self, programme: str, division: str | None) -> bool:
        """Return whether names and accounts of a place and programme are shown in full."""
        if not self.whole:
            return False
        key = programme, division or ""
        if key not in self._whole:
            self._whole[key] = any(
                scope.covers_place(key[1]) and scope.covers_programme(programme)
                for scope in allowing(self.officer, WHOLE)
            )
        return self._whole[key]

    def name(self, name: str | None, programme: str, division: str | None) -> str:
        """Return a payee's name, whole or masked."""
        if self.sees_whole(programme, division):
            return name or NONE
        return masked_name(name)

    def account(
        self,
        sealed: tuple[bytes, bytes] | None,
        tail: str | None,
        programme: str,
        division: str | None,
    ) -> str:
        """Return an account, whole or its end; ``sealed`` is its (card_sealed, card_index)."""
        if sealed is not None and self.sees_whole(programme, division):
            return sealer().open(sealed[0], f"accounts:card:{sealed[1].hex()}")
        return ending(tail)

    def names_programme(self, code: str, division: str | None) -> bool:
        """Return whether a programme may be named: a sensitive one only to whom it concerns."""
        known = rules().programmes.get(code)
        return (known is not None and not known.sensitive) or sees_sensitive(self.officer, division)

    def programme(self, code: str, division: str | None) -> str:
        """Return what a programme is called to this reader."""
        key = code, (division or "")[:9]
        if key not in self._named:
            self._named[key] = (
                short_name(code) if self.names_programme(code, division) else unnamed()
            )
        return self._named[key]

    def batch_no(self, batch_no: str, code: str, division: str | None) -> str:
        """Return a batch's number, which begins with its programme's code."""
        return batch_no if self.names_programme(code, division) else NONE


def short_name(code: str) -> str:
    """Return a programme's name without what stands in brackets after it."""
    return programme_name(code).partition("（")[0].partition(" (")[0]


def unnamed() -> str:
    """Return what a programme is called that may not be named; banks read the same."""
    return gettext("Livelihood subsidy")
