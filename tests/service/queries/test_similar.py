"""Similar cases: found by theme and country or by terms, told without a word of theirs, followed by who writes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from service.commands.cases import ChangeCase, TakeOverDraft, change_case, take_over_draft
from service.commands.following import FollowAlike, follow_alike
from service.queries.cases import find_case
from service.queries.drafts import draft, drafts
from service.queries.following import following
from service.queries.similar import Card, cards, readable, traits
from tests.service.seeds import House
from workflows.errors import NotFound, RoleMissing, Stale

THEME = {"theme": "mobility_transport"}


def like(house: House, case: str, name: str = "stranger") -> tuple[Card, ...]:
    with house.store.reading() as connection:
        return cards(connection, house.actor(name), traits(connection, house.actor(name), case), 5)


def written(house: House, **said: Any) -> str:
    """A draft of another authority, about something else."""
    content = {"situation": said.pop("situation", "Quelque chose"), "who_is_hindered": "Tous"}
    return house.begin("stranger", title="Autre", language="fr", content=content, **{"countries": ["LU"], **said})


def test_the_same_theme_and_a_shared_country_make_two_cases_alike(house: House) -> None:
    filed = house.bring("admissibility")
    assert house.case(filed).theme == "mobility_transport"
    found = like(house, written(house, countries=["BE", "LU"], **THEME))
    assert [(one.id, one.stage, one.why.countries) for one in found] == [(filed, "admissibility", ("BE",))]
    assert like(house, written(house, countries=["DE"], **THEME)) == ()
    assert like(house, written(house, countries=["BE"], theme="energy")) == ()


def test_two_terms_in_whatever_language_make_two_cases_alike(house: House) -> None:
    text = "Grensarbeiders die thuiswerken verliezen hun sociale zekerheid. 100% _"
    filed = house.begin(content={"situation": text, "who_is_hindered": "Velen"})
    house.move("officer", filed, "submit")
    found = like(house, written(house, situation="Les travailleurs frontaliers et le télétravail: 100% _"))
    assert [one.id for one in found] == [filed]
    assert {one.names["fr"] for one in found[0].why.notions} == {"travailleur frontalier", "télétravail"}
    assert like(house, written(house, situation="Les travailleurs frontaliers seuls")) == ()


def test_a_draft_is_like_nothing_and_nothing_is_like_itself(house: House) -> None:
    other = house.begin(**THEME)
    mine = written(house, countries=["BE"], **THEME)
    assert like(house, mine) == ()
    house.move("officer", other, "submit")
    assert [one.id for one in like(house, mine)] == [other]
    house.move("stranger", mine, "submit")
    assert [one.id for one in like(house, mine)] == [other]


def test_a_title_is_told_only_to_who_may_read_it(house: House) -> None:
    filed = house.bring("admissibility")
    with house.store.reading() as connection:
        assert readable(connection, house.actor("stranger"), [filed]) == {}
        found = readable(connection, house.actor("officer"), [filed])[filed]
    assert (found.title, found.followed) == ("Schoolbus over de grens", False)
    assert "Schoolbus" not in repr(like(house, written(house, countries=["BE"], **THEME)))


def test_whoever_writes_follows_a_similar_case_of_another_authority(house: House) -> None:
    filed, mine = house.bring("admissibility"), written(house, countries=["BE"], **THEME)
    follow_alike(FollowAlike(mine, filed), house.work("stranger"))
    with house.store.reading() as connection:
        shown = find_case(connection, house.actor("stranger"), filed)
        names = following(connection, house.actor("secretary"), filed).names
        assert readable(connection, house.actor("stranger"), [filed])[filed].followed
    assert (shown.title, dict(shown.content)) == ("Schoolbus over de grens", {})
    assert names == ("Stranger",)


def test_nobody_follows_a_case_that_is_not_like_her_own_draft(house: House) -> None:
    filed, mine = house.bring("admissibility"), written(house)
    for draft_of_hers, other in ((mine, filed), (mine, "x" * 36), (mine, house.begin())):
        with pytest.raises(NotFound):
            follow_alike(FollowAlike(draft_of_hers, other), house.work("stranger"))
    with pytest.raises(NotFound):
        follow_alike(FollowAlike(house.begin(), filed), house.work("stranger"))


def test_as_many_queries_for_one_similar_case_as_for_five(house: House) -> None:
    mine = written(house, countries=["BE"], **THEME)
    counts = []
    for _ in range(2):
        house.bring("admissibility")
        house.bring("admissibility")
        made: list[str] = []
        with house.store.reading() as connection:
            event.listen(connection, "before_cursor_execute", lambda *given, made=made: made.append(given[2]))
            cards(connection, house.actor("stranger"), traits(connection, house.actor("stranger"), mine), 5)
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_drafts_are_those_of_the_organisation_with_who_has_them_in_hand(house: House) -> None:
    first, second = house.begin(), house.begin("intake", organisation="NL-GM0980")
    house.bring("submitted")
    with house.store.reading() as connection:
        found = drafts(connection, house.actor("officer"), 10)
        assert {(one.id, one.name) for one in found} == {(first, "Officer"), (second, "Intake")}
        assert [one.id for one in drafts(connection, house.actor("intake"), 10)] == [second]
        for name in ("stranger", "auditor", "sg", "office_nl"):
            assert drafts(connection, house.actor(name), 10) == ()
        with pytest.raises(NotFound):
            draft(connection, house.actor("stranger"), first)


def test_a_draft_is_taken_over_by_who_may_edit_it(house: House) -> None:
    case = house.begin("intake", organisation="NL-GM0980")
    take_over_draft(TakeOverDraft(case, 1), house.work("officer"))
    assert (house.case(case).filed_by, house.case(case).version) == ("person-officer", 2)
    with pytest.raises(Stale):
        take_over_draft(TakeOverDraft(case, 1), house.work("intake"))
    change_case(ChangeCase(case, 2, lambda: {"title": "Nieuw"}), house.work("officer"))
    filed = house.bring("submitted")
    with pytest.raises(RoleMissing):
        take_over_draft(TakeOverDraft(filed, house.case(filed).version), house.work("sg"))
