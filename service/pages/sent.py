"""What a form sent: its fields as they were typed, and what every form of ours carries beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile

from service.languages import LANGUAGES

MOST_FIELDS = 4_000  # a text of a thousand articles has three thousand
OWN = "_"
"""What a form of ours carries beside what is typed begins so: `_token`, `_once`, `_form`, `_about`, `_version`…"""


class Sent:
    """A form as it arrived. Names are JSON pointers of what is asked (`/questions/0`), so that faults find them."""

    def __init__(self, fields: Mapping[str, Sequence[str]], files: Mapping[str, UploadFile] | None = None) -> None:
        self._fields, self.files = fields, dict(files or {})

    def one(self, name: str) -> str:
        """What was typed in a field; empty where nothing was."""
        values = self._fields.get(name, ())
        return values[-1] if values else ""

    def all(self, name: str) -> Sequence[str]:
        """Everything chosen under this name."""
        return self._fields.get(name, ())

    def names(self) -> Iterator[str]:
        """The names of the fields that were typed or chosen."""
        return (name for name in self._fields if not name.startswith(OWN))

    @property
    def typed(self) -> Mapping[str, Sequence[str]]:
        """What the person typed and chose, without what the form carries by itself."""
        return {name: self._fields[name] for name in self.names()}

    @property
    def token(self) -> str:
        """What shows that the form came from a page of ours."""
        return self.one("_token")

    @property
    def form(self) -> str:
        """The key of the form, under which its words are kept; empty for a form without words."""
        return self.one("_form")[:100]

    @property
    def about(self) -> str:
        """The id of the case that the form is about, or empty."""
        return self.one("_about")[:64]

    @property
    def once(self) -> str:
        """What tells this showing of the form from every other."""
        return self.one("_once")[:100]

    @property
    def button(self) -> str:
        """Which button was pressed, where a form has several."""
        return self.one("_button")

    @property
    def version(self) -> int | None:
        """The version of the case when the form was opened."""
        text = self.one("_version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def page(self) -> str:
        """The page on which the form stood, a path of ours."""
        return own_path(self.one("_page"))

    @property
    def language(self) -> str | None:
        """The language that the person asks for, where a language was pressed and no other button."""
        chosen = self.one("_language")
        return chosen if chosen in LANGUAGES else None

    def fingerprint(self) -> str:
        """What tells what was typed from something else that is typed."""
        digest = hashlib.sha256(json.dumps(sorted((k, list(v)) for k, v in self.typed.items())).encode())
        digest.update(self.button.encode())
        for name, upload in sorted(self.files.items()):
            digest.update(f"\n{name}\n{upload.filename}\n{upload.size}".encode())
        return digest.hexdigest()


def fields_of(content: bytes) -> Mapping[str, Sequence[str]]:
    """The fields of a form that was sent as text. Raises ValueError for what is none."""
    pairs = parse_qsl(
        content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"
    )
    return grouped((name, text.replace("\r\n", "\n")) for name, text in pairs)


def grouped(pairs: Iterator[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Every name with all its values."""
    fields: dict[str, list[str]] = {}
    for name, text in pairs:
        fields.setdefault(name, []).append(text)
    return fields


def own_path(text: str) -> str:
    """A path of ours with its query; the front door for anything that could lead elsewhere."""
    fine = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and len(text) < 2_000
    return text if fine else "/"
