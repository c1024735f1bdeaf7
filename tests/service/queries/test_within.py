"""A case that was found once may be named by what was found, by the person alone who found it."""

from __future__ import annotations

import pytest

from service.queries.cases import case_row, find_case
from service.queries.comments import comments
from service.queries.within import within
from tests.service.seeds import House
from workflows.errors import NotFound


def test_what_one_person_found_opens_nothing_to_another(house: House) -> None:
    case = house.bring("submitted")
    with house.store.reading() as connection:
        found = within(connection, house.actor("secretary"), case)
        assert within(connection, house.actor("secretary"), found) == found
        assert comments(connection, house.actor("secretary"), found, limit=9).items == ()
        row = case_row(connection, house.actor("secretary"), case)
        assert find_case(connection, house.actor("secretary"), row).id == case
        with pytest.raises(NotFound):
            find_case(connection, house.actor("stranger"), row)
        for read in (within, lambda *given: comments(*given, limit=9)):
            with pytest.raises(NotFound):
                read(connection, house.actor("stranger"), found)
