"""What is said of a problem, in four languages that say the same."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Any

import pytest

from service import words
from service.api.errors import STATUS
from tests.architecture.source import ROOT, product_files
from workflows.actor import Role
from workflows.decision_rule import Outcome, Reservation, Stance
from workflows.fields import COUNTRIES, REFERENCES, THEMES
from workflows.reasons import SENTENCES
from workflows.wording import wording

FILES = ("problems", "labels", "reasons", "history", "mail")
OURS = words.LANGUAGES


def catalogue(name: str, language: str) -> dict[str, Any]:
    text = resources.files("service.locale").joinpath(f"{name}.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def sentences(tree: Any, path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from sentences(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def places(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", OURS)
def test_every_language_has_the_same_words_with_the_same_places(name: str, language: str) -> None:
    english = {key: places(text) for key, text in sentences(catalogue(name, "en"))}
    assert {key: places(text) for key, text in sentences(catalogue(name, language))} == english


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", OURS)
def test_no_sentence_is_empty_or_loosely_typed(name: str, language: str) -> None:
    for key, text in sentences(catalogue(name, language)):
        assert text, key
        assert text == text.strip(), key
        assert "  " not in text, key
        assert "'" not in text, f"{key}: a typographic apostrophe"


@pytest.mark.parametrize("language", OURS)
def test_every_code_of_the_table_has_a_title_and_a_sentence(language: str) -> None:
    assert set(catalogue("problems", language)["problems"]) == set(STATUS)


AT = {"Fault": slice(1, 2), "FileRefused": slice(0, 1)}
"""What makes a fault, and where its code stands among the arguments."""


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may come to, as far as they stand in it."""
    if isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def fault_codes() -> set[str]:
    """The codes of all faults that the product makes, read from its source."""
    found = {f"unknown_{kind}" for kind in REFERENCES}
    for path in product_files():
        room = path.relative_to(ROOT).parts
        if room[:2] in {("service", "store"), ("workflows", "proofs")}:
            continue  # those faults are lines for an operator
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in AT:
                found |= {code for argument in node.args[AT[node.func.id]] for code in constants(argument)}
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"_CODES", "CODES"}:
                assert isinstance(node.value, ast.Dict)
                found |= {one.value for one in node.value.values if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("language", OURS)
def test_every_fault_has_a_sentence(language: str) -> None:
    assert fault_codes() <= set(catalogue("problems", language)["faults"])
    assert len(fault_codes()) > 20


def mail_codes() -> set[str]:
    """Why a mail may not arrive, read from the source of what sends it."""
    sources = [*(ROOT / "notifications").glob("*.py"), *(ROOT / "notifications/channels").glob("*.py")]
    made = re.compile(r'(?:WayClosed|TryLater|RefusedForGood|_plain)\)?\(f?"([\w{}]+)"')
    found = {code for path in sources for code in made.findall(path.read_text(encoding="utf-8"))}
    asked = {what for path in sources for what in re.findall(r'_refuse\("(\w+)"', path.read_text(encoding="utf-8"))}
    return {code.replace("{what}", what) for code in found for what in asked or {""}}


@pytest.mark.parametrize("language", OURS)
def test_every_reason_for_which_a_mail_does_not_arrive_has_a_sentence(language: str) -> None:
    assert mail_codes() == set(catalogue("mail", language)["reasons"])
    assert len(mail_codes()) == 18


def test_what_a_mail_server_said_stands_behind_the_sentence_and_what_comes_of_it() -> None:
    said = words.undelivered("address_refused: 550 5.1.1: No such mailbox", "refused", "nl")
    assert said.startswith("De mailserver weigert dit adres definitief")
    assert said.endswith("opnieuw worden verzonden. (550 5.1.1: No such mailbox)")
    assert words.undelivered("server_silent", "waiting", "en").startswith(
        "The mail server does not answer. The mail is"
    )
    assert words.undelivered("kept by an older version: x", "parked", "fr") == "kept by an older version: x"


@pytest.mark.parametrize("language", OURS)
def test_what_people_choose_from_has_a_label(language: str) -> None:
    for kind, codes in (("theme", THEMES), ("stance", Stance), ("reservation", Reservation), ("outcome", Outcome)):
        assert set(words.labels(kind, language)) == {str(code) for code in codes}
    assert {str(role) for role in Role} <= set(words.labels("role", language))
    for country in COUNTRIES:
        assert words.label("country", country, language) != country
    for spoken in OURS:
        assert words.label("language", spoken, language) != spoken


def test_a_body_that_was_given_another_name_keeps_it() -> None:
    assert words.body("BE-WAL", "Government of Wallonia", "nl") == "Waalse Regering"
    assert words.body("BE-WAL", "Waals Gewest", "fr") == "Waals Gewest"
    assert words.body("NL-GM0980", "Terneuzen", "de") == "Terneuzen"


def test_a_code_without_a_label_is_shown_as_it_is() -> None:
    assert words.label("theme", "gardening", "en") == "gardening"
    assert words.label("nothing", "x", "en") == "x"


def test_a_problem_is_told_in_the_language_of_the_reader() -> None:
    assert words.problem("not_found", "nl")[0] == "Niet gevonden"
    assert words.problem("too_many", "fr", {"seconds": "12"}) == (
        "Trop de demandes",
        "Patientez 12 secondes, puis réessayez.",
    )


def test_days_and_countries_are_told_in_words() -> None:
    assert words.fault("before_the_last_move", "de", {"value": "2026-03-01"}).startswith(
        "Wählen Sie ein Datum ab dem 1. März 2026"
    )
    assert words.fault("country_missing", "fr", {"value": "LU"}) == "Prévoyez aussi une mesure pour Luxembourg."
    assert "2026-02-31" in words.fault("before_the_last_move", "en", {"value": "2026-02-31"})


def test_what_is_not_known_leaves_no_hole() -> None:
    assert words.fault("too_long", "en") == "Use at most … characters."
    assert words.fault("no_such_code", "en") == "This value does not fit what is asked for."


@pytest.mark.parametrize("value", ["{limit}", "{0}", "{value.__class__}", "%s"])
def test_what_people_typed_is_never_taken_for_a_place(value: str) -> None:
    assert words.fault("unknown_case", "en", {"value": value}) == (
        f"The case {value} does not exist, or you have no access to it."
    )


def test_a_guard_speaks_the_words_of_the_procedure() -> None:
    known = wording("benelux-obstacle", 1, "en").words
    told = words.guard("form_complete", ["content.situation", "countries"], "en", known)
    assert told.startswith("Not all required details have been filled in yet.")
    assert told.endswith("and the countries concerned.") or "countries" in told
    assert "content." not in told
    assert "Luxemburg en Nederland" in words.guard("analysis_per_voter", ["LU", "NL"], "nl", known)


def test_a_guard_of_an_unknown_procedure_speaks_in_general() -> None:
    told = words.guard("form_complete", ["title"], "en", {})
    assert told == "The step can be taken as soon as the condition is met. Still needed: the title."
    assert words.guard("form_complete", [], "en", {}) == "The step can be taken as soon as the condition is met."


@pytest.mark.parametrize("language", OURS)
def test_every_step_of_counting_has_a_sentence_with_the_places_of_the_rules(language: str) -> None:
    worded = catalogue("reasons", language)["reasons"]
    assert {code: places(text) for code, text in worded.items()} == {
        code: places(text) for code, text in SENTENCES.items()
    }


def test_a_date_is_explained_in_words() -> None:
    skipped = [(date(2027, 1, 1), "Nieuwjaarsdag"), (date(2027, 1, 2), None)]
    told = words.reason("working_days_counted", "nl", {"period": "5WD", "on": "2027-01-08", "article": "2(2)"}, skipped)
    assert told == (
        "Een termijn van 5 werkdagen eindigt op 8 januari 2027; overgeslagen: 1 januari 2027 (Nieuwjaarsdag) en "
        "2 januari 2027 (zaterdag) (Verordening 1182/71, art. 2(2))."
    )
    clipped = {"period": "P1M", "day": "31", "month": "2027-02", "on": "2027-02-28"}
    told = words.reason("clipped", "fr", clipped).replace("\xa0", " ")
    assert told.startswith("Un délai de 1 mois prendrait fin le jour 31 de février 2027")


@pytest.mark.parametrize(
    ("written", "said"), [("P2M", "2 Monate"), ("P1W", "1 Woche"), ("1WD", "1 Arbeitstag"), ("until", "until")]
)
def test_a_period_is_told_in_words(written: str, said: str) -> None:
    assert words.period(written, "de") == said


def test_what_the_service_did_is_told_in_words() -> None:
    late = words.happened("clock_late", "en", {"clock": "reply", "on": "2026-12-18"})
    assert late == "“reply”: the date, 18 December 2026, has passed."
    assert words.happened("NothingKnown", "nl") == "Er werd iets in het dossier gewijzigd."


@pytest.mark.parametrize("language", OURS)
@pytest.mark.parametrize(
    "code", ["file_kind", "file_empty", "file_disguised", "file_macros", "file_bomb", "file_too_large", "file_changes",
             "words_waiting",
             "password_too_short", "password_too_long", "password_unreadable"],
)  # fmt: skip
def test_what_is_wrong_with_a_file_or_a_password_has_a_sentence(code: str, language: str) -> None:
    assert code in catalogue("problems", language)["faults"]
