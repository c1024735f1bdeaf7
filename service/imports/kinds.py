"""The kinds of value that files of others hold: codes, texts, countries, lines of the source."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workflows.fields import COUNTRIES, LONGEST_TEXT, LONGEST_TITLE, THEMES


class Entry(BaseModel):
    """What stands in a file as a named thing. A field that is not known is kept as it is, so nothing gets lost."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow")


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("is not the code of a country (ISO 3166-1 alpha-2)")
    return code


def _theme(code: str) -> str:
    if code not in THEMES:
        raise ValueError(f"is not a theme; the themes are {', '.join(THEMES)}")
    return code


def _each_once(codes: list[str]) -> list[str]:
    if len(set(codes)) != len(codes):
        raise ValueError("names something twice")
    return codes


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day (YYYY-MM-DD)") from None
    return text


Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S+$")]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"\S")]
Country = Annotated[str, AfterValidator(_country)]
Countries = Annotated[list[Country], Field(min_length=1), AfterValidator(_each_once)]
Codes = Annotated[list[Code], AfterValidator(_each_once)]
Theme = Annotated[str, AfterValidator(_theme)]
Day = Annotated[str, Field(min_length=10, max_length=10), AfterValidator(_day)]
Lines = Annotated[str, Field(pattern=r"^[1-9][0-9]*(-[1-9][0-9]*)?$")]
"""Where something stands in the source: `12` or `12-15`, counted from 1."""
