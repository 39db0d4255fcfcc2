"""Organisations for programs of administrators: the same as the page."""

from fastapi import APIRouter
from pydantic import Field

from service.administration.organisations import gather
from service.batches.api import Strict
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/organisations", tags=["administration"])


class OfficeOut(Strict):
    """An office, and who of it may sign in."""

    name: str = Field(examples=["县民政局"])
    kind: str = Field(examples=["civil_affairs"])
    division: str = Field(
        description='Leading digits of its place; "" is the county.', examples=[""]
    )
    department: str = Field(examples=["minzheng"])
    officers: list[str] = Field(examples=[["林编制"]])


class DepartmentOut(Strict):
    """A department: how many programmes are its own, and what it delivers."""

    folder: str = Field(examples=["minzheng"])
    name: str = Field(examples=["民政"])
    programmes: int = Field(examples=[22])
    feeds: list[str] = Field(examples=[["低保"]])
    offices: list[str] = Field(examples=[["县民政局"]])


class TownshipOut(Strict):
    """A township: its villages, offices, sources, and officers whose duties are limited to it."""

    code: str = Field(examples=["330523100000"])
    name: str = Field(examples=["石鼓镇"])
    villages: list[str] = Field(examples=[["前村"]])
    offices: list[str] = Field(examples=[["石鼓镇"]])
    officers: int = Field(examples=[1])
    sources: list[str] = Field(examples=[[]])


class OrganisationsOut(Strict):
    """Everybody who takes part."""

    offices: list[OfficeOut]
    departments: list[DepartmentOut]
    townships: list[TownshipOut]


@router.get("")
def list_organisations(session: Transaction, officer: SignedInOfficer) -> OrganisationsOut:
    """List offices, departments and townships with what belongs to each."""
    require(officer, "organisations.read")
    return OrganisationsOut(
        offices=[
            OfficeOut(
                name=one.organisation.name,
                kind=one.organisation.kind,
                division=one.organisation.division,
                department=one.organisation.department,
                officers=list(one.officers),
            )
            for one in gather.offices(session)
        ],
        departments=[
            DepartmentOut(
                folder=one.folder,
                name=one.name,
                programmes=one.programmes,
                feeds=list(one.feeds),
                offices=list(one.offices),
            )
            for one in gather.departments(session)
        ],
        townships=[
            TownshipOut(
                code=one.code,
                name=one.name,
                villages=list(one.villages),
                offices=list(one.offices),
                officers=one.officers,
                sources=list(one.sources),
            )
            for one in gather.towns(session)
        ],
    )
