"""Verify: the packaged procedures hold, and each way of breaking one is found."""

from __future__ import annotations

import pytest

from tests.workflows.broken import act_of, broken, move_of, with_move, without_move
from workflows import procedures, shelf
from workflows.procedure import Procedure
from workflows.proofs.verify import packaged_releases, verify
from workflows.wording import Wording, wording

OBSTACLE, PROPOSAL, PROJECT = "benelux-obstacle", "benelux-proposal", "benelux-project"


def faults(procedure: Procedure) -> set[tuple[str, str]]:
    return {(fault.path, fault.what) for fault in verify(procedure)}


def found(procedure: Procedure, path: str, *said: str) -> bool:
    return any(where == path and all(word in what for word in said) for where, what in faults(procedure))


@pytest.mark.parametrize(("name", "version"), procedures.versions())
def test_every_packaged_procedure_holds(name: str, version: int) -> None:
    assert [str(fault) for fault in verify(shelf.procedure(name, version))] == []


def test_every_released_version_is_still_there() -> None:
    assert set(packaged_releases()) <= {f"{name}/{version}" for name, version in procedures.versions()}


def test_a_fault_says_which_procedure_where_and_what() -> None:
    (fault,) = verify(with_move(OBSTACLE, "register", ("waiting: [secretary]", "waiting: [intake]")))
    assert str(fault) == (
        "benelux-obstacle/1: moves.register.tells: secretary, who must act in 'admissibility', does not hear of it"
    )


UNKNOWN = [
    (OBSTACLE, ("starts_in: draft", "starts_in: drafted"), "starts_in", "stage"),
    (OBSTACLE, ("begun_by: [filer, intake]", "begun_by: [filer, inlet]"), "case.begun_by", "role"),
    (OBSTACLE, ("numbered_by: submit", "numbered_by: file"), "case.numbered_by", "move"),
    (OBSTACLE, ("form: filing", "form: folder"), "case.form", "form"),
    (OBSTACLE, ("else: exploration", "other: exploration"), "imports", "else"),
    (OBSTACLE, ("drafting: common_position", "drafting: position"), "imports.drafting", "stage"),
    (OBSTACLE, ("waits_for: intake", "waits_for: inlet"), "stages.submitted.waits_for", "role"),
    (OBSTACLE, ("seen_by: [filer, intake]", "seen_by: [filler]"), "stages.draft.seen_by", "role"),
    (OBSTACLE, ("of case.organisation", "of case.organization"), "roles.filer", "organization"),
    (PROJECT, ("of case.countries", "of the countries"), "roles.minister_office", "the countries"),
    (OBSTACLE, ("endings: [inadmissible, referred]", "endings: [inadmissible, referred, draft]"),
     "endings.draft", "stage"),
    (OBSTACLE, ("rule: unanimity\n    by: delegate", "rule: majority\n    by: delegate"),
     "consultations.delegations.rule", "rule"),
    (PROJECT, ("in: [preparing, running]\n    by", "in: [preparing, runing]\n    by"), "acts.report.in", "stage"),
    (PROJECT, ("reassigned: [secretary]", "reasigned: [secretary]"), "acts.assign.tells", "notice"),
    (PROJECT, ("reassigned: [secretary]", "reassigned: [clerk]"), "acts.assign.tells.reassigned", "role"),
    (OBSTACLE, ("implementation: {waiting: [secretary]}", "drafting: {waiting: [secretary]}"),
     "acts.record_measure.when_all", "drafting"),
    (OBSTACLE, ("implementation: {waiting: [secretary]}", "implementation: {waiting: [clerk]}"),
     "acts.record_measure.when_all.implementation.waiting", "clerk"),
    (OBSTACLE, ("of: intake", "of: inlet"), "clocks.acknowledge.of", "role"),
    (OBSTACLE, ("{nearly_late: [secretary]}", "{nearly_late: [clerk]}"), "clocks.admissibility.at.80%.nearly_late",
     "clerk"),
    (OBSTACLE, ("3WD: {reminder: [filer]}", "3WD: {remainder: [filer]}"), "clocks.reply.before.3WD", "notice"),
    (OBSTACLE, ("late: {late: [intake]}", "late: {late: [inlet]}"), "clocks.acknowledge.late.late", "inlet"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "path", "said"), UNKNOWN)
