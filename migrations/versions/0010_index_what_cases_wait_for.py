"""Index what cases wait for, in the order of the inbox: what waits for one person is found among all at once."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_cases_waits_for_working_group_due_on_moved_at_id"),
        "cases",
        ["waits_for", "working_group", "due_on", "moved_at", "id"],
    )
    op.create_index(op.f("ix_cases_waits_for_due_on_moved_at_id"), "cases", ["waits_for", "due_on", "moved_at", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_cases_waits_for_due_on_moved_at_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_waits_for_working_group_due_on_moved_at_id"), table_name="cases")
