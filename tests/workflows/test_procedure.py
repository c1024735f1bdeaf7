"""Procedures: what is read from the file, and the fault that names the place when it cannot be."""

from __future__ import annotations

import re

import pytest

from tests.workflows.broken import broken, with_move
from workflows import procedures, shelf
from workflows.clock import Until
from workflows.errors import ProcedureFaulty
from workflows.procedure import Procedure
from workflows.wording import wording

OBSTACLE, PROPOSAL, PROJECT = "benelux-obstacle", "benelux-proposal", "benelux-project"
PARTS = {"decision-route": procedures.part_text("decision-route")}


def fault(text: str, parts: dict[str, str] | None = None) -> str:
    with pytest.raises(ProcedureFaulty) as refusal:
        Procedure.parse(text, "mine.yaml", PARTS if parts is None else parts)
    return str(refusal.value)


def fault_of(name: str, old: str, new: str) -> str:
    text = procedures.procedure_text(name, 1)
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return fault(text.replace(old, new))


class TestReading:
    """The packaged procedures, as the rules see them."""

    def test_every_packaged_version_can_be_read(self) -> None:
        assert {(name, version) for name, version in procedures.versions()} >= {
            (OBSTACLE, 1),
            (PROPOSAL, 1),
            (PROJECT, 1),
        }
        for name, version in procedures.versions():
            found = shelf.procedure(name, version)
            assert (found.id, found.version) == (name, version)
        assert shelf.names() == tuple(sorted({name for name, _ in procedures.versions()}))

    def test_what_stands_at_its_head(self) -> None:
        found = shelf.newest(OBSTACLE)
        assert (found.status, found.prefix, found.begun_by, found.numbered_by, found.form, found.starts_in) == (
            "draft",
            "OBS",
            ("filer", "intake"),
            "submit",
            "filing",
            "draft",
        )
        assert found.sources["treaty"] == "Benelux treaty 2008, art. 6(2)"
        assert (found.roles["filer"].role, found.roles["filer"].of) == ("officer", "case.organisation")

    def test_a_part_brings_what_it_holds(self) -> None:
        obstacle, proposal = shelf.newest(OBSTACLE), shelf.newest(PROPOSAL)
        assert "adopt" in obstacle.moves
        assert obstacle.moves["adopt"] == proposal.moves["adopt"]
        assert obstacle.endings[:2] == ("inadmissible", "referred")
        assert proposal.endings[0] == "resolved"
        assert set(obstacle.clocks) > {"closing", "vote", "acknowledge"}

    def test_groups_of_stages(self) -> None:
        found = shelf.newest(OBSTACLE)
        assert found.acts["comment"].stages == found.all_stages
        assert found.acts["correct"].stages == found.open_stages
        assert found.moves["reopen"].sources == found.endings
        assert "draft" not in found.open_stages
        assert found.moves["submit"].sources == ("draft",)

    def test_phases_and_whom_a_stage_waits_for(self) -> None:
        found = shelf.newest(OBSTACLE)
        assert (found.phase_of("drafting"), found.phase_of("withdrawn")) == ("instrument", "ended")
        assert (found.waits_for("drafting"), found.waits_for("withdrawn")) == ("secretary", None)
        assert (found.is_anchor("council"), found.is_anchor("adoption"), found.is_anchor("resolved")) == (
            True,
            False,
            False,
        )

    def test_where_a_case_of_a_plan_begins(self) -> None:
        obstacle = shelf.newest(OBSTACLE)
        assert obstacle.imported_into("drafting") == "common_position"
        assert obstacle.imported_into("something new") == "exploration"
        assert shelf.newest(PROJECT).imported_into("something new") == "running"

    def test_a_move_in_full(self) -> None:
        adopt = shelf.newest(OBSTACLE).moves["adopt"]
        assert (adopt.sources, adopt.target, adopt.by) == (("adoption",), "implementation", ("secretary_general",))
        assert adopt.guards == ("vote_adopted", "texts_frozen")
        assert [field.name for field in adopt.asks] == ["adopted_on", "in_force", "evaluate_on", "measures"]
        assert (adopt.closes, adopt.numbers, adopt.clocks) == ("committee", "M", ("evaluation", "vote"))
        assert not adopt.reason_required
        assert adopt.tells == {"adopted": ("filer", "delegate", "minister_office", "secretary")}

    def test_clocks_consultations_and_rules(self) -> None:
        found = shelf.newest(OBSTACLE)
        assert found.clocks["closing"].length == Until("closing_on")
        assert found.consultations["delegations"].voters == ("BE", "LU", "NL")
        assert found.consultations["committee"].about == "texts"
        assert found.rules["unanimity"].reservations_block

    def test_who_is_invited_may_be_nobody_and_no_other_list_may_be_empty(self) -> None:
        fields = {field.name: field for field in shelf.newest(OBSTACLE).moves["new_round"].asks}
        assert fields["invited"].may_be_empty
        assert not fields["question"].may_be_empty


