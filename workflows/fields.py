"""Fields: the types of what is asked, the JSON Schema made from them, and whether an answer fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import jsonschema_rs

from workflows.errors import Fault

Validator = jsonschema_rs.Validator
"""What holds a value against a schema."""

LONGEST_TEXT = 20_000
LONGEST_TITLE = 200
LONGEST_LIST = 200
VOTERS = ("BE", "LU", "NL")
"""The three Parties of the Benelux treaty; a decision is carried out in each."""

_ALPHA_2 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = tuple(_ALPHA_2.split())
"""ISO 3166-1 alpha-2."""

THEMES = (
    "mobility_transport",
    "internal_market",
    "food_product_safety",
    "labour_education",
    "police_security",
    "justice_migration",
    "crisis_management",
    "taxation_fraud",
    "digital",
    "energy",
    "climate_environment",
    "water_rivers",
    "health",
    "territorial_partnerships",
)
"""The vocabulary of the Benelux annual plan for 2023."""

TYPES = (
    "text",
    "number",
    "yes_no",
    "choice",
    "country",
    "theme",
    "organisation",
    "working_group",
    "case",
    "document",
    "date",
    "checklist",
    "provision",
    "measure",
    "answer",
    "entry into force",
    "follow_up",
)
REFERENCES = ("organisation", "working_group", "case", "document")
"""Types whose values name something that must exist."""
CODED = {"number", "yes_no", "choice", "country", "theme", "organisation", "working_group", "case", "document", "date"}
"""Types that hold no free words, so that their values may stand in the hashed body of an event."""

_UNSEEN = (
    r"\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What shows nothing and is no space: controls, marks of direction, joiners, fillers, selectors, tags (Unicode's
Default_Ignorable_Code_Point, and the blank of Braille). Written so that every engine of regular expressions reads it.
"""
SEEN = rf"[^\s{_UNSEEN}]"
"""The pattern of a text in which something can be seen. One without is as good as none."""
_SEEN = re.compile(SEEN)

TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": SEEN}
TITLE = {**TEXT, "maxLength": LONGEST_TITLE}
CODE = {"type": "string", "minLength": 1, "maxLength": 64}
DATE = {"type": "string", "format": "date"}
COUNTRY = {"type": "string", "enum": list(COUNTRIES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that is asked: `[optional] [list of] TYPE [VALUE … | of NAME | to NAME] [per country] [… today]`.

    `may_be_empty` is for a list that is required but may have nothing in it (who is invited beside the voters).
    """

    name: str
    type: str
    optional: bool = False
    many: bool = False
    values: tuple[str, ...] = ()
    of: str | None = None
    per_country: bool = False
    today: str | None = None  # "after" | "not after"
    may_be_empty: bool = False

    @property
    def coded(self) -> bool:
        """Does it hold codes, numbers and dates only, no free words?"""
        return self.type in CODED and not self.per_country


_FIELD = re.compile(
    r"(?P<optional>optional )?(?P<many>list of )?(?P<type>entry into force|[a-z_]+)"
    r"(?: (?:of|to) (?P<of>[a-z_]+)| (?P<per>per country)| (?P<today>after|not after) today"
    r"|(?P<values>(?: [a-z_]+)+))?\Z"
)


def parse_field(name: str, written: str) -> Field:
    """A field from the sentence that a procedure writes for it. Raises ValueError saying what is wrong."""
    match = _FIELD.match(written)
    if match is None or match["type"] not in TYPES:
        raise ValueError(f"{written!r} is not a field type; known types: {', '.join(TYPES)}")
    kind, of, values = match["type"], match["of"], tuple((match["values"] or "").split())
    if (kind == "choice") != bool(values or of) and kind not in {"checklist", "answer"}:
        raise ValueError(f"{written!r}: only a choice lists its values, and it must")
    if (kind in {"checklist", "answer"}) != (of is not None and kind != "choice"):
        raise ValueError(f"{written!r}: a checklist is `checklist of NAME`, an answer `answer to questions`")
    if match["today"] and kind != "date":
        raise ValueError(f"{written!r}: only a date lies before or after today")
    if match["per"] and kind not in {"text", "measure"}:
        raise ValueError(f"{written!r}: only text and measures are given per country")
    if kind == "measure" and not match["per"]:
        raise ValueError(f"{written!r}: measures are given per country")
    return Field(
        name=name,
        type=kind,
        optional=bool(match["optional"]),
        many=bool(match["many"]),
        values=values,
        of=of,
        per_country=bool(match["per"]),
        today=match["today"],
    )


def schema_of(fields: Iterable[Field], checklists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of an object with these fields."""
    listed = tuple(fields)
    return {
        "type": "object",
        "properties": {field.name: _schema(field, checklists) for field in listed},
        "required": [field.name for field in listed if not field.optional],
        "additionalProperties": False,
    }


def _schema(field: Field, checklists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    one = _schema_of_one(field, checklists)
    if field.many or field.per_country or field.type == "answer":
        least = 0 if field.may_be_empty or field.optional or field.type == "measure" else 1
        one = {"type": "array", "items": one, "minItems": least, "maxItems": LONGEST_LIST}
    if field.today:
        one |= {"description": f"{field.today} today, in Brussels"}
    return or_null(one) if field.optional else one


def is_blank(text: str) -> bool:
    """Is there nothing to be seen in it?"""
    return _SEEN.search(text) is None


def or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What may be left empty."""
    return {"anyOf": [dict(schema), {"type": "null"}]}


def _schema_of_one(field: Field, checklists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    match field.type:
        case "text" if field.per_country:
            return _object(country=COUNTRY, text=TEXT)
        case "checklist":
            return _object(
                **{name: _object(met={"type": "boolean"}, reason=TEXT) for name in checklists[field.of or ""]}
            )
        case "choice":
            return {"type": "string", "enum": list(field.values or checklists[field.of or ""])}
        case _:
            return dict(_FIXED[field.type])


def _object(*optional: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: or_null(value) if name in optional else value for name, value in properties.items()},
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


_FIXED: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "number": {"type": "integer", "minimum": 0, "maximum": 10**12},
    "yes_no": {"type": "boolean"},
    "country": COUNTRY,
    "theme": {"type": "string", "enum": list(THEMES)},
    "date": DATE,
    **dict.fromkeys(REFERENCES, CODE),
    "provision": _object(country=COUNTRY, text=TEXT),
    "measure": _object("due_on", country=COUNTRY, title=TITLE, due_on=DATE),
    "answer": _object(question={"type": "integer", "minimum": 1}, text=TEXT),
    "follow_up": _object(procedure=CODE, title=TITLE, text=TEXT),
    "entry into force": {
        "type": "object",
        "properties": {
            "how": {"type": "string", "enum": ["on_date", "day_after_publication", "none"]},
            "on": or_null(DATE),
        },
        "required": ["how"],
        "additionalProperties": False,
    },
}


def faults_of(schema: Validator, value: Any, at: str = "") -> tuple[Fault, ...]:
    """What does not fit the schema; `at` is the JSON pointer of the value."""
    unclean = tuple(Fault(at + pointer, code) for pointer, code in _unclean(value))
    if unclean:
        return unclean
    return tuple(dict.fromkeys(_fault(error, at) for error in schema.iter_errors(value)))


def validator(schema: Mapping[str, Any]) -> Validator:
    """A compiled validator; formats are checked too."""
    return jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True, formats={"date": _is_day})


def _is_day(text: str) -> bool:
    """A day of the calendar that dates of law are counted in. RFC 3339 would have a year 0000 as well."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unclean(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Where something stands that cannot be kept: U+0000, half a surrogate pair, a number with a fraction.

    JSON Schema takes 1.0 for an integer; the canonical form of an event does not.
    """
    if isinstance(value, str):
        if "\0" in value or not _whole(value):
            yield pointer, "text_unclean"
    elif isinstance(value, float):
        yield pointer, "wrong_type"
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if isinstance(key, str) and not any(True for _ in _unclean(key)):
                yield from _unclean(one, f"{pointer}/{escaped(key)}")
            else:
                yield pointer, "text_unclean"
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _unclean(one, f"{pointer}/{index}")


def _whole(text: str) -> bool:
    """Has it no half of a surrogate pair? To encode it is seventy times faster than to look at each letter."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def escaped(key: str) -> str:
    """A key as it stands in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


_CODES = {
    "type": "wrong_type",
    "format": "no_date",
    "enum": "not_a_choice",
    "maxLength": "too_long",
    "minLength": "missing",
    "pattern": "missing",
    "minItems": "too_few",
    "maxItems": "too_many",
    "minimum": "too_small",
    "maximum": "too_large",
    "required": "missing",
    "additionalProperties": "unknown_field",
}


def _fault(error: jsonschema_rs.ValidationError, at: str) -> Fault:
    kind: Any = error.kind
    if kind.name == "anyOf":  # optional: what is wrong with the value that is not null
        inner = [one for branch in kind.context for one in branch if list(one.schema_path)[-2:] != ["1", "type"]]
        first = next((one for one in inner if one.kind.name != "type"), inner[0] if inner else None)
        if first is not None:
            return _fault(first, at)
    pointer = at + "".join(f"/{escaped(str(part))}" for part in error.instance_path)
    if kind.name == "required":
        pointer += f"/{escaped(kind.property)}"
    elif kind.name == "additionalProperties":
        pointer += f"/{escaped(kind.unexpected[0])}"
    values = (("limit", str(kind.limit)),) if hasattr(kind, "limit") and kind.name in {"maxLength", "maxItems"} else ()
    return Fault(pointer, _CODES.get(kind.name, "invalid"), values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a value is held against beside its form: the day, what exists, what the case has.

    `known`: (type, code as given) -> the code or id that it stands for, for everything named that exists and that the
    actor may name. `questions`: numbers of the open questions. `binding`: is the instrument a decision?
    """

    today: date
    known: Mapping[tuple[str, str], str]
    questions: tuple[int, ...] = ()
    binding: bool = False
    case: str | None = None
    follow_ups: tuple[str, ...] = ()


def mentioned(fields: Iterable[Field], data: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The organisations, working groups, cases and documents that an answer names, as (type, code)."""
    found: set[tuple[str, str]] = set()
    for field in fields:
        if field.type in REFERENCES:
            value = data.get(field.name)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str) and one and not any(True for _ in _unclean(one)):
                    found.add((field.type, one))
    return frozenset(found)


def misfits(fields: Iterable[Field], data: Mapping[str, Any], around: Surroundings, at: str = "") -> Iterator[Fault]:
    """What is wrong with an answer whose form is right: days, things that do not exist, countries left out."""
    for field in fields:
        value = data.get(field.name)
        if value is not None:
            pointer = f"{at}/{escaped(field.name)}"
            for index, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
                yield from _misfits_of_one(field, one, around, pointer if index is None else f"{pointer}/{index}")
            yield from _misfits_of_all(field, value, around, pointer)


def _misfits_of_one(field: Field, value: Any, around: Surroundings, pointer: str) -> Iterator[Fault]:
    if field.type == "date":
        day = date.fromisoformat(value)
        if field.today == "after" and day <= around.today:
            yield Fault(pointer, "must_lie_after_today")
        if field.today == "not after" and day > around.today:
            yield Fault(pointer, "must_not_lie_after_today")
    elif field.type in REFERENCES:
        known = around.known.get((field.type, value))
        if known is None or (field.type == "case" and known == around.case):
            yield Fault(pointer, f"unknown_{field.type}" if known is None else "the_case_itself", (("value", value),))
    elif field.type == "entry into force" and (value["how"] == "on_date") != (value.get("on") is not None):
        yield Fault(f"{pointer}/on", "missing" if value["how"] == "on_date" else "unknown_field")
    elif field.type == "entry into force" and around.binding and value["how"] == "none":
        yield Fault(f"{pointer}/how", "not_a_choice")
    elif field.type == "follow_up" and value["procedure"] not in around.follow_ups:
        yield Fault(f"{pointer}/procedure", "unknown_procedure", (("value", value["procedure"]),))


def _misfits_of_all(field: Field, value: Any, around: Surroundings, pointer: str) -> Iterator[Fault]:
    if field.type == "answer":
        given = [one["question"] for one in value]
        yield from (
            Fault(pointer, "question_unanswered", (("value", str(n)),)) for n in around.questions if n not in given
        )
        for index, number in enumerate(given):
            if number not in around.questions:
                yield Fault(f"{pointer}/{index}/question", "unknown_question", (("value", str(number)),))
            elif number in given[:index]:
                yield Fault(f"{pointer}/{index}/question", "stands_twice", (("value", str(number)),))
    elif field.type == "measure" and around.binding:
        given = [one["country"] for one in value]
        yield from (Fault(pointer, "country_missing", (("value", voter),)) for voter in VOTERS if voter not in given)
    elif field.many and field.coded and len(set(value)) < len(value):
        yield Fault(pointer, "stands_twice")
