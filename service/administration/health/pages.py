"""The page Health: what needs somebody first, then every part with all that was looked at."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.administration.health import views
from service.administration.health.given_up import given_up
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.health.registry import look
from service.web.language import translatable
from service.web.render import page
from service.web.transactions import Transaction, opener

router = APIRouter()
navigation.register("health", translatable("Health"), "/health", act="health.read")


@router.get("/health")
def show_health(request: Request, session: Transaction, officer: SignedInOfficer) -> Response:
    """How every part of the service does, what needs somebody first."""
    require(officer, "health.read")
    parts = look(opener(request))
    return page(
        "administration/health.html",
        tag=views.whole_tag(parts),
        said=views.headline(parts),
        needing_columns=views.needing_columns(),
        needing=views.needing_rows(parts),
        parts=[(part.title, views.part_lines(part)) for part in parts],
        given_up_columns=views.given_up_columns(),
        given_up=views.given_up_rows(given_up(session)),
    )