class TestFingerprint:
    """It is that of the rules, not of the text."""

    def test_a_comment_and_the_order_of_keys_do_not_count(self) -> None:
        text = procedures.procedure_text(PROJECT, 1)
        again = Procedure.parse(f"# a comment\n{text}", "mine.yaml")
        swapped = Procedure.parse(
            text.replace("version: 1\nstatus: draft\n", "status: draft\nversion: 1\n"), "mine.yaml"
        )
        assert again.fingerprint == swapped.fingerprint == shelf.newest(PROJECT).fingerprint
        assert again == swapped
        assert hash(again) == hash(swapped)

    def test_a_rule_counts_also_one_of_a_part(self) -> None:
        assert with_move(PROJECT, "start", ("by: [secretary]", "by: [intake]")) != shelf.newest(PROJECT)
        assert with_move(OBSTACLE, "table", ("vote: [minister_office]", "vote: [delegate]")) != shelf.newest(OBSTACLE)
        assert re.fullmatch("[0-9a-f]{64}", shelf.newest(OBSTACLE).fingerprint)

    def test_a_procedure_is_nothing_else(self) -> None:
        assert shelf.newest(PROJECT) != "benelux-project"
        assert repr(shelf.newest(PROJECT)) == "<Procedure benelux-project/1>"


