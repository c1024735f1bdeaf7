"""Create consultations, invitations and positions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_consultations()
    create_invitations()
    create_positions()


def downgrade() -> None:
    op.drop_table("positions")
    op.drop_table("invitations")
    op.drop_table("consultations")


def create_consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("voters", JSON, nullable=False),
        sa.Column("advisers", JSON, nullable=False),
        sa.Column("closing_on", sa.Date(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("grounds", JSON, nullable=True),
        sa.Column("instrument_id", sa.Text(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consultations_case_id_cases")),
        sa.UniqueConstraint("case_id", "name", "round", name=op.f("uq_consultations_case_id_name_round")),
        sa.CheckConstraint("by_role IN ('delegate', 'minister_office')", name=op.f("ck_consultations_by_role")),
    )
    op.create_index(
        op.f("uq_consultations_open"),
        "consultations",
        ["case_id", "name"],
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )


def create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("by_role", sa.Text(), nullable=False),
        sa.Column("advice", sa.Boolean(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("consultation_id", "organisation", name=op.f("pk_invitations")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_invitations_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_invitations_consultation_id_consultations")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.code"], name=op.f("fk_invitations_organisation_organisations")
        ),
    )
    op.create_index(op.f("ix_invitations_case_id"), "invitations", ["case_id"])
    op.create_index(op.f("ix_invitations_organisation_case_id"), "invitations", ["organisation", "case_id"])


def create_positions() -> None:
    op.create_table(
        "positions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("delegation", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("reservation", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("mandate_reference", sa.Text(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("by_mandate", sa.Text(), nullable=True),
        sa.Column("noted_by", sa.Text(), nullable=True),
        sa.Column("advice", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_positions_by_person_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_positions_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_positions_consultation_id_consultations")
        ),
        sa.ForeignKeyConstraint(
            ["delegation"], ["organisations.code"], name=op.f("fk_positions_delegation_organisations")
        ),
        sa.CheckConstraint(
            "reservation IN ('scrutiny', 'parliamentary', 'substance')", name=op.f("ck_positions_reservation")
        ),
        sa.CheckConstraint(
            "stance IN ('agree', 'agree_with_comment', 'reservation', 'object', 'abstain', 'withdrawn')",
            name=op.f("ck_positions_stance"),
        ),
    )
    op.create_index(op.f("ix_positions_case_id"), "positions", ["case_id"])
    op.create_index(op.f("ix_positions_consultation_id"), "positions", ["consultation_id"])
    op.create_index(
        op.f("uq_positions_standing"),
        "positions",
        ["consultation_id", "delegation"],
        unique=True,
        sqlite_where=sa.text("NOT superseded"),
        postgresql_where=sa.text("NOT superseded"),
    )
