"""The siege notices: what it would have to find is put there by hand, one fault at a time."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.faults.mailroom import Mail, Mailroom, mailroom
from tests.faults.processes import Site, seed_people, site
from tests.faults.siege import Heard, faults_in_books, faults_of, undisturbed
from tests.faults.stubborn import Line
from tests.faults.traffic import Dossier, Traffic


@dataclass
class After:
    """What there is after a siege in which nobody was killed. `site` may be spoilt by one test only."""

    site: Site
    post: Mailroom
    traffic: Traffic
    heard: Heard

    @property
    def case(self) -> Dossier:
        return self.traffic.dossiers[0]

    def faults(self, look: Callable[..., Iterator[str]]) -> list[str]:
        return list(look(self.site, self.post, self.traffic, self.heard))

    def run(self, statement: str) -> None:
        """Change the database behind everybody's back."""
        engine = create_engine(self.site.database_url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[After]:
    """One case from its filing to its end, told to everybody."""
    folder = tmp_path_factory.mktemp("quiet")
    with mailroom() as post, site(folder / "site", f"sqlite:///{folder}/slagboom.db", post.url) as at:
        seed_people(at)
        at.start("server", warm=True)
        at.start("worker", warm=True)
        at.wait_until_ready()
        traffic = Traffic(Line(at.address), seed=0)
        dossier, heard = undisturbed(at, traffic.line, post)
        traffic.dossiers.append(dossier)
        at.end("worker")
        at.end("server")
        traffic.line.close()
        yield After(at, post, traffic, heard)


@pytest.fixture
def after(quiet: After, tmp_path: Path) -> After:
    """The same, to be spoilt."""
    with open(quiet.site.database_url.removeprefix("sqlite:///"), "rb") as file:
        (tmp_path / "slagboom.db").write_bytes(file.read())
    at = dataclasses.replace(quiet.site, database_url=f"sqlite:///{tmp_path}/slagboom.db")
    post = Mailroom(mails=list(quiet.post.mails))
    traffic = Traffic(quiet.traffic.line, 0, dossiers=[copy.copy(quiet.case)])
    traffic.dossiers[0].deeds = list(quiet.case.deeds)
    traffic.dossiers[0].steps = list(quiet.case.steps)
    return After(at, post, traffic, quiet.heard)


def lose_a_mail(after: After) -> None:
    lost = next(mail for mail in after.post.mails if mail.event)
    after.post.mails = [mail for mail in after.post.mails if mail != lost]


def send_under_another_id(after: After) -> None:
    after.post.mails.append(dataclasses.replace(after.post.mails[0], message_id="<other@slagboom.example>"))


def send_to_somebody_else(after: After) -> None:
    after.post.mails.append(dataclasses.replace(after.post.mails[0], to="nobody@slagboom.example"))


def send_what_nobody_wrote(after: After) -> None:
    after.post.mails.append(Mail("sg@slagboom.example", "<new@slagboom.example>", "", "digest", "Week 1"))


def acknowledge_what_is_not_there(after: After) -> None:
    deed = next(deed for deed in after.case.deeds if deed.name == "comment")
    after.case.deeds.append(dataclasses.replace(deed, mark="deed-0123456789abcdef", key=None))


def acknowledge_one_step_more(after: After) -> None:
    after.case.steps.append("conclude")


def do_what_nobody_was_told(after: After) -> None:
    after.case.deeds = [deed for deed in after.case.deeds if deed.name != "adopt"]


def come_to_something_else(after: After) -> None:
    keyed = next(index for index, deed in enumerate(after.case.deeds) if deed.key)
    after.case.deeds[keyed] = dataclasses.replace(after.case.deeds[keyed], key="never-used")


def begin_a_case_twice(after: After) -> None:
    after.traffic.dossiers.append(dataclasses.replace(after.case, id="", steps=[], deeds=[]))
    after.run("UPDATE cases SET title = 'Begun twice' WHERE reference IS NOT NULL")


def leave_a_letter(after: After) -> None:
    after.run("UPDATE deliveries SET state = 'waiting' WHERE id = (SELECT min(id) FROM deliveries)")


def tell_nobody(after: After) -> None:
    after.run("UPDATE outbox SET expanded_at = NULL WHERE id = (SELECT min(id) FROM outbox)")


def miss_an_event(after: After) -> None:
    after.run("UPDATE cases SET events = events + 1")


SPOILT: tuple[tuple[Callable[[After], None], str], ...] = (
    (lose_a_mail, "never came"),
    (send_under_another_id, "heard by"),
    (send_to_somebody_else, "nobody wrote it"),
    (send_what_nobody_wrote, "nobody wrote it"),
    (acknowledge_what_is_not_there, "0 times in the log"),
    (acknowledge_one_step_more, "in the log"),
    (do_what_nobody_was_told, "in the log, acknowledged 0"),
    (come_to_something_else, "the key is kept for None"),
    (begin_a_case_twice, "begun and are not there"),
    (leave_a_letter, "is waiting"),
    (tell_nobody, "nobody was told"),
    (miss_an_event, "counts"),
)


def test_a_siege_without_a_kill_has_no_fault(quiet: After) -> None:
    assert quiet.faults(faults_of) == []
    assert len(quiet.case.deeds) > 30


@pytest.mark.parametrize(("spoil", "told"), SPOILT, ids=lambda part: getattr(part, "__name__", ""))
def test_what_is_wrong_is_noticed(after: After, spoil: Callable[[After], None], told: str) -> None:
    spoil(after)
    found = after.faults(faults_in_books)
    assert [fault for fault in found if told in fault], found


def test_what_the_commands_find_is_told(after: After) -> None:
    miss_an_event(after)
    assert {"audit verify", "db check"} <= {fault.partition(":")[0] for fault in after.faults(faults_of)}