def test_a_name_that_nothing_answers_to_is_found(name: str, edit: tuple[str, str], path: str, said: str) -> None:
    assert found(broken(name, edit), path, said)


UNKNOWN_IN_A_MOVE = [
    ("register", ("from: submitted", "from: submited"), "from", "submited"),
    ("register", ("to: admissibility", "to: admission"), "to", "admission"),
    ("register", ("by: [intake]", "by: [inlet]"), "by", "inlet"),
    ("submit", ("if: [form_complete]", "if: [form_completed]"), "if", "form_completed"),
    ("register", ("progress: [filer]", "advance: [filer]"), "tells", "advance"),
    ("register", ("progress: [filer]", "progress: [filler]"), "tells.progress", "filler"),
    ("register", ("meets: [acknowledge]", "meets: [acknowledgement]"), "meets", "acknowledgement"),
    ("register", ("starts: [admissibility]", "starts: [admission]"), "starts", "admission"),
    ("request_information", ("suspends: [admissibility]", "suspends: [all]"), "suspends", "all"),
    ("supply_information", ("resumes: [admissibility]", "resumes: [all]"), "resumes", "all"),
    ("proceed_without_reply", ("stops: [reply]", "stops: [replies]"), "stops", "replies"),
    ("open_consultation", ("opens: delegations", "opens: delegates"), "opens", "delegates"),
    ("close_consultation", ("closes: delegations", "closes: delegates"), "closes", "delegates"),
    ("cancel_consultation", ("cancels: delegations", "cancels: all"), "cancels", "all"),
    ("submit_to_council", ("freezes: texts", "freezes: text"), "freezes", "text"),
    ("return_to_drafting", ("unfreezes: texts", "unfreezes: text"), "unfreezes", "text"),
    ("choose_instrument", ("drafts: instrument", "drafts: decision"), "drafts", "decision"),
    ("mark_duplicate", ("links: duplicate_of", "links: double_of"), "links", "double_of"),
    ("mark_duplicate", ("follows: filer", "follows: filler"), "follows", "filler"),
    ("reopen", ("unlinks: duplicate_of", "unlinks: double_of"), "unlinks", "double_of"),
    ("mark_duplicate", ("original: case", "original: text"), "links", "ask for a case"),
    ("conclude_evaluation", ("spawns: follow_ups", "spawns: findings"), "spawns", "follow_up"),
    ("adopt", ("adopted_on: date not", "decided_on: date not"), "numbers", "adopted_on"),
    ("adopt", ("in_force: entry into force", "in_force: optional date"), "numbers", "in_force"),
    ("adopt", ("evaluate_on: optional date", "evaluated_on: optional date"), "starts", "evaluate_on"),
    ("choose_instrument", ("kind: choice recommendation decision", "kind: optional text"), "drafts", "kind"),
    ("declare_admissible", ("criteria: checklist of admissibility", "criteria: text"), "if", "checklist"),
    ("extend_consultation", ("closing_on: date after today", "until: date after today"), "if", "closing_on"),
    ("submit", ("received_on: optional date", "received: optional date"), "starts", "received_on"),
]  # fmt: skip


@pytest.mark.parametrize(("move", "edit", "key", "said"), UNKNOWN_IN_A_MOVE)
def test_a_name_in_a_move_that_nothing_answers_to_is_found(
    move: str, edit: tuple[str, str], key: str, said: str
) -> None:
    assert found(with_move(OBSTACLE, move, edit), f"moves.{move}.{key}", said)


def test_a_procedure_without_intake_has_nobody_to_fall_back_on() -> None:
    text = procedures.procedure_text(PROJECT, 1).replace("intake", "desk")
    assert any(fault.path == "roles" for fault in verify(Procedure.parse(text, "project.yaml")))


