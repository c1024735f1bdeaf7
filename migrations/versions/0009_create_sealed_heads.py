"""Create sealed heads: up to where each case was sealed, so that a seal made while others write can be made again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sealed_heads",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("seal_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_sealed_heads")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_sealed_heads_case_id_cases")),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_sealed_heads_seal_id_seals")),
    )
    op.create_index(op.f("ix_sealed_heads_seal_id"), "sealed_heads", ["seal_id"])


def downgrade() -> None:
    op.drop_table("sealed_heads")
