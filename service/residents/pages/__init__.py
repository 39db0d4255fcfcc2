"""The steward's pages: feeds, deliveries that wait, dictionaries, tasks, proofs and sources."""

from fastapi import APIRouter

from service.residents.pages import decide, delivery, downloads, feed, feed_list
from service.residents.pages.waiting import late_feeds, waiting_deliveries

__all__ = ["late_feeds", "router", "waiting_deliveries"]

router = APIRouter()
for part in (feed_list, feed, delivery, decide, downloads):
    router.include_router(part.router)
