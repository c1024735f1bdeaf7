"""Articles: the rows of a text as they are typed, and the text that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.pages.questions import Answered
from service.pages.sent import Sent
from service.queries.instruments import ExpressionShown
from workflows.expressions import MOST_ARTICLES, Article

PARTS = ("number", "heading", "text")
HERE = "after-"
"""What the button says that asks for an empty row after the one whose place follows."""
EMPTY = {"number": "", "heading": "", "text": ""}

Row = Mapping[str, str]
Typed = Mapping[str, Sequence[str]]


def articles_of(sent: Sent) -> Answered:
    """The text that was typed. What was left empty is left out, empty rows too."""
    filled = [(place, row) for place, row in enumerate(_rows(sent.typed)) if any(text.strip() for text in row.values())]
    articles = [{part: text.strip() for part, text in row.items() if text.strip()} for _, row in filled]
    data = {"articles": articles, "final": sent.one("/final") == "yes"}
    if title := sent.one("/title").strip():
        data["title"] = title
    return Answered(data, {f"/articles/{index}": f"/articles/{place}" for index, (place, _) in enumerate(filled)})


def typed_of(text: ExpressionShown) -> dict[str, list[str]]:
    """A text as if it had been typed."""
    return _typed([{part: one[part] or "" for part in PARTS} for one in text.articles]) | {
        "/title": [text.title],
        "/final": ["yes"] if text.final else [],
    }


def typed_of_articles(title: str, articles: Sequence[Article]) -> dict[str, list[str]]:
    """A text that was read from elsewhere as if it had been typed."""
    rows = [{"number": one.number, "heading": one.heading or "", "text": one.text} for one in articles]
    return _typed(rows) | {"/title": [title]}


def rows_shown(typed: Typed) -> list[Row]:
    """The rows of the form: what was typed, and an empty one to go on in."""
    rows = _rows(typed)
    return rows if rows and not any(rows[-1].values()) else [*rows, EMPTY]


def row_added(sent: Sent) -> Sent | None:
    """The form with an empty row where the button asks for one; None where another button was pressed."""
    place = sent.button.removeprefix(HERE)
    if not sent.button.startswith(HERE) or not (place.isascii() and place.isdigit() and len(place) < 5):
        return None
    rows = _rows(sent.typed)
    rows.insert(int(place) + 1, EMPTY)
    own = {name: sent.all(name) for name in ("_version", "_form", "_about", "_once")}
    rest = {name: values for name, values in sent.typed.items() if not name.startswith("/articles/")}
    return Sent({**own, **rest, **_typed(rows)})


def _typed(rows: Sequence[Row]) -> dict[str, list[str]]:
    return {f"/articles/{index}/{part}": [row[part]] for index, row in enumerate(rows) for part in PARTS}


def _rows(typed: Typed) -> list[Row]:
    """Row by row in the order in which they stand; a place that was not typed in is an empty row."""
    last = max((_place(name) for name in typed), default=-1)
    return [{part: _one(typed, f"/articles/{index}/{part}") for part in PARTS} for index in range(last + 1)]


def _place(name: str) -> int:
    before, _, rest = name.partition("/articles/")
    place = rest.partition("/")[0]
    fits = before == "" and place.isascii() and place.isdigit() and len(place) < 5
    return int(place) if fits and int(place) <= MOST_ARTICLES else -1


def _one(typed: Typed, name: str) -> str:
    values = typed.get(name, ())
    return values[-1] if values else ""