def test_a_stage_that_no_move_leads_to_is_found() -> None:
    assert found(without_move(OBSTACLE, "register"), "stages.admissibility", "no move leads here")
    assert found(with_move(OBSTACLE, "refer", ("to: referred", "to: inadmissible")), "endings.referred", "no move")


def test_an_import_alone_does_not_make_a_stage_reachable() -> None:
    procedure = with_move(PROJECT, "start", ("to: running", "to: preparing"))
    assert found(procedure, "stages.running", "no move leads here")


def test_a_stage_from_which_nothing_ends_is_found() -> None:
    stuck = broken(
        PROJECT,
        (move_of(PROJECT, "complete"), ""),
        ("from: [preparing, running]\n    to: stopped", "from: preparing\n    to: stopped"),
    )
    assert found(stuck, "stages.running", "no ending")


def test_a_way_back_to_nowhere_is_found() -> None:
    procedure = broken(
        PROJECT,
        ("proposed:  {phase: proposal,    waits_for: secretary_general, anchor: true}",
         "proposed:  {phase: proposal,    waits_for: secretary_general}"),
    )  # fmt: skip
    assert found(procedure, "moves.reopen.to", "not_taken_up", "no anchor")


DEAD = [
    ("close_consultation", ("from: consultation", "from: drafting"), "if", "no such consultation"),
    ("close_consultation", ("closes: delegations", "closes: committee"), "closes", "never open"),
    ("take_off_agenda", ("cancels: committee", "cancels: delegations"), "cancels", "never open"),
    ("find_unresolved", ("spawns: follow_ups", "spawns: follow_ups\n    cancels: open"), "cancels", "never open"),
    ("adopt", ("if: [vote_adopted, texts_frozen]", "if: [closing_later]"), "if", "closing_on"),
    ("open_consultation", ("if: [analysis_per_voter]", "if: [vote_adopted]"), "if", "no such consultation"),
]  # fmt: skip


@pytest.mark.parametrize(("move", "edit", "key", "said"), DEAD)
def test_a_move_that_can_never_be_made_is_found(move: str, edit: tuple[str, str], key: str, said: str) -> None:
    assert found(with_move(OBSTACLE, move, edit), f"moves.{move}.{key}", said)


def test_a_move_back_that_never_leads_anywhere_is_dead() -> None:
    procedure = with_move(OBSTACLE, "submit", ("to: submitted", "to: back"))
    assert found(procedure, "moves.submit", "can never be made")


RESTS = [
    (act_of(OBSTACLE, "publish"), "conclude", "the act publish"),
    (act_of(OBSTACLE, "analyse"), "open_consultation", "the act analyse"),
    (act_of(OBSTACLE, "write_text"), "submit_to_council", "the act write_text"),
    ("    freezes: texts\n", "table", "freezes texts"),
    ("    drafts: instrument\n", "return_to_drafting", "drafts an instrument"),
    ("    closes: delegations\n", "choose_instrument", "closes delegations"),
    ("    starts: [review]\n", "uphold", "the clock review"),
    ("      reply_by: date after today\n", "close_incomplete", "reply_by"),
]


@pytest.mark.parametrize(("gone", "move", "said"), RESTS)
def test_a_guard_that_can_never_be_met_is_found(gone: str, move: str, said: str) -> None:
    procedure = broken(OBSTACLE, (gone, ""), *([("    starts: [reply]\n", "")] if "reply_by" in gone else []))
    assert found(procedure, f"moves.{move}.if", said)


def test_a_clock_that_nothing_starts_and_a_consultation_that_nothing_opens_are_found() -> None:
    assert found(
        with_move(OBSTACLE, "register", ("    starts: [admissibility]\n", "")), "clocks.admissibility", "starts"
    )
    assert found(with_move(OBSTACLE, "table", ("    opens: committee\n", "")), "consultations.committee", "opens")


def test_a_stage_that_waits_for_nobody_is_found() -> None:
    assert found(broken(OBSTACLE, (", waits_for: intake", "")), "stages.submitted", "waits for nobody")


