"""`slagboom digest`."""

from __future__ import annotations

import pytest

from service.cli import status_of


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-30", "slagboom: '2026-02-30' is not a date; write it as 2026-11-30\n"),
        ("0001-01-03", "slagboom: there is no week before 0001-01-03\n"),
    ],
)
def test_a_day_without_a_week_before_it_is_one_line(day: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["digest", "send", "--dry-run", "--on", day]) == 1
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("day", ["0001-01-08", "9999-12-31"])
def test_the_first_and_the_last_week_of_all_have_nothing_to_say(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["digest", "send", "--on", day]) == 0
    assert capsys.readouterr().out.startswith("0 digests of ")
