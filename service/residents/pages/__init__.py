"""The steward's pages: feeds, deliveries that wait, dictionaries, tasks, proofs and sources."""

from fastapi import APIRouter

from service.residents.pages import (
    decide,
    delivery,
    dictionary,
    downloads,
    feed,
    feed_list,
    proofs,
    sources,
    tasks,
    waivers,
)
from service.residents.pages.waiting import (
    late_feeds,
    overdue_tasks,
    resident_requests,
    upheld_objections,
    waiting_deliveries,
)
from service.residents.pages.waivers import stale_feeds

__all__ = [
    "late_feeds",
    "overdue_tasks",
    "resident_requests",
    "router",
    "stale_feeds",
    "upheld_objections",
    "waiting_deliveries",
]

router = APIRouter()
for part in (
    feed_list,
    feed,
    delivery,
    decide,
    downloads,
    dictionary,
    proofs,
    tasks,
    sources,
    waivers,
):
    router.include_router(part.router)
