"""Sign-ins: every try is counted before its password is looked at, so that many at once gain nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from service.store.engine import Store
from service.store.ids import new_id
from service.store.tables import PersonRow, SignInRow

PEOPLE = PersonRow.__table__
SIGN_INS = SignInRow.__table__

WINDOW = timedelta(minutes=5)
LONGEST_EMAIL = 254

# The row lock makes the tries of one person follow one another, on both databases.
PERSON = (
    select(PEOPLE.c.id, PEOPLE.c.password_hash)
    .where(PEOPLE.c.email == bindparam("address"), PEOPLE.c.active)
    .with_for_update()
)
FAILED = select(func.count(), func.min(SIGN_INS.c.at)).where(
    SIGN_INS.c.email == bindparam("address"),
    ~SIGN_INS.c.ok,
    SIGN_INS.c.at > bindparam("since", type_=SIGN_INS.c.at.type),
)
BEGIN = insert(SIGN_INS)
SUCCEED = update(SIGN_INS).where(SIGN_INS.c.id == bindparam("one")).values(ok=True)
# A try of a later hour was noted by a clock that was set back since: it must not lock anybody out until that hour.
FORGET = delete(SIGN_INS).where(
    or_(
        SIGN_INS.c.at <= bindparam("since", type_=SIGN_INS.c.at.type),
        SIGN_INS.c.at > bindparam("until", type_=SIGN_INS.c.at.type),
    )
)


def around(now: datetime) -> dict[str, datetime]:
    """From when on a try counts, and until when it can have been made."""
    return {"since": now - WINDOW, "until": now + WINDOW}


@dataclass(frozen=True, slots=True)
class Try:
    """A try to sign in. `failed`: how many failed before it, in the last five minutes; `free_at`: when one fewer.

    `person` and `password_hash` are None for an address that nobody has.
    """

    id: str
    person: str | None
    password_hash: str | None
    failed: int
    free_at: datetime


class SignIns:
    """The tries of the last five minutes, shared by all processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, email: str, now: datetime, most: int) -> Try:
        """Note a try, as failed for now. After more than `most` failed ones nothing is noted any more."""
        address = email[:LONGEST_EMAIL].replace("\0", " ")
        window = around(now)
        with self._store.writing() as connection:
            connection.execute(FORGET, window)
            person = connection.execute(PERSON, {"address": address}).one_or_none()
            failed, oldest = connection.execute(FAILED, {"address": address, "since": window["since"]}).one()
            id = new_id(now)
            if failed <= most:
                connection.execute(BEGIN, {"id": id, "email": address, "at": now, "ok": False})
        return Try(
            id=id,
            person=person.id if person is not None else None,
            password_hash=person.password_hash if person is not None else None,
            failed=failed,
            free_at=(oldest or now) + WINDOW,
        )

    def succeed(self, id: str) -> None:
        """The password was right after all: the try no longer counts as failed."""
        with self._store.writing() as connection:
            connection.execute(SUCCEED, {"one": id})
