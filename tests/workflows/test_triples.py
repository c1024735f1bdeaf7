"""Every stage, move and role: each triple is open, or refused for the reason that the file gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import a_case, a_clock, a_request, facts, somebody
from workflows import procedures, shelf, texts
from workflows.actor import Actor
from workflows.acts import permit
from workflows.advance import advance, preview
from workflows.case import Case
from workflows.dates import day_in_brussels
from workflows.errors import DataInvalid, GuardRefused, MoveNotOpen, Refused, RoleMissing
from workflows.facts import Facts

WORDS = ("filer", "intake", "secretary", "secretary_general", "delegate", "minister_office", "auditor", "admin")
INVITED = {"delegate": ("NL",), "minister_office": ("NL",)}
NEWEST = [(name, shelf.newest(name).version) for name in shelf.names()]


def rules(name: str, version: int) -> dict[str, Any]:
    """The rules as they stand in the files, put together without the reader that is tested here."""
    whole = texts.read(procedures.procedure_text(name, version), name)
    for part in whole.get("include", []):
        brought = texts.read(procedures.part_text(part), part)
        for section in ("stages", "acts", "moves"):
            whole[section] = {**brought.get(section, {}), **whole.get(section, {})}
        whole["endings"] = whole.get("endings", []) + brought["endings"]
    return whole


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def stages_of(written: dict[str, Any], where: Any) -> list[str]:
    groups = {
        "endings": written["endings"],
        "open": [stage for stage in written["stages"] if stage != written["starts_in"]],
        "any": [*written["stages"], *written["endings"]],
    }
    return groups[where] if isinstance(where, str) and where in groups else listed(where)


def has_role(written: dict[str, Any], stage: str, by: list[str], word: str) -> bool:
    """Is a person of this role word one of those who may? On an officer's draft, intake has no role."""
    known = [one for one in by if one in written["roles"]]
    draft_of_filer = stage == written["starts_in"] and listed(written["case"]["begun_by"])[0] != "intake"
    return word in known and not (word == "intake" and draft_of_filer)


def standing_in(stage: str, name: str) -> Case:
    """A case in a stage, with a working group also while it is a draft: each person has one role word alone."""
    return a_case(stage, name, working_group="transport")


def outcome(case: Case, known: Facts, move: str, actor: Actor) -> str:
    try:
        advance(case, known, a_request(move, actor))
    except (RoleMissing, MoveNotOpen) as refusal:
        return refusal.code
    except (DataInvalid, GuardRefused):
        return "open"
    return "open"


@pytest.mark.parametrize(("name", "version"), NEWEST)
def test_every_move_is_open_or_refused_as_the_file_says(name: str, version: int) -> None:
    written = rules(name, version)
    seen = dict.fromkeys(("open", "role_missing", "move_not_open"), 0)
    for stage in stages_of(written, "any"):
        case, known = standing_in(stage, name), facts(clocks=(a_clock("review"),))
        for move, rule in written["moves"].items():
            for word in WORDS:
                expected = "open"
                if not has_role(written, stage, listed(rule["by"]), word):
                    expected = "role_missing"
                elif stage not in stages_of(written, rule["from"]):
                    expected = "move_not_open"
                found = outcome(case, known, move, somebody(word))
                assert found == expected, f"{stage}: {move} by {word}"
                seen[found] += 1
    assert all(seen.values())
    assert sum(seen.values()) == len(stages_of(written, "any")) * len(written["moves"]) * len(WORDS)


@pytest.mark.parametrize(("name", "version"), NEWEST)
def test_every_act_is_open_or_refused_as_the_file_says(name: str, version: int) -> None:
    written = rules(name, version)
    for stage in stages_of(written, "any"):
        case = standing_in(stage, name)
        for act, rule in written["acts"].items():
            for word in WORDS:
                by = listed(rule["by"])
                reads = by == ["readers"] and word not in {"auditor", "admin"}
                expected = "open"
                if not reads and not has_role(written, stage, by, word):
                    expected = "role_missing"
                elif stage not in stages_of(written, rule["in"]):
                    expected = "move_not_open"
                assert allowed(case, act, word) == expected, f"{stage}: {act} by {word}"


def allowed(case: Case, act: str, word: str) -> str:
    try:
        permit(case, somebody(word), act, INVITED)
    except Refused as refusal:
        return refusal.code
    return "open"


@pytest.mark.parametrize(("name", "version"), NEWEST)
def test_a_preview_shows_exactly_the_moves_that_are_open(name: str, version: int) -> None:
    written = rules(name, version)
    procedure = shelf.procedure(name, version)
    today = day_in_brussels(a_request("x", "filer").now)
    for stage in stages_of(written, "any"):
        case = standing_in(stage, name)
        for move in procedure.moves.values():
            for word in WORDS:
                shown = preview(case, facts(), move, somebody(word), today) is not None
                assert shown == (outcome(case, facts(), move.name, somebody(word)) == "open")
