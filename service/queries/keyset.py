"""Keysets: lists read page by page, each going on after the last row of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Date, Integer, UnaryExpression, and_, bindparam, true, tuple_

from service.store.tables import Instant
from workflows.errors import DataInvalid, Fault

Thing = TypeVar("Thing")
Place = tuple[str, ...]
"""Where a page ended: the sort values of its last row as text; the empty text stands for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Thing]):
    """A part of a list. `after` is where the next page begins, None at the end; `count` is of the whole list."""

    items: tuple[Thing, ...]
    after: Place | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: columns, the last of them unique, of which only the first may hold no value.

    What has none comes last, either way.
    """

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = False

    def by(self) -> list[UnaryExpression[Any]]:
        """What to order a leg by."""
        return [one.desc() if self.descending else one.asc() for one in self.columns]

    def legs(self, place: Place | None = None) -> list[ColumnElement[bool]]:
        """The list after this place (None: all of it) in one or two legs, each the condition on its rows.

        Where the first column may hold no value, the rows with one come before those without: an index gives the
        order of either leg, and not of both at once. Raises DataInvalid for a place that is none of this list.
        """
        first, rest = self.columns[0], self.columns[1:]
        if place is not None and len(place) != len(self.columns):
            raise unknown_cursor()
        values = [_typed(*pair) for pair in zip(self.columns, place, strict=True)] if place is not None else []
        if not _may_lack(first):
            return [self._beyond(self.columns, values)]
        if values and values[0] is None:
            return [and_(first.is_(None), self._beyond(rest, values[1:]))]
        return [and_(first.is_not(None), self._beyond(self.columns, values)), first.is_(None)]

    def _beyond(self, columns: tuple[ColumnElement[Any], ...], values: list[Any]) -> ColumnElement[bool]:
        """Rows are compared as a whole, which an index on the same columns can begin at."""
        if not values:
            return true()
        typed = [bindparam(None, value, type_=column.type) for column, value in zip(columns, values, strict=True)]
        mine, place = tuple_(*columns), tuple_(*typed)
        return mine < place if self.descending else mine > place

    def place(self, values: Sequence[Any]) -> Place:
        """The place of a row with these sort values."""
        return tuple(_text(value) for value in values)


def page_of(rows: Sequence[Thing], limit: int) -> tuple[Sequence[Thing], bool]:
    """The rows of a page out of one more than it holds, and whether there are further ones."""
    return rows[:limit], len(rows) > limit


def unknown_cursor() -> DataInvalid:
    """The refusal of a cursor that this list never gave out."""
    return DataInvalid([Fault("/cursor", "invalid")])


def _may_lack(column: ColumnElement[Any]) -> bool:
    """Whether the column may hold no value."""
    return bool(getattr(column, "nullable", True))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _typed(column: ColumnElement[Any], text: str) -> Any:
    """The value that a place holds for a column."""
    if text == "":
        return None
    if "\0" in text:
        raise unknown_cursor()
    try:
        if isinstance(column.type, Date):
            return date.fromisoformat(text)
        if isinstance(column.type, Instant):
            return _aware(datetime.fromisoformat(text))
        text.encode()  # half a surrogate pair is no text
        return _counted(int(text)) if isinstance(column.type, Integer) else text
    except (ValueError, OverflowError):
        raise unknown_cursor() from None


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return moment.astimezone(UTC)


def _counted(number: int) -> int:
    if abs(number) >= 1 << 31:
        raise ValueError("no column holds such a number")
    return number
