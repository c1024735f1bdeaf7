"""Questions: the fields that a procedure asks, as a form shows them and as it reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service import words
from service.pages.sent import Sent
from workflows.asking import LABELS
from workflows.fields import COUNTRIES, THEMES, VOTERS, Field

Typed = Mapping[str, Sequence[str]]
"""What was typed: name of the field -> values."""
Options = Mapping[str, str]
"""What can be chosen: value -> label, in the order in which it is shown."""

NEARBY = ("BE", "NL", "LU", "DE", "FR")
"""The countries that stand first in a list of all."""
SPARE = 1
"""Empty rows at the end of a list, to be typed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that a form asks.

    `kind`: text, line, number, date, yes_no, choice, choices, or parts (questions of its own, in `rows` of them).
    `name` is the JSON pointer of the answer in the data.
    """

    name: str
    kind: str
    label: str
    hint: str = ""
    required: bool = True
    options: Options = field(default_factory=dict)
    values: Sequence[str] = ()
    rows: Sequence[Sequence[Question]] = ()
    grows: bool = False
    most: int | None = None

    @property
    def value(self) -> str:
        """What stands in the field."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a form needs to know to ask: who can be chosen, which questions are open.

    `choices`: type of a field (organisation, working_group, document, case) -> what can be chosen;
    `open_questions`: number -> text; `language` of the reader.
    """

    language: str
    choices: Mapping[str, Options] = field(default_factory=dict)
    open_questions: Mapping[int, str] = field(default_factory=dict)


def questions_of(fields: Sequence[Field], schema: Mapping[str, Any], typed: Typed, around: Around) -> list[Question]:
    """The questions of a form, filled with what was typed. `schema` gives their labels (workflows.asking)."""
    return [_question(one, schema["properties"][one.name], typed, around) for one in fields]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, as the data of a move. `places`: a row of the data -> the row in which it was typed."""

    data: dict[str, Any]
    places: Mapping[str, str]


def answers_of(fields: Sequence[Field], sent: Sent) -> Answered:
    """What was answered. What was left empty is left out, empty rows too."""
    places: dict[str, str] = {}
    found = {one.name: _answer(one, sent, places) for one in fields}
    return Answered({name: answer for name, answer in found.items() if answer is not None}, places)


