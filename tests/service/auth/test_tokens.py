"""Only a token that was issued here, for this service and for this hour, says who is asking."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from jose import jwk, jws

from service.auth.tokens import Signer, SigningKeyFaulty, TokenRefused, generate_key
from tests.service.auth.forgeries import Forger

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = generate_key()
SIGNER = Signer(KEY)
PERSON = "01938c5e-0000-7000-8000-000000000001"
CLAIMS = {"iss": "slagboom", "aud": "slagboom-api", "sub": PERSON, "iat": AT, "nbf": AT, "exp": AT + 28_800, "pwd": ""}


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return json.loads(decode(header)), json.loads(decode(claims))


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def header_of(signer: Signer) -> dict[str, Any]:
    return parts(signer.issue(PERSON, NOW))[0]


def signed(claims: object, header: dict[str, Any] | None = None, key: str = KEY) -> str:
    """A token with any claims, truly signed by this key; the header as the signer writes it unless one is given."""
    header = header_of(SIGNER) if header is None else header
    head = encode(json.dumps(header, separators=(",", ":"), sort_keys=True).encode())
    text = f"{head}.{encode(claims)}"
    return f"{text}.{encode(jwk.construct(key, 'RS256').sign(text.encode()))}"


def refused(token: object, now: datetime = NOW, signer: Signer = SIGNER) -> str:
    with pytest.raises(TokenRefused) as caught:
        signer.person(token, now)
    return str(caught.value)


def test_a_token_names_its_person_until_it_expires() -> None:
    token = SIGNER.issue(PERSON, NOW)
    assert SIGNER.person(token, NOW) == PERSON
    assert SIGNER.person(token, NOW + timedelta(seconds=28_799)) == PERSON
    assert refused(token, NOW + timedelta(seconds=28_806)) == "expired"
    assert refused(token, NOW - timedelta(seconds=6)) == "not yet valid"


def test_the_clock_of_another_machine_may_be_a_little_off() -> None:
    token = SIGNER.issue(PERSON, NOW)
    assert SIGNER.person(token, NOW - timedelta(seconds=5)) == PERSON
    assert SIGNER.person(token, NOW + timedelta(seconds=28_804)) == PERSON


def test_only_the_given_clock_counts() -> None:
    """A library that looks at the clock of the machine would refuse the first token and accept no year 2100."""
    for now in (datetime(1999, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)):
        assert SIGNER.person(SIGNER.issue(PERSON, now), now) == PERSON


def test_a_token_says_who_made_it_for_whom_and_with_which_key() -> None:
    header, claims = parts(SIGNER.issue(PERSON, NOW))
    number = load_pem_private_key(KEY.encode(), None)
    assert isinstance(number, rsa.RSAPrivateKey)
    n = number.public_key().public_numbers().n
    thumbprint = hashlib.sha256(f'{{"e":"AQAB","kty":"RSA","n":"{encode(n.to_bytes(256, "big"))}"}}'.encode()).digest()
    assert header == {"alg": "RS256", "kid": encode(thumbprint), "typ": "JWT"}
    assert claims.pop("jti")
    assert claims == CLAIMS


def test_two_tokens_of_one_second_differ() -> None:
    assert SIGNER.issue(PERSON, NOW) != SIGNER.issue(PERSON, NOW)


def test_a_token_written_by_hand_is_accepted_when_everything_is_right() -> None:
    """The forgeries below differ from this one in one thing each."""
    assert SIGNER.person(signed(CLAIMS), NOW) == PERSON


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "iat", "nbf", "exp"])
def test_a_token_without_a_claim_is_refused(name: str) -> None:
    refused(signed({key: value for key, value in CLAIMS.items() if key != name}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "another"),
        ("aud", "another-api"),
        ("aud", ["slagboom-api"]),
        ("sub", ""),
        ("sub", 7),
        ("exp", AT - 6),
        ("exp", str(AT + 28_800)),
        ("exp", True),
        ("exp", None),
        ("exp", float(AT + 28_800)),
        ("exp", AT + 28_801),
        ("exp", 10**400),
        ("iat", AT - 1),
        ("nbf", AT + 60),
        ("iat", AT + 60),
    ],
)
def test_a_token_with_another_claim_is_refused(name: str, value: object) -> None:
    refused(signed({**CLAIMS, name: value}))


@pytest.mark.parametrize("claims", [[], "text", 7, None, b"no JSON", b"\xff"])
def test_a_signed_text_that_is_no_set_of_claims_is_refused(claims: object) -> None:
    refused(signed(claims))


def public_key(encoding: Encoding) -> bytes:
    private = load_pem_private_key(KEY.encode(), None)
    return private.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_the_public_key_is_no_shared_secret(encoding: Encoding) -> None:
    """Whoever knows the public key, and everybody may, must not be able to sign with it as with a password."""
    header = encode({**header_of(SIGNER), "alg": "HS256"})
    text = f"{header}.{encode(CLAIMS)}"
    forged = hmac.new(public_key(encoding), text.encode(), hashlib.sha256).digest()
    assert refused(f"{text}.{encode(forged)}") == "another algorithm or key"


def test_the_library_alone_would_have_taken_the_public_key_for_a_secret() -> None:
    """Why the header is compared before the library reads it; when this fails, the library was mended."""
    der = public_key(Encoding.DER)
    forged = jws.sign(CLAIMS, der, algorithm="HS256")
    assert jws.verify(forged, der, algorithms=None)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, "RS512", "PS256", "ES256"])
def test_a_token_does_not_choose_its_algorithm(algorithm: str | None) -> None:
    header = {**header_of(SIGNER), "alg": algorithm}
    assert refused(signed(CLAIMS, header)) == "another algorithm or key"
    assert refused(f"{encode(header)}.{encode(CLAIMS)}.") == "not a token"


@pytest.mark.parametrize(
    "change", [{"kid": "another"}, {"kid": None}, {"typ": "at+jwt"}, {"crit": ["b64"]}, {"jwk": {"kty": "oct"}}]
)
def test_a_token_does_not_choose_its_key(change: dict[str, Any]) -> None:
    refused(signed(CLAIMS, {**header_of(SIGNER), **change}))


def test_another_key_signs_nothing_here_even_under_our_name() -> None:
    other = generate_key()
    refused(Signer(other).issue(PERSON, NOW))
    assert refused(signed(CLAIMS, key=other)) == "not signed by this key"


def test_a_changed_token_is_refused() -> None:
    header, claims, signature = SIGNER.issue(PERSON, NOW).split(".")
    another = encode({**CLAIMS, "sub": "somebody else"})
    refused(f"{header}.{another}.{signature}")
    refused(f"{header}.{claims}.{signature[:-8]}AAAAAAAA")
    refused(f"{header}.{claims}.{signature[:-2]}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "\0",
        "a" * 5_000,
        None,
        7,
        b"a.b.c",
        ["a"],
        "\ud800.a.b",
    ],
)
def test_garbage_is_refused(token: object) -> None:
    refused(token)


@pytest.mark.parametrize("extra", [" ", "\n", "=", "!", "\u200b"])
def test_a_token_with_something_added_is_refused(extra: str) -> None:
    token = SIGNER.issue(PERSON, NOW)
    refused(token + extra)
    refused(extra + token)
    refused(token.replace(".", f"{extra}.", 1))


def test_a_very_long_token_is_refused_unread() -> None:
    assert refused(signed({**CLAIMS, "more": "x" * 4_096})) == "not a token"


@pytest.mark.parametrize("family", ["unsigned_ones", "secrets", "misnamed", "keys", "shapes", "misspoken"])
def test_no_forgery_names_a_person(family: str) -> None:
    """Each is also sent over HTTP, with the tests of the API."""
    forger = Forger(KEY, PERSON, NOW)
    assert SIGNER.person(forger.signed(forger.header, forger.claims), NOW) == PERSON
    for name, token in getattr(forger, family)():
        with pytest.raises(TokenRefused):
            pytest.fail(f"{name} was taken for {SIGNER.person(token, NOW)}")


def test_a_generated_key_is_new_and_large_enough() -> None:
    key = load_pem_private_key(generate_key().encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size >= 2_048
    assert generate_key() != generate_key()


SMALL = rsa.generate_private_key(65_537, 1_024)  # noqa: S505 - it is here to be refused


def as_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, lock: KeySerializationEncryption) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "not a private key"),
        ("change-me", "not a private key"),
        ("é", "not a private key"),
        (public_key(Encoding.PEM).decode(), "not a private key"),
        (as_pem(rsa.generate_private_key(65_537, 2_048), BestAvailableEncryption(b"x")), "without a password"),
        (as_pem(SMALL, NoEncryption()), "1,024 bits"),
        (as_pem(ec.generate_private_key(ec.SECP256R1()), NoEncryption()), "not an RSA key"),
    ],
    ids=["nothing", "placeholder", "not ASCII", "public", "locked", "small", "curve"],
)
def test_a_key_that_cannot_sign_is_refused(key: str, words: str) -> None:
    with pytest.raises(SigningKeyFaulty, match=words):
        Signer(key)


def test_a_token_that_was_good_once_is_still_held_against_the_clock() -> None:
    signer = Signer(KEY)
    token = signer.issue(PERSON, NOW)
    assert signer.person(token, NOW) == PERSON
    assert "expired" in refused(token, NOW + timedelta(seconds=28_806), signer)
    assert "not yet" in refused(token, NOW - timedelta(seconds=6), signer)
    assert signer.person(token, NOW) == PERSON


def test_a_token_that_was_good_for_one_key_is_not_for_another() -> None:
    token = SIGNER.issue(PERSON, NOW)
    assert SIGNER.person(token, NOW) == PERSON
    assert refused(token, signer=Signer(generate_key()))
    changed = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    assert [refused(changed) for _ in range(2)] == [refused(changed)] * 2
