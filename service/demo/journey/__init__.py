"""The demo journey: a client that knows only HTTP and a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from service.demo.journey.cast import Cast, Dossier
from service.demo.journey.client import Line, Stopped
from service.demo.journey.mailbox import Mailbox
from service.demo.journey.obstacle import play_obstacle
from service.demo.journey.project import play_project
from service.demo.journey.telling import Say, Teller

__all__ = ["Journey", "Stopped"]


class Journey:
    """The journey, in parts, so that whoever runs it can let something happen in between.

    `addresses`: from the name of a part to the e-mail address of who plays it. `today`: the day in Brussels.
    """

    def __init__(
        self, address: str, maildir: Path, addresses: Mapping[str, str], password: str, today: date, say: Say
    ) -> None:
        self._line = Line.to(address)
        self._teller = Teller(say)
        self._mailbox = Mailbox.opened(maildir)
        self.cast = Cast(self._line, addresses, password, today, self._teller)

    @property
    def said(self) -> list[tuple[str, str, int]]:
        """Every request with the status of its answer, in order."""
        return self._line.said

    def obstacle(self) -> Dossier:
        """An obstacle becomes a decision. Raises Stopped."""
        return play_obstacle(self.cast)

    def project(self) -> Dossier:
        """A project of the plan proposes an instrument. Raises Stopped."""
        return play_project(self.cast)

    def wait_for_mail(self, dossier: Dossier, part: str, reads: str) -> None:
        """Wait until somebody has mail of the newest event of a case, as `reads` sees it. Raises Stopped."""
        newest = self._newest_event(dossier, reads)
        email = self.cast.addresses[part]
        if self._mailbox.wait_for(lambda mail: mail.event == newest and mail.to == email) is None:
            raise Stopped(f"{email} got no mail of the last event of {dossier.reference}")

    def wait_for_digest(self, week: str, part: str) -> None:
        """Wait until somebody has the digest of a week like 2026-W48. Raises Stopped."""
        email = self.cast.addresses[part]
        digest = self._mailbox.wait_for(
            lambda mail: mail.notice == "digest" and mail.to == email and week in mail.subject
        )
        if digest is None:
            raise Stopped(f"{email} got no digest of {week}")

    def tell_mails(self) -> None:
        """Say every mail that went out since the journey began, the last ones too."""
        self._teller.heading("What went out by mail")
        self._teller.mails(self._mailbox.settle())

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _newest_event(self, dossier: Dossier, reads: str) -> str:
        """The hash of the newest event. The oldest come first, so the last page holds it."""
        query: dict[str, str] = {"limit": "200"}
        while True:
            page = self.cast.person(reads).get(f"{dossier.path}/events", query).body
            if page["next"] is None:
                return str(page["items"][-1]["sha256"])
            query["cursor"] = page["next"]
