"""Receivers of events, agreed on by two administrators.

Made in the session that :func:`tests.factories.residents.use` was given.
"""

import factory

from service.foundation import clock
from service.officers.models import Organisation
from service.webhooks.models import WebhookEndpoint
from tests.factories.officers import OfficerFactory
from tests.factories.residents import _Made


class OrganisationFactory(_Made):
    class Meta:
        model = Organisation
        sqlalchemy_get_or_create = ("name",)

    name = "县民政局"
    kind = "department"
    division = ""


class WebhookEndpointFactory(_Made):
    class Meta:
        model = WebhookEndpoint

    name = "民政业务系统"
    organisation = factory.LazyFunction(lambda: OrganisationFactory.create().name)
    url = "https://events.example.gov.cn/anxin"
    division = ""
    programmes = ("MZ15",)
    kinds = ("payment.paid",)
    proposed_by = factory.LazyFunction(
        lambda: OfficerFactory.create(duties=["system_administrator"]).id
    )
    proposed_at = factory.LazyFunction(clock.now)
    confirmed_by = factory.LazyFunction(
        lambda: OfficerFactory.create(duties=["security_administrator"]).id
    )
    confirmed_at = factory.LazyFunction(clock.now)
    state = "proposed"