def test_a_stage_that_waits_for_somebody_who_can_do_nothing_there_is_found() -> None:
    procedure = broken(OBSTACLE, ("waits_for: delegate", "waits_for: filer"))
    assert found(procedure, "stages.consultation.waits_for", "filer", "neither")
    procedure = broken(PROJECT, ("running:   {phase: follow_up,   waits_for: secretary,",
                                 "running:   {phase: follow_up,   waits_for: minister_office,"))  # fmt: skip
    assert found(procedure, "stages.running.waits_for", "minister_office")  # attaching papers is not enough


def test_a_stage_that_nobody_can_leave_is_found() -> None:
    procedure = broken(
        PROJECT, ("endings: [completed", "endings: [archived, completed"), (move_of(PROJECT, "reopen"), "")
    )
    assert found(procedure, "endings.stopped", "reopen")
    procedure = broken(
        PROJECT, ("  running:   {", "  resting:   {phase: follow_up, waits_for: secretary}\n  running:   {")
    )
    assert found(procedure, "stages.resting", "nobody can move a case on")


def test_a_move_that_nobody_may_make_is_found() -> None:
    assert found(with_move(PROJECT, "start", ("by: [secretary]", "by: []")), "moves.start.by", "nobody")
    procedure = with_move(OBSTACLE, "cancel_consultation", ("by: [secretary]", "by: [secretary, delegate]"))
    assert found(procedure, "moves.cancel_consultation.by", "delegate", "no moves")


def test_whoever_a_case_waits_for_once_all_have_acted_must_have_a_way_on() -> None:
    procedure = broken(OBSTACLE, ("adoption: {waiting: [secretary_general]}", "adoption: {waiting: [delegate]}"))
    assert found(procedure, "acts.give_position.when_all.adoption", "delegate")


def test_a_stage_in_which_every_way_on_has_a_condition_is_found() -> None:
    procedure = broken(
        PROJECT,
        (
            move_of(PROJECT, "decline"),
            move_of(PROJECT, "decline").replace("reason:", "if: [form_complete]\n    reason:"),
        ),
        (move_of(PROJECT, "take_up"), move_of(PROJECT, "take_up").replace("by:", "if: [form_complete]\n    by:")),
    )
    assert found(procedure, "stages.proposed", "every way on has a condition")
    assert not any(path == "stages.draft" for path, _ in faults(shelf.newest(PROJECT)))


def test_an_ending_that_reopens_on_conditions_only_is_found() -> None:
    procedure = with_move(OBSTACLE, "reopen", ("by:", "if: [review_asked]\n    by:"))
    assert found(procedure, "endings.resolved", "every way on has a condition")


def test_whoever_must_act_must_hear_of_it() -> None:
    procedure = with_move(OBSTACLE, "table", ("vote: [minister_office]", "vote: [delegate]"))
    assert found(procedure, "moves.table.tells", "minister_office", "adoption")
    procedure = with_move(OBSTACLE, "ask_review", ("review: [secretary_general]", "review: [secretary]"))
    assert found(procedure, "moves.ask_review.tells", "secretary_general")
    procedure = with_move(OBSTACLE, "adopt", ("minister_office, secretary]", "minister_office]"))
    assert found(procedure, "moves.adopt.tells", "secretary,", "implementation")  # when no measure is needed


def test_whoever_made_the_move_knows_of_it() -> None:
    assert "secretary_general" not in str(shelf.newest(OBSTACLE).moves["escalate"].tells)
    assert not any(path == "moves.escalate.tells" for path, _ in faults(shelf.newest(OBSTACLE)))


def test_whoever_might_not_have_made_the_move_must_hear_of_it() -> None:
    procedure = with_move(OBSTACLE, "escalate", ("by: [secretary_general]", "by: [secretary_general, secretary]"))
    assert found(procedure, "moves.escalate.tells", "secretary_general, who must act in 'council'")


def test_a_way_back_tells_whoever_may_have_to_act_there() -> None:
    procedure = with_move(OBSTACLE, "reopen", ("filer, intake, secretary", "filer, secretary"))
    assert found(procedure, "moves.reopen.tells", "intake", "submitted")


