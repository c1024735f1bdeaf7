"""Who hears: each rule of who gets a notice, one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import MUNICIPALITY, WORKING_GROUP, a_case, a_mandate
from workflows.actor import SECRETARIAT
from workflows.case import Case
from workflows.recipients import Audience, Follower, Holder, Recipient, organisations_of, recipients
from workflows.standing import Invited

VOTERS: Invited = {"delegate": ("BE", "LU", "NL")}


def a_holder(
    name: str, role: str, organisation: str = SECRETARIAT, group: str | None = None, answers_for: str | None = None
) -> Holder:
    mandate = a_mandate(role, organisation, group, answers_for=answers_for)
    return Holder(person=name, name=name.title(), email=f"{name}@example.org", language="nl", mandate=mandate)


FILER = a_holder("filer", "officer", MUNICIPALITY)
COLLEAGUE = a_holder("colleague", "officer", MUNICIPALITY)
INTAKE = a_holder("intake", "secretary")
GROUP = a_holder("group", "secretary", group=WORKING_GROUP)
OTHER_GROUP = a_holder("other-group", "secretary", group="health")
GENERAL = a_holder("general", "secretary_general")
BELGIUM = a_holder("belgium", "delegate", "BE-FED", answers_for="BE")
LUXEMBOURG = a_holder("luxembourg", "delegate", "LU")
NETHERLANDS = a_holder("netherlands", "delegate", "NL")
WALLONIA = a_holder("wallonia", "delegate", "BE-WAL")
OFFICE = a_holder("office", "minister_office", "NL")
AUDITOR = a_holder("auditor", "auditor")
EVERYBODY = (FILER, COLLEAGUE, INTAKE, GROUP, OTHER_GROUP, GENERAL, BELGIUM, LUXEMBOURG, NETHERLANDS, WALLONIA,
             OFFICE, AUDITOR)  # fmt: skip


def heard(
    notice: str,
    *roles: str,
    case: Case | None = None,
    among: tuple[Holder, ...] = EVERYBODY,
    followers: tuple[Follower, ...] = (),
    **audience: Any,
) -> tuple[Recipient, ...]:
    case = case or a_case(filed_by="filer")
    return recipients(Audience(case=case, notice=notice, roles=roles, **audience), among, followers)


def names(found: tuple[Recipient, ...]) -> list[str]:
    return [recipient.person for recipient in found]


def without(*gone: Holder) -> tuple[Holder, ...]:
    return tuple(holder for holder in EVERYBODY if holder not in gone)


class TestFiler:
    """The person who filed; the others of the organisation when that mandate has ended."""

    def test_who_filed_hears_and_a_colleague_does_not(self) -> None:
        assert names(heard("progress", "filer")) == ["filer"]

    def test_the_colleagues_hear_once_that_mandate_has_ended(self) -> None:
        assert names(heard("progress", "filer", among=without(FILER))) == ["colleague"]

    def test_the_organisation_hears_of_what_intake_filed_for_it(self) -> None:
        assert names(heard("receipt", "filer", case=a_case(filed_by="intake"))) == ["filer", "colleague"]

    def test_an_organisation_without_people_here_is_spoken_for_by_the_secretary(self) -> None:
        (recipient,) = heard("progress", "filer", among=without(FILER, COLLEAGUE))
        assert (recipient.person, recipient.role, recipient.instead_of) == ("group", "secretary", "filer")

    def test_the_secretariat_does_not_write_to_itself_about_what_it_filed(self) -> None:
        assert heard("progress", "filer", among=without(FILER, COLLEAGUE), case=a_case(organisation=SECRETARIAT)) == ()


class TestSecretariat:
    """Intake is holders without a working group, else all; a case without a group has intake as its secretary."""

    def test_intake_is_whoever_has_no_working_group(self) -> None:
        assert names(heard("waiting", "intake")) == ["intake"]

    def test_without_such_a_person_every_secretary_is_intake(self) -> None:
        assert names(heard("waiting", "intake", among=without(INTAKE))) == ["group", "other-group"]

    def test_a_secretary_elsewhere_is_no_intake(self) -> None:
        elsewhere = a_holder("elsewhere", "secretary", "NL-MIN-IENW", WORKING_GROUP)
        assert names(heard("waiting", "intake", among=(elsewhere,))) == []

    def test_the_secretary_is_that_of_the_working_group(self) -> None:
        assert names(heard("waiting", "secretary")) == ["group"]

    def test_before_there_is_a_group_the_secretary_is_intake(self) -> None:
        case = a_case("submitted", working_group=None)
        assert names(heard("waiting", "secretary", case=case)) == ["intake"]

    def test_a_group_without_a_secretary_is_spoken_for_by_intake(self) -> None:
        (recipient,) = heard("waiting", "secretary", among=without(GROUP))
        assert (recipient.person, recipient.instead_of) == ("intake", "secretary")

    def test_of_others_at_the_secretariat_all_hear_with_or_without_a_group(self) -> None:
        deputy = a_holder("deputy", "secretary_general", group=WORKING_GROUP)
        assert names(heard("late", "secretary_general", among=(GENERAL, deputy))) == ["general", "deputy"]

    def test_nobody_is_left_to_hear_what_intake_should(self) -> None:
        assert heard("waiting", "intake", among=(FILER,)) == ()


class TestInvited:
    """Delegates and offices: those invited, and whoever answers for them."""

    def test_those_invited_hear(self) -> None:
        assert names(heard("invitation", "delegate", invited=VOTERS)) == ["belgium", "luxembourg", "netherlands"]

    def test_so_do_advisers(self) -> None:
        invited = {"delegate": ("BE", "BE-WAL")}
        assert names(heard("invitation", "delegate", invited=invited)) == ["belgium", "wallonia"]

    def test_a_body_invited_in_its_own_name_hears_for_itself(self) -> None:
        assert names(heard("invitation", "delegate", invited={"delegate": ("BE-FED",)})) == ["belgium"]

    def test_those_invited_in_another_role_do_not(self) -> None:
        assert heard("vote", "minister_office", invited=VOTERS) == ()
        assert names(heard("vote", "minister_office", invited={"minister_office": ("NL",)})) == ["office"]

    def test_where_nobody_was_ever_invited_nobody_hears(self) -> None:
        assert heard("ending", "delegate") == ()

    def test_a_round_whose_delegations_have_nobody_is_told_to_the_secretary(self) -> None:
        (recipient,) = heard("invitation", "delegate", among=(GROUP, INTAKE), invited=VOTERS)
        assert (recipient.person, recipient.instead_of) == ("group", "delegate")

    def test_a_delegation_without_anybody_is_spoken_for_by_the_secretary_beside_the_others(self) -> None:
        found = heard("invitation", "delegate", among=without(LUXEMBOURG), invited=VOTERS)
        assert [(one.person, one.instead_of, one.organisation) for one in found] == [
            ("belgium", None, "BE-FED"),
            ("netherlands", None, "NL"),
            ("group", "delegate", "LU"),
        ]

    def test_an_adviser_without_anybody_holds_nothing_up(self) -> None:
        invited = {"delegate": ("BE", "LU", "NL", "DE-NW")}
        assert names(heard("invitation", "delegate", invited=invited)) == ["belgium", "luxembourg", "netherlands"]

    def test_where_nobody_hears_at_all_an_adviser_without_anybody_is_told_to_the_secretary_too(self) -> None:
        (recipient,) = heard("invitation", "delegate", invited={"delegate": ("DE-NW",)})
        assert (recipient.person, recipient.instead_of, recipient.organisation) == ("group", "delegate", "DE-NW")

    def test_who_holds_a_vote_up_is_what_the_consultation_of_that_role_says(self) -> None:
        rules = a_case().procedure
        committee = replace(rules.consultations["committee"], voters=("DE-NW",))
        rules = replace(rules, consultations={**rules.consultations, "committee": committee})
        case = replace(a_case(), procedure=rules)
        found = heard("vote", "minister_office", case=case, invited={"minister_office": ("BE", "DE-NW", "NL")})
        assert [(one.person, one.organisation) for one in found] == [("office", "NL"), ("group", "DE-NW")]

    def test_without_a_secretary_it_is_told_to_intake(self) -> None:
        (recipient,) = heard("invitation", "delegate", among=(INTAKE,), invited=VOTERS)
        assert (recipient.person, recipient.instead_of) == ("intake", "delegate")


class TestReminder:
    """`reminder` and `late` go only to those who have not answered."""

    @pytest.mark.parametrize("notice", ["reminder", "late"])
    def test_only_the_silent_hear(self, notice: str) -> None:
        found = heard(notice, "delegate", invited=VOTERS, answered={"delegate": {"BE", "NL"}})
        assert names(found) == ["luxembourg"]

    def test_when_all_have_answered_nobody_does(self) -> None:
        assert heard("reminder", "delegate", invited=VOTERS, answered={"delegate": {"BE", "LU", "NL"}}) == ()

    def test_a_silent_delegation_without_anybody_is_told_to_the_secretary(self) -> None:
        found = heard(
            "reminder", "delegate", among=without(LUXEMBOURG), invited=VOTERS, answered={"delegate": {"BE", "NL"}}
        )
        assert [(one.person, one.instead_of) for one in found] == [("group", "delegate")]

    def test_who_has_spoken_in_one_consultation_may_be_silent_in_another(self) -> None:
        invited = {**VOTERS, "minister_office": ("NL",)}
        answered = {"delegate": {"BE", "LU", "NL"}}
        assert names(heard("reminder", "minister_office", invited=invited, answered=answered)) == ["office"]

    def test_a_result_is_told_to_those_who_answered_too(self) -> None:
        found = heard("result", "delegate", invited=VOTERS, answered={"delegate": {"BE", "NL"}})
        assert names(found) == ["belgium", "luxembourg", "netherlands"]

    def test_the_secretary_general_hears_that_a_vote_is_late(self) -> None:
        invited = {"minister_office": ("BE", "LU", "NL")}
        found = heard(
            "late", "minister_office", "secretary_general", invited=invited, answered={"minister_office": {"NL"}}
        )
        assert [(one.person, one.role) for one in found] == [("group", "secretary"), ("general", "secretary_general")]

    def test_a_filer_is_reminded_of_questions(self) -> None:
        assert names(heard("reminder", "filer", invited=VOTERS, answered={"delegate": {"BE"}})) == ["filer"]


class TestActor:
    """Nobody is mailed about her own act, with three exceptions."""

    def test_the_actor_does_not_hear_of_her_own_act(self) -> None:
        assert names(heard("progress", "filer", "secretary", actor="group")) == ["filer"]
        assert heard("withdrawn", "secretary", actor="group") == ()

    def test_but_a_receipt_is_hers(self) -> None:
        assert names(heard("receipt", "filer", actor="filer")) == ["filer"]

    def test_but_an_ending_is_the_filers(self) -> None:
        assert names(heard("ending", "filer", "delegate", actor="filer", invited=VOTERS)) == [
            "filer",
            "belgium",
            "luxembourg",
            "netherlands",
        ]
        assert "luxembourg" not in names(heard("ending", "filer", "delegate", actor="luxembourg", invited=VOTERS))

    def test_but_what_waits_for_her_next_is_hers(self) -> None:
        assert names(heard("waiting", "secretary_general", actor="general")) == ["general"]

    def test_what_a_clock_does_is_nobodys_act(self) -> None:
        assert names(heard("still_working", "filer")) == ["filer"]


class TestFollowers:
    """Followers hear what they chose."""

    @staticmethod
    def follower(name: str, notices: frozenset[str] | None = None) -> Follower:
        return Follower(person=name, name=name.title(), email=f"{name}@example.org", language="fr", notices=notices)

    def test_usually_they_hear_of_progress_adoption_end_and_reopening(self) -> None:
        anna = self.follower("anna")
        for notice in ("progress", "adopted", "ending", "reopened"):
            assert names(heard(notice, "filer", followers=(anna,))) == ["filer", "anna"]
        for notice in ("question", "waiting", "reminder", "still_working", "result"):
            assert names(heard(notice, "filer", followers=(anna,))) == ["filer"]

    def test_they_hear_only_what_they_chose(self) -> None:
        anna = self.follower("anna", frozenset({"ending"}))
        assert names(heard("progress", "filer", followers=(anna,))) == ["filer"]
        assert names(heard("ending", "filer", followers=(anna,))) == ["filer", "anna"]

    def test_who_hears_in_a_role_hears_once(self) -> None:
        found = heard("progress", "filer", followers=(self.follower("filer"),))
        assert [(one.person, one.role, one.language) for one in found] == [("filer", "filer", "nl")]

    def test_they_do_not_hear_of_their_own_acts(self) -> None:
        assert names(heard("progress", "filer", followers=(self.follower("general"),), actor="general")) == ["filer"]

    def test_they_hear_without_an_organisation(self) -> None:
        (_, follower) = heard("ending", "filer", followers=(self.follower("anna"),))
        assert (follower.role, follower.organisation) == ("follower", None)


def test_who_has_several_roles_hears_once_in_the_first() -> None:
    both = replace(GENERAL, person="group")
    found = heard("late", "secretary", "secretary_general", among=(GROUP, both))
    assert [(one.person, one.role) for one in found] == [("group", "secretary")]


def test_the_order_is_that_of_the_roles() -> None:
    found = heard("adopted", "filer", "delegate", "secretary", invited=VOTERS)
    assert names(found) == ["filer", "belgium", "luxembourg", "netherlands", "group"]


def test_the_offices_of_the_countries_hear_of_a_project() -> None:
    project = a_case("completed", "benelux-project", countries=("BE", "NL"))
    federal = a_holder("federal", "minister_office", "BE-FED", answers_for="BE")
    luxembourg = a_holder("lux-office", "minister_office", "LU")
    found = heard("ending", "minister_office", case=project, among=(OFFICE, federal, luxembourg))
    assert names(found) == ["office", "federal"]


def test_auditors_are_told_of_nothing() -> None:
    every_role = tuple(a_case().procedure.roles)
    for notice in ("progress", "ending", "waiting"):
        assert "auditor" not in names(heard(notice, *every_role, invited=VOTERS))


def test_the_organisations_to_look_up_are_those_at_which_somebody_may_hear() -> None:
    audience = Audience(case=a_case(), notice="result", roles=("delegate",), invited={"delegate": ("LU", "BE-WAL")})
    assert organisations_of(audience) == {SECRETARIAT, MUNICIPALITY, "BE", "NL", "LU", "BE-WAL"}


def test_a_notice_goes_to_the_address_and_in_the_language_of_the_person() -> None:
    anna = TestFollowers.follower("anna")
    assert heard("progress", "filer", followers=(anna,)) == (
        Recipient(
            person="filer",
            name="Filer",
            email="filer@example.org",
            language="nl",
            role="filer",
            organisation=MUNICIPALITY,
        ),
        Recipient(
            person="anna", name="Anna", email="anna@example.org", language="fr", role="follower", organisation=None
        ),
    )
