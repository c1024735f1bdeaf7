"""Create documents, comments, links and followers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_documents()
    create_comments()
    create_links()
    create_followers()


def downgrade() -> None:
    op.drop_table("followers")
    op.drop_table("links")
    op.drop_table("comments")
    op.drop_table("documents")


def create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("attached_by", sa.Text(), nullable=False),
        sa.Column("attached_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.ForeignKeyConstraint(["attached_by"], ["people.id"], name=op.f("fk_documents_attached_by_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id_cases"), ondelete="CASCADE"),
        sa.CheckConstraint("audience IN ('internal', 'shared')", name=op.f("ck_documents_audience")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_documents_size")),
    )
    op.create_index(op.f("ix_documents_case_id"), "documents", ["case_id"])


def create_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_comments_by_person_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_comments_case_id_cases"), ondelete="CASCADE"),
        sa.CheckConstraint("audience IN ('internal', 'shared')", name=op.f("ck_comments_audience")),
    )
    op.create_index(op.f("ix_comments_case_id"), "comments", ["case_id"])


def create_links() -> None:
    op.create_table(
        "links",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to_case", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("by_person", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "kind", "to_case", name=op.f("pk_links")),
        sa.ForeignKeyConstraint(["by_person"], ["people.id"], name=op.f("fk_links_by_person_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_links_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_case"], ["cases.id"], name=op.f("fk_links_to_case_cases"), ondelete="CASCADE"),
        sa.CheckConstraint(
            "kind IN ('duplicate_of', 'parent', 'related', 'spawned_from', 'based_on')", name=op.f("ck_links_kind")
        ),
        sa.CheckConstraint("case_id <> to_case", name=op.f("ck_links_not_to_itself")),
    )
    op.create_index(op.f("ix_links_to_case"), "links", ["to_case"])


def create_followers() -> None:
    op.create_table(
        "followers",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("notices", JSON, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_followers")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_followers_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_followers_person_id_people")),
    )
    op.create_index(op.f("ix_followers_person_id"), "followers", ["person_id"])
