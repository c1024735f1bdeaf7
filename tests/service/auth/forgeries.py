"""Forgeries: tokens made by somebody who has everything but the private key, and tokens that say the wrong thing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from service.auth.tokens import AUDIENCE, ISSUER, LIFETIME, LONGEST, Signer, generate_key

ALGORITHMS_OF_NOBODY = ("none", "None", "NONE", "nOnE", "none ", "", None, 0, [], "null")
HMACS = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
OTHER_SPELLINGS = ("rs256", "Rs256", "RS256 ", "RS 256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "dir", ["RS256"])
HEADERS_THAT_NAME_A_KEY: tuple[dict[str, Any], ...] = (
    {"kid": "another"},
    {"kid": ""},
    {"kid": None},
    {"kid": "../../../../dev/null"},
    {"kid": "' UNION SELECT 'x' --"},
    {"kid": ["a"]},
    {"crit": ["b64"], "b64": False},
    {"crit": []},
    {"jku": "https://attacker.example/keys.json"},
    {"x5u": "https://attacker.example/chain.pem"},
    {"x5c": ["MIIB"]},
    {"x5t": "AAAA"},
    {"zip": "DEF"},
    {"cty": "JWT"},
    {"typ": "at+jwt"},
    {"typ": None},
)


def encode(content: object) -> str:
    """Base64url of these bytes, or of this thing as JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What base64url stands for."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Forger:
    """Makes tokens for a person. `key` is the service's own: the honest ones, and what is signed but wrong, need it."""

    def __init__(self, key: str, person: str, now: datetime) -> None:
        private = load_pem_private_key(key.encode(), None)
        assert isinstance(private, rsa.RSAPrivateKey)
        self.private, self.public = private, private.public_key()
        stranger = load_pem_private_key(generate_key().encode(), None)
        assert isinstance(stranger, rsa.RSAPrivateKey)
        self.stranger = stranger
        head, _, self.honest_signature = Signer(key).issue(person, now).split(".")
        self.header: dict[str, Any] = json.loads(decode(head))
        at = int(now.timestamp())
        self.claims: dict[str, Any] = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": person, "iat": at, "nbf": at, "exp": at + LIFETIME, "jti": "forged",
            "pwd": "",
        }  # fmt: skip

    def signed(self, header: Any, claims: Any, key: rsa.RSAPrivateKey | None = None) -> str:
        """Truly signed as RS256, by this key or the service's own."""
        text = self.unsigned(header, claims)
        signature = (key or self.private).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{encode(signature)}"

    def unsigned(self, header: Any, claims: Any) -> str:
        """Header and claims; a dictionary is written as the service writes its header."""
        if isinstance(header, dict):
            header = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
        return f"{encode(header)}.{encode(claims)}"

    def all(self) -> Iterator[tuple[str, str]]:
        """Every forgery with its name."""
        for family in (self.unsigned_ones, self.secrets, self.misnamed, self.keys, self.shapes, self.misspoken):
            yield from family()

    def unsigned_ones(self) -> Iterator[tuple[str, str]]:
        """Without a signature, or with one of something else."""
        for algorithm in ALGORITHMS_OF_NOBODY:
            text = self.unsigned({**self.header, "alg": algorithm}, self.claims)
            yield f"alg {algorithm!r}, no signature", f"{text}."
            yield f"alg {algorithm!r}, two parts", text
            yield f"alg {algorithm!r}, some signature", f"{text}.{self.honest_signature}"
        honest = self.unsigned(self.header, self.claims)
        yield "our header, no signature", f"{honest}."
        yield "our header, signature of another token", f"{honest}.{self.honest_signature}"
        yield "our header, signature of zeros", f"{honest}.{encode(bytes(256))}"
        yield "our header, signature of one", f"{honest}.{encode(bytes(255) + bytes([1]))}"

    def secrets(self) -> Iterator[tuple[str, str]]:
        """Signed with what everybody may know, as if it were a password."""
        spki = PublicFormat.SubjectPublicKeyInfo
        pem, der = self.public.public_bytes(Encoding.PEM, spki), self.public.public_bytes(Encoding.DER, spki)
        numbers = self.public.public_numbers()
        n, e = (encode(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
        jwk = {"e": e, "kty": "RSA", "n": n}
        known = {
            "nothing": b"",
            "PEM": pem,
            "PEM without its last line end": pem.rstrip(b"\n"),
            "PEM with CRLF": pem.replace(b"\n", b"\r\n"),
            "PKCS1 PEM": self.public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
            "DER": der,
            "DER with a line end": der + b"\n",
            "PKCS1 DER": self.public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
            "JWK": json.dumps(jwk).encode(),
            "JWK, close": json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode(),
            "modulus": str(numbers.n).encode(),
            "kid": str(self.header["kid"]).encode(),
        }
        for name, secret in known.items():
            for algorithm, digest in HMACS.items():
                yield f"{algorithm} with {name}", self._hmac({**self.header, "alg": algorithm}, secret, digest)
            yield f"our header, HMAC with {name}", self._hmac(self.header, secret, hashlib.sha256)

    def misnamed(self) -> Iterator[tuple[str, str]]:
        """Signed by our own key, but with a header that would choose an algorithm or a key."""
        for algorithm in OTHER_SPELLINGS:
            yield f"alg {algorithm!r}", self.signed({**self.header, "alg": algorithm}, self.claims)
        for change in HEADERS_THAT_NAME_A_KEY:
            yield f"header with {change}", self.signed({**self.header, **change}, self.claims)
        for name in ("alg", "kid", "typ"):
            header = {key: value for key, value in self.header.items() if key != name}
            yield f"header without {name}", self.signed(header, self.claims)
        whole = json.dumps(self.header, separators=(",", ":"), sort_keys=True)
        yield "header with alg twice", self.signed((whole[:-1] + ',"alg":"none"}').encode(), self.claims)
        yield "header with alg twice, ours last", self.signed(('{"alg":"none",' + whole[1:]).encode(), self.claims)
        yield "header with spaces", self.signed(json.dumps(self.header).encode(), self.claims)
        for header in (b"", b"null", b"[]", b"{}", b"\xff", b"{"):
            yield f"header {header!r}", self.signed(header, self.claims)
        text = self.unsigned({**self.header, "alg": "RS512"}, self.claims)
        longer = self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA512())
        yield "RS512 by our key", f"{text}.{encode(longer)}"
        text = self.unsigned({**self.header, "alg": "PS256"}, self.claims)
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        yield "PS256 by our key", f"{text}.{encode(self.private.sign(text.encode(), pss, hashes.SHA256()))}"
        text = self.unsigned(self.header, self.claims)
        yield (
            "our header, signed as RS512",
            (f"{text}.{encode(self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA512()))}"),
        )

    def keys(self) -> Iterator[tuple[str, str]]:
        """Signed by a key of somebody else, brought along or under the name of ours."""
        yield "another key under our name", self.signed(self.header, self.claims, self.stranger)
        numbers = self.stranger.public_key().public_numbers()
        n, e = (encode(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
        brought = {**self.header, "jwk": {"kty": "RSA", "n": n, "e": e}}
        yield "another key, brought along", self.signed(brought, self.claims, self.stranger)
        curve = ec.generate_private_key(ec.SECP256R1())
        text = self.unsigned({**self.header, "alg": "ES256"}, self.claims)
        yield "ES256", f"{text}.{encode(curve.sign(text.encode(), ec.ECDSA(hashes.SHA256())))}"

    def shapes(self) -> Iterator[tuple[str, str]]:
        """No signed token at all, or one with something around or inside it."""
        good = self.signed(self.header, self.claims)
        jwe = {"alg": "RSA-OAEP", "enc": "A256GCM"}
        yield "JWE", ".".join((encode(jwe), *(encode(bytes(size)) for size in (256, 12, 64, 16))))
        yield "nested", self.signed(self.header, good.encode())
        yield "nested, saying so", self.signed({**self.header, "cty": "JWT"}, good.encode())
        yield "too long", self.signed(self.header, {**self.claims, "more": "x" * LONGEST})
        yield "much too long", "A" * 1_000_000
        yield "twice", f"{good}.{good}"
        yield "with a fourth part", f"{good}.e30"
        yield "padded", f"{good}=="
        yield "in quotes", f'"{good}"'
        yield "the parts in another order", ".".join(reversed(good.split(".")))
        head, body, signature = good.split(".")
        yield "claims in the other alphabet", f"{head}.{encode(self._standard())}+/.{signature}"
        yield "signature cut", f"{head}.{body}.{signature[:-2]}"
        yield "signature twice", f"{head}.{body}.{signature}{signature}"

    def misspoken(self) -> Iterator[tuple[str, str]]:
        """Signed by our own key, with claims that we would not make, or not for this hour."""
        at = self.claims["iat"]
        for name in ("iss", "aud", "sub", "iat", "nbf", "exp", "pwd"):
            yield f"without {name}", self._saying({key: one for key, one in self.claims.items() if key != name})
        wrong: dict[str, tuple[Any, ...]] = {
            "iss": ("another", "Slagboom", "slagboom ", ["slagboom"], None, "slagboom-api"),
            "aud": ("another-api", ["slagboom-api"], ["slagboom-api", "x"], {"a": 1}, None, "slagboom"),
            "pwd": (None, 7, [""], {}),
            "sub": ("", None, 7, ["a"], {"a": 1}, True),
            "exp": (
                at + LIFETIME + 1,
                10**30,
                at - 6,
                at - LIFETIME,
                0,
                -1,
                str(at + 60),
                float(at + 60),
                True,
                None,
                [at + 60],
                {},
            ),
            "nbf": (at + 60, at + 10**9, 10**30, str(at), float(at), True, None),
            "iat": (at + 60, at + 10**9, 10**30, str(at), float(at), False, None),
        }
        for name, values in wrong.items():
            for value in values:
                yield f"{name} {value!r}", self._saying({**self.claims, name: value})
        text = json.dumps(self.claims)
        for number in (b"1e400", b"NaN", b"Infinity", b"-Infinity", b"1.0", b"1e9", b"9" * 1_000):
            changed = text.replace(f'"exp": {self.claims["exp"]}', f'"exp": {number.decode()}')
            yield f"exp {number!r:.20}", self._saying(changed.encode())
        again = text[:-1] + f', "exp": {at - 60}}}'
        yield "exp twice, the last one past", self._saying(again.encode())
        for claims in ([], "text", 7, None, b"", b"no JSON", b"\xff", b"{", b'{"a":' * 500):
            yield f"claims {claims!r:.20}", self._saying(claims)

    def of_nobody(self) -> Iterator[tuple[str, str]]:
        """Signed by our own key and good in every way, but for a person who is not there, or another password."""
        for person in ("nobody that is", "person-officer\0", "person-officer ", "PERSON-OFFICER", "%", "' OR 1=1 --"):
            yield f"sub {person!r}", self._saying({**self.claims, "sub": person})
        for stamp in ("another", "\0", "é"):
            yield f"pwd {stamp!r}", self._saying({**self.claims, "pwd": stamp})

    def _saying(self, claims: Any) -> str:
        return self.signed(self.header, claims)

    def _hmac(self, header: dict[str, Any], secret: bytes, digest: Callable[..., Any]) -> str:
        text = self.unsigned(header, self.claims)
        return f"{text}.{encode(hmac.new(secret, text.encode(), digest).digest())}"

    def _standard(self) -> bytes:
        return json.dumps(self.claims).encode()
