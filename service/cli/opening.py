"""Opening: the database that the settings name, for a command that needs it ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from service.cli import Failed
from service.settings import Settings
from service.store.engine import Store


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store, at the newest migration; closed at the end of the block."""
    check_there(settings.database_url)
    store = Store.open(settings.database_url)
    try:
        if not store.at_head():
            raise Failed(f"{named(settings.database_url)} is not at the newest migration; run `slagboom db upgrade`")
        yield store
    finally:
        store.close()


def check_there(url: str) -> None:
    """A SQLite file that is not there is not made by looking at it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        raise Failed(f"there is no database at {address.database} yet; run `slagboom db upgrade`")


def named(url: str) -> str:
    """A database as people may read it: without its password."""
    return f"the database {make_url(url).render_as_string(hide_password=True)}"
