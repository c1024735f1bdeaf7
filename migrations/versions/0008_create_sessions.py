"""Create sessions, kept words, visits and saved filters: what the pages remember of a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_sessions()
    create_kept_words()
    create_visits()
    create_saved_filters()


def downgrade() -> None:
    op.drop_table("saved_filters")
    op.drop_table("visits")
    op.drop_table("kept_words")
    op.drop_table("sessions")


def create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        of_person("sessions"),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"])
    op.create_index(op.f("ix_sessions_ends_at"), "sessions", ["ends_at"])


def create_kept_words() -> None:
    op.create_table(
        "kept_words",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "form", "about", name=op.f("pk_kept_words")),
        of_person("kept_words"),
    )
    op.create_index(op.f("ix_kept_words_kept_at"), "kept_words", ["kept_at"])


def create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("before_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_visits")),
        of_person("visits"),
    )


def create_saved_filters() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("working_group", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filters_person_id_name")),
        of_person("saved_filters"),
        sa.ForeignKeyConstraint(
            ["working_group"], ["working_groups.code"], name=op.f("fk_saved_filters_working_group_working_groups")
        ),
    )
    op.create_index(op.f("ix_saved_filters_working_group"), "saved_filters", ["working_group"])


def of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id_people"))
