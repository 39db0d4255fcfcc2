"""Bare notices and objections, where no list is wanted that really hangs."""

import os
from datetime import date

import factory

from service.foundation import clock, ids
from service.notices.models import Notice
from service.notices.objections.models import Objection
from tests.factories.batches import BatchFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made


class NoticeFactory(_Made):
    """A posting of a batch without lines."""

    class Meta:
        model = Notice

    class Params:
        batch = factory.SubFactory(BatchFactory)

    id = factory.LazyFunction(ids.uuid7)
    number = factory.LazyAttribute(lambda made: f"{made.batch.batch_no}-G1")
    batch_id = factory.SelfAttribute("batch.id")
    level = "village"
    days = 7
    posted_on = date(2026, 10, 1)
    ends_on = date(2026, 10, 8)
    lines_root = b"root"


class ObjectionFactory(_Made):
    """An open objection to a whole list, of which nobody can read what was said."""

    class Meta:
        model = Objection

    class Params:
        notice = factory.SubFactory(NoticeFactory)
        officer = factory.SubFactory(OfficerFactory, duties=["reviewer"])

    id = factory.LazyFunction(ids.uuid7)
    state = "open"
    notice_id = factory.SelfAttribute("notice.id")
    programme = "MZ17"
    month = "2026-10"
    who = "other"
    text_sealed = b"sealed"
    code_index = factory.LazyFunction(lambda: os.urandom(32))
    lodged_at = factory.LazyFunction(clock.now)
    due_on = date(2026, 10, 30)
    answered_by = factory.SelfAttribute("officer.id")
    answered_at = factory.LazyFunction(clock.now)
    answer = "已核实"
