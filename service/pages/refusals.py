"""Refusals of the pages themselves; each leads to a page that says what to do."""

from __future__ import annotations

from service.pages.sent import Sent


class SignInNeeded(Exception):
    """Nobody is signed in here, or no longer. `sent`: what was being sent, to be kept until the person is back."""

    def __init__(self, sent: Sent | None = None) -> None:
        super().__init__("sign in first")
        self.sent = sent


class Forged(Exception):
    """Another site sent this form, not the person who is signed in."""


class FormExpired(Exception):
    """The form was opened before the person signed in anew; its words are kept. `page`: where it is opened again."""

    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page


class LanguageChosen(Exception):
    """The person wants the page in another language; what was typed is kept. `page`: the page that was shown."""

    def __init__(self, page: str, language: str) -> None:
        super().__init__(page)
        self.page, self.language = page, language


class TooMuch(Exception):
    """More was sent than a page takes. `most`: bytes; `sent`: what stood before a file that is too large."""

    def __init__(self, most: int, sent: Sent | None = None) -> None:
        super().__init__(f"more than {most} bytes")
        self.most, self.sent = most, sent


class Unreadable(Exception):
    """What was sent is no form."""
