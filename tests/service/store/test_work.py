"""A unit of work: all of a move or nothing of it, in one chain, under one version."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from service.store.chain import verify
from service.store.engine import Store
from service.store.tables import CaseRow, EventRow, NumberRow, OutboxRow
from service.store.work import Once, Work, check_version
from tests.service.store.people import NOW, begin, file, move, settle
from workflows.actor import Actor
from workflows.advance import Request, advance, needs_of
from workflows.errors import NotFound, Stale, VersionMissing

CASES, EVENTS, OUTBOX = CaseRow.__table__, EventRow.__table__, OutboxRow.__table__


def test_a_draft_has_no_number_and_no_events(store: Store) -> None:
    people = settle(store)
    case = begin(store, people["filer"])
    with store.reading() as connection:
        row = connection.execute(select(CASES).where(CASES.c.id == case)).mappings().one()
        assert (row["reference"], row["events"], row["head"], row["version"]) == (None, 0, None, 1)
        assert connection.execute(select(EVENTS)).first() is None


def test_a_move_keeps_case_event_notices_and_clocks_together(store: Store) -> None:
    people = settle(store)
    case = file(store, people)
    with store.reading() as connection:
        row = connection.execute(select(CASES)).mappings().one()
        events = connection.execute(select(EVENTS).order_by(EVENTS.c.position)).mappings().all()
        notices = connection.execute(select(OUTBOX.c.notice, OUTBOX.c.roles)).all()
        assert list(verify(connection)) == []
    assert row["reference"] == "OBS-2026-0001"
    assert (row["stage"], row["version"], row["events"], row["waits_for"]) == ("admissibility", 3, 2, "secretary")
    assert row["head"] == events[-1]["sha256"] == case.head
    assert [(one["move"], one["moved"]) for one in events] == [("submit", "filed"), ("register", "advanced")]
    assert row["due_on"] == date(2027, 1, 25)  # two months from 24 November end on a Sunday
    told = sorted((one.notice, one.roles) for one in notices)
    assert told == [
        ("progress", ["filer"]),
        ("receipt", ["filer"]),
        ("waiting", ["intake"]),
        ("waiting", ["secretary"]),
    ]


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    people = settle(store)
    case = begin(store, people["filer"])
    with pytest.raises(ZeroDivisionError):
        fail_after_moving(Work(store, people["filer"], NOW), case)
    with store.reading() as connection:
        assert connection.execute(select(CASES.c.stage)).scalar_one() == "draft"
        assert connection.execute(select(EVENTS)).first() is None
        assert connection.execute(select(OUTBOX)).first() is None
        assert connection.execute(select(NumberRow.__table__)).first() is None


def fail_after_moving(work: Work, case: str) -> None:
    with work:
        move_inside(work, case)
        raise ZeroDivisionError


def move_inside(work: Work, case: str) -> None:
    found = work.case(case)
    facts = work.facts(found, needs_of(found, found.procedure.moves["submit"]))
    step = advance(found, facts, Request(move="submit", actor=work.actor, now=NOW))
    assert work.keep(step, found, facts).reference == "OBS-2026-0001"


def test_a_discarded_unit_of_work_gives_its_number_back(store: Store) -> None:
    people = settle(store)
    case = begin(store, people["filer"])
    work = Work(store, people["filer"], NOW)
    with work:
        with work:
            move_inside(work, case)
        work.discard()
    assert move(store, people["filer"], case, "submit").reference == "OBS-2026-0001"


def test_who_may_not_read_finds_nothing(store: Store) -> None:
    people = settle(store)
    case = begin(store, people["filer"])
    for word in ("intake", "secretary_general", "auditor", "delegate", "minister_office"):
        with pytest.raises(NotFound), Work(store, people[word], NOW) as work:
            work.case(case)


def test_a_change_names_the_version_it_is_made_on(store: Store) -> None:
    people = settle(store)
    case = file(store, people)
    with pytest.raises(VersionMissing):
        check_version(case, None)
    with pytest.raises(Stale) as refusal:
        check_version(case, 1)
    assert refusal.value.version == "3"
    check_version(case, 3)


def test_the_same_request_is_carried_out_once(store: Store) -> None:
    people = settle(store)
    key = Once("POST /cases", "key-1", "f" * 64)

    def request(actor: Actor) -> str | None:
        with Work(store, actor, NOW, key) as work:
            seen = work.replay()
            if seen is None:
                work.remember(201, "/api/v1/cases/1", "case", "1")
        return seen.thing_id if seen else None

    assert request(people["filer"]) is None
    assert request(people["filer"]) == "1"
    assert request(people["intake"]) is None  # another person's key
