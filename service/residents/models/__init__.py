"""What the shared resident database keeps, one module for each idea.

``deliveries`` what came and what became of it, ``sources`` where it comes from without a person
carrying it, ``persons`` who people are, ``records`` what was said of them, ``accounts`` where they
are paid, ``tasks`` what the data cannot settle by themselves, ``places`` divisions and households,
``snapshots`` frozen months.
"""

from service.residents.models.accounts import (
    Account,
    AccountChange,
    AccountVerification,
    ProxyRegistration,
)
from service.residents.models.corrections import FactCorrection
from service.residents.models.deliveries import (
    ColumnMapping,
    Delivery,
    DeliveryContent,
    FeedWaiver,
    RejectedRow,
)
from service.residents.models.heirs import HeirRegistration
from service.residents.models.persons import (
    Confirmation,
    IdentityAct,
    IdentityDispute,
    Person,
    PersonIdentifier,
    PersonName,
)
from service.residents.models.places import Division, Household
from service.residents.models.records import FeedRecord
from service.residents.models.requests import ResidentRequest
from service.residents.models.snapshots import Snapshot
from service.residents.models.sources import FeedPush, FeedPushPage, FeedSource, FeedSourceFile
from service.residents.models.tasks import ReviewTask

__all__ = [
    "Account",
    "AccountChange",
    "AccountVerification",
    "ColumnMapping",
    "Confirmation",
    "Delivery",
    "DeliveryContent",
    "Division",
    "FactCorrection",
    "FeedPush",
    "FeedPushPage",
    "FeedRecord",
    "FeedSource",
    "FeedSourceFile",
    "FeedWaiver",
    "HeirRegistration",
    "Household",
    "IdentityAct",
    "IdentityDispute",
    "Person",
    "PersonIdentifier",
    "PersonName",
    "ProxyRegistration",
    "RejectedRow",
    "ResidentRequest",
    "ReviewTask",
    "Snapshot",
]
