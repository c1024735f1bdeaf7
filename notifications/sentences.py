"""Sentences: what the words of a procedure say about the step, the clock or the stage that a letter tells of."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from workflows.notices import ClockNow, Happening
from workflows.wording import wording

LATE = "late"
BEFORE = "before"


class Sentences:
    """The words of one version of a procedure in one language, as the templates of letters ask for them."""

    def __init__(self, procedure: str, version: int, language: str) -> None:
        self._wording = wording(procedure, version, language)

    def procedure(self) -> str:
        """What the procedure is called."""
        return self._wording.text("label") or ""

    def stage(self, stage: str) -> str:
        """The label of a stage or an ending."""
        return self._wording.stage(stage)

    def explanation(self, stage: str) -> str | None:
        """What happens in a stage, or what an ending means."""
        return self._wording.text("stages", stage, "explanation") or self._wording.text("endings", stage, "explanation")

    def remedy(self, ending: str) -> str | None:
        """What can be done about an ending."""
        return self._wording.text("endings", ending, "remedy")

    def role(self, role: str) -> str:
        """What a role is called to people."""
        return self._wording.text("roles", role) or role

    def consultation(self, name: str) -> str:
        """The label of a consultation."""
        return self._wording.text("consultations", name, "label") or name

    def clock(self, name: str) -> str:
        """The label of a clock."""
        return self._wording.text("clocks", name, "label") or name

    def step(self, name: str) -> str | None:
        """The label of a move or an act: what stands on its button; None for what is neither."""
        return self._wording.text("moves", name, "label") or self._wording.text("acts", name, "label")

    def choice(self, field: str, value: str) -> str:
        """The label of a value of a field."""
        return self._wording.text("choices", field, value) or value

    def criteria(self, codes: Iterable[str]) -> list[str]:
        """The labels of criteria, whichever checklist they stand in."""
        lists = self._wording.section("checklists")
        known = {code: name for checklist in lists.values() for code, name in checklist.items()}
        return [known[code]["label"] if code in known else code for code in codes]

    def history(self, step: str, **values: str) -> str | None:
        """The line of history of a move or an act; None where there is none, or a value that it names is missing."""
        line = self._wording.text("moves", step, "history") or self._wording.text("acts", step, "history")
        if line is None or any(name and name not in values for _, name, _, _ in Formatter().parse(line)):
            return None
        return line.format_map(values)

    def of(self, notice: str, happening: Happening | None, clock: ClockNow | None, stage: str) -> str | None:
        """The sentence for a notice about a move, an act or a clock; None where the words have none."""
        if clock is not None and clock.mark is not None:
            return self._wording.text("clocks", clock.name, LATE if clock.mark == LATE else BEFORE)
        if happening is not None and happening.move is not None:
            return self._wording.text("moves", happening.move, notice)
        if happening is not None and happening.act is not None:
            return self._when_all(happening.act, stage)
        return None

    def _when_all(self, act: str, stage: str) -> str | None:
        """Everything is in. A case that has moved on since is told of with the last thing that was awaited."""
        said = self._wording.section("acts", act, "when_all")
        return said.get(stage) or next(iter(said.values()), None)
