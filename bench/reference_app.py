"""The reference of a move over HTTP: a plain FastAPI and SQLAlchemy ORM endpoint that does the same work.

Token, person and mandates, the case's row under a lock, its clocks, a sealed event, notices in the outbox, and the
case as the answer, with its instruments and consultations. No rules are asked. Started by uvicorn with BENCH_URL and
BENCH_KEY (the public key) in the environment.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import anyio
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from jose import JWTError, jwk, jwt
from pydantic import BaseModel
from sqlalchemy import create_engine, event, or_, select
from sqlalchemy.orm import Session, sessionmaker

from bench import sealing
from service.auth.tokens import ALGORITHM, AUDIENCE, ISSUER
from service.main import THREADS
from service.store.tables import (
    CaseRow,
    ClockRow,
    ConsultationRow,
    EventRow,
    InstrumentRow,
    MandateRow,
    OutboxRow,
    PersonRow,
)

URL = os.environ["BENCH_URL"]
KEY = jwk.construct(os.environ["BENCH_KEY"], ALGORITHM)  # once: reading the PEM for each request would cost it dearly
PRAGMAS = (
    "busy_timeout = 10000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -8000",
)

if URL.startswith("sqlite"):
    # One connection, for which threads queue up: with more of them SQLite itself makes writers sleep and try again.
    engine = create_engine(URL, pool_size=1, max_overflow=0, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        """As ours are set up."""
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        """The driver would begin too late to be alone."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

else:
    engine = create_engine(URL, pool_size=THREADS, max_overflow=0)

