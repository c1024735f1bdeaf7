"""Killed: 25 processes on each database, and afterwards everything is there that was acknowledged, once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.faults.campaign import campaign, migrations
from tests.faults.siege import Report

KILLS = 20
MIGRATIONS = 5
LONGEST = 400.0  # seconds, on a machine that has much else to do


@pytest.mark.timeout(900)
def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    empty_database_url: str, tmp_path: Path, seed: int
) -> None:
    report = Report(seed, empty_database_url.partition(":")[0])
    campaign(tmp_path, empty_database_url, KILLS, report, until=time.monotonic() + LONGEST, patience=0)
    assert report.faults == []
    assert report.kills.total() == KILLS


@pytest.mark.timeout(300)
def test_a_migration_that_is_killed_leaves_the_old_database_or_the_new_one(
    empty_database_url: str, tmp_path: Path, seed: int
) -> None:
    report = Report(seed, empty_database_url.partition(":")[0])
    migrations(tmp_path, empty_database_url, MIGRATIONS, report)
    assert report.faults == []
    assert report.kills.total() == MIGRATIONS
