"""Create numbers, answered requests, leases and sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    create_numbers()
    create_once()
    create_leases()
    create_sign_ins()


def downgrade() -> None:
    op.drop_table("sign_ins")
    op.drop_table("leases")
    op.drop_table("once")
    op.drop_table("numbers")


def create_numbers() -> None:
    op.create_table(
        "numbers",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_numbers")),
    )


def create_once() -> None:
    op.create_table(
        "once",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("thing", sa.Text(), nullable=True),
        sa.Column("thing_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "operation", "key", name=op.f("pk_once")),
        sa.CheckConstraint("state IN ('done')", name=op.f("ck_once_state")),
    )
    op.create_index(op.f("ix_once_created_at"), "once", ["created_at"])


def create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_email_at"), "sign_ins", ["email", "at"])
