"""The words of the procedures: everything that the rules name is said, in four languages, each complete."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from workflows import procedures, texts

PARTS = ("decision-route",)
PROCEDURES = procedures.versions()
FILES = ("parts", *sorted({name for name, _ in PROCEDURES}))
# The data of a move that its line of history may name, by what the move asks or does.
NAMED = {"{working_group}": "working_group", "{instrument}": "kind", "{number}": "numbers"}
WITH_STOP = {
    "about",
    "explanation",
    "remedy",
    "help",
    "history",
    "progress",
    "waiting",
    "late",
    "before",
    "refused",
    "needs",
}


@cache
def words(file: str, language: str) -> dict[str, Any]:
    read = procedures.part_words_text(language) if file == "parts" else procedures.words_text(file, language)
    return texts.read(read, f"{file}/{language}")


@cache
def rules(file: str) -> dict[str, Any]:
    if file == "parts":
        return merged([texts.read(procedures.part_text(part), part) for part in PARTS])
    newest = max(version for name, version in PROCEDURES if name == file)
    return texts.read(procedures.procedure_text(file, newest), file)


def merged(several: list[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for one in several:
        for section, value in one.items():
            if isinstance(value, dict):
                whole.setdefault(section, {}).update(value)
            elif isinstance(value, list):
                whole.setdefault(section, []).extend(value)
    return whole


def sentences(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every sentence of a words file with the path to it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from sentences(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def needed(of: Mapping[str, Any]) -> set[str]:
    """The paths of every sentence that these rules need."""
    return {
        *(("label", "about") if "procedure" in of else ()),
        *(f"phases.{stage['phase']}" for stage in of["stages"].values()),
        *(("phases.ended",) if "include" not in of else ()),
        *(f"stages.{name}.{part}" for name in of["stages"] for part in ("label", "explanation")),
        *(f"endings.{name}.{part}" for name in of.get("endings", ()) for part in ("label", "explanation", "remedy")),
        *(f"roles.{name}" for name in role_words(of)),
        *(f"consultations.{name}.label" for name in of.get("consultations", ())),
        *(f"guards.{name}.{part}" for name in guards(of) for part in ("refused", "needs")),
        *steps(of),
        *clocks(of),
        *fields(of),
    }


def role_words(of: Mapping[str, Any]) -> set[str]:
    readers = any(act["by"] == "readers" for act in of["acts"].values())
    return {*of.get("roles", ()), *(("readers",) if readers else ())}


def guards(of: Mapping[str, Any]) -> set[str]:
    return {guard for move in of["moves"].values() for guard in move.get("if", ())}


def steps(of: Mapping[str, Any]) -> Iterator[str]:
    for section in ("moves", "acts"):
        for name, step in of[section].items():
            yield from (f"{section}.{name}.{part}" for part in ("label", "help", "history"))
            yield from (f"{section}.{name}.{n}" for n in ("progress", "waiting") if n in step.get("tells", {}))
            yield from (f"{section}.{name}.when_all.{stage}" for stage in step.get("when_all", {}))


def clocks(of: Mapping[str, Any]) -> Iterator[str]:
    for name, clock in of.get("clocks", {}).items():
        yield f"clocks.{name}.label"
        if "before" in clock or "at" in clock:
            yield f"clocks.{name}.before"
        if "late" in clock:
            yield f"clocks.{name}.late"


def fields(of: Mapping[str, Any]) -> Iterator[str]:
    for form, asked in of.get("forms", {}).items():
        yield f"forms.{form}.label"
        yield from (f"forms.{form}.fields.{field}.{part}" for field in asked for part in ("label", "help"))
    for name, criteria in of.get("checklists", {}).items():
        yield from (f"checklists.{name}.{criterion}.{part}" for criterion in criteria for part in ("label", "help"))
    for step in (*of["moves"].values(), *of["acts"].values()):
        for field, kind in step.get("asks", {}).items():
            yield from (f"asks.{field}.{part}" for part in ("label", "help"))
            yield from (f"choices.{field}.{value}" for value in values(kind))


def values(kind: str) -> list[str]:
    """What there is to choose from in a field of this type; a choice of a checklist takes the checklist's words."""
    if kind.endswith("entry into force"):
        return ["on_date", "day_after_publication", "none"]
    _, chosen, rest = kind.partition("choice ")
    return rest.split() if chosen and not rest.startswith("of ") else []


