"""Index what is open in the order in which it is due: cases that wait, rounds and measures. The inbox reads them so."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WAITING, OPEN = sa.text("waits_for IS NOT NULL"), sa.text("open")
UNDONE = sa.text("state IN ('planned', 'adopted')")
INDEXES = (
    ("cases", ["due_on", "moved_at", "id"], WAITING),
    ("consultations", ["by_role", "closing_on"], OPEN),
    ("measures", ["country", "due_on"], UNDONE),
)


def upgrade() -> None:
    for table, columns, where in INDEXES:
        name = op.f(f"ix_{table}_{'_'.join(columns)}")
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table, columns, _ in reversed(INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
