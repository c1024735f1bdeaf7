"""Create instruments, their texts, measures and links, and the annual plans that name them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_annual_plans()
    create_instruments()
    create_expressions()
    create_measures()
    create_instrument_links()
    create_case_instruments()


def downgrade() -> None:
    op.drop_table("case_instruments")
    op.drop_table("instrument_links")
    op.drop_table("measures")
    op.drop_table("expressions")
    op.drop_table("instruments")
    op.drop_table("annual_plans")


def create_annual_plans() -> None:
    op.create_table(
        "annual_plans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("source", JSON, nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_plans")),
    )


def create_instruments() -> None:
    op.create_table(
        "instruments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("adopted_on_text", sa.Text(), nullable=True),
        sa.Column("in_force", JSON, nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("evaluate_on", sa.Date(), nullable=True),
        sa.Column("council_on", sa.Date(), nullable=True),
        sa.Column("council_opinion", sa.Text(), nullable=True),
        sa.Column("journal", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("frozen_hash", sa.Text(), nullable=True),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("source", JSON, nullable=True),
        sa.Column("plan_key", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_instruments_case_id_cases")),
        sa.UniqueConstraint("case_id", name=op.f("uq_instruments_case_id")),
        sa.UniqueConstraint("number", name=op.f("uq_instruments_number")),
        sa.UniqueConstraint("plan_key", name=op.f("uq_instruments_plan_key")),
    )


def create_expressions() -> None:
    op.create_table(
        "expressions",
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("articles", JSON, nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=True),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("instrument_id", "language", name=op.f("pk_expressions")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_expressions_instrument_id_instruments")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_expressions_written_by_people")),
        sa.CheckConstraint("language IN ('nl', 'fr', 'de', 'en')", name=op.f("ck_expressions_language")),
    )


def create_measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_measures_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_measures_instrument_id_instruments")
        ),
        sa.CheckConstraint("length(country) = 2 AND country = upper(country)", name=op.f("ck_measures_country")),
        sa.CheckConstraint(
            "state IN ('planned', 'adopted', 'in_force', 'not_needed', 'declined')", name=op.f("ck_measures_state")
        ),
    )
    op.create_index(op.f("ix_measures_case_id"), "measures", ["case_id"])
    op.create_index(op.f("ix_measures_country_state"), "measures", ["country", "state"])
    op.create_index(op.f("ix_measures_instrument_id"), "measures", ["instrument_id"])


def create_instrument_links() -> None:
    op.create_table(
        "instrument_links",
        sa.Column("from_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("from_id", "kind", "to_id", name=op.f("pk_instrument_links")),
        sa.ForeignKeyConstraint(["from_id"], ["instruments.id"], name=op.f("fk_instrument_links_from_id_instruments")),
        sa.ForeignKeyConstraint(["to_id"], ["instruments.id"], name=op.f("fk_instrument_links_to_id_instruments")),
    )
    op.create_index(op.f("ix_instrument_links_to_id"), "instrument_links", ["to_id"])


def create_case_instruments() -> None:
    op.create_table(
        "case_instruments",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("instrument_id", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "instrument_id", "relation", name=op.f("pk_case_instruments")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_instruments_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_case_instruments_instrument_id_instruments")
        ),
        sa.CheckConstraint(
            "relation IN ('produces', 'implements', 'based_on', 'evaluates', 'amends')",
            name=op.f("ck_case_instruments_relation"),
        ),
    )
    op.create_index(op.f("ix_case_instruments_instrument_id"), "case_instruments", ["instrument_id"])
