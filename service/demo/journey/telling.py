"""Telling: every step of the journey as a line, with the reference and the stage in which it left the case."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable

from service.demo.journey.client import Person
from service.demo.journey.mailbox import Mail

Say = Callable[[str], None]


WIDTH = 110
INDENT = " " * 45


class Teller:
    """Numbers the steps and says them."""

    def __init__(self, say: Say) -> None:
        self._say, self._steps = say, 0
        self._known: set[str] = set()

    def heading(self, text: str) -> None:
        """A new part begins."""
        self._say(f"\n{text}\n")

    def step(self, who: Person, did: str, reference: str | None, stage: str) -> None:
        """Somebody did something, and there the case is now. Whoever acts first is introduced."""
        self._steps += 1
        name = who.name if who.email in self._known else f"{who.name} ({who.works_as})"
        self._known.add(who.email)
        start = f"{self._steps:>3}  {reference or '(draft)':<15}  {stage:<21}  "
        self._wrapped(f"{name} {did}", start)

    def aside(self, text: str) -> None:
        """Something that is worth knowing about the step before."""
        self._wrapped(f"→ {text}", INDENT)

    def mails(self, mails: Iterable[Mail]) -> None:
        """What went out: to whom, in which language, about what."""
        listed = list(mails)
        for mail in listed:
            self._say(f"     {mail.language}  {mail.to:<29}  {mail.subject}")
        languages = ", ".join(sorted({mail.language for mail in listed}))
        self._say(f"\n     {len(listed)} mails, in {languages or 'no language'}")

    def _wrapped(self, text: str, start: str) -> None:
        for line in textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=INDENT + "  "):
            self._say(line)
