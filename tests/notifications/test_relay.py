"""The relay: at least once, in spite of crashes between any two lines, and one bad letter stops no other."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

import pytest

from notifications.channels import RefusedForGood, TryLater, WayClosed, Written, nothing
from notifications.outbox import Result, Unwritable
from notifications.relay import Counts, Relay
from notifications.round import AT_ONCE, WAITS
from tests.service.hands import Hand

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
    lost: set[str] = field(default_factory=set)
    full: bool = False

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

    def hold(self, deliveries: Collection[str], now: datetime) -> Collection[str]:
        self.power.use()
        ours = [name for name in deliveries if name not in self.lost]
        self.kept |= {name: replace(self.kept[name], leased_until=now + LEASE) for name in ours}
        return ours

    def put_back(self, deliveries: Collection[str], reason: str | None, now: datetime) -> None:
        self.power.use()
        for name in deliveries:
            one = self.kept[name]
            self.kept[name] = replace(one, leased_until=NOW, note=reason or one.note)

    def message(self, claimed: Waiting) -> EmailMessage:
        self.power.use()
        if claimed.delivery in self.unspeakable:
            raise Unwritable("nothing\nto say")
        message = EmailMessage()
        message["From"] = "slagboom@slagboom.example"
        message["Subject"] = f"About {claimed.delivery}"
        message["Message-ID"] = f"<{claimed.delivery}@slagboom.example>"
        return message

    def keep(self, results: Sequence[Result]) -> None:
        self.power.use()
        if self.full:
            raise OSError("disk full")
        for result in results:
            one = self.kept[result.delivery]
            self.kept[result.delivery] = replace(
                one,
                state=result.fate,
                note=result.subject or result.reason or "",
                next_at=result.next_at or NOW,
                attempts=one.attempts + 1,
                leased_until=NOW,
            )

    def states(self) -> dict[str, str]:
        return {name: one.state for name, one in self.kept.items()}


@dataclass
class FakeChannel:
    """A way out that keeps what it was given; `errors` says what happens to whom instead."""

    power: Power = field(default_factory=Power)
    errors: dict[str, Exception] = field(default_factory=dict)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    on_send: Callable[[], object] = nothing
    opened: int = 0
    closed: int = 0

    def __enter__(self) -> Self:
        self.opened += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed += 1

    def send(self, letter: Written, to: str, meanwhile: Callable[[], None] = nothing) -> None:
        self.power.use()
        self.on_send()
        if to in self.errors:
            raise self.errors[to]
        meanwhile()
        self.arrived.append((to, letter.message_id))


def relay(outbox: FakeOutbox, channel: FakeChannel, now: datetime = NOW, **more: Any) -> Relay[Waiting]:
    return Relay(outbox, channel, now=lambda: now, **more)


def test_what_waits_is_sent_and_marked() -> None:
    outbox, channel = FakeOutbox(notices=["new"]).add("a", "b"), FakeChannel()
    assert relay(outbox, channel).run_once() == Counts(expanded=1, sent=3)
    assert channel.arrived == [(f"{name}@body.example", f"<{name}@slagboom.example>") for name in ("a", "b", "new")]
    assert outbox.kept["a"].note == "About a"
    assert relay(outbox, channel).run_once().idle


def test_the_way_out_is_opened_once_for_a_batch_and_not_for_nothing() -> None:
    channel = FakeChannel()
    relay(FakeOutbox(), channel).run_once()
    assert (channel.opened, channel.closed) == (0, 0)
    relay(FakeOutbox().add("a", "b", "c"), channel).run_once()
    assert (channel.opened, channel.closed) == (1, 1)


def test_a_batch_has_an_end() -> None:
    outbox = FakeOutbox().add("a", "b", "c")
    assert relay(outbox, FakeChannel(), batch=2).run_once().sent == 2
    assert relay(outbox, FakeChannel(), batch=2).run_once().sent == 1


def test_what_does_not_get_out_waits_longer_each_time_and_is_then_parked() -> None:
    outbox, channel = (
        FakeOutbox().add("a"),
        FakeChannel(errors={"a@body.example": TryLater("server_gone", "timed out")}),
    )
    now, waits = NOW, []
    for _ in WAITS:
        assert relay(outbox, channel, now).run_once() == Counts(later=1)
        waits.append(outbox.kept["a"].next_at - now)
        now = outbox.kept["a"].next_at
        assert relay(outbox, channel, now - timedelta(seconds=1)).run_once().idle
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 180, 360, 720, 1440]
    assert relay(outbox, channel, now).run_once() == Counts(parked=1)
    assert outbox.kept["a"].note == "server_gone: timed out"


def test_an_address_that_refuses_for_good_is_not_tried_again() -> None:
    outbox = FakeOutbox().add("a", "b")
    channel = FakeChannel(errors={"a@body.example": RefusedForGood("address_refused", "550 no such mailbox")})
    assert relay(outbox, channel).run_once() == Counts(sent=1, refused=1)
    assert outbox.kept["a"].note == "address_refused: 550 no such mailbox"
    assert outbox.states() == {"a": "refused", "b": "sent"}


def test_a_letter_that_cannot_be_written_is_parked_and_the_others_go_on() -> None:
    outbox, channel = FakeOutbox(unspeakable={"b"}).add("a", "b", "c"), FakeChannel()
    assert relay(outbox, channel).run_once() == Counts(sent=2, parked=1)
    assert outbox.kept["b"].note == "letter_unwritable: nothing to say"


def test_a_channel_that_fails_in_a_new_way_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    outbox = FakeOutbox().add("a", "b")
    channel = FakeChannel(errors={"a@body.example": UnicodeEncodeError("ascii", "é", 0, 1, "not ASCII")})
    with caplog.at_level(logging.ERROR):
        assert relay(outbox, channel).run_once() == Counts(sent=1, later=1)
    assert outbox.kept["a"].note.startswith("channel_failed: 'ascii' codec")
    assert "delivery a" in caplog.text


def test_a_notice_that_nobody_can_resolve_holds_up_no_letter_and_is_heard_of() -> None:
    outbox = FakeOutbox(unresolvable=True).add("a")
    with pytest.raises(LookupError):
        relay(outbox, FakeChannel()).run_once()
    assert outbox.states() == {"a": "sent"}


def test_an_outbox_that_cannot_keep_what_was_done_stops_the_batch_and_is_told_when_it_is_back() -> None:
    names = [f"letter-{number:02}" for number in range(30)]
    outbox, channel = FakeOutbox(full=True).add(*names), FakeChannel()
    ours = relay(outbox, channel)
    with pytest.raises(OSError, match="disk full"):
        ours.run_once()
    assert len(channel.arrived) == AT_ONCE + 1  # it is found out while the next is under way
    assert channel.closed == 1
    outbox.full = False
    ours.run_once()  # the leases hold for the others
    assert list(outbox.states().values()).count("sent") == AT_ONCE + 1
    relay(outbox, channel, NOW + LEASE).run_once()
    assert len(channel.arrived) == len(set(channel.arrived)) == 30


@pytest.mark.parametrize("first", [True, False])
def test_a_closed_way_costs_no_letter_an_attempt_and_is_left_alone_for_longer_each_time(first: bool) -> None:
    hand = Hand(NOW)
    outbox = FakeOutbox().add("a", "b", "c")
    channel = FakeChannel(errors={"a@body.example" if first else "b@body.example": WayClosed("server_silent")})
    ours, pauses = Relay(outbox, channel, now=hand), []
    for _ in range(7):
        ours.run_once()
        assert outbox.kept["b"] == Waiting("b", "b@body.example", note="server_silent")
        opened, began = channel.opened, hand.at
        while channel.opened == opened:
            hand.go(seconds=1)
            ours.run_once()
        pauses.append((hand.at - began).total_seconds())
    assert pauses == [15, 30, 60, 120, 300, 300, 300]
    channel.errors.clear()
    hand.go(minutes=6)
    assert ours.run_once().sent == (3 if first else 2)
    assert {one.attempts for one in outbox.kept.values()} == {1}


def test_a_way_that_is_closed_is_tried_although_the_clock_of_the_machine_was_set_back() -> None:
    hand = Hand(NOW)
    outbox, channel = FakeOutbox().add("a"), FakeChannel(errors={"a@body.example": WayClosed("server_silent")})
    ours = Relay(outbox, channel, now=hand)
    ours.run_once()
    hand.go(days=-1)
    outbox.kept["a"] = replace(outbox.kept["a"], next_at=hand.at, leased_until=hand.at)
    ours.run_once()
    assert channel.opened == 2


def test_what_is_in_hand_is_given_back_when_somebody_says_stop() -> None:
    outbox, channel = FakeOutbox().add("a", "b", "c"), FakeChannel()
    assert relay(outbox, channel, stopping=lambda: True).run_once() == Counts(sent=1)
    assert outbox.kept["b"] == Waiting("b", "b@body.example")
    assert relay(outbox, channel).run_once() == Counts(sent=2)


def test_a_slow_server_does_not_outlast_the_lease() -> None:
    """Each letter takes two minutes: every lease is begun anew before the next one goes out."""
    hand = Hand(NOW)
    outbox, channel = FakeOutbox().add("a", "b", "c", "d"), FakeChannel(on_send=lambda: hand.go(minutes=2))
    left: list[timedelta] = []

    def leases() -> None:
        left.extend(one.leased_until - hand.at for one in outbox.kept.values() if one.state == "waiting")
        hand.go(minutes=2)

    channel.on_send = leases
    assert Relay(outbox, channel, now=hand).run_once() == Counts(sent=4)
    assert min(left) >= LEASE - timedelta(minutes=2)


def test_what_another_took_up_during_a_long_pause_is_left_to_it() -> None:
    hand = Hand(NOW)
    outbox = FakeOutbox(lost={"b", "c"}).add("a", "b", "c", "d")
    channel = FakeChannel(on_send=lambda: hand.go(hours=1))
    assert Relay(outbox, channel, now=hand).run_once() == Counts(sent=2)
    assert [to for to, _ in channel.arrived] == ["a@body.example", "d@body.example"]


def test_a_letter_is_kept_soon_though_the_next_takes_long() -> None:
    hand = Hand(NOW)
    outbox = FakeOutbox().add("a", "b", "c", "d")
    sent: list[int] = []

    def wait() -> None:
        sent.append(list(outbox.states().values()).count("sent"))
        hand.go(seconds=1)

    Relay(outbox, FakeChannel(on_send=wait), now=hand).run_once()
    assert sent == [0, 0, 1, 2]


def everything_that_is_done() -> Sequence[int]:
    power = Power()
    outbox = FakeOutbox(power, notices=["new"]).add("a", "b")
    relay(outbox, FakeChannel(power)).run_once()
    assert power.done == 9  # expand, claim, three times message and send, keep
    return range(1, power.done + 1)


@pytest.mark.parametrize("cut_before", everything_that_is_done())
def test_a_power_cut_before_any_of_it_loses_nothing(cut_before: int) -> None:
    power = Power(cut_before)
    outbox = FakeOutbox(power, notices=["new"]).add("a", "b")
    channel = FakeChannel(power)
    with pytest.raises(PowerCut):
        relay(outbox, channel).run_once()
    assert channel.opened == channel.closed
    relay(outbox, channel).run_once()  # what is still leased is left alone
    relay(outbox, channel, NOW + LEASE).run_once()
    assert outbox.states() == dict.fromkeys(("a", "b", "new"), "sent")
    assert set(channel.arrived) == {(f"{name}@body.example", f"<{name}@slagboom.example>") for name in outbox.kept}
    assert len(channel.arrived) <= len(outbox.kept) + AT_ONCE  # twice at most those that were not kept yet
