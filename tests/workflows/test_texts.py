"""YAML: what the one reader takes, and the tricks that it refuses."""

from __future__ import annotations

import pytest

from workflows import texts
from workflows.errors import ProcedureFaulty


def read(text: str) -> dict[str, object]:
    return texts.read(text, "file.yaml")


def fault(text: str) -> ProcedureFaulty:
    with pytest.raises(ProcedureFaulty) as refusal:
        read(text)
    assert refusal.value.name == "file.yaml"
    return refusal.value


def test_plain_words_stay_words() -> None:
    words = "country: NO, on: yes, off: No, y: n, day: 2026-03-01, time: 12:30"
    numbers = "ratio: 1.5, exp: 1e3, big: 1_000, nan: .nan"
    assert read(f"{{{words}, {numbers}}}") == {
        "country": "NO",
        "on": "yes",
        "off": "No",
        "y": "n",
        "day": "2026-03-01",
        "time": "12:30",
        "ratio": "1.5",
        "exp": "1e3",
        "big": "1_000",
        "nan": ".nan",
    }


def test_integers_truth_and_nothing_are_what_they_say() -> None:
    assert read("{a: 0, b: -12, c: 5, d: true, e: false, f: null, g: ~}") == {
        "a": 0,
        "b": -12,
        "c": 5,
        "d": True,
        "e": False,
        "f": None,
        "g": None,
    }


def test_what_looks_like_a_number_of_another_base_stays_text() -> None:
    assert read("{a: 010, b: 0x1F, c: 0o7, d: +5, e: True, f: NULL}") == {
        "a": "010",
        "b": "0x1F",
        "c": "0o7",
        "d": "+5",
        "e": "True",
        "f": "NULL",
    }


def test_what_stands_in_quotes_is_text() -> None:
    assert read("{a: '5', b: \"true\", c: 'null'}") == {"a": "5", "b": "true", "c": "null"}


def test_a_comment_is_not_read() -> None:
    assert read("a: b   # law: art. 8\n# c: d\n") == {"a": "b"}


def test_an_anchor_and_an_alias_are_refused() -> None:
    found = fault("a: &x 1\nb: 2\n")
    assert found.path == "line 1"
    assert found.mend == "anchors and aliases (&, *) are not allowed; write the value out"
    assert fault("a: 1\nb: *x\n").name == "file.yaml"
    assert "aliases" in fault("a: &x [1]\nb: {<<: *x}\n").mend


def test_a_bomb_does_not_go_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert fault("\n".join(lines)).path == "line 1"


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!binary", "!mine", "!!str", "!!set"])
def test_a_tag_is_refused(tag: str) -> None:
    found = fault(f"a: 1\nb: {tag} x\n")
    assert (found.path, found.mend) == ("line 2", "tags (!) are not allowed; write a plain value")


def test_a_key_that_stands_twice_is_refused_with_its_line() -> None:
    found = fault("moves:\n  submit: 1\n  register: 2\n  submit: 3\n")
    assert (found.path, found.mend) == ("line 4", "the key 'submit' stands twice; keep one")
    assert "stands twice" in fault("{a: {b: 1, 'b': 2}}").mend
    assert "stands twice" in fault("{a: {b: 1}, c: 2, 'c': 3}").mend
    assert read("{a: {x: 1}, b: {x: 1}}") == {"a": {"x": 1}, "b": {"x": 1}}


def test_a_key_must_be_a_word() -> None:
    assert (fault("a: b\n? [a, b]\n: c\n").path, fault("? [a, b]\n: c\n").mend) == ("line 2", "a key must be a word")
    assert "must be a word" in fault("? {a: b}\n: c\n").mend


def test_a_text_that_is_too_large_is_not_even_looked_at() -> None:
    assert read("a: " + "x" * (texts.LARGEST - 3)) != {}
    assert "256 kB" in fault("a: " + "x" * texts.LARGEST).mend
    assert fault("a: " + "x" * texts.LARGEST).path == ""
    assert "256 kB" in fault("a: " + "é" * (texts.LARGEST // 2)).mend


def test_what_is_nested_too_deep_is_refused() -> None:
    deep = texts.DEEPEST - 1
    assert read("a: " + "[" * deep + "]" * deep)
    assert (fault("a:\n- " + "[" * 41 + "]" * 41).path, "nested" in fault("a: " + "[" * 41).mend) == ("line 2", True)
    beside = "[], {a: [1]}, " * 50
    assert read("a: [" + beside + "]")
    assert "nested" in fault("a: [" + beside + "[" * deep + "]" * deep + "]").mend
    assert "nest" in fault("a: " + "[" * 50_000).mend  # the parser gives up by itself


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "word", "5"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert (fault(text).path, fault(text).mend) == ("", "must be a mapping of names to values")


@pytest.mark.parametrize(
    "text", ["a: [1, 2", "a: b: c", "\ta: 1", "a: 'open", "a: 1\n---\nb: 2\n", "a: \0", "%YAML 3.0"]
)
def test_what_is_no_yaml_is_refused(text: str) -> None:
    assert fault(text).mend


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    assert fault("a: 1\nb: 2\nc: d: e\n").path == "line 3"


def test_half_a_surrogate_pair_is_refused() -> None:
    assert (fault("a: \ud800").path, "cannot be read as YAML" in fault("a: \ud800").mend) == ("", True)


def test_a_fault_tells_where_to_mend() -> None:
    assert str(fault("a: 1\na: 2\n")) == "file.yaml: line 2: the key 'a' stands twice; keep one"
    assert str(fault("- a\n")).startswith("file.yaml: the file: must be")
