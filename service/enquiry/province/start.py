"""Look at the province's sign-in before the first resident does; a county without one has nothing to see."""

from service.enquiry.province.configured import province
from service.enquiry.province.tokens import client_key


def province_usable() -> None:
    """Raise ProvinceHalfConfigured when the sign-in is set and cannot work; the province is not asked."""
    here = province()
    if here is not None and here.key_file:
        client_key(here.key_file)
