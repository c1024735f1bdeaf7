"""The relay: at least once, in spite of crashes between any two lines, and one bad letter stops no other."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import TracebackType
from typing import Self

import pytest

from notifications.channels import RefusedForGood, TryLater
from notifications.relay import WAITS, Counts, Relay

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)


class PowerCut(BaseException):
    """The machine is gone; nothing catches this."""


class Power:
    """Counts what is done to the world outside, and cuts the power before one of those things."""

    def __init__(self, cut_before: int | None = None) -> None:
        self.done = 0
        self.cut_before = cut_before

    def use(self) -> None:
        self.done += 1
        if self.done == self.cut_before:
            raise PowerCut


@dataclass(frozen=True)
class Waiting:
    delivery: str
    email: str
    attempts: int = 0
    state: str = "waiting"
    next_at: datetime = NOW
    leased_until: datetime = NOW
    note: str = ""


@dataclass
class FakeOutbox:
    """An outbox in memory; each method is one transaction, as in a database."""

    power: Power = field(default_factory=Power)
    notices: list[str] = field(default_factory=list)
    kept: dict[str, Waiting] = field(default_factory=dict)
    unspeakable: set[str] = field(default_factory=set)
    unresolvable: bool = False

    def add(self, *names: str, attempts: int = 0) -> Self:
        self.kept |= {name: Waiting(name, f"{name}@body.example", attempts) for name in names}
        return self

    def expand(self, now: datetime) -> int:
        self.power.use()
        if self.unresolvable:
            raise LookupError("no such role")
        new, self.notices = self.notices, []
        self.add(*new)
        return len(new)

    def claim(self, now: datetime, limit: int) -> Sequence[Waiting]:
        self.power.use()
        due = [one for one in self.kept.values() if one.state == "waiting" and one.next_at <= now >= one.leased_until]
        claimed = [replace(one, leased_until=now + LEASE) for one in due[:limit]]
        self.kept |= {one.delivery: one for one in claimed}
        return claimed

    def message(self, claimed: Waiting) -> EmailMessage:
        self.power.use()
        if claimed.delivery in self.unspeakable:
            raise ValueError("nothing\nto say")
        message = EmailMessage()
        message["Subject"] = f"About {claimed.delivery}"
        message["Message-ID"] = f"<{claimed.delivery}@slagboom.example>"
        return message

    def sent(self, delivery: str, subject: str, now: datetime) -> None:
        self.mark(delivery, "sent", subject)

    def later(self, delivery: str, reason: str, next_at: datetime) -> None:
        self.mark(delivery, "waiting", reason, next_at)

    def parked(self, delivery: str, reason: str, now: datetime) -> None:
        self.mark(delivery, "parked", reason)

    def refused(self, delivery: str, reason: str, now: datetime) -> None:
        self.mark(delivery, "refused", reason)

    def mark(self, delivery: str, state: str, note: str, next_at: datetime = NOW) -> None:
        self.power.use()
        one = self.kept[delivery]
        self.kept[delivery] = replace(
            one, state=state, note=note, next_at=next_at, attempts=one.attempts + 1, leased_until=NOW
        )

    def states(self) -> dict[str, str]:
        return {name: one.state for name, one in self.kept.items()}


@dataclass
class FakeChannel:
    """A way out that keeps what it was given; `errors` says what happens to whom instead."""

    power: Power = field(default_factory=Power)
    errors: dict[str, Exception] = field(default_factory=dict)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0

    def __enter__(self) -> Self:
        self.opened += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed += 1

    def send(self, message: EmailMessage, to: str) -> None:
        self.power.use()
        if to in self.errors:
            raise self.errors[to]
        self.arrived.append((to, message["Message-ID"]))


def test_what_waits_is_sent_and_marked() -> None:
    outbox, channel = FakeOutbox(notices=["new"]).add("a", "b"), FakeChannel()
    assert Relay(outbox, channel).run_once(NOW) == Counts(expanded=1, sent=3)
    assert channel.arrived == [(f"{name}@body.example", f"<{name}@slagboom.example>") for name in ("a", "b", "new")]
    assert outbox.kept["a"].note == "About a"
    assert Relay(outbox, channel).run_once(NOW).idle


def test_the_way_out_is_opened_once_for_a_batch_and_not_for_nothing() -> None:
    channel = FakeChannel()
    Relay(FakeOutbox(), channel).run_once(NOW)
    assert (channel.opened, channel.closed) == (0, 0)
    Relay(FakeOutbox().add("a", "b", "c"), channel).run_once(NOW)
    assert (channel.opened, channel.closed) == (1, 1)


def test_a_batch_has_an_end() -> None:
    outbox = FakeOutbox().add("a", "b", "c")
    assert Relay(outbox, FakeChannel(), batch=2).run_once(NOW).sent == 2
    assert Relay(outbox, FakeChannel(), batch=2).run_once(NOW).sent == 1


def test_what_does_not_get_out_waits_longer_each_time_and_is_then_parked() -> None:
    outbox, channel = FakeOutbox().add("a"), FakeChannel(errors={"a@body.example": TryLater("the server is away")})
    now, waits = NOW, []
    for _ in WAITS:
        assert Relay(outbox, channel).run_once(now) == Counts(later=1)
        waits.append(outbox.kept["a"].next_at - now)
        now = outbox.kept["a"].next_at
        assert Relay(outbox, channel).run_once(now - timedelta(seconds=1)).idle
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 180, 360, 720, 1440]
    assert Relay(outbox, channel).run_once(now) == Counts(parked=1)
    assert outbox.kept["a"].note == "given up after 9 attempts: the server is away"


def test_an_address_that_refuses_for_good_is_not_tried_again() -> None:
    outbox = FakeOutbox().add("a", "b")
    channel = FakeChannel(errors={"a@body.example": RefusedForGood("550 no such mailbox")})
    assert Relay(outbox, channel).run_once(NOW) == Counts(sent=1, refused=1)
    assert outbox.kept["a"].note == "550 no such mailbox"
    assert outbox.states() == {"a": "refused", "b": "sent"}


def test_a_letter_that_cannot_be_written_is_parked_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    outbox, channel = FakeOutbox(unspeakable={"b"}).add("a", "b", "c"), FakeChannel()
    with caplog.at_level(logging.ERROR):
        assert Relay(outbox, channel).run_once(NOW) == Counts(sent=2, parked=1)
    assert outbox.kept["b"].note == "the letter could not be written: ValueError: nothing to say"
    assert "delivery b" in caplog.text


def test_a_channel_that_fails_in_a_new_way_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    outbox = FakeOutbox().add("a", "b")
    channel = FakeChannel(errors={"a@body.example": UnicodeEncodeError("ascii", "é", 0, 1, "not ASCII")})
    with caplog.at_level(logging.ERROR):
        assert Relay(outbox, channel).run_once(NOW) == Counts(sent=1, later=1)
    assert outbox.kept["a"].note.startswith("the channel failed: UnicodeEncodeError")
    assert "delivery a" in caplog.text


def test_a_notice_that_nobody_can_resolve_holds_up_no_letter_and_is_heard_of() -> None:
    outbox = FakeOutbox(unresolvable=True).add("a")
    with pytest.raises(LookupError):
        Relay(outbox, FakeChannel()).run_once(NOW)
    assert outbox.states() == {"a": "sent"}


def test_an_outbox_that_cannot_keep_what_was_done_stops_the_batch() -> None:
    class Full(FakeOutbox):
        def mark(self, delivery: str, state: str, note: str, next_at: datetime = NOW) -> None:
            raise OSError("disk full")

    outbox, channel = Full().add("a", "b"), FakeChannel()
    with pytest.raises(OSError, match="disk full"):
        Relay(outbox, channel).run_once(NOW)
    assert len(channel.arrived) == 1
    assert channel.closed == 1


def everything_that_is_done() -> Sequence[int]:
    power = Power()
    outbox = FakeOutbox(power, notices=["new"]).add("a", "b")
    Relay(outbox, FakeChannel(power)).run_once(NOW)
    assert power.done == 11  # expand, claim, and three times message, send, sent
    return range(1, power.done + 1)


@pytest.mark.parametrize("cut_before", everything_that_is_done())
def test_a_power_cut_before_any_of_it_loses_nothing(cut_before: int) -> None:
    power = Power(cut_before)
    outbox = FakeOutbox(power, notices=["new"]).add("a", "b")
    channel = FakeChannel(power)
    with pytest.raises(PowerCut):
        Relay(outbox, channel).run_once(NOW)
    assert channel.opened == channel.closed
    Relay(outbox, channel).run_once(NOW)  # what is still leased is left alone
    Relay(outbox, channel).run_once(NOW + LEASE)
    assert outbox.states() == dict.fromkeys(("a", "b", "new"), "sent")
    assert set(channel.arrived) == {(f"{name}@body.example", f"<{name}@slagboom.example>") for name in outbox.kept}
    assert len(channel.arrived) <= len(outbox.kept) + 1  # twice at most the one that was under way
