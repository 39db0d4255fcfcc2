"""Whether the trail holds, in a few words: signature, whole verification, time-stamp, witnesses."""

from sqlalchemy.orm import Session

from service.audit.anchors.queries import newest
from service.audit.cosigning import health
from service.audit.nightly.queries import latest
from service.audit.queries import chain
from service.web import filters
from service.web.language import gettext, ngettext


def trail_pairs(session: Session) -> list[tuple[str, str]]:
    """Return what the trail's last proofs were."""
    known = chain(session)
    entries = ngettext("%(n)s entry", "%(n)s entries", known.entries) % {
        "n": filters.number(known.entries)
    }
    signed = filters.moment(known.signed_at) if known.signed_at else gettext("not signed yet")
    stamp = newest(session)
    return [
        (gettext("Last signature"), f"{signed} · {entries}"),
        (gettext("Last verified as a whole"), _verified(session)),
        (
            gettext("Last time-stamp of another house"),
            filters.moment(stamp.stamped_at) if stamp else gettext("none is asked for"),
        ),
        (gettext("Witnesses"), _witnesses(session)),
    ]


def _verified(session: Session) -> str:
    last = latest(session)
    if last is None:
        return gettext("not verified yet; it is each night")
    said = gettext("nothing wrong") if last.verified else gettext("does not hold")
    return f"{filters.moment(last.ended_at)} · {said}"


def _witnesses(session: Session) -> str:
    told = health.summary(session)
    known = told.get("witnesses")
    if not isinstance(known, dict):
        return gettext("none is asked") if known is None else str(known)
    agree = sum(said == "ok" for said in known.values())
    counted = gettext("%(agree)s of %(all)s confirm") % {"agree": agree, "all": len(known)}
    silent = ", ".join(name for name, said in known.items() if said != "ok")
    if not silent:
        return counted
    return f"{counted} · " + gettext("silent: %(names)s") % {"names": silent}
