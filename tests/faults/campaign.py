"""A campaign: one installation from its first start to the verdict, besieged in between."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults.mailroom import mailroom
from tests.faults.migration import bring_old_data, kill_migrations, log_holds
from tests.faults.processes import seed_people, site
from tests.faults.siege import Report, besiege, settle, undisturbed
from tests.faults.stubborn import Line
from tests.faults.traffic import Traffic

PEOPLE = 4
PAUSE = 0.05  # seconds between two requests of one person, on average
A_MOMENT = 0.01  # seconds that the mail server takes to say that it has a message


def campaign(folder: Path, url: str, kills: int, report: Report, *, until: float, patience: float) -> None:
    """Besiege an installation on this empty database; what was found is in the report.

    `until`: when the last kill may be, by the monotonic clock; `patience`: see `settle`.
    """
    with mailroom(A_MOMENT) as post, site(folder / "site", url, post.url) as at:
        seed_people(at)
        at.start("server")
        at.start("worker")
        at.wait_until_ready()
        traffic = Traffic(Line(at.address), report.seed, pause=PAUSE)
        dossier, heard = undisturbed(at, traffic.line, post)
        traffic.dossiers.append(dossier)
        traffic.start(PEOPLE)
        try:
            besiege(at, kills, random.Random(report.seed), report, until)
            settle(at, post, report, traffic, heard, patience)
        finally:
            traffic.stop()
            traffic.line.close()
        if report.acknowledged <= len(dossier.deeds):
            report.faults.append("nobody got any work done")


def migrations(folder: Path, url: str, kills: int, report: Report) -> None:
    """Kill so many upgrades of an old database with data; then a server brings it up to date by itself."""
    with site(folder / "site", url, "smtp://127.0.0.1:1") as at:
        bring_old_data(url)
        kill_migrations(at, kills, random.Random(report.seed), report)
        at.start("server")
        report.restarts.append(at.wait_until_ready())
        at.end("server")
        if not log_holds(url):
            report.faults.append("the log does not hold")
