"""The chain: what is hashed, what may be erased, and every way to tamper with it that verifying finds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from service.store.chain import Fault, append, erase_private, make_seal, merkle_root, sealed, verify
from service.store.engine import Store
from service.store.migrating import connected
from service.store.tables import EventRow, SealRow
from tests.service.store.rows import MORNING, SALT, add_case, event_row

EVENTS = EventRow.__table__


# -- sealing -----------------------------------------------------------------------------------------


def test_the_body_is_the_text_that_is_hashed() -> None:
    first = sealed({"case": "a", "word": "één"}, None, previous=None, salt=SALT)
    assert first.body == '{"case":"a","previous":null,"private_sha256":null,"word":"één"}'
    assert first.sha256 == hashlib.sha256(first.body.encode()).hexdigest()
    assert first.private is None


def test_the_private_part_stands_beside_with_a_salt_of_its_own() -> None:
    kept = sealed({"case": "a"}, {"reason": "Omdat"}, previous="f" * 64, salt=SALT)
    assert kept.private == '{"reason":"Omdat","salt":"000102030405060708090a0b0c0d0e0f"}'
    body = json.loads(kept.body)
    assert body["previous"] == "f" * 64
    assert body["private_sha256"] == hashlib.sha256(kept.private.encode()).hexdigest()
    other = sealed({"case": "a"}, {"reason": "Omdat"}, previous="f" * 64, salt=SALT[::-1])
    assert json.loads(other.body)["private_sha256"] != body["private_sha256"]


@pytest.mark.parametrize(
    ("fields", "private", "salt"),
    [
        ({"case": "a"}, None, b"short"),
        ({"previous": "x"}, None, SALT),
        ({"private_sha256": "x"}, None, SALT),
        ({"case": "a"}, {"salt": "mine"}, SALT),
        ({"case": "a\x00"}, None, SALT),
        ({"share": 0.5}, None, SALT),
    ],
)
def test_what_has_no_place_in_the_chain_is_refused(
    fields: dict[str, object], private: dict[str, object] | None, salt: bytes
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each for its own words)
        sealed(fields, private, previous=None, salt=salt)


# -- verifying ---------------------------------------------------------------------------------------


def faults(store: Store, case: str | None = None) -> list[Fault]:
    with store.reading() as connection:
        return list(verify(connection, case))


def test_what_was_written_verifies(store: Store) -> None:
    with store.writing() as connection:
        add_case(connection, "a", events=5)
        add_case(connection, "b", events=1)
        add_case(connection, "draft")
    assert faults(store) == []
    assert faults(store, "a") == []


def test_a_long_chain_is_read_in_batches(store: Store) -> None:
    with store.writing() as connection:
        add_case(connection, "a", events=700)
        add_case(connection, "b", events=300)
        add_case(connection, "c", events=1)
    assert faults(store) == []


def test_erased_words_leave_the_chain_verifying(store: Store) -> None:
    with store.writing() as connection:
        ids = [row["id"] for row in add_case(connection, "a", events=3)]
        assert erase_private(connection, ids[:2]) == 2
        assert erase_private(connection, ids[:2]) == 0
        assert erase_private(connection, []) == 0
    with store.reading() as connection:
        private = connection.execute(select(EVENTS.c.private).order_by(EVENTS.c.position)).scalars().all()
    assert private[:2] == [None, None]
    assert "word 3" in str(private[2])
    assert faults(store) == []


@contextmanager
def unguarded(url: str) -> Iterator[Connection]:
    """The database as somebody has it who dropped the triggers, and wrote what the program never would."""
    with connected(url) as connection:
        if connection.dialect.name == "sqlite":
            for act in ("update", "delete", "insert"):
                connection.execute(text(f"DROP TRIGGER events_refuse_{act}"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE events DROP CONSTRAINT fk_events_case_id_cases"))
        yield connection


def run(*statements: str) -> Callable[[Connection], None]:
    def act(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    return act


def forge(position: int, **more: object) -> Callable[[Connection], None]:
    """Write an event anew with a right hash of its own, as somebody would who knows how."""

    def act(connection: Connection) -> None:
        row = connection.execute(select(EVENTS).where(EVENTS.c.position == position)).mappings().one()
        body = json.dumps({**json.loads(row["body"]), **more}, sort_keys=True, separators=(",", ":"))
        values = {"body": body, "sha256": hashlib.sha256(body.encode()).hexdigest()}
        connection.execute(EVENTS.update().where(EVENTS.c.id == row["id"]).values(values))

    return act


def put_in(connection: Connection) -> None:
    append(connection, [event_row("a", 4, "0" * 64, None)])


HASH, LINK = "the body does not have its hash", "does not follow on the event before it"
HEAD, PRIVATE = "the head of the case is not the hash of its last event", "the private part does not have its hash"
COUNT = "the case counts 3 events, the last one is number {}"

TAMPERED = [
    (run("UPDATE events SET body = replace(body, 'CaseMoved', 'CaseMover') WHERE position = 2"), [
        (2, HASH), (2, "the body and the row do not agree on kind"),
    ]),
    (run("UPDATE events SET body = 'no JSON' WHERE position = 2"), [(2, HASH), (2, "the body does not say")]),
    (run(f"UPDATE events SET sha256 = '{'0' * 64}' WHERE position = 2"), [(2, HASH), (3, LINK)]),
    (run(f"UPDATE events SET sha256 = '{'0' * 64}' WHERE position = 3"), [(3, HASH), (None, HEAD)]),
    (forge(2, word="new"), [(3, LINK)]),
    (forge(3, word="new"), [(None, HEAD)]),
    (forge(1, previous="0" * 64), [(1, LINK), (2, LINK)]),
    (run("DELETE FROM events WHERE position = 2"), [(3, "follows on position 1"), (3, LINK)]),
    (run("DELETE FROM events WHERE position = 1"), [(2, "follows on position 0"), (2, LINK)]),
    (run("DELETE FROM events WHERE position = 3"), [(None, COUNT.format(2)), (None, HEAD)]),
    (run("DELETE FROM events"), [(None, "the case counts 3 events and has none")]),
    (run("UPDATE cases SET events = 4"), [(None, "the case counts 4 events, the last one is number 3")]),
    (run("UPDATE cases SET events = 0, head = NULL"), [
        (None, "the case counts 0 events, the last one is number 3"), (None, HEAD),
    ]),
    (put_in, [(4, LINK), (None, COUNT.format(4)), (None, HEAD)]),
    (run("DELETE FROM cases"), [(None, "there are events, but no case")]),
    (run("UPDATE events SET private = 'other words' WHERE position = 2"), [(2, PRIVATE)]),
    (run("UPDATE events SET position = 7 WHERE position = 3"), [
        (7, "follows on position 2"), (7, "the body and the row do not agree on position"), (None, COUNT.format(7)),
    ]),
    (run("UPDATE events SET kind = 'Other' WHERE position = 1"), [(1, "do not agree on kind")]),
    (run("UPDATE events SET schema = 2, actor = 'other' WHERE position = 1"), [(1, "do not agree on schema, actor")]),
    (run("UPDATE events SET id = 'other' WHERE position = 1"), [(1, "do not agree on id")]),
    (run("UPDATE events SET at = '2026-11-24T09:00:00+00:00' WHERE position = 1"), [(1, "do not agree on at")]),
    (run("UPDATE events SET on_date = '2026-11-23' WHERE position = 1"), [(1, "do not agree on on")]),
]  # fmt: skip


@pytest.mark.parametrize(("tamper", "found"), TAMPERED)
def test_tampering_is_found(
    database_url: str, tamper: Callable[[Connection], None], found: list[tuple[int | None, str]]
) -> None:
    with unguarded(database_url) as connection:
        add_case(connection, "a", events=3)
        tamper(connection)
        faults = list(verify(connection))
        assert list(verify(connection, "a")) == faults
        assert list(verify(connection, "other")) == []
    assert [(fault.case, fault.position) for fault in faults] == [("a", position) for position, _ in found]
    assert [what in fault.what for fault, (_, what) in zip(faults, found, strict=True)] == [True] * len(found), faults


@pytest.mark.parametrize("column", ["at", "on_date", "position", "body", "private"])
def test_garbage_in_a_column_is_reported_and_not_stumbled_over(sqlite_url: str, column: str) -> None:
    with unguarded(sqlite_url) as connection:
        add_case(connection, "a", events=3)
        connection.execute(text(f"UPDATE events SET {column} = x'ff00' WHERE position = 2"))
        assert list(verify(connection)) != []


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "slagboom.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


# -- seals -------------------------------------------------------------------------------------------


def leaf(case: str, head: str) -> bytes:
    return hashlib.sha256(b"\x00" + f"{case} {head}".encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_root_is_that_of_a_tree_over_the_heads() -> None:
    heads = [(name, name * 64) for name in "abcde"]
    a, b, c, d, e = (leaf(*head) for head in heads)
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()
    assert merkle_root(heads[:1]) == a.hex()
    assert merkle_root(heads[:3]) == node(node(a, b), c).hex()
    assert merkle_root(heads) == node(node(node(a, b), node(c, d)), e).hex()
    assert merkle_root(reversed(heads)) == merkle_root(heads)


def test_every_head_counts() -> None:
    heads = [(f"{number:03}", "f" * 64) for number in range(40)]
    roots = {merkle_root([*heads[:at], (heads[at][0], "0" * 64), *heads[at + 1 :]]) for at in range(40)}
    assert len({*roots, merkle_root(heads), merkle_root(heads[1:])}) == 42


NOON = MORNING + timedelta(hours=3)


def test_a_seal_covers_every_case_that_has_events(store: Store) -> None:
    with store.writing() as connection:
        heads = [(case, add_case(connection, case, events=count)[-1]["sha256"]) for case, count in (("b", 2), ("a", 3))]
        add_case(connection, "draft")
        seal = make_seal(connection, NOON)
    assert (seal.root, seal.cases, seal.events) == (merkle_root(heads), 2, 5)
    with store.reading() as connection:
        row = connection.execute(select(SealRow.__table__)).one()
    assert tuple(row) == (seal.id, NOON, seal.root, 2, 5)