sessions = sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """No more threads than ours has."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


app = FastAPI(lifespan=lifespan)


class Move(BaseModel):
    """A move, as a client sends it."""

    move: str
    data: dict[str, Any] = {}
    reason: str | None = None
    on: date | None = None


class ShownInstrument(BaseModel, from_attributes=True):
    """An instrument of the case."""

    id: str
    kind: str
    number: str | None


class ShownConsultation(BaseModel, from_attributes=True):
    """A consultation on the case."""

    id: str
    name: str
    round: int
    open: bool
    outcome: str | None


class Shown(BaseModel, from_attributes=True):
    """The case, as the answer shows it."""

    id: str
    reference: str | None
    procedure: str
    procedure_version: int
    stage: str
    phase: str
    ended: bool
    version: int
    title: str
    language: str
    organisation: str
    working_group: str | None
    theme: str | None
    countries: list[str]
    regions: list[str]
    content: dict[str, Any]
    waits_for: str | None
    due_on: date | None
    questions: list[dict[str, Any]]
    ending: dict[str, Any] | None
    plan_status: list[dict[str, Any]]
    updated_at: datetime
    instruments: list[ShownInstrument] = []
    consultations: list[ShownConsultation] = []


def session() -> Iterator[Session]:
    """A session for each request."""
    with sessions() as opened:
        yield opened


async def signed_in(authorization: Annotated[str, Header()]) -> str:
    """Whose token it is."""
    try:
        token = authorization.removeprefix("Bearer ")
        return jwt.decode(token, KEY, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER)["sub"]
    except JWTError:
        raise HTTPException(401) from None


def mandates_of(db: Session, person: str) -> list[MandateRow]:
    """The mandates that hold today."""
    today = datetime.now(UTC).date()
    holding = (
        select(MandateRow)
        .where(MandateRow.person_id == person)
        .where(or_(MandateRow.starts_on.is_(None), MandateRow.starts_on <= today))
        .where(or_(MandateRow.ends_on.is_(None), MandateRow.ends_on >= today))
    )
    return list(db.scalars(holding))


@app.post("/api/v1/cases/{case}/moves")
def move_case(
    case: str,
    asked: Move,
    db: Annotated[Session, Depends(session)],
    person: Annotated[str, Depends(signed_in)],
    if_match: Annotated[str, Header()],
    response: Response,
) -> Shown:
    """One move."""
    who = db.get(PersonRow, person)
    if who is None or not who.active:
        raise HTTPException(401)
    mandates = mandates_of(db, person)
    row = db.scalar(select(CaseRow).where(CaseRow.id == case).with_for_update())
    if row is None:
        raise HTTPException(404)
    if int(if_match.strip('"')) != row.version:
        raise HTTPException(412)
    mandate = next((one for one in mandates if may(one, row, asked.move)), None)
    if mandate is None:
        raise HTTPException(403)
    make(db, row, who, mandate, asked)
    instruments = db.scalars(select(InstrumentRow).where(InstrumentRow.case_id == row.id)).all()
    consultations = db.scalars(select(ConsultationRow).where(ConsultationRow.case_id == row.id)).all()
    db.commit()
    shown = Shown.model_validate(row)
    shown.instruments = [ShownInstrument.model_validate(one) for one in instruments]
    shown.consultations = [ShownConsultation.model_validate(one) for one in consultations]
    response.headers["ETag"] = f'"{row.version}"'
    return shown


def may(mandate: MandateRow, row: CaseRow, move: str) -> bool:
    """Whether this mandate is one for this move."""
    if move == "request_information":
        return mandate.role == "secretary" and mandate.working_group == row.working_group
    return mandate.role == "officer" and mandate.organisation == row.organisation


def make(db: Session, row: CaseRow, who: PersonRow, mandate: MandateRow, asked: Move) -> None:
    """Make the move: event, notices, clocks and case."""
    now = datetime.now(UTC)
    asks = asked.move == "request_information"
    stage = "information_requested" if asks else str(row.anchor)
    clocks = {clock.name: clock for clock in db.scalars(select(ClockRow).where(ClockRow.case_id == row.id))}
    reply_by = asked.data.get("reply_by") or str(row.reply_by)
    after = sealing.clocks_after(asks, written(clocks), now.date(), reply_by)
    case = {"id": row.id, "events": row.events, "stage": row.stage, "anchor": row.anchor, "head": row.head}
    by = {"person": who.id, "name": who.name, "mandate": mandate.id, "organisation": mandate.organisation}
    event = sealing.happened(case, asked.move, stage, by=by, data=asked.data, clocks=after, now=now)
    db.add(
        EventRow(
            id=event.id,
            case_id=row.id,
            position=row.events + 1,
            kind="CaseMoved",
            schema=sealing.SCHEMA,
            at=now,
            on_date=now.date(),
            actor=who.id,
            body=event.body,
            sha256=event.sha256,
            private=event.private,
            audience="readers",
            move=asked.move,
            moved="advanced",
            stage=stage,
        )
    )
    db.flush()  # the tables know of no relationships, so the order is ours to keep
    for one in sealing.told(asked.move, row.stage, stage):
        db.add(
            OutboxRow(
                id=one.id,
                event_id=event.id,
                case_id=row.id,
                notice=one.notice,
                roles=one.roles,
                context=one.context,
                created_at=now,
            )
        )
    change_clocks(db, row, clocks, after)
    questions = asked.data.get("questions", ())
    row.questions = [{"question": row.questions_asked + 1, "text": text} for text in questions]
    row.questions_asked += len(questions)
    row.stage, row.waits_for = stage, "filer" if asks else "secretary"
    row.version, row.events, row.head = row.version + 1, row.events + 1, event.sha256
    row.reply_by = date.fromisoformat(reply_by)
    row.due_on = date.fromisoformat(after["reply" if asks else "admissibility"]["due_on"])
    row.last_on, row.updated_at, row.moved_at = now.date(), now, now


def written(clocks: Mapping[str, ClockRow]) -> dict[str, dict[str, Any]]:
    """The clocks as the log writes them."""
    return {
        name: {
            "starts_on": clock.starts_on.isoformat(),
            "due_on": str(clock.due_on),
            "suspended_days": clock.suspended_days,
        }
        for name, clock in clocks.items()
    }


def change_clocks(db: Session, row: CaseRow, clocks: dict[str, ClockRow], after: Mapping[str, Any]) -> None:
    """The clocks as they stand after the move."""
    for name, at in after.items():
        clock = clocks.get(name)
        if clock is None:
            clock = ClockRow(case_id=row.id, name=name, kind="target", of_role="filer", rung=[], basis="policy")
            db.add(clock)
        clock.state, clock.suspended_days = at["state"], at["suspended_days"]
        clock.starts_on = date.fromisoformat(at["starts_on"])
        clock.due_on = date.fromisoformat(at["due_on"])
        clock.suspended_on = date.fromisoformat(at["suspended_on"]) if at["suspended_on"] else None
        clock.ended_on = date.fromisoformat(at["ended_on"]) if at["ended_on"] else None
        clock.next_on = clock.due_on if at["state"] == "running" else None
