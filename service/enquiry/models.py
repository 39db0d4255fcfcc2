"""What is kept about residents' enquiries: one-time codes and short sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class EnquiryCode(Base):
    """A one-time code; asked for by anybody, kept also when there is no such person."""

    __tablename__ = "enquiry_codes"
    __table_args__ = (Index("ix_enquiry_codes_asked", "id_index", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    id_index: Mapped[bytes] = mapped_column(LargeBinary)
    """Blind index of the ID number that was typed."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    wrong_tries: Mapped[int] = mapped_column(server_default="0")


class EnquirySession(Base):
    """A resident who has shown who they are, for a quarter of an hour."""

    __tablename__ = "enquiry_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Nobody: somebody the province knows and the county does not."""
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    way: Mapped[str] = mapped_column(Text, server_default="code")
    """``code`` or ``province``: how it was shown who asks."""


class ProvinceArrival(Base):
    """Somebody came back from the province's sign-in: kept a while, so that no answer is used twice."""

    __tablename__ = "province_arrivals"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    arrived_at: Mapped[datetime] = mapped_column(index=True)


class CodeMessage(Base):
    """A code waiting to be sent by the configured channel (text message); deleted once sent."""

    __tablename__ = "code_messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("enquiry_codes.id"))
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``code_messages:body:<id>``."""
    made_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Text)
