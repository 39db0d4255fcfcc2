"""Drawing everything late, in a fixed order."""

from service.demo.county.claims import draw_claims
from service.demo.county.later.accounts import open_accounts
from service.demo.county.later.assistance import draw_assistance
from service.demo.county.later.drawing import Drawing, Later
from service.demo.county.later.families import draw_families
from service.demo.county.later.farms import draw_farms
from service.demo.county.later.houses import draw_houses
from service.demo.county.later.labour import draw_labour
from service.demo.county.later.others import draw_others
from service.demo.county.later.schools import draw_schools
from service.demo.county.later.veterans import draw_recipients, tell_recipients
from service.demo.county.society import Society


def draw_later(society: Society) -> Later:
    """Draw the late comers and what is said of them; applications join the county's own."""
    draw = Drawing(society)
    draw_assistance(draw)
    draw_recipients(draw)
    draw_families(draw)
    draw_labour(draw)
    draw_schools(draw)
    draw_farms(draw)
    draw_houses(draw)
    draw_others(draw)
    county = society.county
    county.applications += draw.later.applications
    claims = draw_claims(society)
    county.applications += claims
    tell_recipients(draw)
    draw.later.payees.update(claim.person for claim in claims)
    # A guardian is paid for a child and for a patient.
    draw.later.payees.update(ward.guardian for ward in county.wards)
    draw.later.payees.update(patient.guardian for patient in society.patients if patient.managed)
    open_accounts(draw)
    return draw.later
