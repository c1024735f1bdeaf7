"""Analyses in their table: a finding per case and country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from service.store.loading import ANALYSES

_this = (ANALYSES.c.case_id == bindparam("case"), ANALYSES.c.country == bindparam("of"))
VERSION = select(ANALYSES.c.version).where(*_this)
REPLACE = update(ANALYSES).where(*_this)
KEEP = insert(ANALYSES)


def version_of_analysis(connection: Connection, case: str, country: str) -> int | None:
    """The version of the finding that stands for a country; None where there is none."""
    found: int | None = connection.execute(VERSION, {"case": case, "of": country}).scalar_one_or_none()
    return found


def keep_analysis(connection: Connection, case: str, country: str, values: Mapping[str, Any], *, new: bool) -> None:
    """Keep a finding, the first one or in the place of the one that stands."""
    if new:
        connection.execute(KEEP, {"case_id": case, "country": country, **values})
    else:
        connection.execute(REPLACE.values(**values), {"case": case, "of": country})
