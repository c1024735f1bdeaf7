"""Migrating: bringing a database to a revision, one process at a time, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, make_url, text

from service.store.errors import DatabaseForeign, DatabaseNewer, ReferenceBroken, told_plainly
from service.store.postgres import postgres_engine
from service.store.sqlite import WriterLock, file_of, sqlite_engine

if TYPE_CHECKING:  # Alembic takes a while to import, and only an upgrade needs it
    from alembic.config import Config

SCRIPTS = Path(__file__).parents[2] / "migrations"  # beside the code, in a checkout as in an installation
LOCK = 0x51A6_B00A  # any number, as long as every process that migrates takes the same one


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to a revision; nothing happens when it is there.

    A second process that does the same waits, and then finds it done. Raises DatabaseForeign for a database with
    tables but without a record of migrations, DatabaseNewer for a revision that this program does not know.
    """
    from alembic import command

    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Bring the database down to a revision (`base` leaves nothing), with the loss that this means."""
    from alembic import command

    _run(url, lambda config: command.downgrade(config, revision))


def at_head(url: str) -> bool:
    """Whether the database stands at the newest migration. A SQLite file that is not there is not made."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not file_of(address).exists():
        return False
    with connected(url) as connection:
        return _revision(connection) == newest_revision()


@lru_cache(maxsize=1)
def revisions() -> tuple[str, ...]:
    """Every revision that travels with this program, oldest first."""
    return tuple(sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py")))


def newest_revision() -> str:
    """The revision of the newest migration that travels with this program."""
    return revisions()[-1]


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection in one transaction, alone with the database and without the time limits of everyday work."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        # Rebuilding a table drops the old one, and with foreign keys on that would delete what points at it.
        engine = sqlite_engine(address, begin="BEGIN IMMEDIATE", pool_size=1, more=("foreign_keys = OFF",))
        alone: AbstractContextManager[None] = WriterLock(file_of(address)).held()
    else:
        engine = postgres_engine(address, pool_size=1, limits={"timezone": "UTC"})
        alone = nullcontext()
    try:
        with told_plainly(writing=True), alone, engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection
    finally:
        engine.dispose()


def configuration(connection: Connection) -> Config:
    """What Alembic needs to know; env.py takes the connection from here."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(url: str, step: Callable[[Config], None]) -> None:
    with connected(url) as connection:
        _refuse_strangers(connection)
        step(configuration(connection))
        _check_references(connection)


def _refuse_strangers(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names())
    if tables and "alembic_version" not in tables:
        some = ", ".join(sorted(tables)[:3])
        raise DatabaseForeign(f"the database holds tables that are not Slagboom's ({some}); name an empty one")
    revision = _revision(connection)
    if revision is not None and revision not in revisions():
        raise DatabaseNewer(f"the database is at revision {revision}, which this version of Slagboom does not know")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise ReferenceBroken(f"a row of {broken[0]} points at a row of {broken[2]} that is not there")
