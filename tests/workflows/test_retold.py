"""A case that is played through the rules is retold from its events as it is kept, after each of them."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from tests.builders import OTHER_CASE, a_case, an_actor, somebody
from tests.workflows.played import Played
from tests.workflows.stretches import ADOPT, ASK, MEASURES, SAID, adopted, consulted, drafted, explored, filed, same
from workflows.retelling import retell


def test_what_was_filed_registered_and_asked() -> None:
    told = same(explored())
    assert told.columns.values["questions_asked"] == 3
    assert (told.columns.values["theme"], told.columns.values["channel"]) == ("energy", "post")
    assert told.columns.values["received_on"] == "2026-02-27"


def test_what_the_secretariat_does_beside_the_moves() -> None:
    this = explored()
    this.comment("Call Budel about this.", audience="internal")
    this.comment("Our bus is at your disposal.", by="filer")
    this.attach("The permit", "permit.pdf")
    this.attach("A note", "note.pdf", audience="internal", by="secretary")
    this.analyse("BE", "It is the decree of 2019.", "Decree, art. 7")
    this.link("related")
    this.correct(title="School buses", content={"how_many": 42, "how_often": "Each day"}, countries=["BE", "LU"])
    this.correct(language="fr", theme="energy", regions=["Kempen", "Limburg"])
    this.assign("labour")
    told = same(this)
    assert told.columns.values["content"] == SAID | {"how_many": 42, "how_often": "Each day"}
    assert [row["audience"] for row in this.events[-9:]] == [
        "inner", "readers", "readers", "inner", "inner", "readers", "readers", "readers", "readers",
    ]  # fmt: skip
    assert told.analyses["BE"].values["version"] == 2


def test_a_consultation_that_is_answered_extended_and_cancelled() -> None:
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", ASK)
    this.say("object", an_actor("delegate", "NL"), text="Not like this.", mandate_reference="2026/14")
    this.say("withdrawn", an_actor("delegate", "NL"))
    this.say("reservation", an_actor("delegate", "NL"), reservation="parliamentary", text="The chamber is not heard.")
    this.say("agree_with_comment", an_actor("delegate", "BE-WAL"), text="Our own rules stay.")
    this.say("agree", somebody("secretary", person="note-taker"), **{"for": "LU", "stated_on": "2026-03-31"})
    this.say("abstain", an_actor("delegate", "BE-FED", answers_for="BE"))
    assert this.case.waits_for == "secretary"
    this.say("withdrawn", an_actor("delegate", "LU"))
    assert this.case.waits_for == "delegate"
    this.on("2026-04-10").move("extend_consultation", "secretary", {"closing_on": "2026-05-11"}, "Easter.")
    this.say("agree", an_actor("delegate", "LU"))
    this.on("2026-05-12").say("agree", an_actor("delegate", "NL"))
    (row, _) = this.positions[-1]
    assert (row["late"], row["superseded"]) == (True, False)
    this.move("cancel_consultation", "secretary", reason="The question was wrong.")
    told = same(this)
    assert told.open_round is None
    assert [thing.values["superseded"] for thing in told.positions] == [
        True, True, True, False, True, False, True, False, False,
    ]  # fmt: skip


def test_what_the_votes_come_to_is_counted_and_not_taken_from_the_event() -> None:
    this = consulted()
    closing = this.entries[-1]
    this.entries[-1] = dataclasses.replace(closing, body={**closing.body, "outcome": "not_adopted"})
    assert retell(this.case.id, this.entries).consultations["round-2"].values["outcome"] == "adopted"


def test_only_the_committee_is_asked_about_the_texts() -> None:
    this = drafted()
    assert this.instrument is not None
    assert this.instrument[0]["state"] == "frozen"
    this.on("2026-05-04").move("new_round", "secretary", {**ASK, "closing_on": "2026-06-01"}, "Another text.")
    told = same(this)
    assert told.instrument is not None
    assert told.consultations["round-3"].values["instrument_id"] is None
    assert (told.instrument.values["state"], told.instrument.values["frozen_hash"]) == ("draft", None)
    assert same(adopted()).consultations["round-3"].values["instrument_id"] == "instrument"


def test_a_clock_that_rings_moves_nothing_and_is_replayed() -> None:
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", ASK)
    this.on("2026-05-02").ring("closing")
    assert [row["actor"] for row in this.events[-2:]] == [None, None]
    assert this.clocks["closing"].state == "missed"
    this.all_say("agree")
    this.move("close_consultation", "secretary")
    assert this.clocks["closing"].state == "met"


def test_a_round_that_ends_in_disagreement_says_on_what_grounds() -> None:
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", {**ASK, "invited": []})
    this.say("object", an_actor("delegate", "NL"), text="Not like this.")
    this.say("reservation", an_actor("delegate", "BE"), reservation="scrutiny", text="We are still reading.")
    this.on("2026-05-02").move("close_consultation", "secretary")
    told = same(this).consultations["round-1"].values
    assert told["outcome"] == "not_adopted"
    assert told["grounds"] == this.consultations["round-1"][0]["grounds"]
    assert {ground["reservation"] for ground in told["grounds"]["grounds"]} >= {"scrutiny"}
    this.on("2026-05-04").move("escalate", "secretary_general", {"disagreement": ["The law of NL"]}, "No agreement.")
    this.on("2026-05-05").move("new_round", "secretary", {**ASK, "closing_on": "2026-06-01"}, "Another text.")
    assert same(this).consultations["round-2"].values["round"] == 2
    this.all_say("agree", voters=("BE", "LU"))
    this.move("end_as_withdrawn", "secretary_general", reason="Solved by hand.")
    assert same(this).consultations["round-2"].values["cancelled"]


def test_the_whole_way_to_a_decision_in_force_and_evaluated() -> None:
    this = consulted()
    this.move("choose_instrument", "secretary_general", {"kind": "recommendation"})
    this.write("nl", "Aanbeveling", "Eén.", final=False)
    this.write("nl", "Aanbeveling", "Eén.", "Twee.")
    this.write("fr", "Recommandation", "Un.", "Deux.")
    this.on("2026-05-02").move("submit_to_council", "secretary")
    by_the_council = {"kind": "decision", "council_on": "2026-05-04"}
    this.on("2026-05-05").move("choose_instrument", "secretary_general", by_the_council)
    this.write("nl", "Beschikking", "Eén.", "Twee.")
    this.move("submit_to_council", "secretary")
    this.on("2026-05-06").move("return_to_drafting", "secretary_general", reason="Once more.")
    this.write("fr", "Décision", "Un.", "Deux.")
    this.move("submit_to_council", "secretary")
    this.on("2026-06-01").move("table", "secretary_general", {"meeting_on": "2026-06-11", "council_opinion": "Good."})
    this.all_say("agree", "minister_office", voters=("BE", "NL"))
    this.move("take_off_agenda", "secretary_general", reason="Not ready.")
    this.on("2026-06-02").move("table", "secretary_general", {"meeting_on": "2026-06-12"})
    this.all_say("agree", "minister_office")
    assert this.case.waits_for == "secretary_general"
    this.on("2026-06-12").move("adopt", "secretary_general", ADOPT)
    told = same(this)
    assert told.instrument is not None
    assert told.instrument.values["number"] == "M(2026)7"
    assert told.instrument.values["council_opinion"] == "Good."
    assert told.instrument.values["in_force_on"] is None
    this.on("2026-07-01").publish("2026-3", "2026-06-30")
    told = same(this)
    assert told.instrument is not None
    assert told.instrument.values["in_force_on"] == "2026-07-01"
    this.record("BE", state="adopted", on="2026-06-30", reference="Staatsblad 2026/7")
    this.record("LU", state="not_needed")
    this.record("BE", state="in_force", on="2026-07-01", url="https://example.org/7")
    assert this.case.waits_for == "minister_office"
    this.record("NL", somebody("secretary"), state="in_force", on="2026-06-30")
    assert this.case.waits_for == "secretary"
    this.move("start_evaluation", "secretary")
    this.record("NL", state="adopted", on="2026-06-30")
    ways = [{"procedure": f"benelux-{kind}", "title": kind, "text": "More."} for kind in ("proposal", "project")]
    evaluated = {"findings": "It works.", "recipients": ["BE-WAL"], "follow_ups": ways}
    this.on("2026-09-01").move("conclude_evaluation", "secretary", evaluated)
    assert this.columns()["ending"] == {"reason": "It works.", "on": "2026-09-01", "by": "person-secretary"}
    assert len(same(this).links) == 2
    this.on("2026-09-02").move("ask_review", "filer", reason="It does not.")
    this.on("2026-09-03").move("uphold", "secretary_general", reason="It does.")
    this.move("reopen", "secretary_general", reason="Well.")
    assert same(this).columns.values["ended_on"] is None


def test_a_recommendation_that_asks_for_nothing_waits_for_the_secretary() -> None:
    this = adopted("recommendation", measures=[], in_force={"how": "none"})
    assert this.case.waits_for == "secretary"
    this.on("2026-06-20").publish("2026-3", "2026-06-19")
    told = same(this)
    assert told.instrument is not None
    assert told.instrument.values["in_force_on"] is None


def test_a_recommendation_that_is_adopted_at_home_is_carried_out() -> None:
    this = adopted("recommendation", measures=MEASURES[:1], in_force={"how": "on_date", "on": "2026-08-01"})
    assert same(this).measures_now()[0].binding is False
    this.record("BE", state="adopted", on="2026-06-12")
    assert this.case.waits_for == "secretary"
    this.publish("2026-3", "2026-06-12")
    told = same(this)
    assert told.instrument is not None
    assert told.instrument.values["in_force_on"] == "2026-08-01"


def test_a_duplicate_is_linked_until_the_case_is_reopened() -> None:
    this = filed()
    this.link("related", by="intake")
    this.move("mark_duplicate", "intake", {"original": OTHER_CASE}, reason="Sent twice.")
    assert set(same(this).links) == {(this.case.id, kind, OTHER_CASE) for kind in ("related", "duplicate_of")}
    this.move("reopen", "secretary_general", reason="It is another bus.")
    assert set(same(this).links) == {(this.case.id, "related", OTHER_CASE)}


def test_a_case_that_is_linked_as_a_duplicate_by_hand_keeps_its_first_link() -> None:
    this = filed()
    this.link("duplicate_of", by="intake")
    this.move("mark_duplicate", "intake", {"original": OTHER_CASE}, reason="Sent twice.")
    assert same(this).links[this.case.id, "duplicate_of", OTHER_CASE].position == 2


def test_a_proposal_ends_without_initiative_and_a_review_is_waited_for() -> None:
    this = Played(case=a_case("draft", "benelux-proposal"), watch=same)
    this.move("take_up", "intake", {"working_group": "transport", "theme": "energy", "origin": "study"})
    this.on("2026-03-04").move("find_no_initiative", "secretary_general", reason="Nobody wants it.")
    assert same(this).columns.values["ending"]["reason"] == "Nobody wants it."
    this.move("ask_review", somebody("filer"), reason="We do.")
    assert same(this).case.waits_for == "secretary_general"


def test_a_project_that_an_import_began_reports_and_brings_forth_a_proposal() -> None:
    this = Played.imported("benelux-project", "running", regions=("Kempen",))
    this.watch = same
    same(this)
    this.report("Half way.", "ongoing")
    this.report("Nearly there.")
    follow_up = {"procedure": "benelux-proposal", "title": "Notes", "text": "Because."}
    this.move("propose_instrument", "secretary", {"proposal": follow_up})
    assert set(same(this).links) == {("spawned-0", "spawned_from", this.case.id)}
    assert this.columns()["plan_status"][-1] == {"on": "2026-03-02", "status": "ongoing", "basis": "reported"}
    this.on("2026-03-05").move("complete", "secretary", {"results": "A report."})
    assert same(this).columns.values["ending"]["reason"] == "A report."


@pytest.mark.parametrize(("stage", "waits_for"), [("implementation", "secretary"), ("exploration", "secretary")])
def test_an_obstacle_that_an_import_began_has_no_measures_to_wait_for(stage: str, waits_for: str) -> None:
    this = Played.imported("benelux-obstacle", stage)
    told = same(this)
    assert (told.case.waits_for, told.columns.values["filed_by"]) == (waits_for, None)
    assert told.columns.values["plan_key"] == "plan-2026/3"


def test_a_round_is_opened_after_the_one_before_it_whatever_the_clock_of_the_machine_says() -> None:
    this = explored()
    this.on("2026-04-01").move("open_consultation", "secretary", ASK)
    first = datetime.fromisoformat(this.consultations["round-1"][0]["opened_at"])
    this.move("cancel_consultation", "secretary", reason="The question was wrong.")
    this.now = first - timedelta(minutes=10)
    this.move("open_consultation", "secretary", ASK)
    opened = same(this).consultations["round-2"].values["opened_at"]
    assert datetime.fromisoformat(opened) == first + timedelta(microseconds=1)
