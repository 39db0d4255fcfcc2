"""The feed of the department that pays a programme: its people answer what no other feed is about."""

from service.programmes.catalogue import rules
from service.residents import feeds

_ANY = "MZ_SA"


def owning_feed(code: str) -> str:
    """Return a feed of the programme's department, one that the programme reads before others."""
    programme = rules().programmes.get(code)
    if programme is None:
        return _ANY
    known = feeds.every()
    said = [one for one in programme.feeds if one in known]
    department = programme.department.words.zh
    own = [one for one in said if known[one].department_zh == department]
    own += [one for one, feed in known.items() if feed.department_zh == department]
    return (own or said or [_ANY])[0]
