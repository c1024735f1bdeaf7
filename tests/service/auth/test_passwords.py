"""Passwords are kept as hashes, and checking one costs the same whoever is asked for."""

import threading

import pytest

from service.auth import passwords
from service.auth.passwords import (
    PasswordsBusy,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnfit,
    PasswordUnreadable,
    hash_password,
    verify,
)

PASSWORD = "grensoverschrijdend"


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


def test_the_right_password_fits_and_another_does_not(stored: str) -> None:
    assert verify(PASSWORD, stored)
    assert not verify(f"{PASSWORD}!", stored)


def test_two_hashes_of_one_password_differ(stored: str) -> None:
    again = hash_password(PASSWORD)
    assert again != stored
    assert again.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in again


@pytest.mark.parametrize("stored", [None, "", "!", "$argon2id$broken", "plain text"])
def test_nothing_fits_where_no_password_is_kept(stored: str | None) -> None:
    assert not verify(PASSWORD, stored)
    assert not verify("", stored)


def test_an_accent_is_the_same_however_it_is_typed() -> None:
    assert verify("grense\u0301-grense\u0301", hash_password("grens\u00e9-grens\u00e9"))


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("elf tekens!", PasswordTooShort),
        ("e\u0301" * 11, PasswordTooShort),
        ("x" * 1_001, PasswordTooLong),
        ("twelve chars\0", PasswordUnreadable),
        ("twelve chars\ud800", PasswordUnreadable),
    ],
)
def test_a_password_that_cannot_be_kept_is_refused_and_fits_nothing(
    text: str, refusal: type[PasswordUnfit], stored: str
) -> None:
    with pytest.raises(refusal):
        hash_password(text)
    assert not verify(text, stored)


def test_twelve_and_a_thousand_characters_are_accepted() -> None:
    assert verify("x" * 12, hash_password("x" * 12))
    assert verify("é" * 1_000, hash_password("é" * 1_000))


@pytest.mark.parametrize(
    ("text", "known"),
    [(PASSWORD, True), ("another password", True), (PASSWORD, False), ("short", True), ("x" * 2_000, False)],
)
def test_every_check_does_the_same_work(text: str, known: bool, stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One argon2 check, with the same memory and passes, whether the person is known or the password could fit."""
    checked: list[str] = []
    real = passwords._hasher.verify

    def count(password: str | bytes, hashed: str | bytes) -> bool:
        checked.append(str(hashed))
        return real(password, hashed)

    monkeypatch.setattr(passwords._hasher, "verify", count)
    verify(text, stored if known else None)
    (hashed,) = checked
    assert hashed.rpartition("$")[0].rpartition("$")[0] == stored.rpartition("$")[0].rpartition("$")[0]
    assert not passwords._hasher.check_needs_rehash(hashed)


def test_no_more_than_four_are_checked_at_once(stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MiB: a flood of sign-ins waits its turn instead of filling the memory."""
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(passwords.AT_ONCE))
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    arrived, leave = threading.Barrier(passwords.AT_ONCE + 1), threading.Event()

    def wait(password: str | bytes, hashed: str | bytes) -> bool:
        arrived.wait(10)
        return leave.wait(10)

    monkeypatch.setattr(passwords._hasher, "verify", wait)
    busy = [threading.Thread(target=verify, args=(PASSWORD, stored)) for _ in range(passwords.AT_ONCE)]
    for thread in busy:
        thread.start()
    try:
        arrived.wait(10)
        with pytest.raises(PasswordsBusy):
            verify(PASSWORD, stored)
        with pytest.raises(PasswordsBusy):
            hash_password(PASSWORD)
    finally:
        leave.set()
        for thread in busy:
            thread.join()
    monkeypatch.undo()
    assert verify(PASSWORD, stored)
