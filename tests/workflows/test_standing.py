"""Standing: what a role word means on one case, and who has that role there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import MUNICIPALITY, WORKING_GROUP, a_case, a_mandate, an_actor, somebody
from workflows.actor import Actor
from workflows.case import Case
from workflows.standing import Invited, gives, rule_of, standing

WORDS = ("filer", "intake", "secretary", "secretary_general", "delegate", "minister_office")
INVITED: Invited = {"delegate": ("BE", "LU", "NL", "BE-WAL"), "minister_office": ("BE", "LU", "NL")}


def words_of(actor: Actor, case: Case, invited: Invited | None = None) -> list[str]:
    return [word for word in WORDS if standing(case, actor, [word], invited) is not None]


@pytest.mark.parametrize("word", WORDS)
def test_somebody_has_the_role_of_the_word_and_no_other(word: str) -> None:
    assert words_of(somebody(word), a_case(), INVITED) == [word]


@pytest.mark.parametrize("word", ["auditor", "admin"])
def test_auditors_and_administrators_have_no_role_on_a_case(word: str) -> None:
    assert words_of(somebody(word), a_case(), INVITED) == []


def test_a_role_is_at_the_organisation_of_the_case() -> None:
    assert words_of(an_actor("officer", "NL-GM0001"), a_case()) == []
    assert words_of(an_actor("secretary_general", "NL-GM0001"), a_case()) == []


def test_a_secretary_of_another_group_has_no_role() -> None:
    assert words_of(an_actor("secretary", "NL-MIN-IENW", "health"), a_case()) == []


def test_a_secretary_at_the_secretariat_is_intake_too() -> None:
    assert words_of(an_actor("secretary", working_group=WORKING_GROUP), a_case()) == ["intake", "secretary"]
    assert words_of(an_actor("secretary", working_group="health"), a_case()) == ["intake"]


def test_without_a_working_group_the_secretary_is_intake() -> None:
    case = a_case("submitted", working_group=None)
    assert words_of(somebody("intake"), case) == ["intake", "secretary"]
    assert words_of(somebody("secretary"), case) == []
    assert rule_of(case, "secretary") == case.procedure.roles["intake"]
    assert rule_of(a_case(), "secretary") == case.procedure.roles["secretary"]


def test_a_draft_is_intakes_only_when_intake_began_it() -> None:
    assert words_of(somebody("intake"), a_case("draft")) == []
    assert words_of(somebody("intake"), a_case("draft", begun_by="intake")) == ["intake", "secretary"]
    assert words_of(somebody("filer"), a_case("draft", begun_by="intake")) == ["filer"]


def test_delegates_and_offices_need_an_invitation_in_their_own_role() -> None:
    delegate, office = somebody("delegate"), somebody("minister_office")
    assert words_of(delegate, a_case("consultation")) == []
    assert words_of(delegate, a_case("consultation"), {"delegate": ("BE", "LU")}) == []
    assert words_of(office, a_case("consultation"), {"delegate": ("NL",)}) == []
    assert words_of(office, a_case("adoption"), {"minister_office": ("NL",)}) == ["minister_office"]


def test_a_body_that_answers_for_a_delegation_is_heard_in_its_place() -> None:
    federal = an_actor("delegate", "BE-FED", answers_for="BE")
    assert words_of(federal, a_case("consultation"), INVITED) == ["delegate"]
    assert words_of(an_actor("delegate", "BE-VLG"), a_case("consultation"), INVITED) == []


def test_a_body_that_answers_for_the_organisation_of_the_case_acts_for_it() -> None:
    assert words_of(an_actor("officer", "BE-FED", answers_for="BE"), a_case(organisation="BE")) == ["filer"]
    assert words_of(an_actor("officer", "BE", answers_for="EC"), a_case(organisation="BE-FED")) == []


def test_the_offices_of_the_countries_concerned_have_a_project() -> None:
    project = a_case("running", "benelux-project", countries=("BE", "NL"))
    assert words_of(an_actor("minister_office", "NL"), project) == ["minister_office"]
    assert words_of(an_actor("minister_office", "BE-FED", answers_for="BE"), project) == ["minister_office"]
    assert words_of(an_actor("minister_office", "LU"), project) == []


def test_the_first_word_that_fits_is_recorded_with_its_mandate() -> None:
    both = an_actor("officer")
    both = replace(both, mandates=(*both.mandates, a_mandate("secretary")))
    found = standing(a_case(), both, ["intake", "filer"])
    assert found is not None
    assert (found[0], found[1].role) == ("intake", "secretary")
    found = standing(a_case(), both, ["filer", "intake"])
    assert found is not None
    assert (found[0], found[1].organisation) == ("filer", MUNICIPALITY)


def test_a_word_that_the_procedure_does_not_know_is_nobodys() -> None:
    assert not gives(a_mandate("officer", MUNICIPALITY), "filer", a_case("running", "benelux-project"), {})
    assert not gives(a_mandate("officer", MUNICIPALITY), "readers", a_case(), {})
