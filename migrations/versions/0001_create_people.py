"""Create people, organisations, working groups and mandates, with the bodies that everybody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The bodies that every case may meet. The codes are fixed; an administrator may change the names.
ORGANISATIONS = (  # code, name, kind, country, the delegation for which it answers
    ("BENELUX-SG", "Benelux General Secretariat", "secretariat", None, None),
    ("BE", "Delegation of Belgium", "delegation", "BE", None),
    ("NL", "Delegation of the Netherlands", "delegation", "NL", None),
    ("LU", "Delegation of Luxembourg", "delegation", "LU", None),
    ("BE-FED", "Belgian Federal Government", "government", "BE", "BE"),
    ("BE-VLG", "Government of Flanders", "government", "BE", None),
    ("BE-WAL", "Government of Wallonia", "government", "BE", None),
    ("BE-BRU", "Government of the Brussels-Capital Region", "government", "BE", None),
    ("BE-FRC", "Government of the French Community of Belgium", "government", "BE", None),
    ("BE-DEU", "Government of the German-speaking Community of Belgium", "government", "BE", None),
    ("DE-NW", "North Rhine-Westphalia", "partner", "DE", None),
    ("FR-HDF", "Hauts-de-France", "partner", "FR", None),
    ("GRANDE-REGION", "Greater Region", "partner", None, None),
    ("EC", "European Commission", "eu_body", None, None),
    ("SOLVIT", "SOLVIT", "eu_body", None, None),
)

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    create_organisations()
    create_working_groups()
    create_people()
    create_mandates()
    seed_organisations()


def downgrade() -> None:
    op.drop_table("mandates")
    op.drop_table("people")
    op.drop_table("working_groups")
    op.drop_table("organisations")


def create_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("answers_for", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_organisations")),
        sa.ForeignKeyConstraint(
            ["answers_for"], ["organisations.code"], name=op.f("fk_organisations_answers_for_organisations")
        ),
        sa.CheckConstraint("length(country) = 2 AND country = upper(country)", name=op.f("ck_organisations_country")),
        sa.CheckConstraint(
            "kind IN ('secretariat', 'delegation', 'government', 'ministry', 'region', 'province', 'municipality',"
            " 'egtc', 'partner', 'eu_body')",
            name=op.f("ck_organisations_kind"),
        ),
    )


def create_working_groups() -> None:
    op.create_table(
        "working_groups",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_working_groups")),
    )


def create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower_case")),
        sa.CheckConstraint("language IN ('nl', 'fr', 'de', 'en')", name=op.f("ck_people_language")),
    )


def create_mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("working_group", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.code"], name=op.f("fk_mandates_organisation_organisations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mandates_person_id_people")),
        sa.ForeignKeyConstraint(
            ["working_group"], ["working_groups.code"], name=op.f("fk_mandates_working_group_working_groups")
        ),
        sa.CheckConstraint(
            "role IN ('officer', 'secretary', 'delegate', 'minister_office', 'secretary_general', 'auditor', 'admin')",
            name=op.f("ck_mandates_role"),
        ),
    )
    op.create_index(op.f("ix_mandates_person_id"), "mandates", ["person_id"])
    op.create_index(op.f("ix_mandates_role_organisation"), "mandates", ["role", "organisation"])
    op.create_index(op.f("ix_mandates_working_group"), "mandates", ["working_group"])


def seed_organisations() -> None:
    columns = ("code", "name", "kind", "country", "answers_for")
    table = sa.table("organisations", *(sa.column(name) for name in (*columns, "version")))
    op.bulk_insert(table, [{**dict(zip(columns, row, strict=True)), "version": 1} for row in ORGANISATIONS])
