"""`slagboom db`: bring the database up to date, look whether it is sound, keep a copy and bring it back."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from service.cli import Failed, archives
from service.cli.opening import check_there, named, opened
from service.cli.progress import counting
from service.files import Files
from service.settings import Settings
from service.store.checking import documents, faults_of
from service.store.copying import Contents, contents, copy_in, copy_out, is_empty
from service.store.engine import Store, upgrade
from service.store.migrating import newest_revision, revisions


@click.group("db")
def db() -> None:
    """The database: bring it up to date, check it, back it up, restore it."""


@db.command("upgrade")
def upgrade_() -> None:
    """Bring the database to the newest migration; a new one is made. Nothing happens when it is there."""
    url = Settings.read().database_url
    upgrade(url)
    click.echo(f"{named(url)} is at migration {newest_revision()}")


@db.command()
def check() -> None:
    """Is the database sound: at the newest migration, undamaged, guarded, with every document's bytes?

    Whether the events are still those that were written is what `slagboom audit verify` finds out.
    """
    settings = Settings.read()
    faults = 0
    with opened(settings) as store:
        for fault in _faults(store, Files(settings.files)):
            click.echo(fault)
            faults += 1
    if faults:
        raise Failed(f"{faults} {'fault' if faults == 1 else 'faults'}, named above")
    click.echo(f"{named(settings.database_url)} is at migration {newest_revision()} and sound")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database and every document into one new FILE, while the service goes on."""
    settings = Settings.read()
    check_there(settings.database_url)
    if file.exists():
        raise Failed(f"{file} is there already; a backup never takes the place of another")
    with tempfile.TemporaryDirectory(prefix=".slagboom-backup-", dir=file.absolute().parent) as folder:
        copy = Path(folder) / "database"
        held = copy_out(settings.database_url, copy)
        # After the database: the bytes of a document are there before the row that names them.
        files = archives.documents_in(settings.files)
        length = sum(path.stat().st_size for path in (copy, *files))
        with counting("Backing up", length) as more:
            archives.write(file, copy, files, held, made_by=_program(), now=datetime.now(UTC), more=more)
    click.echo(f"{file}: {_told(held)}, {_documents(len(files))}")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup back into an empty database, and its documents beside it; then migrate it up."""
    settings = Settings.read()
    url = settings.database_url
    if not is_empty(url):
        raise Failed(f"{named(url)} is not empty; a backup goes into an empty one")
    with counting("Reading", file.stat().st_size) as more:
        manifest = archives.read(file, more)
    held = manifest.contents
    _check_kind(held, url)
    shelves = Files(settings.files)
    with tempfile.TemporaryDirectory(prefix="slagboom-restore-") as folder, archives.opened(file) as archive:
        copy = Path(folder) / "database"
        archives.extract_database(archive, copy)
        for sha256, content in archives.documents_of(archive):
            with shelves.stage(content, largest=sys.maxsize) as staged:
                if staged.sha256 != sha256:
                    raise Failed(f"the document {sha256} in the backup does not have its hash")
                staged.keep()
        copy_in(url, copy)
    upgrade(url)
    found = contents(url)
    if (found.cases, found.events, found.root) != (held.cases, held.events, held.root):
        raise Failed(f"what came back is not what was kept: {_told(found)} instead of {_told(held)}")
    count = len(manifest.parts) - 1
    click.echo(f"{named(url)}: {_told(held)}, {_documents(count)}, as of {manifest.made_at}")


def _faults(store: Store, files: Files) -> Iterator[str]:
    with store.reading() as connection:
        yield from faults_of(connection)
        for sha256, size in documents(connection):
            place = files.place(sha256)
            if not place.exists():
                yield f"the document {sha256} is not in the folder of files"
            elif place.stat().st_size != size:
                yield f"the document {sha256} has {place.stat().st_size} bytes instead of {size}"


def _check_kind(held: Contents, url: str) -> None:
    kind = url.partition(":")[0].partition("+")[0]
    if held.dialect != kind:
        raise Failed(f"this is a backup of a {held.dialect} database, which does not go into {named(url)}")
    if held.revision not in revisions():
        raise Failed(f"the backup is at revision {held.revision}, which this version of Slagboom does not know")


def _program() -> str:
    return f"slagboom {version('slagboom')}"


def _told(held: Contents) -> str:
    cases, events = held.cases, held.events
    return f"{cases} case{'' if cases == 1 else 's'} with {events} event{'' if events == 1 else 's'}"


def _documents(count: int) -> str:
    return f"{count} document{'' if count == 1 else 's'}"
