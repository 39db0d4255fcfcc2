"""The sheet that is decided on, like a cheque: what, how many, how much, from where, on what grounds."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.approvals.queries import appropriation_of
from service.approvals.stale import OnOldData, on_old_data
from service.batches import figures, queries, words
from service.batches.about import sees_whole
from service.batches.batch_view import (
    Head,
    bank_caption,
    bank_rows,
    batch_figures,
    events,
    head_of,
    hold_caption,
    way_of,
)
from service.batches.differences.own import own_comparison
from service.batches.history import history, officer_names
from service.batches.models import Batch
from service.batches.partial import said_of_part
from service.batches.seen import mark_of
from service.batches.sums import Term, comparison_terms, to_pay_terms
from service.batches.switches.words import said_off
from service.batches.words import hold_label
from service.foundation import clock
from service.foundation.settings import settings
from service.notices.check import current
from service.officers.models import Officer
from service.programmes.versions import programme_of
from service.signing.manifest import content, of_batch
from service.signing.offers import Offer, offers
from service.signing.signers.time_stamps.stamp import stamp_of
from service.signing.until import said_of_days
from service.web.filters import day, moment, yuan
from service.web.language import gettext
from service.web.view_models import Column, Event, Figure, Row, Step

_DIGEST_GROUP = 8
BEFORE_SIGNING = frozenset({"draft", "returned", "frozen", "noticed", "approved", "prepared"})


@dataclass(frozen=True)
class DecidePage:
    """Everything on the sheet."""

    batch: Batch
    only: str
    """That only a part of the list is shown, or nothing."""
    head: Head
    steps: list[Step]
    figures: list[Figure]
    pairs: list[tuple[str, str]]
    bank_columns: list[Column]
    bank_rows: list[Row]
    sums: list[Term]
    to_pay: list[Term]
    hold_caption: str
    bank_caption: str
    controls_off: list[tuple[str, str]]
    hold_columns: list[Column]
    hold_rows: list[Row]
    digests: list[tuple[str, str]]
    file_columns: list[Column]
    file_rows: list[Row]
    offers: list[Offer]
    mark: str
    events: list[Event]


def decide_page(session: Session, batch: Batch, officer: Officer) -> DecidePage:
    """Return a batch's sheet for one officer."""
    sums = figures.totals_of(session, [batch.id], officer)[batch.id]
    whole = sees_whole(officer, batch)
    happened = history(session, "batches", batch.id, words.ACTS)
    return DecidePage(
        batch=batch,
        only=said_of_part(officer, batch),
        head=head_of(batch),
        steps=way_of(session, batch, happened),
        figures=batch_figures(session, batch, sums, officer),
        pairs=_pairs(session, batch, whole=whole),
        bank_columns=[
            Column(gettext("Bank")),
            Column(gettext("Debit account"), "code"),
            Column(gettext("Lines"), "number"),
            Column(gettext("Amount"), "money", gettext("yuan")),
            Column(gettext("Files"), "number"),
            Column(gettext("Pay day")),
        ],
        bank_rows=bank_rows(session, batch) if whole else [],
        # What is issued again is no new money: the month's own sum says nothing about it.
        sums=[] if batch.kind == "reissue" else comparison_terms(own_comparison(batch, officer)),
        to_pay=to_pay_terms(sums),
        hold_caption=hold_caption(sums),
        bank_caption=bank_caption(sums),
        controls_off=said_off(session, batch),
        hold_columns=[
            Column(gettext("Reason")),
            Column(gettext("What it means")),
            Column(gettext("Lines"), "number"),
        ],
        hold_rows=[
            Row(
                [words.hold_label(control), words.hold_sentence(control), count],
                f"/batches/{batch.batch_no}?control={control}#lines",
            )
            for control, count in queries.holds_of(session, batch, officer).items()
        ],
        digests=_digests(session, batch),
        file_columns=[
            Column(gettext("File")),
            Column(gettext("Bank")),
            Column(gettext("Lines"), "number"),
            Column(gettext("Amount"), "money", gettext("yuan")),
            Column("SHA-256", "code"),
            Column("SM3", "code"),
        ],
        file_rows=_files(session, batch) if whole else [],
        offers=offers(session, batch, officer, sums, on=clock.today()),
        mark=mark_of(session, batch),
        events=events(happened),
    )


