"""Create cases, their countries and clocks, and the events that are only ever added."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    create_cases()
    create_case_countries()
    create_clocks()
    create_analyses()
    create_events()
    create_seals()
    if op.get_bind().dialect.name == "postgresql":
        guard_on_postgresql()
    else:
        guard_on_sqlite()


def downgrade() -> None:
    op.drop_table("seals")
    op.drop_table("events")
    op.drop_table("analyses")
    op.drop_table("clocks")
    op.drop_table("case_countries")
    op.drop_table("cases")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP FUNCTION allow_erasure()")


def create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("procedure_version", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("working_group", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("countries", JSON, nullable=False),
        sa.Column("regions", JSON, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=True),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("questions_asked", sa.Integer(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("ending", JSON, nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("plan_status", JSON, nullable=False),
        sa.Column("plan_key", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("searchable", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("moved_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.ForeignKeyConstraint(["filed_by"], ["people.id"], name=op.f("fk_cases_filed_by_people")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.code"], name=op.f("fk_cases_organisation_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["working_group"], ["working_groups.code"], name=op.f("fk_cases_working_group_working_groups")
        ),
        sa.UniqueConstraint("plan_key", name=op.f("uq_cases_plan_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
        sa.CheckConstraint("events >= 0", name=op.f("ck_cases_events")),
        sa.CheckConstraint("(events = 0) = (head IS NULL)", name=op.f("ck_cases_head")),
        sa.CheckConstraint("language IN ('nl', 'fr', 'de', 'en')", name=op.f("ck_cases_language")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_cases_version")),
    )
    op.create_index(op.f("ix_cases_due_on_id"), "cases", ["due_on", "id"])
    op.create_index(op.f("ix_cases_ended_due_on"), "cases", ["ended", "due_on"])
    op.create_index(op.f("ix_cases_organisation"), "cases", ["organisation"])
    op.create_index(op.f("ix_cases_procedure"), "cases", ["procedure"])
    op.create_index(op.f("ix_cases_stage"), "cases", ["stage"])
    op.create_index(op.f("ix_cases_updated_at_id"), "cases", ["updated_at", "id"])
    op.create_index(op.f("ix_cases_working_group"), "cases", ["working_group"])


def create_case_countries() -> None:
    op.create_table(
        "case_countries",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "country", name=op.f("pk_case_countries")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_countries_case_id_cases"), ondelete="CASCADE"
        ),
        sa.CheckConstraint("length(country) = 2 AND country = upper(country)", name=op.f("ck_case_countries_country")),
    )
    op.create_index(op.f("ix_case_countries_country_case_id"), "case_countries", ["country", "case_id"])


def create_clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("of_role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspended_days", sa.Integer(), nullable=False),
        sa.Column("rung", JSON, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("calendar_version", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("data_on", sa.Date(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_clocks")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clocks_case_id_cases")),
        sa.CheckConstraint("kind IN ('duty', 'target', 'standstill')", name=op.f("ck_clocks_kind")),
        sa.CheckConstraint(
            "state IN ('running', 'suspended', 'met', 'missed', 'stopped')", name=op.f("ck_clocks_state")
        ),
    )
    op.create_index(
        op.f("ix_clocks_next_on"),
        "clocks",
        ["next_on"],
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )


def create_analyses() -> None:
    op.create_table(
        "analyses",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "country", name=op.f("pk_analyses")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_analyses_case_id_cases")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_analyses_written_by_people")),
    )


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=True),
        sa.Column("moved", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id_cases")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_events_case_id_position")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_events_position")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_events_sha256")),
        sa.CheckConstraint("moved IN ('filed', 'advanced', 'adopted', 'ended')", name=op.f("ck_events_moved")),
    )
    op.create_index(op.f("ix_events_at"), "events", ["at"])
    op.create_index(op.f("ix_events_kind_at"), "events", ["kind", "at"])
    op.create_index(op.f("ix_events_moved_at"), "events", ["moved", "at"])


def create_seals() -> None:
    op.create_table(
        "seals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
        sa.CheckConstraint("length(root) = 64", name=op.f("ck_seals_root")),
    )


def guard_on_sqlite() -> None:
    """Nothing that was written changes or goes; only `private` may be erased.

    REPLACE deletes the old row without asking the trigger on DELETE (unless recursive triggers are on), so an
    insert that would replace is refused, by id, by place in the chain and by the hidden rowid alike.
    A later migration that adds a column to `events` makes the trigger on UPDATE anew, with that column in it.
    """
    kept = ("id", "case_id", "position", "kind", "schema", "at", "on_date", "actor", "body", "sha256")
    kept += ("audience", "move", "moved", "stage", "rowid")
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in kept)
    refuse_on_sqlite("events", "update", f"WHEN NOT (NEW.private IS NULL AND {same})")
    refuse_on_sqlite("events", "delete")
    known = "id = NEW.id OR (case_id = NEW.case_id AND position = NEW.position) OR rowid = NEW.rowid"
    refuse_on_sqlite("events", "insert", f"WHEN EXISTS (SELECT 1 FROM events WHERE {known})")
    refuse_on_sqlite("seals", "update")
    refuse_on_sqlite("seals", "delete")
    known = "id = NEW.id OR rowid = NEW.rowid"
    refuse_on_sqlite("seals", "insert", f"WHEN EXISTS (SELECT 1 FROM seals WHERE {known})")


def refuse_on_sqlite(table: str, act: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: append-only, {act} refused'); END"
    )


def guard_on_postgresql() -> None:
    """Nothing that was written changes or goes; only `private` may be erased.

    ALWAYS: the triggers fire in a session that plays a replica too. An insert that meets a known id is refused by
    the keys; ON CONFLICT DO UPDATE is an update.
    """
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%: append-only, % refused', TG_TABLE_NAME, lower(TG_OP)
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION allow_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            OLD.private := NULL;  -- the whole row is compared, so a column that is added later is guarded as well
            IF NEW IS DISTINCT FROM OLD THEN
                RAISE EXCEPTION '%: append-only, update refused', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    guard("events", "events_refuse_update", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION allow_erasure()")
    guard("seals", "seals_refuse_update", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    for table in ("events", "seals"):
        guard(table, f"{table}_refuse_delete", "BEFORE DELETE", "FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        guard(table, f"{table}_refuse_truncate", "BEFORE TRUNCATE", "EXECUTE FUNCTION refuse_change()")


def guard(table: str, name: str, event: str, action: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {event} ON {table} {action}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
