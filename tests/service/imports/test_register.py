"""Cases of an old register."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.commands.imports import Works
from service.imports.reading import ImportFaulty
from service.imports.register import import_cases, read_register, stages_to_begin_in
from service.imports.report import Report
from service.store.engine import Store
from service.store.sight import CASES
from tests.service.imports.plans import a_source
from workflows import shelf


def an_entry(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "procedure": "benelux-obstacle",
        "title": "Schoolbus over de grens",
        "language": "nl",
        "organisation": "BENELUX-SG",
        "countries": ["BE", "NL"],
        "content": {"situation": "De bus mag de grens niet over."},
    }
    return given | changes


def taken_over(works: Works, *entries: Any) -> Report:
    return import_cases(read_register(a_source(list(entries), "register.json")), works)


def test_a_case_begins_where_it_stands_with_a_number_of_its_year(store: Store, works: Works) -> None:
    report = taken_over(works, an_entry(stage="exploration", filed_on="2021-05-04"), an_entry(title="Nog een"))
    assert list(report.lines()) == ["register.json", "cases: 2 added, 0 already there, 0 left out"]
    with store.reading() as connection:
        columns = (CASES.c.reference, CASES.c.stage, CASES.c.waits_for, CASES.c.events)
        kept = connection.execute(select(*columns).order_by(CASES.c.reference)).all()
    assert [tuple(row) for row in kept] == [
        ("OBS-2021-0001", "exploration", "secretary", 1),
        ("OBS-2026-0001", "submitted", "intake", 1),
    ]


def test_the_same_entry_again_is_known(works: Works) -> None:
    taken_over(works, an_entry())
    again = taken_over(works, an_entry(), an_entry(title="Nieuw"), an_entry(title="Nieuw"))
    assert list(again.lines())[1:] == [
        "cases: 1 added, 1 already there, 1 left out",
        "  case 3: stands twice in the file",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"procedure": "none"}, "procedure: none is none of benelux-obstacle, benelux-project, benelux-proposal"),
        ({"language": "it"}, "language: input should be"),
        ({"organisation": "NL-GM9999"}, "organisation: unknown organisation (NL-GM9999)"),
        ({"working_group": "nobody"}, "working_group: unknown working group (nobody)"),
        ({"content": {"colour": "red"}}, "content.colour: unknown field"),
        ({"content": {"how_many": "five"}}, "content.how_many: wrong type"),
        ({"stage": "drafting"}, "stage: drafting is none of submitted, admissibility, exploration, common_position"),
        ({"filed_on": "2026-03-03"}, "filed_on: 2026-03-03 does not lie between 1958 and today"),
        ({"filed_on": "yesterday!"}, "filed_on: is not a day"),
        ({"colour": "red"}, "colour: "),
    ],
)
def test_a_wrong_entry_is_told_by_its_place_and_reason(
    store: Store, works: Works, changes: dict[str, Any], sentence: str
) -> None:
    report = taken_over(works, an_entry(**changes), an_entry())
    tally = report.tallies["cases"]
    assert tally.refused[0].startswith(f"case 1: {sentence}")
    assert (len(tally.added), report.left_out) == (1, 1)
    with store.reading() as connection:  # a refused case leaves no hole
        assert connection.execute(select(CASES.c.reference)).scalars().all() == ["OBS-2026-0001"]


def test_a_register_is_a_list() -> None:
    with pytest.raises(ImportFaulty, match=r"register\.json cannot be used: it is not a list of cases"):
        read_register(a_source({}, "register.json"))


def test_no_case_begins_where_a_text_must_be_there() -> None:
    assert stages_to_begin_in(shelf.newest("benelux-project")) == ("proposed", "preparing", "running")
    assert "council" not in stages_to_begin_in(shelf.newest("benelux-obstacle"))