@pytest.mark.parametrize("language", procedures.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_everything_that_the_rules_name_is_said(file: str, language: str) -> None:
    said = {path for path, _ in sentences(words(file, language))}
    assert needed(rules(file)) - said == set()


@pytest.mark.parametrize("language", procedures.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_nothing_is_said_that_the_rules_do_not_name(file: str, language: str) -> None:
    """A procedure may say in its own words what a part of it names."""
    known = needed(rules(file))
    if "include" in rules(file):
        known |= needed(rules("parts"))
    assert {path for path, _ in sentences(words(file, language))} - known == set()


@pytest.mark.parametrize("language", procedures.LANGUAGES[1:])
@pytest.mark.parametrize("file", FILES)
def test_all_languages_say_the_same_things_in_the_same_order(file: str, language: str) -> None:
    paths = [path for path, _ in sentences(words(file, language))]
    assert paths == [path for path, _ in sentences(words(file, procedures.LANGUAGES[0]))]


@pytest.mark.parametrize("language", procedures.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_sentence_names_only_what_is_known_there(file: str, language: str) -> None:
    for path, sentence in sentences(words(file, language)):
        for name in re.findall(r"[{][^}]*[}]?", sentence):
            if name == "{needs}":
                assert re.fullmatch(r"guards\.\w+\.needs", path), path
            else:
                section, step, part = path.split(".")
                rule = rules(file)[section][step]
                assert part == "history", path
                assert NAMED[name] in {*rule.get("asks", ()), *rule}, path


@pytest.mark.parametrize("file", FILES)
def test_all_languages_fill_in_the_same_names(file: str) -> None:
    filled = [
        {path: sorted(re.findall(r"[{]\w+[}]", sentence)) for path, sentence in sentences(words(file, language))}
        for language in procedures.LANGUAGES
    ]
    assert all(one == filled[0] for one in filled)


@pytest.mark.parametrize("language", procedures.LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_every_sentence_is_one(file: str, language: str) -> None:
    for path, sentence in sentences(words(file, language)):
        assert isinstance(sentence, str), path
        assert sentence == sentence.strip() != "", path
        assert "  " not in sentence, path
        whole = path.rpartition(".")[2] in WITH_STOP or ".when_all." in path
        assert sentence.endswith((".", "?") if whole else tuple("abcdefghijklmnopqrstuvwxyzé)?")), path
        assert sentence[0].isupper() or not whole, path


@pytest.mark.parametrize("file", FILES)
def test_no_sentence_is_left_in_another_language(file: str) -> None:
    seen: dict[str, str] = {}
    for language in procedures.LANGUAGES:
        for sentence in {sentence for _, sentence in sentences(words(file, language)) if sentence.endswith(".")}:
            assert sentence not in seen, f"{language} and {seen[sentence]}: {sentence}"
            seen[sentence] = language


@pytest.mark.parametrize("language", procedures.LANGUAGES)
def test_a_thing_has_one_name_in_all_procedures(language: str) -> None:
    """Lists and filters show cases of all procedures beside each other."""
    names: dict[str, str] = {}
    for file in FILES:
        for path, sentence in sentences(words(file, language)):
            if re.fullmatch(r"phases\.\w+|(stages|endings)\.\w+\.label", path):
                code = path.split(".")[1] if path.startswith("phases") else path
                assert names.setdefault(f"{path.split('.')[0]}.{code}", sentence) == sentence, path


@pytest.mark.parametrize("file", FILES)
def test_french_keeps_its_punctuation_with_the_word(file: str) -> None:
    loose = [sentence for _, sentence in sentences(words(file, "fr")) if re.search(r"(?<!\u00a0)[:;?!]", sentence)]
    assert loose == []