FAULTY = [
    (PROJECT, "version: 1", "version: one", "version: must be a whole number"),
    (PROJECT, "version: 1", "version: 0", "version: must be a whole number"),
    (PROJECT, "version: 1", "version: true", "version: must be a whole number"),
    (PROJECT, "status: draft", "status: final", "status: must be one of draft, released"),
    (PROJECT, "starts_in: draft", "begins_in: draft", "lacks the key `starts_in`"),
    (PROJECT, "version: 1", "version: 1\nlicence: EUPL", "licence: is not known here"),
    (PROJECT, "prefix: PRJ, ", "", "case: lacks the key `prefix`"),
    (PROJECT, "secretary         of BENELUX-SG", "secretary", "roles.intake: must read `ROLE of X`"),
    (PROJECT, "secretary         of BENELUX-SG", "clerk of BENELUX-SG", "roles.intake: must read `ROLE of X`"),
    (PROJECT, "waits_for: secretary_general, anchor: true", "anchor: 1", "proposed.anchor: must be true or false"),
    (PROJECT, "waits_for: secretary_general, anchor: true", "colour: red", "stages.proposed.colour: is not known here"),
    (PROJECT, "endings: [completed, stopped, not_taken_up]", "endings: {completed: 1}", "endings: must be a word or"),
    (PROJECT, "endings: [completed, stopped, not_taken_up]", "endings: [stopped, stopped]", "endings: names one thing"),
    (PROJECT, "progress: text", "progress: texts", "acts.report.asks.progress: 'texts' is not a field type"),
    (PROJECT, "choice new in_development ongoing", "choice of headings", "there is no checklist 'headings'"),
    (PROJECT, "results: text", "results: [text]", "moves.complete.asks.results: must be a word"),
    (PROJECT, "tells: {reassigned: [secretary]}", "tells: [reassigned]", "acts.assign.tells: must be a mapping"),
    (PROJECT, "spawns: follow_ups", "begets: follow_ups", "moves.complete.begets: is not known here"),
    (PROJECT, "spawns: follow_ups", "spawns: [follow_ups]", "moves.complete.spawns: must be a word"),
    (PROJECT, "from: proposed\n    to: preparing", "from: []\n    to: preparing", "moves.take_up.from: must name"),
    (PROJECT, "from: proposed\n    to: preparing", "from: proposed", "moves.take_up: lacks the key `to`"),
    (OBSTACLE, "include: [decision-route]", "include: [decision-rout]", "include: there is no part 'decision-rout'"),
    (OBSTACLE, "include: [decision-route]", "include: [[x]]", "include: must be a list of names"),
    (OBSTACLE, "length: 5WD", "length: 5 days", "clocks.acknowledge.length"),
    (OBSTACLE, "    length: P2M\n", "", "clocks.admissibility.length: is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "said"), FAULTY)
def test_a_fault_names_the_file_the_place_and_what_to_mend(name: str, old: str, new: str, said: str) -> None:
    assert fault_of(name, old, new).startswith("mine.yaml: ")
    assert said in fault_of(name, old, new)


def test_a_reason_is_required_or_optional() -> None:
    with pytest.raises(ProcedureFaulty, match=r"moves\.stop\.reason: must be one of required, optional"):
        with_move(PROJECT, "stop", ("reason: required", "reason: wanted"))
    assert not with_move(PROJECT, "stop", ("reason: required", "reason: optional")).moves["stop"].reason_required


def test_a_name_that_a_part_brings_as_well_is_refused() -> None:
    text = procedures.procedure_text(OBSTACLE, 1)
    twice = text.replace("\nmoves:\n", "\nmoves:\n  adopt: {from: draft, to: submitted, by: [filer]}\n")
    assert "moves.adopt: stands in the procedure and in a part" in fault(twice)


def test_a_part_says_its_name_and_brings_nothing_but_its_own() -> None:
    text = procedures.procedure_text(OBSTACLE, 1)
    part = PARTS["decision-route"]
    renamed = {"decision-route": part.replace("part: decision-route", "part: other")}
    assert fault(text, renamed) == "decision-route: part: must say `part: decision-route`"
    assert "roles: a part may bring" in fault(text, {"decision-route": f"{part}\nroles: {{}}\n"})
    assert "stages: must be a mapping" in fault(text, {"decision-route": "part: decision-route\nstages: [a]\n"})


def test_a_guard_that_nobody_wrote_is_found_when_a_procedure_is_taken_from_the_shelf(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = procedures.procedure_text(PROJECT, 1).replace("if: [form_complete]", "if: [form_completed]")
    monkeypatch.setattr(procedures, "procedure_text", lambda name, version: text)
    with pytest.raises(ProcedureFaulty, match=r"moves\.propose\.if: there is no guard 'form_completed'"):
        shelf.procedure.__wrapped__(PROJECT, 1)


@pytest.mark.parametrize(("name", "version"), [("benelux-treaty", 1), (OBSTACLE, 99), ("../parts", 1), ("parts", 1)])
def test_there_is_nothing_on_the_shelf_but_procedures(name: str, version: int) -> None:
    with pytest.raises(KeyError):
        shelf.procedure(name, version)


def test_there_is_no_newest_of_what_is_not_there() -> None:
    with pytest.raises(KeyError):
        shelf.newest("benelux-treaty")


def test_a_procedure_is_read_once() -> None:
    assert shelf.procedure(OBSTACLE, 1) is shelf.newest(OBSTACLE)


def test_words_are_those_of_the_procedure_over_those_of_its_parts() -> None:
    words = wording(OBSTACLE, 1, "nl")
    assert words.text("label")
    assert words.stage("submitted") == "ingediend"
    assert words.stage("implementation") == "nationale uitvoering"
    assert words.stage("written_off") == "als onoplosbaar afgesloten"
    assert words.stage("nowhere") == "nowhere"
    assert words.text("moves", "adopt", "label")
    assert words.text("moves", "adopt") is None
    assert words.text("moves", "nothing", "label") is None
    assert words.section("nothing", "at", "all") == {}


def test_broken_procedures_are_broken_in_one_place() -> None:
    assert broken(OBSTACLE).fingerprint == shelf.newest(OBSTACLE).fingerprint
