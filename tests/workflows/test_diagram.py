"""Diagram: the drawing of a procedure, and the pages in docs/procedures that are made from the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workflows.broken import broken
from workflows import procedures, shelf
from workflows.proofs.diagram import mermaid, page
from workflows.wording import Wording, wording

DOCS = Path(__file__).parents[2] / "docs" / "procedures"
LINE = re.compile(r"    (\S+) --> (\S+)(?:: (.+))?")


def lines(name: str, language: str = "en") -> list[tuple[str, str, str]]:
    drawn = mermaid(shelf.newest(name), wording(name, 1, language))
    return [(found[1], found[2], found[3] or "") for found in map(LINE.fullmatch, drawn.splitlines()) if found]


@pytest.mark.parametrize("name", shelf.names())
def test_the_pages_show_the_procedures_as_they_are(name: str) -> None:
    found = shelf.newest(name)
    kept = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert kept == page(found, wording(name, found.version, "en")), (
        f"docs/procedures/{name}.md is not current: slagboom procedure diagram {name} --write docs/procedures"
    )


def test_every_page_is_of_a_procedure() -> None:
    for kind in ("*.md", "*.svg"):
        assert {path.stem for path in DOCS.glob(kind)} == set(shelf.names())


@pytest.mark.parametrize("language", procedures.LANGUAGES)
@pytest.mark.parametrize("name", shelf.names())
def test_every_stage_and_every_move_of_an_open_case_is_drawn(name: str, language: str) -> None:
    procedure, words = shelf.newest(name), wording(name, 1, language)
    drawn = mermaid(procedure, words)
    for stage in procedure.all_stages:
        assert f'    state "{words.stage(stage)}" as {stage}\n' in drawn
    labels = {label for _, _, text in lines(name, language) for label in text.split(" / ")}
    for move in procedure.moves.values():
        label = words.text("moves", move.name, "label")
        assert (label in labels) == (not set(move.sources) <= set(procedure.endings)), move.name


def test_a_case_begins_in_the_first_stage_and_stops_in_every_ending() -> None:
    drawn = lines("benelux-project")
    assert ("[*]", "draft", "") in drawn
    assert {start for start, end, _ in drawn if end == "[*]"} == {"completed", "stopped", "not_taken_up"}
    assert not [line for line in drawn if line[0] == "completed" and line[1] != "[*]"]


def test_a_way_back_is_drawn_to_each_stage_that_it_may_lead_to() -> None:
    back = {end for start, end, label in lines("benelux-obstacle") if "Cancel the consultation" in label}
    assert back == {"exploration", "common_position", "drafting", "council"}


def test_a_move_that_stays_is_drawn_as_a_loop() -> None:
    assert ("consultation", "consultation", "Extend the period") in lines("benelux-obstacle")


def test_phases_stand_at_their_first_stage() -> None:
    drawn = mermaid(shelf.newest("benelux-obstacle"), wording("benelux-obstacle", 1, "nl"))
    assert drawn.index("%% ") < drawn.index("note left of draft") < drawn.index("note left of exploration")


def test_a_label_cannot_break_the_drawing() -> None:
    words = Wording({"stages": {"draft": {"label": 'a "draft"; #1: new'}}, "moves": {"propose": {"label": "a: b"}}})
    drawn = mermaid(shelf.newest("benelux-project"), words)
    assert 'state "a #quot;draft#quot;#59; #35;1#58; new" as draft' in drawn
    assert "draft --> proposed: a#58; b\n" in drawn


def test_a_page_tells_what_a_lawyer_asks() -> None:
    text = page(shelf.newest("benelux-obstacle"), wording("benelux-obstacle", 1, "en"))
    assert "policy = a default of ours; no text prescribes it" in text
    for row in (
        "| `closing` consultation period | duty | `delegate` | until closing_on | calendar BE | policy |",
        "| `acknowledge` acknowledgement of receipt | duty | `intake` | 5WD |",
        "| `adopt` Record the adoption | `adoption` | `implementation` | `secretary_general` |",
        "closes committee, numbers M | starts `evaluation`; meets `vote` |",
        "| back to the last anchor |",
        "| `delegations` ",
    ):
        assert row in text, row


def test_a_period_that_nobody_knows_is_shown_as_unknown() -> None:
    procedure = broken("benelux-obstacle", ("length: 5WD\n    rule: working-days", "length: unknown"))
    assert "| no period known |" in page(procedure, wording("benelux-obstacle", 1, "en"))


def test_a_page_shows_the_picture_and_says_the_same_in_words() -> None:
    text = page(shelf.newest("benelux-project"), wording("benelux-project", 1, "nl"), "nl")
    assert "![Schema van de procedure: Project van het jaarplan](benelux-project.svg)" in text
    assert "### Verkenning\n\n- in voorbereiding: Starten (de secretaris van de werkgroep). Leidt naar: loopt." in text


def test_a_table_survives_what_is_written_in_it() -> None:
    words = Wording({"moves": {"propose": {"label": "this | that"}}})
    row = next(line for line in page(shelf.newest("benelux-project"), words).splitlines() if "`propose`" in line)
    assert r"this \| that" in row