def _pairs(session: Session, batch: Batch, *, whole: bool) -> list[tuple[str, str]]:
    pairs = [(gettext("What for"), head_of(batch).title)]
    acts = [one for one in queries.acts_of(session, batch) if one.round == batch.round]
    named = officer_names(session, {one.officer_id for one in acts})
    labels = {
        "submitted": gettext("Submitted by"),
        "approved": gettext("Approved by"),
        "signed": gettext("Signed by"),
    }
    pairs += [
        (labels[one.act], f"{named.get(str(one.officer_id), '')} · {moment(one.at)}")
        for one in acts
        if one.act in labels
    ]
    manifest = of_batch(session, batch)
    if manifest is not None:
        days = sorted({file["execution_date"] for file in content(manifest)["files"]})
        pairs.append((gettext("Pay day"), " / ".join(days)))
        pairs += [(gettext("Until when"), said) for said in said_of_days(session, batch)]
    if batch.state not in BEFORE_SIGNING:
        pairs.append((gettext("Time-stamp"), _time_stamp(session, batch)))
    pairs.append((gettext("List made"), moment(batch.built_at)))
    pairs.append((gettext("Public notice"), _notice(session, batch)))
    pairs += [(gettext("On old data"), _old(one)) for one in on_old_data(session, batch)]
    off = [hold_label(str(one["control"])) for one in batch.controls_off or []]
    pairs.append((gettext("Controls off"), gettext(", ").join(off) or gettext("none")))
    year = appropriation_of(session, batch) if whole else None
    if year is not None:
        said = gettext("%(left)s of %(whole)s yuan are left for %(year)s") % {
            "left": yuan(year.amount_fen - year.committed_fen),
            "whole": yuan(year.amount_fen),
            "year": year.year,
        }
        pairs.append((gettext("Appropriation"), said))
    return pairs


def _time_stamp(session: Session, batch: Batch) -> str:
    kept = stamp_of(session, batch)
    if kept is not None:
        return f"{moment(kept.stamped_at)} · {kept.authority}"
    if settings().time_stamp_url:
        return gettext("waits for the time-stamp authority")
    return gettext("none: no time-stamp authority is set here")


def _old(one: OnOldData) -> str:
    if one.age_days is None:
        return gettext("%(feed)s was never delivered: %(reason)s") % {
            "feed": one.feed,
            "reason": one.reason,
        }
    return gettext("%(feed)s is %(days)s days old: %(reason)s") % {
        "feed": one.feed,
        "days": one.age_days,
        "reason": one.reason,
    }


def _notice(session: Session, batch: Batch) -> str:
    rule = programme_of(session, batch.rule_digest, batch.programme).notice
    if rule.level == "none" or rule.days == 0 or batch.kind == "reissue":
        return gettext("none is asked for before payment")
    posted = current(session, batch) if batch.lines_root is not None else None
    if posted is None:
        return gettext("%(days)s days, from the day after it is submitted") % {"days": rule.days}
    return gettext("from %(first)s until %(last)s") % {
        "first": day(posted.posted_on),
        "last": day(posted.ends_on),
    }


def _digests(session: Session, batch: Batch) -> list[tuple[str, str]]:
    pairs = [
        (gettext("Rules"), grouped(batch.rule_digest)),
        (gettext("Snapshot of the data"), grouped(batch.snapshot_digest)),
    ]
    if batch.lines_root is not None:
        pairs.append((gettext("The list"), grouped(batch.lines_root.hex())))
    manifest = of_batch(session, batch)
    if manifest is not None:
        pairs.append((gettext("Manifest to sign"), grouped(manifest.digest.hex())))
    return pairs


def _files(session: Session, batch: Batch) -> list[Row]:
    manifest = of_batch(session, batch)
    if manifest is None:
        return []
    return [
        Row(
            [
                file["file_name"],
                file["channel"],
                file["count"],
                file["amount_fen"],
                grouped(file["sha256"]),
                grouped(file["sm3"]),
            ]
        )
        for file in content(manifest)["files"]
    ]


def grouped(digest: str) -> str:
    """Return a digest in groups that two people can compare by reading aloud."""
    return " ".join(
        digest[start : start + _DIGEST_GROUP] for start in range(0, len(digest), _DIGEST_GROUP)
    )
