"""Browsing: a browser without scripts, as a test uses it: pages, forms, buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, event

from service.auth.sessions import name_of, new_secret
from service.pages.visitor import SESSION
from service.store.sessions import BrowserSessions
from tests.service.seeds import House

Values = Mapping[str, str | Sequence[str]]
EMPTY = ("input", "br", "img", "meta", "link", "hr")


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what is filled in, which buttons it has."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, text
    labels: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return next((value for key, value in reversed(self.fields) if key == name), "")


class Page(HTMLParser):
    """A page as it was answered. `text` is what is read, without scripts; `forms` by id (or by action)."""

    def __init__(self, answer: Response) -> None:
        super().__init__(convert_charrefs=True)
        self.status, self.path, self.answer = answer.status_code, answer.url.path, answer
        self.forms: dict[str, Form] = {}
        self.links: dict[str, str] = {}
        self.headings: list[tuple[int, str]] = []
        self.labels: dict[str, str] = {}
        self.ids: list[str] = []
        self.language = ""
        self._words: list[str] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._form: Form | None = None
        self._select = ""
        self._ahead: list[tuple[str, tuple[str, str, str]]] = []
        self.feed(answer.text)
        for id, button in reversed(self._ahead):  # buttons that stand before their form
            self.forms[id].buttons.insert(0, button)
        self.text = re.sub(r"\s+", " ", "".join(self._words)).strip()

    @property
    def title(self) -> str:
        """The heading of the page."""
        return next((text for level, text in self.headings if level == 1), "")

    @property
    def main(self) -> Form:
        """The one form with words in it."""
        return self.forms["main-form"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "html":
            self.language = found.get("lang") or ""
        if tag == "form":
            self._form = Form(found.get("action") or self.path)
            self.forms[found.get("id") or self._form.action] = self._form
        if tag == "input":
            self._input(found)
        if tag == "select":
            self._select = found.get("name") or ""
        if tag == "option" and "selected" in found and self._form is not None:
            self._form.fields.append((self._select, found.get("value") or ""))
        if tag not in EMPTY:
            self._open.append((tag, found, []))

    def _input(self, found: Mapping[str, str | None]) -> None:
        form = self.forms.get(found.get("form") or "", self._form)
        name, kind = found.get("name"), found.get("type") or "text"
        if form is None or not name or (kind in ("radio", "checkbox") and "checked" not in found) or kind == "file":
            return
        form.fields.append((name, found.get("value") or ""))

    def handle_data(self, data: str) -> None:
        if not any(tag in ("script", "style") for tag, _, _ in self._open):
            self._words.append(data)
        for _, _, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, found, words = self._open.pop()
            self._close(opened, found, re.sub(r"\s+", " ", "".join(words)).strip(), "".join(words))
            if opened == tag:
                break

    def _close(self, tag: str, found: Mapping[str, str | None], text: str, raw: str) -> None:
        if tag == "a" and found.get("href"):
            self.links[text] = str(found["href"])
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), text))
        elif tag == "label":
            self.labels[found.get("for") or ""] = text
        elif tag == "textarea" and self._form is not None:
            self._form.fields.append((found.get("name") or "", raw.removeprefix("\n")))
        elif tag == "button":
            button = (found.get("name") or "", found.get("value") or "", text)
            if found.get("form"):
                self._ahead.append((str(found["form"]), button))
            elif self._form is not None:
                self._form.buttons.append(button)
        elif tag == "form":
            self._form = None


class Browser:
    """Somebody at a browser. Follows redirects, keeps cookies, sends forms as they stand with what is typed over."""

    def __init__(self, client: TestClient, house: House, name: str | None = None) -> None:
        self.house = house
        self.client = TestClient(client.app, raise_server_exceptions=False, base_url="http://testserver")
        if name is not None:
            self.sign_in(name)

    def sign_in(self, name: str) -> None:
        """Begin a session as somebody of the seeds, without the password."""
        secret = new_secret()
        sessions = BrowserSessions(self.house.store, idle=timedelta(hours=3), longest=timedelta(hours=12))
        sessions.begin(name_of(secret), f"person-{name}", self.house.now)
        self.have_cookie(SESSION, secret)

    def have_cookie(self, name: str, value: str) -> None:
        """Have a cookie as if the service had given it."""
        self.client.cookies.set(name, value, domain="testserver.local", path="/")

    def open(self, path: str, language: str | None = None) -> Page:
        """Look at a page."""
        headers = {"Accept-Language": language} if language else {}
        return Page(self.client.get(path, headers=headers))

    def queries(self, path: str) -> int:
        """How many statements looking at a page takes."""
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(Engine, "before_cursor_execute", counted)
        try:
            assert self.open(path).status == 200
        finally:
            event.remove(Engine, "before_cursor_execute", counted)
        return count

    def send(
        self, page: Page, values: Values | None = None, *, form: str = "main-form", button: str | None = None,
        files: Any = None, headers: Mapping[str, str] | None = None,
    ) -> Page:  # fmt: skip
        """Press a button of a form (by its text or value; the first one if none is named)."""
        found = page.forms[form]
        typed = dict(values or {})
        unknown = set(typed) - {name for name, _ in found.fields}
        fields = [(name, value) for name, value in found.fields if name not in typed]
        for name, value in typed.items():
            fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        assert not {name for name in unknown if f'name="{name}"' not in page.answer.text}, f"no such fields: {unknown}"
        pressed = next((b for b in found.buttons if button in (None, b[1], b[2]) and b[0] != "_language"), None)
        if button is not None and pressed is None:
            pressed = next((b for b in found.buttons if button in (b[1], b[2])), None)
            assert pressed is not None, f"no button {button!r}: {found.buttons}"
        if pressed is not None and pressed[0]:
            fields.append((pressed[0], pressed[1]))
        data: dict[str, list[str]] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return Page(self.client.post(found.action, data=data, files=files, headers=dict(headers or {})))