def test_the_filer_hears_of_every_step() -> None:
    procedure = with_move(OBSTACLE, "start_evaluation", ("progress: [filer]", "progress: [minister_office]"))
    assert found(procedure, "moves.start_evaluation.tells", "filer")


def test_a_consultation_that_is_left_open_is_found() -> None:
    for move, stage in (("end_as_withdrawn", "consultation"), ("conclude_without_agreement", "adoption")):
        procedure = with_move(OBSTACLE, move, ("    cancels: open\n", ""))
        assert found(procedure, f"moves.{move}", stage, "open")
    procedure = with_move(OBSTACLE, "adopt", ("    closes: committee\n", ""))
    assert found(procedure, "moves.adopt", "'committee' open")


def test_a_second_consultation_while_one_is_open_is_found() -> None:
    procedure = with_move(OBSTACLE, "table", ("from: council", "from: [council, consultation]"))
    assert found(procedure, "moves.table.opens", "'delegations' is still open")


def test_an_ending_that_tells_nobody_is_found() -> None:
    procedure = with_move(PROJECT, "decline", ("ending: [secretary]", "progress: [secretary]"))
    assert found(procedure, "moves.decline.tells", "ending")
    assert found(with_move(PROJECT, "decline", ("ending: [secretary]", "ending: []")), "moves.decline.tells", "nobody")


def test_an_ending_without_a_reason_is_found() -> None:
    assert found(with_move(PROJECT, "stop", ("    reason: required\n", "")), "moves.stop", "without a reason")
    procedure = with_move(PROJECT, "complete", ("results: text", "results: optional text"))
    assert found(procedure, "moves.complete", "without a reason")


def test_an_ending_after_which_a_clock_runs_is_found() -> None:
    procedure = with_move(OBSTACLE, "find_no_initiative", ("reason:", "starts: [review]\n    reason:"))
    assert found(procedure, "moves.find_no_initiative", "'review' still runs")


def test_the_first_stage_is_left_with_a_number_and_only_once() -> None:
    procedure = with_move(PROJECT, "decline", ("from: proposed", "from: [draft, proposed]"))
    assert found(procedure, "moves.decline", "without a number")
    procedure = with_move(PROJECT, "propose", ("from: draft", "from: [draft, preparing]"))
    assert found(procedure, "moves.propose.from", "number a case again")


def test_every_sentence_must_be_said_in_every_language() -> None:
    procedure = shelf.newest(PROJECT)
    words = {language: wording(PROJECT, 1, language) for language in procedures.LANGUAGES}
    assert verify(procedure, words) == ()
    silent = dict(words["fr"].words)
    del silent["about"]
    assert [fault.path for fault in verify(procedure, words | {"fr": Wording(silent)})] == ["words.fr.about"]
    del words["de"]
    assert [fault.path for fault in verify(procedure, words)] == ["words.de"]


def test_a_new_name_needs_its_words() -> None:
    procedure = broken(PROJECT, ("expected_results: optional text", "expected_effects: optional text"))
    assert found(procedure, "words.nl.forms.project.fields.expected_effects.label", "says nothing")
    procedure = with_move(OBSTACLE, "submit", ("choice web post", "choice web fax post"))
    assert found(procedure, "words.de.choices.channel.fax", "says nothing")


def test_a_released_version_never_changes() -> None:
    draft = shelf.newest(PROJECT)
    released = broken(PROJECT, ("status: draft", "status: released"))
    name = "benelux-project/1"
    assert [f.what for f in verify(draft, released={})] == []
    assert [f.what for f in verify(released, released={name: released.fingerprint})] == []
    assert [f.path for f in verify(released, released={})] == ["status"]
    changed = broken(PROJECT, ("status: draft", "status: released"), ("results: text", "outcome: text"))
    what = [fault.what for fault in verify(changed, released={name: released.fingerprint}) if fault.path == "status"]
    assert what == ["was released and has changed since; put it back and write a new version"]
    assert "draft again" in verify(draft, released={name: draft.fingerprint})[0].what


def test_a_proposal_can_be_broken_as_well() -> None:
    assert found(without_move(PROPOSAL, "take_up"), "case.numbered_by", "take_up")
