"""Six people and more work beside each other at random: nobody is shown, counts, finds or is mailed what is not theirs.

For longer than the tests take, with other stories each time: `python -m tests.service.api.test_nobody_learns_more 500`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests import postgres
from tests.service.api.knowing import HOUSE, Held, Known
from tests.service.api.neighbours import WATCHED, Neighbours
from tests.service.seeds import PEOPLE

ORGANISATIONS = {"officer": "NL-GM0980", "stranger": "BE-24107"}
ANYBODY = st.sampled_from(WATCHED)
WHERE = st.lists(st.sampled_from(["BE", "NL", "LU", "DE"]), min_size=1, unique=True)
AUDIENCE = st.sampled_from(["internal", "shared"])
ADVISERS = st.lists(st.sampled_from(["BE-WAL", "DE-NW"]), unique=True)
GROUPS = st.sampled_from(["transport", "energy"])
STANCES = st.sampled_from(["agree", "agree_with_comment", "reservation", "object", "withdrawn"])
MANDATES = st.sampled_from(
    [
        Held("officer", "NL-GM0980"),
        Held("officer", "BE-24107"),
        Held("secretary", HOUSE, "transport"),
        Held("secretary", "NL-MIN-IENW", "energy"),
        Held("delegate", "NL"),
        Held("delegate", "BE-FED"),
        Held("delegate", "BE-WAL"),
        Held("minister_office", "LU"),
        Held("minister_office", "BE-FED"),
        Held("auditor", HOUSE),
    ]
)
WHOLE_HOUSE = ("admin", "sg", "intake", "secretary")
"""Who keeps a mandate, or nothing would happen any more."""


LOOKING = 3
"""How many people look after a step."""


class Story(RuleBasedStateMachine):
    """What happens, in any order; after each step everybody looks at what was touched."""

    place: ClassVar[Callable[[], str]]

    def __init__(self) -> None:
        super().__init__()
        self.files = tempfile.TemporaryDirectory()
        self.all = Neighbours(type(self).place(), Path(self.files.name))
        self.order: list[str] = []
        self.turn = cycle(WATCHED)

    def teardown(self) -> None:
        try:
            for who in WATCHED:
                self.all.check_lists(who)
                self.all.check_elsewhere(who)
                for case in self.all.known.cases.values():
                    self.all.check_case(who, case)
            self.all.check_mail()
        finally:
            self.all.close()
            self.files.cleanup()

    def pick(self, number: int) -> Known:
        """One of the cases; the newest most often."""
        known = [id for id in self.order if id in self.all.known.cases]
        return self.all.known.cases[known[-1 - number % len(known)]]

    def look(self, *cases: Known) -> None:
        """The post goes out, and some people look at what was touched: each in her turn, in the end everybody."""
        self.all.house.now += timedelta(minutes=1)
        self.all.check_mail()
        for _ in range(LOOKING):
            who = next(self.turn)
            self.all.check_lists(who)
            for case in cases:
                if case.id in self.all.known.cases:
                    self.all.check_case(who, case)

    def some(self) -> bool:
        return bool(self.all.known.cases)

    @initialize(advisers=ADVISERS)
    def set_out(self, advisers: list[str]) -> None:
        """Three cases to begin with: one in consultation, one of the others, and a double of the first of theirs."""
        for who, countries in (("officer", ["BE", "NL"]), ("stranger", ["LU"]), ("stranger", ["BE"])):
            case = self.all.begin(who, ORGANISATIONS[who], countries)
            assert case is not None
            self.order.append(case.id)
            self.all.go_on(case, [])
        first, _, double = (self.all.known.cases[id] for id in self.order)
        for _ in range(3):
            self.all.go_on(first, advisers)
        assert first.stage == "consultation"
        reason = self.all.secret(double.id, "whole")
        assert self.all.move("intake", double, "mark_duplicate", {"original": first.id}, reason=reason)
        assert first.followers == {"stranger"}
        self.look(first)

    @rule(
        who=st.sampled_from(["officer", "stranger", "intake"]), whose=st.sampled_from(list(ORGANISATIONS)), where=WHERE
    )
    def begin(self, who: str, whose: str, where: list[str]) -> None:
        case = self.all.begin(who, ORGANISATIONS[whose], where)
        if case is not None:
            self.order.append(case.id)
            self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), steps=st.integers(1, 9), advisers=ADVISERS)
    def go_on(self, number: int, steps: int, advisers: list[str]) -> None:
        case = self.pick(number)
        for _ in range(steps):
            self.all.go_on(case, advisers)
            self.all.house.now += timedelta(minutes=1)
            self.all.check_mail()
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY, audience=AUDIENCE)
    def comment(self, number: int, who: str, audience: str) -> None:
        case = self.pick(number)
        self.all.comment(who, case, audience)
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY, audience=AUDIENCE)
    def attach(self, number: int, who: str, audience: str) -> None:
        case = self.pick(number)
        self.all.attach(who, case, audience)
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY, stance=STANCES)
    def give_position(self, number: int, who: str, stance: str) -> None:
        case = self.pick(number)
        self.all.give_position(who, case, stance)
        self.look(case)

    @precondition(some)
    @rule(one=st.integers(0, 5), other=st.integers(0, 5), who=ANYBODY, kind=st.sampled_from(["related", "based_on"]))
    def link(self, one: int, other: int, who: str, kind: str) -> None:
        cases = self.pick(one), self.pick(other)
        self.all.link(who, *cases, kind)
        self.look(*cases)

    @precondition(some)
    @rule(
        number=st.integers(0, 5),
        who=st.sampled_from(["secretary", "intake", "stranger", "other_secretary"]),
        group=GROUPS,
    )
    def assign(self, number: int, who: str, group: str) -> None:
        case = self.pick(number)
        reason = self.all.secret(case.id, "whole")
        self.all.patch(who, case, {"working_group": group, "reason": reason})
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY, where=WHERE)
    def correct(self, number: int, who: str, where: list[str]) -> None:
        case = self.pick(number)
        said: dict[str, Any] = {"countries": where, "title": f"Bus {self.all.secret(case.id, 'title')}"}
        if case.filed:
            said["reason"] = self.all.secret(case.id, "whole")
        self.all.patch(who, case, said)
        self.look(case)

    @precondition(some)
    @rule(one=st.integers(0, 5), other=st.integers(0, 5))
    def mark_duplicate(self, one: int, other: int) -> None:
        case, original = self.pick(one), self.pick(other)
        reason = self.all.secret(case.id, "whole")
        who = self.all.secretary_of(case) if case.group else "intake"
        self.all.move(who, case, "mark_duplicate", {"original": original.id}, reason=reason)
        self.look(case, original)

    @precondition(some)
    @rule(
        number=st.integers(0, 5),
        who=ANYBODY,
        move=st.sampled_from(["withdraw", "submit", "reopen", "ask_review", "find_no_initiative", "write_off"]),
    )
    def end(self, number: int, who: str, move: str) -> None:
        case = self.pick(number)
        data = {"concluded_by": "SOLVIT"} if move == "write_off" else None
        self.all.move(who, case, move, data, reason=self.all.secret(case.id, "whole"))
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5))
    def ask(self, number: int) -> None:
        case = self.pick(number)
        question = self.all.secret(case.id, "whole")
        data = {"questions": [question], "reply_by": "2027-02-01"}
        self.all.move(self.all.secretary_of(case), case, "request_information", data)
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), advisers=ADVISERS)
    def consult_again(self, number: int, advisers: list[str]) -> None:
        case = self.pick(number)
        who = self.all.secretary_of(case)
        data = {"question": self.all.secret(case.id, "whole"), "closing_on": "2027-01-29", "invited": advisers}
        if not self.all.move(who, case, "new_round", data, reason=self.all.secret(case.id, "whole")):
            self.all.move(who, case, "cancel_consultation", reason=self.all.secret(case.id, "whole"))
        self.look(case)

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY)
    def discard(self, number: int, who: str) -> None:
        self.all.discard(who, self.pick(number))
        self.look()

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY.filter(lambda who: who not in WHOLE_HOUSE))
    def lapse(self, number: int, who: str) -> None:
        self.all.lapse(who)
        self.look(self.pick(number))

    @precondition(some)
    @rule(number=st.integers(0, 5), who=ANYBODY, held=MANDATES)
    def take_over(self, number: int, who: str, held: Held) -> None:
        self.all.take_over(who, held)
        self.look(self.pick(number))


def tell(place: Callable[[], str], stories: int, steps: int, *, steady: bool) -> None:
    """Let so many stories happen, of so many steps each."""
    here = type("Story", (Story,), {"place": staticmethod(place)})
    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            derandomize=steady,
            database=None,
            deadline=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(600)
def test_nobody_learns_what_is_not_theirs(sqlite_template: Path, tmp_path: Path) -> None:
    made: list[Path] = []

    def place() -> str:
        made.append(tmp_path / f"{len(made)}.db")
        shutil.copy(sqlite_template, made[-1])
        return f"sqlite:///{made[-1]}"

    tell(place, stories=4, steps=16, steady=True)
    assert len(made) >= 4


@pytest.mark.timeout(600)
def test_nor_on_postgresql(postgres_template: str, postgres_server: str) -> None:
    made: list[str] = []

    def place() -> str:
        made.append(f"story_{postgres_template[-8:]}_{len(made)}")
        return postgres.for_alchemy(postgres.create_database(postgres_server, made[-1], postgres_template))

    try:
        tell(place, stories=1, steps=14, steady=True)
    finally:
        for name in made:
            postgres.drop_database(postgres_server, name)


def test_everybody_who_is_watched_is_of_the_seeds() -> None:
    assert set(WATCHED) <= set(PEOPLE)
    assert len(WATCHED) >= 6


if __name__ == "__main__":
    from service.store.engine import upgrade

    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.db")
        upgrade(f"sqlite:///{template}")
        count = iter(range(sys.maxsize))

        def fresh() -> str:
            path = Path(folder, f"{next(count)}.db")
            shutil.copy(template, path)
            return f"sqlite:///{path}"

        tell(fresh, stories=int(sys.argv[1]) if len(sys.argv) > 1 else 100, steps=30, steady=False)
