"""Cases as they are read: each as far as the reader may see, found by every filter, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from service.queries.case_filters import SORTS, CaseFilter
from service.queries.cases import CaseShown, find_case, list_cases
from service.store.engine import Store
from service.store.tables import CaseRow, FollowerRow, PositionRow
from tests.service.seeds import TODAY, House
from workflows.errors import DataInvalid, NotFound


def find(house: House, name: str, case: str) -> CaseShown:
    with house.store.reading() as connection:
        return find_case(connection, house.actor(name), case)


def listed(house: House, name: str, **wanted: Any) -> list[str]:
    """The ids that somebody finds; the count says the same number."""
    with house.store.reading() as connection:
        page = list_cases(
            connection, house.actor(name), CaseFilter(**wanted), TODAY, sort="updated_at", limit=200, count=True
        )
    assert page.count == len(page.items)
    return [item.id for item in page.items]


def follow(house: House, name: str, case: str) -> None:
    row = {"case_id": case, "person_id": f"person-{name}", "since_at": house.now, "notices": []}
    with house.store.writing() as connection:
        connection.execute(insert(FollowerRow.__table__), row)


EVERYBODY = {
    "officer", "stranger", "intake", "secretary", "other_secretary", "sg", "delegate_be", "delegate_lu",
    "delegate_nl", "adviser", "partner", "office_be", "office_lu", "office_nl", "auditor", "admin", "nobody",
}  # fmt: skip
HOUSE = {"officer", "intake", "secretary", "sg", "auditor"}
CONCERNED = {"office_be", "office_nl"}
INVITED = {"delegate_be", "delegate_lu", "delegate_nl", "adviser", "partner"}


@pytest.mark.parametrize(
    ("stage", "readers"),
    [
        ("draft", {"officer"}),
        ("submitted", HOUSE | CONCERNED),
        ("consultation", HOUSE | CONCERNED | INVITED),
        ("adoption", HOUSE | CONCERNED | INVITED | {"office_lu"}),
    ],
)
def test_who_reads_a_case_finds_it_and_nobody_else(house: House, stage: str, readers: set[str]) -> None:
    case = house.bring(stage)
    seen = set()
    for name in EVERYBODY:
        found = listed(house, name)
        assert listed(house, name, q="schoolbus") == found
        if found:
            assert find(house, name, case).id == case
            seen.add(name)
        else:
            with pytest.raises(NotFound):
                find(house, name, case)
    assert seen == readers


def test_a_case_goes_by_its_id_and_its_reference(house: House) -> None:
    case = house.bring("admissibility")
    assert find(house, "officer", "OBS-2026-0001") == find(house, "officer", case)
    for name in ("OBS-2026-0002", "obs", "x" * 36):
        with pytest.raises(NotFound):
            find(house, "officer", name)


def test_a_case_says_everything_about_itself(house: House) -> None:
    shown = find(house, "officer", house.bring("information_requested"))
    assert (shown.procedure.id, shown.procedure.version) == ("benelux-obstacle", 1)
    assert (shown.stage, shown.phase, shown.ended, shown.waits_for) == (
        "information_requested", "proposal", False, "filer",
    )  # fmt: skip
    assert list(shown.questions) == [
        {"question": 1, "text": "Welke lijn?"},
        {"question": 2, "text": "Hoeveel ritten?"},
    ]
    assert shown.due_on == date(2026, 12, 18)
    assert (shown.working_group, shown.theme) == ("transport", "mobility_transport")
    assert shown.content["how_many"] == 40
    assert (shown.ending, shown.plan_status, list(shown.instruments), list(shown.consultations)) == (None, None, [], [])


def test_an_ended_case_says_why_and_who_said_so(house: House) -> None:
    shown = find(house, "officer", house.bring("inadmissible"))
    assert shown.ending is not None
    assert (shown.ending.reason, shown.ending.on, shown.ending.by) == ("Het loopt al elders.", TODAY, "Secretary")
    assert (shown.phase, shown.ended, shown.waits_for, shown.due_on) == ("ended", True, None, None)


def test_an_outcome_is_known_to_each_in_time(house: House) -> None:
    case = house.bring("consultation")
    house.agree(case, ("BE", "LU"))
    assert {name: find(house, name, case).consultations[0].outcome for name in ("secretary", "adviser", "auditor")} == {
        "secretary": "pending", "adviser": "pending", "auditor": "pending",
    }  # fmt: skip
    for name in ("officer", "office_be"):
        assert find(house, name, case).consultations[0].outcome is None, f"{name} waits until it is closed"
    house.agree(case, ("NL",))
    assert find(house, "delegate_nl", case).consultations[0].outcome == "adopted"
    house.move("secretary", case, "close_consultation")
    shown = find(house, "officer", case).consultations[0]
    assert (shown.name, shown.round, shown.open, shown.outcome) == ("delegations", 1, False, "adopted")


def test_a_cancelled_round_has_no_outcome(house: House) -> None:
    case = house.bring("consultation")
    house.move("secretary", case, "cancel_consultation", reason="De vraag verandert.")
    shown = find(house, "secretary", case).consultations[0]
    assert (shown.open, shown.outcome) == (False, None)


def test_a_case_names_its_instrument(house: House) -> None:
    case = house.bring("implementation")
    (instrument,) = find(house, "officer", case).instruments
    assert (instrument.kind, instrument.number, instrument.relation) == ("decision", "M(2026)1", "produces")
    assert find(house, "officer", house.bring("drafting")).instruments[0].number is None


def test_a_follower_does_not_learn_who_is_silent(house: House) -> None:
    case = house.bring("consultation")
    house.agree(case, ("BE",))
    follow(house, "stranger", case)
    assert listed(house, "stranger") == listed(house, "officer") != []
    assert listed(house, "officer", asked_of=("NL",)) == listed(house, "officer")
    for delegation in ("BE", "NL"):
        assert listed(house, "stranger", asked_of=(delegation,)) == []


def test_a_follower_reads_no_free_words(house: House) -> None:
    case = house.bring("inadmissible")
    follow(house, "stranger", case)
    shown = find(house, "stranger", case)
    assert (shown.title, shown.stage, shown.version) == ("Schoolbus over de grens", "inadmissible", 4)
    assert (shown.content, list(shown.questions)) == ({}, [])
    assert shown.ending is not None
    assert (shown.ending.reason, shown.ending.by, shown.ending.on) == (None, None, TODAY)
    assert listed(house, "stranger", q="schoolbus 2026-0001") == [case]
    assert listed(house, "stranger", q="leerlingen") == [], (
        "words of the content are not found by who may not read them"
    )


def test_words_are_found_whatever_their_case_and_accents(house: House) -> None:
    case = house.begin(title="Véhicules LÉGERS 100%", content={"situation": "Straße zwischen Aachen und Vaals"})
    for q in ("vehicules", "LEGERS vehic", "strasse", "100%", "  "):
        assert listed(house, "officer", q=q) == [case], q
    for q in ("fehicules", "vehicules vaals bus", "1%0", "_"):
        assert listed(house, "officer", q=q) == [], q


def test_every_filter_narrows_and_its_words_are_alternatives(house: House) -> None:
    draft = house.begin(countries=["LU"])
    asked = house.bring("information_requested")
    ended = house.bring("inadmissible")
    project = house.begin("intake", procedure="benelux-project", content={"summary": "Proef"}, countries=[])
    filters: list[tuple[dict[str, Any], list[str]]] = [
        ({"stage": ("draft",)}, [draft]),
        ({"stage": ("draft", "inadmissible")}, [draft, ended]),
        ({"stage": ("draft",), "country": ("NL",)}, []),
        ({"phase": ("ended",)}, [ended]),
        ({"procedure": ("benelux-project",)}, []),
        ({"country": ("LU", "NL")}, [draft, asked, ended]),
        ({"theme": ("mobility_transport",)}, [asked, ended]),
        ({"working_group": ("transport",)}, [asked, ended]),
        ({"organisation": ("NL-GM0980",)}, [draft, asked, ended]),
        ({"waits_for": ("filer",)}, [draft, asked]),
        ({"status": ("open",)}, [draft, asked]),
        ({"status": ("ended",)}, [ended]),
        ({"status": ("open", "ended")}, [draft, asked, ended]),
        ({"due_before": date(2026, 12, 19)}, [asked]),
        ({"due_before": date(2026, 12, 18)}, []),
        ({"q": "OBS-2026-0002"}, [ended]),
    ]
    for wanted, expected in filters:
        assert listed(house, "officer", **wanted) == expected, wanted
    assert listed(house, "intake", procedure=("benelux-project",)) == [project]
    with house.store.reading() as connection:
        late = list_cases(connection, house.actor("officer"), CaseFilter(status=("late",)), date(2026, 12, 19), limit=9)
    assert [item.id for item in late.items] == [asked]


def test_what_moved_in_a_week_counts_days_in_brussels(house: House) -> None:
    house.now = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # Sunday evening in Brussels
    sunday = house.bring("submitted")
    house.now = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # Monday there
    monday = house.bring("admissibility")
    house.now = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    next_monday = house.bring("inadmissible")
    week = {"since": date(2026, 11, 23), "until": date(2026, 11, 30)}
    assert listed(house, "officer", moved=("filed",), **week) == [monday]
    assert listed(house, "officer", moved=("advanced",), **week) == [monday]
    assert listed(house, "officer", moved=("ended", "adopted"), **week) == []
    assert listed(house, "officer", moved=("ended",)) == [next_monday]
    assert listed(house, "officer", until=date(2026, 11, 23)) == [sunday]
    assert listed(house, "officer", since=date(2026, 11, 30)) == [next_monday]


def test_what_is_asked_of_a_delegation_now(house: House) -> None:
    asked = house.bring("consultation")
    adopted = house.bring("implementation")
    assert listed(house, "sg", asked_of=("BE",)) == [asked, adopted]
    assert listed(house, "sg", asked_of=("BE-WAL",)) == [], "advisers are not asked for a vote"
    house.agree(asked, ("BE",))
    house.finish_measures(adopted)
    assert listed(house, "sg", asked_of=("BE",)) == []
    assert listed(house, "sg", asked_of=("BE", "LU")) == [asked]
    table = PositionRow.__table__
    with house.store.writing() as connection:
        connection.execute(update(table).where(table.c.delegation == "BE").values(stance="withdrawn"))
    assert asked in listed(house, "sg", asked_of=("BE",))


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_in_every_order(house: House, sort: str) -> None:
    for stage in ("draft", "submitted", "admissibility", "information_requested", "submitted", "draft"):
        house.now += timedelta(minutes=1)
        house.bring(stage)
    with house.store.reading() as connection:
        actor = house.actor("officer")
        whole = list_cases(connection, actor, CaseFilter(), TODAY, sort=sort, limit=200)
        paged: list[CaseShown] = []
        place = None
        while place is not None or not paged:
            page = list_cases(connection, actor, CaseFilter(), TODAY, sort=sort, limit=4, place=place)
            paged += page.items
            place = page.after
    assert whole.after is None
    assert paged == list(whole.items)
    assert len(paged) == 6
    values = [getattr(case, sort.lstrip("-")) for case in paged]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert values[len(known) :] == [None] * (6 - len(known)), "what has no value comes last"


def test_a_place_of_another_list_is_refused(house: House) -> None:
    with house.store.reading() as connection, pytest.raises(DataInvalid):
        list_cases(connection, house.actor("officer"), CaseFilter(), TODAY, limit=1, place=("x",))


@contextmanager
def counting(store: Store) -> Iterator[list[str]]:
    """The statements that are executed."""
    seen: list[str] = []
    engine = store._reads

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_list_takes_as_many_queries_for_one_case_as_for_twenty(house: House) -> None:
    counts = {}
    house.bring("consultation")
    house.bring("inadmissible")
    for size in (2, 20):
        while len(listed(house, "secretary")) < size:
            house.bring("consultation" if size % 3 else "inadmissible")
            house.bring("submitted")
        with house.store.reading() as connection, counting(house.store) as seen:
            list_cases(connection, house.actor("secretary"), CaseFilter(), TODAY, limit=50, count=True)
        counts[size] = len(seen)
    assert counts[2] == counts[20] == 6


def test_a_case_from_a_plan_shows_how_it_stands_there(house: House) -> None:
    case = house.bring("submitted")
    statuses = [{"on": "2023-01-01", "status": "new", "basis": "heading"}, {"on": "2026-01-01", "status": "ongoing"}]
    table = CaseRow.__table__
    with house.store.writing() as connection:
        connection.execute(update(table).where(table.c.id == case).values(plan_status=statuses))
    assert find(house, "officer", case).plan_status == "ongoing"
