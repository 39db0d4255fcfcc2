"""What the public page of a notice says, with care for what few lines would give away."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.batches.instalments.queries import hundredths, splits_of
from service.batches.words import line_type, programme_name
from service.notices import queries
from service.notices.queries import Posted, Village
from service.programmes.catalogue import rules
from service.programmes.words import place_of_notice
from service.residents.places.tree import names_of
from service.web.filters import long_day, number, yuan
from service.web.language import gettext, ngettext
from service.web.view_models import Column, Link, Option, Row, Tag

FEW = 5
"""Below this many a count could point at somebody."""
LINES_A_PAGE = 100
PUBLIC_TITLE = ("Livelihood subsidy", "惠民补贴")
"""How a sensitive programme is called in public."""
LINES_TO_PRINT_MAX = 2_000


@dataclass(frozen=True)
class NoticeView:
    """One notice as anybody may read it."""

    number: str
    title: str
    tag: Tag
    is_hanging: bool
    status: str
    pairs: list[tuple[str, str]]
    columns: list[Column]
    rows: list[Row]
    village_columns: list[Column]
    village_rows: list[Row]
    villages: list[Option]
    village: str
    village_name: str
    after: int
    following: int
    """The places on the list after which this page and the next one begin; 0 for none."""
    total: int
    objections: str
    changed_list: str
    """The number of the posting that hangs instead of this one, or ""."""


def standing_tag(posted: Posted, on: date) -> Tag:
    """Return whether a notice hangs, as an adjective."""
    if posted.standing == "replaced":
        return Tag(gettext("replaced"))
    if posted.standing == "ended":
        return Tag(gettext("notice over"))
    left = posted.days_left(on)
    if left == 0:
        return Tag(gettext("last day"), "warn")
    return Tag(ngettext("%(num)s day left", "%(num)s days left", left) % {"num": left}, "now")


def public_title(posted: Posted) -> str:
    """Return what a notice is about; a sensitive programme is not called by its name in public."""
    programme = posted.batch.programme
    if rules().programmes[programme].sensitive:
        return gettext("Livelihood subsidy")
    return programme_name(programme)


def few(count: int) -> str:
    """Return a count of people who are not named; small ones are not told exactly."""
    return number(count) if count >= FEW or count == 0 else gettext("fewer than 5")


def notice_view(
    session: Session, posted: Posted, *, on: date, village: str, after: int = 0, everything: bool
) -> NoticeView:
    """Return one notice; names are there while it hangs, of one village or of all."""
    notice = posted.notice
    is_hanging = posted.standing == "hanging"
    changed = queries.changed_list(session, posted)
    found = queries.villages(session, notice) if is_hanging else []
    names = names_of(session, [one.division for one in found if one.division])
    chosen = village if any(one.division == village for one in found) else ""
    total = sum(one.named for one in found if not chosen or one.division == chosen)
    size = LINES_TO_PRINT_MAX if everything else LINES_A_PAGE
    rows, following = (
        _rows(session, posted, names, chosen, after, size, paper=everything) if total else ([], 0)
    )
    return NoticeView(
        number=notice.number or "",
        title=public_title(posted),
        tag=standing_tag(posted, on),
        is_hanging=is_hanging,
        status=_status(posted, changed),
        pairs=_pairs(posted, found, _in_parts(session, posted)),
        columns=_columns(notice.shows, tells_kind=posted.batch.kind == "mending"),
        rows=rows,
        village_columns=[
            Column(gettext("Village or community")),
            Column(gettext("Shown by name"), "number"),
            Column(gettext("Not shown by name")),
        ],
        village_rows=_village_rows(posted, found, names),
        villages=[
            Option("", gettext("all villages")),
            *(
                Option(one.division, names[one.division])
                for one in found
                if one.division and one.named
            ),
        ],
        village=chosen,
        village_name=names.get(chosen, ""),
        after=after,
        following=following,
        total=total,
        objections=_objections(session, posted),
        changed_list=changed,
    )


def _status(posted: Posted, changed: str) -> str:
    notice = posted.notice
    if posted.standing == "replaced" and changed:
        return gettext("This list was changed; the changed list is posted for its own days.")
    if posted.standing == "replaced":
        return gettext(
            "This list went back to be looked at again; it hangs anew before it is paid."
        )
    if posted.standing == "ended":
        return gettext("This notice ended on %(day)s. Names are shown only while it hangs.") % {
            "day": long_day(notice.ends_on)
        }
    return gettext("Posted on %(posted)s, hangs until the end of %(ends)s.") % {
        "posted": long_day(notice.posted_on),
        "ends": long_day(notice.ends_on),
    }


def _in_parts(session: Session, posted: Posted) -> str:
    """Return why and how far a posted list pays a part of what is due; nothing of it is paid yet."""
    batch = posted.batch
    made = splits_of(session, batch) if posted.standing != "replaced" else []
    if made:
        said = gettext(
            "Everybody gets %(percent)s%% of what is due at first and the rest later, because this year's appropriation does not cover every list."
        ) % {"percent": hundredths(made[-1].now_fen * 10_000 // made[0].due_fen)}
        if posted.notice.shows == "names_and_amounts":
            said += gettext(" The amounts below are the first part.")
        return said
    if batch.kind == "instalment":
        return gettext(
            "This is the rest of what was due; the first part was on an earlier list, because the year's appropriation did not cover every list."
        )
    return ""


def _pairs(posted: Posted, found: list[Village], parts: str) -> list[tuple[str, str]]:
    notice, batch = posted.notice, posted.batch
    days = (
        ngettext("%(num)s working day", "%(num)s working days", notice.days)
        if notice.counted == "working"
        else ngettext("%(num)s day", "%(num)s days", notice.days)
    ) % {"num": notice.days}
    pairs = [
        (gettext("Number"), notice.number or ""),
        (gettext("Paid for"), batch.month),
        (gettext("Posted where"), place_of_notice(notice.level)),
        (gettext("How long"), gettext("%(days)s, from the day after posting") % {"days": days}),
    ]
    if notice.unknown_years:
        pairs.append(
            (
                gettext("Holidays"),
                gettext("The holidays of %(years)s were not announced yet; weekends were counted.")
                % {"years": ", ".join(map(str, notice.unknown_years))},
            )
        )
    if parts:
        pairs.append((gettext("Paid in parts"), parts))
    unnamed = sum(one.unnamed for one in found)
    named = sum(one.named for one in found)
    if found and named and not 0 < unnamed < FEW:
        pairs.append((gettext("People or households"), number(named + unnamed)))
    if named and not unnamed and notice.shows == "names_and_amounts":
        pairs.append((gettext("Amount together, yuan"), yuan(sum(one.amount_fen for one in found))))
    return pairs


def _columns(shows: str, *, tells_kind: bool) -> list[Column]:
    columns = [
        Column(gettext("No.")),
        Column(gettext("Name")),
        Column(gettext("Village or community")),
    ]
    if tells_kind:
        columns.append(Column(gettext("Why now")))
    if shows == "names_and_amounts":
        columns.append(Column(gettext("Amount"), "money", unit=gettext("yuan")))
    return [*columns, Column(gettext("Objection"))]


def _rows(
    session: Session,
    posted: Posted,
    names: dict[str, str],
    village: str,
    after: int,
    limit: int,
    *,
    paper: bool,
) -> tuple[list[Row], int]:
    lines, following = queries.named_lines(
        session, posted.notice, division=village, after=after, limit=limit
    )
    out = queries.objected(session, posted.notice, [line.place for line in lines])
    rows = []
    for line in lines:
        said: Tag | Link | None = None
        if line.place in out:
            said = (
                Tag(gettext("taken off the list"), "bad")
                if out[line.place] == "upheld"
                else Tag(gettext("being looked at"), "warn")
            )
        elif not paper:
            said = Link(
                gettext("Object"), f"/notices/{posted.notice.number}/object?line={line.place}"
            )
        where = names.get(line.division or "", gettext("not known"))
        kind = [line_type(line.kind)] if posted.batch.kind == "mending" else []
        amount = [line.amount_fen] if posted.notice.shows == "names_and_amounts" else []
        rows.append(Row([str(line.place), line.name_masked, where, *kind, *amount, said]))
    return rows, following


def _village_rows(posted: Posted, found: list[Village], names: dict[str, str]) -> list[Row]:
    """Return counts by village; a notice that names everybody needs none."""
    if not any(one.unnamed for one in found):
        return []
    here = f"/notices/{posted.notice.number}"
    return [
        Row(
            [
                names.get(one.division or "", gettext("not known")),
                one.named,
                few(one.unnamed),
            ],
            href=f"{here}?village={one.division}" if one.division and one.named else "",
        )
        for one in found
    ]


def _objections(session: Session, posted: Posted) -> str:
    came, answered = queries.objections_so_far(session, posted.notice)
    if not came:
        return gettext("Nobody has objected so far.")
    return ngettext(
        "%(num)s objection came; %(answered)s answered.",
        "%(num)s objections came; %(answered)s answered.",
        came,
    ) % {"num": came, "answered": answered}
