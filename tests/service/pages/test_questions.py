"""Questions: what a procedure asks as a form shows it, and the answers as the rules want them."""

from __future__ import annotations

from typing import Any

import pytest

from service.pages.questions import Around, Question, answers_of, questions_of, typed_from
from service.pages.sent import Sent
from service.pages.troubles import trouble_of
from workflows import shelf
from workflows.asking import move_schema
from workflows.errors import DataInvalid
from workflows.fields import Field, faults_of, parse_field, schema_of, validator

OBSTACLE = shelf.procedure("benelux-obstacle", 1)
AROUND = Around(language="en", open_questions={2: "Since when?", 3: "How many?"})


def asked(written: str, name: str = "it") -> list[Field]:
    return [parse_field(name, written)]


def ask(fields: list[Field], typed: dict[str, Any] | None = None) -> Question:
    checklists: dict[str, list[str]] = {}
    return questions_of(fields, schema_of(fields, checklists), typed or {}, AROUND)[0]


def answer(fields: list[Field], **typed: list[str]) -> dict[str, Any]:
    return answers_of(fields, Sent({"/" + name.replace("__", "/"): value for name, value in typed.items()})).data


@pytest.mark.parametrize(
    ("written", "typed", "answered"),
    [
        ("text", ["  two lines\nof text "], "two lines\nof text"),
        ("number", ["1 200"], 1200),
        ("number", ["1.200"], 1200),
        ("number", ["many"], "many"),
        ("number", ["٣"], "٣"),
        ("yes_no", ["no"], False),
        ("date after today", ["2027-01-29"], "2027-01-29"),
        ("country", ["BE"], "BE"),
        ("list of country", ["BE", "NL"], ["BE", "NL"]),
        ("optional text", [""], None),
        ("choice red green", ["red"], "red"),
    ],
)
def test_what_is_typed_becomes_what_the_rules_take(written: str, typed: list[str], answered: object) -> None:
    fields = asked(written)
    assert answer(fields, it=typed) == ({} if answered is None else {"it": answered})


def test_every_answer_that_is_typed_back_is_the_same(subtests: pytest.Subtests) -> None:
    examples: list[tuple[str, Any]] = [
        ("text", "a"),
        ("list of text", ["a", "b"]),
        ("list of country", ["BE", "FR"]),
        ("number", 7),
        ("yes_no", False),
        ("text per country", [{"country": "BE", "text": "x"}]),
        ("list of provision", [{"country": "BE", "text": "x"}, {"country": "NL", "text": "y"}]),
        ("measure per country", [{"country": "BE", "title": "x", "due_on": "2027-06-30"}]),
        ("entry into force", {"how": "on_date", "on": "2027-07-01"}),
    ]
    for written, value in examples:
        with subtests.test(written):
            fields = asked(written)
            assert answers_of(fields, Sent(typed_from(fields, {"it": value}))).data == {"it": value}


def test_empty_rows_are_left_out_and_a_fault_finds_the_row_that_was_typed() -> None:
    fields = asked("list of provision")
    sent = Sent(
        {
            "/it/0/country": ["BE"], "/it/0/text": ["one"], "/it/1/country": ["NL"], "/it/1/text": [" "],
            "/it/2/country": [""], "/it/2/text": ["three"],
        }
    )  # fmt: skip
    answered = answers_of(fields, sent)
    assert answered.data == {"it": [{"country": "BE", "text": "one"}, {"text": "three"}]}
    faults = faults_of(validator(schema_of(fields, {})), answered.data)
    trouble = trouble_of(DataInvalid(list(faults)), "nl", answered.places)
    assert set(trouble.faults) == {"/it/2/country"}


def test_a_list_grows_by_one_row_beyond_what_is_typed() -> None:
    fields = asked("list of text")
    assert len(ask(fields).rows) == 1
    assert [row[0].value for row in ask(fields, {"/it/0": ["a"], "/it/1": ["b"]}).rows] == ["a", "b", ""]


def test_a_row_that_is_filled_in_is_filled_in_whole() -> None:
    question = ask(asked("optional list of provision"))
    assert (question.required, [part.required for part in question.rows[0]]) == (False, [True, True])


def test_a_row_number_of_thousands_makes_no_thousand_rows() -> None:
    assert len(ask(asked("list of text"), {"/it/99999999": ["a"]}).rows) == 1


def test_text_per_country_asks_the_three_first() -> None:
    rows = ask(asked("text per country")).rows
    assert [row[0].value for row in rows] == ["BE", "LU", "NL"]


def test_open_questions_are_asked_by_their_text() -> None:
    fields = asked("answer to questions", "answers")
    rows = questions_of(fields, schema_of(fields, {}), {"/answers/1/text": ["forty"]}, AROUND)[0].rows
    assert [(row[0].value, row[1].label, row[1].value) for row in rows] == [
        ("2", "2. Since when?", ""), ("3", "3. How many?", "forty"),
    ]  # fmt: skip
    sent = Sent({"/answers/0/question": ["2"], "/answers/0/text": ["1999"], "/answers/1/question": ["3"]})
    assert answers_of(fields, sent).data == {"answers": [{"question": 2, "text": "1999"}]}


def test_where_nothing_is_answered_the_first_question_says_so() -> None:
    fields = asked("answer to questions", "answers")
    answered = answers_of(fields, Sent({"/answers/0/question": ["2"], "/answers/0/text": [" "]}))
    faults = faults_of(validator(schema_of(fields, {})), answered.data)
    assert set(trouble_of(DataInvalid(list(faults)), "nl", answered.places).faults) == {"/answers/0/text"}


def test_a_checklist_asks_each_criterion_and_its_reason() -> None:
    move = OBSTACLE.moves["declare_admissible"]
    schema = move_schema(OBSTACLE, "declare_admissible", "fr")
    question = questions_of(list(move.asks), schema, {}, Around(language="fr"))[0]
    assert all(row[0].kind == "yes_no" and row[1].kind == "text" for row in question.rows)
    assert all(row[0].label and row[0].label != row[0].name for row in question.rows)
    name = question.rows[0][0].name
    sent = Sent({name: ["yes"], name.replace("/met", "/reason"): ["because"]})
    criterion = name.split("/")[2]
    assert answers_of(list(move.asks), sent).data == {"criteria": {criterion: {"met": True, "reason": "because"}}}


@pytest.mark.parametrize("procedure", ["benelux-obstacle", "benelux-proposal", "benelux-project"])
@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_move_of_every_procedure_can_be_asked(procedure: str, language: str) -> None:
    rules = shelf.procedure(procedure, 1)
    for name, move in rules.moves.items():
        for question in questions_of(
            list(move.asks), move_schema(rules, name, language), {}, Around(language=language)
        ):
            assert question.label != question.name.lstrip("/"), (name, question.name)


def test_nothing_typed_breaks_the_reading() -> None:
    """Names and values that nobody's form has are read without a stumble."""
    odd = {"/it/": ["x"], "/it/-1": ["x"], "/it/0/0/0": ["x"], "/it/x/text": ["x"], "/it": ["", "x"], "//": ["x"]}
    for written in ("list of text", "list of provision", "text per country", "entry into force", "list of country"):
        answers_of(asked(written), Sent(odd))
        ask(asked(written), odd)
