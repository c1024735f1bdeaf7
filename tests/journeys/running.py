"""A running service to journey through: a real process with its worker, and everybody's mail in a folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from service.cli.demonstration import SLAGBOOM, free_port, served
from service.demo.journey import Journey
from service.demo.journey.mailbox import Mail, Mailbox
from service.demo.people import ADDRESSES, PASSWORD
from service.settings import Settings
from workflows.dates import day_in_brussels


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers, with what it is set up by."""

    settings: Settings
    maildir: Path

    @property
    def today(self) -> date:
        """The day in Brussels: the service runs by the clock of this machine."""
        return day_in_brussels(datetime.now(UTC))

    def journey(self, said: list[str]) -> Journey:
        """A new journey; what it tells is put into `said`."""
        return Journey(self.settings.public_url, self.maildir, ADDRESSES, PASSWORD, self.today, said.append)

    def slagboom(self, *arguments: str) -> str:
        """What a command of ours says on this database."""
        done = subprocess.run(
            (*SLAGBOOM, *arguments), env=self.settings.handed_on(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mail(self, part: str, notice: str, about: str) -> Mail:
        """The mail of this kind that somebody has about a case: it must come within its time."""
        email = ADDRESSES[part]
        found = Mailbox(self.maildir).wait_for(
            lambda mail: (mail.to, mail.notice, mail.case) == (email, notice, about),
        )
        assert found is not None, f"{part} has no {notice} about {about}"
        return found


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[Running]:
    """A service on this database, with everything else in a folder."""
    port = free_port()
    settings = Settings.read(
        host="127.0.0.1",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        database_url=database_url,
        mail_url=f"maildir:{folder / 'mail'}",
        files=folder / "files",
        signing_key=str(folder / "signing-key.pem"),
    )
    with (folder / "server.log").open("w+") as log, served(settings, log):
        yield Running(settings, folder / "mail")