def typed_from(fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Data as if it had been typed: to change what is there already."""
    typed: dict[str, list[str]] = {}
    for one in fields:
        _type(typed, f"/{one.name}", data.get(one.name))
    return typed


def _type(typed: dict[str, list[str]], name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _type(typed, f"{name}/{key}", inner)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for index, inner in enumerate(value):
            _type(typed, f"{name}/{index}", inner)
    elif isinstance(value, list | tuple):
        # As a list of choices, and as rows of text: the field knows which of both it is.
        typed[name] = [str(one) for one in value]
        typed |= {f"{name}/{index}": [str(one)] for index, one in enumerate(value)}
    elif isinstance(value, bool):
        typed[name] = ["yes" if value else "no"]
    elif value is not None:
        typed[name] = [str(value)]


def _question(asked: Field, schema: Mapping[str, Any], typed: Typed, around: Around) -> Question:
    name = f"/{asked.name}"
    common: dict[str, Any] = {
        "name": name,
        "label": schema.get("title", asked.name),
        "hint": schema.get("description", ""),
        "required": not asked.optional,
        "values": typed.get(name, ()),
    }
    kind = _kind(asked)
    if kind == "parts":
        grows = asked.many or asked.per_country
        return Question(kind="parts", rows=_rows(asked, schema, typed, around), grows=grows, **common)
    options = _options(asked, schema, around)
    return Question(kind=kind, options=options, most=_most(asked), **common)


def _kind(asked: Field) -> str:
    if asked.type in PARTS or asked.per_country or asked.type == "checklist" or (asked.many and asked.type == "text"):
        return "parts"
    if asked.type in ("choice", "country", "theme", "organisation", "working_group", "document"):
        return "choices" if asked.many else "choice"
    return {"number": "number", "yes_no": "yes_no", "date": "date", "case": "line"}.get(asked.type, "text")


def _most(asked: Field) -> int | None:
    return 20_000 if asked.type == "text" else None


def _options(asked: Field, schema: Mapping[str, Any], around: Around) -> Options:
    labels = schema.get(LABELS, {})
    match asked.type:
        case "choice":
            inner = schema["anyOf"][0] if "anyOf" in schema else schema
            values = inner.get("items", inner).get("enum", ())
            return {value: labels.get(value, value) for value in values}
        case "country":
            return countries(around.language)
        case "theme":
            return {theme: words.label("theme", theme, around.language) for theme in THEMES}
        case kind:
            return around.choices.get(kind, {})


def countries(language: str) -> Options:
    """Every country by name, those of the region first."""
    rest = sorted((code for code in COUNTRIES if code not in NEARBY), key=lambda c: words.label("country", c, language))
    return {code: words.label("country", code, language) for code in (*NEARBY, *rest)}


PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "provision": (("country", "choice"), ("text", "text")),
    "measure": (("country", "choice"), ("title", "line"), ("due_on", "date")),
    "answer": (("question", "hidden"), ("text", "text")),
    "follow_up": (("procedure", "choice"), ("title", "line"), ("text", "text")),
    "entry into force": (("how", "choice"), ("on", "date")),
}
"""Types whose answers have parts, and how each part is asked."""
OPTIONAL_PARTS = {("measure", "due_on"), ("entry into force", "on")}


def _rows(asked: Field, schema: Mapping[str, Any], typed: Typed, around: Around) -> list[list[Question]]:
    name = f"/{asked.name}"
    if asked.type == "checklist":
        inner = schema["anyOf"][0] if "anyOf" in schema else schema
        return [_criterion(f"{name}/{one}", told, typed, around) for one, told in inner["properties"].items()]
    if asked.type == "entry into force":
        return [_parts(asked, name, schema, typed, around, {})]
    if asked.type == "answer":
        return [
            _parts(asked, f"{name}/{index}", schema, typed, around, {"question": str(one), "label": f"{one}. {text}"})
            for index, (one, text) in enumerate(around.open_questions.items())
        ]
    if asked.type == "text" and asked.many and not asked.per_country:
        return [[_text_row(f"{name}/{index}", index, typed, around)] for index in range(_filled(name, typed) + SPARE)]
    least = len(VOTERS) if asked.per_country else 0
    count = max(_filled(name, typed) + SPARE, least)
    given = {index: {"country": voter} for index, voter in enumerate(VOTERS)} if asked.per_country else {}
    return [_parts(asked, f"{name}/{index}", schema, typed, around, given.get(index, {})) for index in range(count)]


def _filled(name: str, typed: Typed) -> int:
    """How many rows have something in them: the highest number that was typed in, plus one."""
    indices = [_index(key, name) for key, values in typed.items() if key.startswith(f"{name}/") and any(values)]
    return max((index for index in indices if index is not None), default=-1) + 1


def _index(key: str, name: str) -> int | None:
    part = key[len(name) + 1 :].partition("/")[0]
    return int(part) if part.isascii() and part.isdigit() and len(part) < 4 else None


def _text_row(name: str, index: int, typed: Typed, around: Around) -> Question:
    label = words.label("part", "row", around.language).format(number=index + 1)
    return Question(name=name, kind="text", label=label, required=index == 0, values=typed.get(name, ()), most=20_000)


def _criterion(name: str, told: Mapping[str, Any], typed: Typed, around: Around) -> list[Question]:
    met = Question(
        name=f"{name}/met",
        kind="yes_no",
        label=told.get("title", name.rpartition("/")[2]),
        hint=told.get("description", ""),
        values=typed.get(f"{name}/met", ()),
    )
    reason = Question(
        name=f"{name}/reason",
        kind="text",
        label=words.label("part", "reason", around.language),
        values=typed.get(f"{name}/reason", ()),
    )
    return [met, reason]


def _parts(
    asked: Field, name: str, schema: Mapping[str, Any], typed: Typed, around: Around, given: Mapping[str, str]
) -> list[Question]:
    kind = "provision" if asked.type == "text" else asked.type
    found = []
    for part, how in PARTS[kind]:
        values = typed.get(f"{name}/{part}", ()) or ([given[part]] if part in given else ())
        found.append(
            Question(
                name=f"{name}/{part}",
                kind=how,
                label=given.get("label" if part == "text" else "", _part_label(asked, part, around.language)),
                required=(kind, part) not in OPTIONAL_PARTS,
                options=_part_options(part, schema, around),
                values=values,
            )
        )
    return found


def _part_label(asked: Field, part: str, language: str) -> str:
    return words.label("part", "provision" if (asked.type, part) == ("provision", "text") else part, language)


def _part_options(part: str, schema: Mapping[str, Any], around: Around) -> Options:
    if part == "country":
        return countries(around.language)
    if part == "how":
        return dict(schema.get(LABELS, {}))
    return around.choices.get("procedure", {}) if part == "procedure" else {}


def _answer(asked: Field, sent: Sent, places: dict[str, str]) -> Any:
    name = f"/{asked.name}"
    kind = _kind(asked)
    if kind == "choices":
        return [value for value in sent.all(name) if value] or ([] if asked.may_be_empty else None)
    if kind != "parts":
        return _single(kind, sent.one(name))
    if asked.type == "checklist":
        return _checklist(name, sent)
    if asked.type == "entry into force":
        return _object(PARTS[asked.type], name, sent)
    rows = {f"{name}/{index}": _row(asked, f"{name}/{index}", sent) for index in range(_filled(name, sent.typed))}
    filled = {typed: row for typed, row in rows.items() if row is not None}
    places |= {f"{name}/{index}": typed for index, typed in enumerate(filled)}
    if asked.type == "answer" and not filled:  # a missing answer is missing at a field, not at all of them
        places[name] = f"{name}/0/text"
    return list(filled.values()) or ([] if asked.type == "measure" else None)


def _row(asked: Field, name: str, sent: Sent) -> Any:
    """One row; None when nothing but what is given beforehand stands in it."""
    if asked.type == "text" and not asked.per_country:
        return sent.one(name).strip() or None
    parts = PARTS["provision" if asked.type == "text" else asked.type]
    free = [part for part, how in parts if how not in ("choice", "hidden")]
    return _object(parts, name, sent) if any(sent.one(f"{name}/{part}").strip() for part in free) else None


def _single(kind: str, text: str) -> Any:
    text = text.strip()
    if text == "":
        return None
    if kind == "number":
        digits = text.replace(" ", "").replace("\u202f", "").replace(".", "").replace(",", "")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    return text


def _checklist(name: str, sent: Sent) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for key in sent.names():
        if key.startswith(f"{name}/") and key.count("/") == 3:
            _, _, criterion, part = key.split("/")
            value = _single("yes_no" if part == "met" else "text", sent.one(key))
            entry = found.setdefault(criterion, {})
            if value is not None:
                entry[part] = value
    return found or None


def _object(parts: tuple[tuple[str, str], ...], name: str, sent: Sent) -> dict[str, Any] | None:
    found = {}
    for part, how in parts:
        value = _single("number" if how == "hidden" else how, sent.one(f"{name}/{part}"))
        if value is not None:
            found[part] = value
    return found or None
