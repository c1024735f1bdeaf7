"""Alembic's way in: on the connection that the program opened, or on the database named with `-x database=`."""

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from service.store.migrating import connected
from service.store.tables import Base


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,  # on SQLite too: the transaction was begun before the first statement
        render_as_batch=False,  # batch mode rebuilds a table, and the triggers of `events` would be gone
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise CommandError("write no SQL to a file: a migration may have to look at the database")
if "connection" in context.config.attributes:
    migrate(context.config.attributes["connection"])
else:
    named = context.get_x_argument(as_dictionary=True).get("database")
    if not named:
        raise CommandError("name the database: alembic -x database=sqlite:///var/slagboom.db …")
    with connected(named) as opened:
        migrate(opened)
