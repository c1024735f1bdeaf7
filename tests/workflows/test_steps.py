"""Steps: what the drawing of a procedure shows, as sentences for whoever does not see it."""

from __future__ import annotations

import re

import pytest

from workflows import procedures, shelf
from workflows.proofs.steps import afterwards, outline, steps
from workflows.proofs.ways import beginnings, ways
from workflows.wording import wording

EACH = [(name, language) for name in shelf.names() for language in procedures.LANGUAGES]


@pytest.mark.parametrize("name", shelf.names())
def test_every_way_is_a_step(name: str) -> None:
    found = shelf.newest(name)
    told = {(stage, step.move, end) for stage, taken in steps(found).items() for step in taken for end in step.ends}
    gone = {
        (way.start.stage, way.move.name, way.end.stage)
        for way in ways(found, beginnings(found))
        if way.end is not None and way.start.stage not in found.endings
    }
    assert told == gone
    after = {
        (ending, step.move) for endings, taken in afterwards(found).items() for ending in endings for step in taken
    }
    assert after == {
        (ending, move.name) for move in found.moves.values() for ending in found.endings if ending in move.sources
    }


@pytest.mark.parametrize(("name", "language"), EACH)
def test_the_outline_says_all_in_the_language_asked_for(name: str, language: str) -> None:
    found, words = shelf.newest(name), wording(name, 1, language)
    passages = outline(found, words, language)
    phases = dict.fromkeys(found.phase_of(stage) for stage in found.all_stages)
    assert [passage.phase for passage in passages] == [words.text("phases", phase) for phase in phases]
    lines = [line for passage in passages for line in passage.steps]
    told = sum(map(len, steps(found).values())) + sum(map(len, afterwards(found).values()))
    assert len(lines) == 1 + told + len(found.endings)
    assert len(set(lines)) == len(lines)
    assert not [line for line in lines if re.search(r"[{}_]|None", line)]
    for move in found.moves.values():
        label = words.text("moves", move.name, "label")
        assert label is not None
        assert [line for line in lines if f": {label} (" in line]


def test_a_step_says_who_may_take_it_and_where_it_leads() -> None:
    found = shelf.newest("benelux-obstacle")
    lines = [line for passage in outline(found, wording(found.id, 1, "de"), "de") for line in passage.steps]
    for line in (
        "Entwurf: Einreichen (die Behörde, die das Hindernis gemeldet hat; "
        "die Eingangsstelle des Generalsekretariats). Führt zu: eingereicht.",
        "Konsultation: Frist verlängern (das Sekretariat der Arbeitsgruppe). Das Stadium ändert sich nicht.",
        "Ministerkomitee: Annahme vermerken (der Generalsekretär). Führt zu: nationale Umsetzung.",
        "jedes Ende: Vorgang wieder aufnehmen (der Generalsekretär). Führt dorthin zurück, wo der Vorgang war.",
    ):
        assert line in lines
