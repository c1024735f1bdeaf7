"""Acts: who may do them in which stage, and whom the case waits for once the last one has acted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import (
    AGREED,
    NOW,
    TODAY,
    a_case,
    a_consultation,
    a_mandate,
    a_position,
    an_actor,
    facts,
    measures,
    somebody,
)
from workflows.acts import Deed, after_measure, after_position, checked, is_inner, permit, tells_of
from workflows.errors import DataInvalid, MoveNotOpen, RoleMissing, UnknownAct
from workflows.events import Audience, EventKind, Tell
from workflows.facts import Measure

INVITED = {"delegate": ("BE", "LU", "NL", "BE-WAL"), "minister_office": ("BE", "LU", "NL")}


class TestPermit:
    """UnknownAct, RoleMissing, MoveNotOpen: the first that applies."""

    def test_an_act_that_is_not_known_comes_first(self) -> None:
        with pytest.raises(UnknownAct, match="vote"):
            permit(a_case(), somebody("auditor"), "vote")

    def test_then_a_role_that_is_missing(self) -> None:
        with pytest.raises(RoleMissing) as refusal:
            permit(a_case("draft"), somebody("filer"), "analyse")
        assert refusal.value.roles == ("secretary",)

    def test_then_a_stage_in_which_it_is_not_done(self) -> None:
        with pytest.raises(MoveNotOpen) as refusal:
            permit(a_case("drafting"), somebody("secretary"), "analyse")
        assert (refusal.value.move, refusal.value.stage) == ("analyse", "drafting")

    def test_else_it_says_in_which_role_and_by_which_mandate(self) -> None:
        secretary = somebody("secretary")
        found = permit(a_case("exploration"), secretary, "analyse")
        assert (found.act.name, found.word, found.mandate) == ("analyse", "secretary", secretary.mandates[0])

    def test_a_position_is_given_by_those_invited_and_noted_by_the_secretary(self) -> None:
        case = a_case("consultation")
        assert permit(case, somebody("delegate"), "give_position", INVITED).word == "delegate"
        assert permit(case, an_actor("delegate", "BE-WAL"), "give_position", INVITED).word == "delegate"
        assert permit(case, an_actor("delegate", "BE-FED", answers_for="BE"), "give_position", INVITED)
        assert permit(case, somebody("secretary"), "give_position", INVITED).word == "secretary"
        with pytest.raises(RoleMissing):
            permit(case, an_actor("delegate", "DE-NW"), "give_position", INVITED)
        with pytest.raises(RoleMissing):
            permit(case, somebody("delegate"), "give_position")

    @pytest.mark.parametrize("word", ["filer", "intake", "secretary", "secretary_general", "delegate"])
    def test_whoever_reads_a_case_comments_on_it(self, word: str) -> None:
        assert permit(a_case("withdrawn"), somebody(word), "comment").word == "readers"

    @pytest.mark.parametrize("word", ["auditor", "admin"])
    def test_but_auditors_leave_no_trace(self, word: str) -> None:
        with pytest.raises(RoleMissing):
            permit(a_case(), somebody(word), "comment")

    def test_an_auditor_with_another_mandate_speaks_by_that_one(self) -> None:
        auditor = somebody("auditor")
        officer = a_mandate("officer", "NL-GM0980")
        both = replace(auditor, mandates=(*auditor.mandates, officer))
        assert permit(a_case(), both, "comment").mandate == officer


def test_the_secretariat_writes_what_stays_inside() -> None:
    inner = [word for word in ("filer", "intake", "secretary", "secretary_general", "delegate", "auditor")
             if is_inner(a_case(), somebody(word))]  # fmt: skip
    assert inner == ["intake", "secretary", "secretary_general"]


class TestData:
    """What an act asks is held against its types as a move's is."""

    def check(self, act: str, data: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        case = a_case("implementation")
        return checked(case, facts(), case.procedure.acts[act], data, reason, TODAY)

    def refused(self, act: str, data: dict[str, Any], reason: str | None = None) -> list[tuple[str, str]]:
        with pytest.raises(DataInvalid) as refusal:
            self.check(act, data, reason)
        return [(fault.pointer, fault.code) for fault in refusal.value.faults]

    def test_what_fits_is_kept_without_nulls(self) -> None:
        published = {"journal": "2026-2", "published_on": "2026-03-02"}
        assert self.check("publish", published) == published
        report = a_case("running", "benelux-project")
        given = {"progress": "Half way.", "plan_status": None}
        assert checked(report, facts(), report.procedure.acts["report"], given, None, TODAY) == {
            "progress": "Half way."
        }

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        assert self.refused("publish", {"published_on": "2026-03-03"}) == [("/data/journal", "missing")]
        assert self.refused("publish", {"journal": "2026-2", "published_on": "2026-03-03"}) == [
            ("/data/published_on", "must_not_lie_after_today")
        ]
        assert self.refused("assign", {"working_group": "none"}) == [
            ("/data/working_group", "unknown_working_group"),
            ("/reason", "missing"),
        ]
        assert self.refused("publish", {"journal": "2026-2", "published_on": "2026-03-03"}, " ") == [
            ("/data/published_on", "must_not_lie_after_today"),
            ("/reason", "missing"),
        ]
        assert self.refused("publish", {"journal": "2026-2", "published_on": "2026-03-02"}, " ") == [
            ("/reason", "missing")
        ]


class TestEvent:
    """What every event of an act says."""

    def test_it_says_who_did_it_when_and_for_whom(self) -> None:
        delegate = somebody("delegate")
        deed = Deed(actor=delegate, mandate=delegate.mandates[0], now=NOW)
        event = deed.event(
            EventKind.POSITION_GIVEN,
            facts={"stance": "agree"},
            private={"text": "Yes.", "mandate_reference": None},
            on_behalf_of="BE",
            audience=Audience.CONSULTED,
            consultation="c-1",
            tells=[Tell(notice="waiting", roles=("secretary",))],
        )
        assert event.facts == {
            "on": "2026-03-02",
            "actor": "person-delegate",
            "mandate": delegate.mandates[0].id,
            "on_behalf_of": "BE",
            "stance": "agree",
        }
        assert event.private == {"actor": "Sanne de Wit", "text": "Yes."}
        assert (event.audience, event.consultation) == (Audience.CONSULTED, "c-1")
        assert (event.kind, event.tells) == (
            EventKind.POSITION_GIVEN,
            (Tell(notice="waiting", roles=("secretary",)),),
        )

    def test_it_was_done_for_the_mandates_own_organisation_unless_another_is_named(self) -> None:
        officer = somebody("filer")
        event = Deed(actor=officer, mandate=officer.mandates[0], now=NOW).event(EventKind.COMMENT_MADE, facts={})
        assert event.facts["on_behalf_of"] == "NL-GM0980"

    def test_an_act_tells_whom_its_procedure_says(self) -> None:
        acts = a_case().procedure.acts
        assert tells_of(acts["assign"]) == (Tell(notice="reassigned", roles=("secretary",)),)
        assert tells_of(acts["comment"]) == ()


class TestWhenAll:
    """Once the last voter has spoken, once the last measure is done: the case waits for whoever goes on."""

    def test_the_last_voter_makes_the_secretary_act(self) -> None:
        case = a_case("consultation")
        act = case.procedure.acts["give_position"]
        before = a_consultation(positions={"BE": "agree", "LU": "agree"})
        after = a_consultation(positions=AGREED)
        case, tells = after_position(case, act, before, after)
        assert (case.waits_for, tells) == ("secretary", (Tell(notice="waiting", roles=("secretary",)),))

    def test_she_hears_of_it_once(self) -> None:
        case = a_case("consultation")
        both = a_consultation(positions=AGREED)
        case, tells = after_position(case, case.procedure.acts["give_position"], both, both)
        assert (case.waits_for, tells) == ("secretary", ())

    def test_a_position_that_is_withdrawn_makes_it_wait_for_the_delegates_again(self) -> None:
        case = a_case("consultation", waiting_for="secretary")
        act = case.procedure.acts["give_position"]
        withdrawn = a_consultation(positions={**AGREED, "LU": "withdrawn"})
        case, tells = after_position(case, act, a_consultation(positions=AGREED), withdrawn)
        assert (case.waits_for, tells) == ("delegate", ())

    def test_an_adviser_is_not_waited_for(self) -> None:
        case = a_case("consultation")
        two = {"BE": "agree", "LU": "agree"}
        advised = a_consultation(positions=two, advisers=("BE-WAL",))
        more = replace(advised, positions=(*advised.positions, a_position("BE-WAL", advice=True)))
        case, tells = after_position(case, case.procedure.acts["give_position"], advised, more)
        assert (case.waits_for, tells) == ("delegate", ())

    def test_the_last_vote_makes_the_secretary_general_act(self) -> None:
        case = a_case("adoption")
        act = case.procedure.acts["give_position"]
        case, tells = after_position(case, act, a_consultation("committee"), a_consultation("committee", AGREED))
        assert (case.waits_for, [tell.roles for tell in tells]) == ("secretary_general", [("secretary_general",)])

    def test_the_last_measure_makes_the_secretary_act(self) -> None:
        case = a_case("implementation")
        act = case.procedure.acts["record_measure"]
        before, after = measures(BE="in_force", NL="planned"), measures(BE="in_force", NL="declined")
        assert after_measure(case, act, before, before)[0].waits_for == "minister_office"
        done, tells = after_measure(case, act, before, after)
        assert (done.waits_for, [tell.notice for tell in tells]) == ("secretary", ["waiting"])
        assert after_measure(done, act, after, after) == (done, ())
        assert after_measure(done, act, after, before)[0].waits_for == "minister_office"

    def test_in_an_evaluation_and_after_the_end_nothing_waits_for_measures(self) -> None:
        act = a_case().procedure.acts["record_measure"]
        nothing: tuple[Measure, ...] = ()
        for stage, waits_for in (("evaluation", "secretary"), ("resolved", None)):
            case, tells = after_measure(a_case(stage), act, measures(BE="planned"), nothing)
            assert (case.waits_for, tells) == (waits_for, ())
