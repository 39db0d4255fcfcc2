"""The steward's acts for programs: deliveries, questions, sources and waivers."""

from fastapi import APIRouter

from service.residents.api import deliveries, sources, tasks, waivers

router = APIRouter()
for part in (deliveries, tasks, sources, waivers):
    router.include_router(part.router)
