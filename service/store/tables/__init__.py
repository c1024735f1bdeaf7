"""The tables, a file a noun."""

from service.store.tables.cases import AnalysisRow, CaseCountryRow, CaseRow, ClockRow
from service.store.tables.columns import Base, Instant, Json
from service.store.tables.consultations import ConsultationRow, InvitationRow, PositionRow
from service.store.tables.counters import LeaseRow, NumberRow, OnceRow
from service.store.tables.deliveries import DeliveryRow, DigestRow, OutboxRow
from service.store.tables.events import EventRow, SealedHeadRow, SealRow
from service.store.tables.instruments import (
    AnnualPlanRow,
    CaseInstrumentRow,
    ExpressionRow,
    InstrumentLinkRow,
    InstrumentRow,
    MeasureRow,
)
from service.store.tables.organisations import OrganisationRow, WorkingGroupRow
from service.store.tables.pages import KeptWordsRow, SavedFilterRow, SessionRow, VisitRow
from service.store.tables.papers import CommentRow, DocumentRow, FollowerRow, LinkRow
from service.store.tables.people import MandateRow, PersonRow, SignInRow

__all__ = [
    "AnalysisRow",
    "AnnualPlanRow",
    "Base",
    "CaseCountryRow",
    "CaseInstrumentRow",
    "CaseRow",
    "ClockRow",
    "CommentRow",
    "ConsultationRow",
    "DeliveryRow",
    "DigestRow",
    "DocumentRow",
    "EventRow",
    "ExpressionRow",
    "FollowerRow",
    "Instant",
    "InstrumentLinkRow",
    "InstrumentRow",
    "InvitationRow",
    "Json",
    "KeptWordsRow",
    "LeaseRow",
    "LinkRow",
    "MandateRow",
    "MeasureRow",
    "NumberRow",
    "OnceRow",
    "OrganisationRow",
    "OutboxRow",
    "PersonRow",
    "PositionRow",
    "SavedFilterRow",
    "SealRow",
    "SealedHeadRow",
    "SessionRow",
    "SignInRow",
    "VisitRow",
    "WorkingGroupRow",
]
