"""Sight: what each kind of reader sees of one case, through every query."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from service.commands.cases import BeginCase, begin_case
from service.commands.comments import MakeComment, make_comment
from service.commands.documents import AttachDocument, attach_document
from service.queries.analyses import analysis
from service.queries.case_filters import CaseFilter
from service.queries.cases import find_case, list_cases
from service.queries.clocks import clocks
from service.queries.comments import comments
from service.queries.consultations import ConsultationShown, consultation, consultations, positions
from service.queries.documents import documents
from service.queries.events import events
from service.queries.instruments import Sought, instruments
from service.queries.links import links
from service.queries.moves import moves_of
from service.store.tables import ConsultationRow, FollowerRow
from service.store.work import Work
from tests.service.seeds import OBSTACLE, TODAY, House
from workflows.actor import Actor, Mandate, Role
from workflows.errors import NotFound

INNER = ("intake", "secretary", "sg", "auditor")
INVITED = ("delegate_be", "delegate_lu", "delegate_nl", "adviser", "partner")
CONCERNED = ("office_be", "office_nl")
READERS = ("officer", *INNER, *INVITED, *CONCERNED)
OUTSIDE = ("stranger", "other_secretary", "admin", "nobody", "office_lu")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

Query = Callable[[Connection, Actor, str], Any]
PARTS: Mapping[str, Query] = {
    "case": find_case,
    "clocks": clocks,
    "links": links,
    "comments": lambda connection, actor, case: comments(connection, actor, case, limit=9),
    "documents": lambda connection, actor, case: documents(connection, actor, case, limit=9),
    "events": lambda connection, actor, case: events(connection, actor, case, limit=99),
    "consultations": lambda connection, actor, case: consultations(connection, actor, case, "en", limit=9),
    "moves": lambda connection, actor, case: moves_of(connection, actor, case, TODAY, "en"),
}
OPEN_TO_FOLLOWERS = {"case", "events", "consultations", "moves"}


def ask(house: House, actor: Actor | str, query: Query, case: str) -> Any:
    """What somebody is answered; None where there is nothing for her."""
    who = house.actor(actor) if isinstance(actor, str) else actor
    with house.store.reading() as connection:
        try:
            return query(connection, who, case)
        except NotFound:
            return None


def say(house: House, folder: Path, case: str, audience: str) -> None:
    said = {"text": f"Alleen {audience}.", "audience": audience}
    make_comment(MakeComment(case=case, asked=lambda: said), house.work("secretary"))
    paper = {"file": "nota.pdf", "title": f"Nota {audience}", "language": "nl", "audience": audience}
    attach_document(
        AttachDocument(case=case, stream=BytesIO(PDF), asked=lambda: paper), folder, house.work("secretary")
    )


@pytest.fixture
def case(house: House, tmp_path: Path) -> str:
    """A case in its first round, in which two have spoken, with comments and documents of both kinds."""
    found = house.bring("consultation")
    house.agree(found, ("BE", "NL"))
    say(house, tmp_path, found, "internal")
    say(house, tmp_path, found, "shared")
    return found


def first_round(house: House, case: str) -> str:
    table = ConsultationRow.__table__
    with house.store.reading() as connection:
        return str(connection.execute(select(table.c.id).where(table.c.case_id == case, table.c.round == 1)).scalar())


def seen_round(house: House, name: str, case: str) -> ConsultationShown:
    id = first_round(house, case)
    found = ask(house, name, lambda connection, actor, _: consultation(connection, actor, id, "en"), case)
    assert isinstance(found, ConsultationShown)
    return found


def test_who_does_not_read_a_case_is_told_that_it_is_not_there(house: House, case: str) -> None:
    for name in OUTSIDE:
        assert [part for part, query in PARTS.items() if ask(house, name, query, case) is not None] == [], name
    for name in READERS:
        assert [part for part, query in PARTS.items() if ask(house, name, query, case) is None] == [], name


def test_lists_counts_and_searches_know_no_more(house: House, case: str) -> None:
    for name in (*READERS, *OUTSIDE):
        for wanted in (CaseFilter(), CaseFilter(q="schoolbus"), CaseFilter(country=("NL",))):
            with house.store.reading() as connection:
                page = list_cases(connection, house.actor(name), wanted, TODAY, limit=9, count=True)
            expected = int(name in READERS)
            assert (len(page.items), page.count) == (expected, expected), name


def test_findings_and_internal_papers_stay_in_the_secretariat(house: House, case: str) -> None:
    for name in READERS:
        found = ask(house, name, lambda connection, actor, id: analysis(connection, actor, id, "BE"), case)
        audiences = {
            one.audience for part in ("comments", "documents") for one in ask(house, name, PARTS[part], case).items
        }
        private = [event.private for event in ask(house, name, PARTS["events"], case).page.items]
        inner = name in INNER
        assert (found is not None) is inner, name
        assert audiences == ({"internal", "shared"} if inner else {"shared"}), name
        assert any("Alleen internal" in (text or "") for text in private) is inner, name
        assert any("Alleen shared" in (text or "") for text in private), name


def test_positions_are_for_the_secretariat_and_those_invited_to_that_round(house: House, case: str) -> None:
    id = first_round(house, case)
    for name in READERS:
        may = name in (*INNER, *INVITED)
        given = ask(house, name, lambda connection, actor, _: positions(connection, actor, id, limit=9), case)
        shown = seen_round(house, name, case)
        assert (given is not None, len(shown.positions)) == (may, 2 if may else 0), name
        assert shown.outcome == ("pending" if may else None), name
        brief = ask(house, name, find_case, case).consultations[0]
        assert brief.outcome == shown.outcome, name
    house.agree(case, ("LU",))
    house.move("secretary", case, "close_consultation")
    for name in READERS:
        shown = seen_round(house, name, case)
        assert (shown.outcome, bool(shown.reasoning)) == ("adopted", True), name
        assert len(shown.positions) == (3 if name in (*INNER, *INVITED) else 0), name


def test_votes_are_not_for_the_delegates_nor_positions_for_the_offices(house: House) -> None:
    case = house.bring("adoption")
    house.agree(case)
    for name, names in (("delegate_nl", ["delegations"]), ("office_nl", ["committee"])):
        rounds = ask(house, name, PARTS["consultations"], case).items
        assert [one.name for one in rounds if one.positions] == names


def test_a_follower_sees_title_stage_outcome_and_history_in_words(house: House, case: str) -> None:
    row = {"case_id": case, "person_id": "person-stranger", "since_at": house.now, "notices": []}
    with house.store.writing() as connection:
        connection.execute(insert(FollowerRow.__table__), row)
    assert {part for part, query in PARTS.items() if ask(house, "stranger", query, case) is not None} == (
        OPEN_TO_FOLLOWERS
    )
    shown = ask(house, "stranger", find_case, case)
    assert (shown.title, shown.stage, shown.content, shown.questions) == (
        "Schoolbus over de grens",
        "consultation",
        {},
        (),
    )
    assert ask(house, "stranger", PARTS["moves"], case) == ()
    for event in ask(house, "stranger", PARTS["events"], case).page.items:
        assert (event.private, event.reason, event.body, event.actor) == (None, None, None, None)
    (followed,) = ask(house, "stranger", PARTS["consultations"], case).items
    assert (followed.question, followed.outcome, followed.positions) == (None, None, ())


def test_a_draft_instrument_is_for_who_reads_the_case_and_a_numbered_one_for_everybody(house: House) -> None:
    case = house.bring("drafting")
    register: Query = lambda connection, actor, _: instruments(connection, actor, Sought(), "nl", TODAY, limit=9)  # noqa: E731 (a query like those above)
    drafted = {name for name in (*READERS, *OUTSIDE) if ask(house, name, register, case).items}
    assert drafted == set(READERS)
    house.bring("implementation", case)
    for name in OUTSIDE:
        (one,) = ask(house, name, register, case).items
        assert one.number == "M(2026)1"
        assert (one.case is None) is (name != "office_lu"), "by now Luxembourg has voted"


def test_what_intake_begins_for_an_authority_is_read_by_both_and_what_an_officer_begins_by_her_alone(
    house: House,
) -> None:
    own = house.begin("officer")
    for_her = house.begin("intake", organisation="NL-GM0980")
    for name in (*READERS, *OUTSIDE):
        assert (ask(house, name, find_case, own) is not None) is (name == "officer"), name
        # Every secretary of the Secretariat-General is intake.
        may = name in ("officer", "intake", "secretary")
        assert (ask(house, name, find_case, for_her) is not None) is may, name


def test_a_body_that_answers_for_the_filer_reads_what_it_may_file(house: House) -> None:
    mandate = Mandate(id="mandate-delegate_be", role=Role.OFFICER, organisation="BE-FED", answers_for="BE")
    federal = dataclasses.replace(house.actor("delegate_be"), mandates=(mandate,))
    seen = begin_case(BeginCase(lambda: {**OBSTACLE, "organisation": "BE"}), Work(house.store, federal, house.now))
    assert ask(house, federal, find_case, str(seen.thing_id)) is not None
    assert ask(house, "delegate_be", find_case, str(seen.thing_id)) is None
