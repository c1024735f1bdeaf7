"""Settings: the one reader of the environment."""

from __future__ import annotations

import os
import re
from email import policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SLAGBOOM_"
GENERATED_KEY = "Made at first start, for development; production refuses it."
"""The first line of a signing key that nobody chose; everything before the key itself is ignored by who reads it."""
DATABASES = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
PLACEHOLDERS = {
    *("admin", "changeme", "default", "example", "letmein", "motdepasse", "mypassword", "password", "passwort"),
    *("placeholder", "postgres", "pw", "replaceme", "secret", "slagboom", "test", "todo", "wachtwoord", "yourpassword"),
}
NOWHERE = re.compile(r"(^|\.)(localhost|localdomain|invalid|test|example|example\.(com|net|org))$")
"""Domains at which nobody can have a mailbox (RFC 2606, RFC 6761)."""


class SettingsFaulty(Exception):
    """A setting cannot be used. The message is one line, names the variable and never repeats a secret."""


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _host(text: str) -> str:
    if not re.fullmatch(r"[^\s/]+", text):
        raise ValueError("is not the name or the address of a machine")
    return text


def _database_url(text: str) -> str:
    scheme, found, rest = text.partition("://")
    if scheme == "sqlite" and found:
        path, _, query = rest.removeprefix("/").partition("?")
        # Other processes (the worker, a second command) must see the same database.
        if not rest.startswith("/") or not path or path.startswith(":memory:"):
            raise ValueError("needs a file: sqlite:///relative or sqlite:////absolute")
        if query or "\0" in unquote(path):
            raise ValueError("needs the name of a file, and takes no options after it")
        return f"sqlite:///{Path(path).absolute()}"
    scheme = DATABASES.get(scheme, scheme)
    if scheme != "postgresql+psycopg" or not found:
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    _split(text)
    return f"{scheme}://{rest}"


def _mail_url(text: str) -> str:
    if text.startswith("maildir:"):
        path = text.removeprefix("maildir:").removeprefix("//")
        if not path:
            raise ValueError("needs a folder: maildir:/absolute/folder")
        return f"maildir:{Path(path).absolute()}"
    url = _split(text)
    if url.scheme not in {"smtp", "smtps"}:
        raise ValueError("must begin with maildir:, smtp:// or smtps://")
    if not url.hostname or url.path not in {"", "/"} or url.fragment:
        raise ValueError(f"must look like {url.scheme}://user:password@host:port (%-escape what is special)")
    if (url.username is None) != (url.password is None) or not unquote(f"{url.username}{url.password}").isascii():
        raise ValueError("needs both a user and a password, of ASCII characters, or neither")
    options = parse_qsl(url.query, keep_blank_values=True)
    allowed = [("starttls", "never"), ("starttls", "required")] if url.scheme == "smtp" else []
    if len(options) > 1 or any(option not in allowed for option in options):
        raise ValueError("knows only the options ?starttls=required and ?starttls=never, and only with smtp://")
    return text


def _mail_from(text: str) -> str:
    try:
        message = EmailMessage(policy.SMTP)
        message["From"] = text
        header = message["From"]
        (address,) = header.addresses
        sound = not header.defects and bool(address.username and address.domain)
    except (ValueError, IndexError):
        sound = False
    if not sound:
        raise ValueError("must be one address: name@domain or Name <name@domain>")
    return text


def _public_url(text: str) -> str:
    url = _split(text)
    spaced = any(sign.isspace() or not sign.isprintable() for sign in text)  # which splitting passes over
    if spaced or url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username:
        raise ValueError("must be what people type to come here: https://host")
    return text.rstrip("/")


def _signing_key(text: str) -> str:
    """A key as it stands, its line ends restored (files of variables cannot hold them); else the path to one."""
    if "-----BEGIN" in text:
        return text.replace("\\n", "\n").strip() + "\n"
    if "\n" in text or "\0" in text:
        raise ValueError("is neither a key (PEM) nor the path to one")
    return str(Path(text).absolute())


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise ValueError("is no address: the host or the port cannot be read") from None
    return url


class Settings(BaseSettings):
    """Everything that may differ between two places where this runs; docs/settings.md explains each.

    Relative paths start from the folder in which the program was started; what is kept here is absolute.
    No folder is made before something is put into it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    environment: Environment = Environment.DEVELOPMENT
    host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65_535)
    database_url: Annotated[str, AfterValidator(_database_url)] = Field("sqlite:///var/slagboom.db", repr=False)
    mail_url: Annotated[str, AfterValidator(_mail_url)] = Field("maildir:var/mail", repr=False)
    mail_from: Annotated[str, AfterValidator(_mail_from)] = "slagboom@localhost.localdomain"
    public_url: Annotated[str, AfterValidator(_public_url)] = Field(
        default_factory=lambda known: _address(known["host"], known["port"])
    )
    files: Annotated[Path, AfterValidator(Path.absolute)] = Path("var/files")
    signing_key: Annotated[str, AfterValidator(_signing_key)] = Field("var/signing-key.pem", repr=False)

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The settings of this process; what is given wins over the environment.

        Raises SettingsFaulty.
        """
        try:
            return cls(**given)
        except ValidationError as faulty:
            raise SettingsFaulty(_in_words(faulty)) from None

    def handed_on(self) -> dict[str, str]:
        """The environment of another program of ours that is to run with these same settings."""
        return os.environ | {f"{PREFIX}{name.upper()}": str(getattr(self, name)) for name in type(self).model_fields}

    @property
    def signing_key_file(self) -> Path | None:
        """Where the signing key is, or is to be made; None when the key itself was given."""
        return None if "-----BEGIN" in self.signing_key else Path(self.signing_key)

    @model_validator(mode="after")
    def _refuse_what_nobody_chose(self) -> Self:
        if self.environment is Environment.PRODUCTION:
            faults = [*_placeholders(self), *_unchosen_key(self), *_sender_nowhere(self)]
            if faults:
                raise ValueError("; ".join(faults))
        return self


def _address(host: str, port: int) -> str:
    """Where a browser on this machine finds the service; listening everywhere is not an address to go to."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing listens here
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _placeholders(settings: Settings) -> list[str]:
    faults = []
    for name in ("database_url", "mail_url"):
        password = urlsplit(getattr(settings, name)).password
        if password is not None and re.sub(r"[\W_]", "", unquote(password).lower()) in {"", *PLACEHOLDERS}:
            faults.append(f"{PREFIX}{name.upper()}: its password is a placeholder, which production refuses")
    return faults


def _unchosen_key(settings: Settings) -> list[str]:
    variable, path = f"{PREFIX}SIGNING_KEY", settings.signing_key_file
    try:
        text = settings.signing_key if path is None else path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return [f"{variable}: production makes no key of its own, and {path} cannot be read"]
    return [f"{variable}: was made for development, which production refuses"] if GENERATED_KEY in text else []


def _sender_nowhere(settings: Settings) -> list[str]:
    domain = settings.mail_from.rpartition("@")[2].strip("> ").lower()
    return [f"{PREFIX}MAIL_FROM: nobody can answer to an address at {domain}"] if NOWHERE.search(domain) else []


def _in_words(faulty: ValidationError) -> str:
    found = []
    for error in faulty.errors(include_input=False, include_url=False):
        if error["type"] != "default_factory_not_called":  # the address of a host that is itself at fault
            words = error["msg"].removeprefix("Value error, ")
            found.append(f"{PREFIX}{str(error['loc'][0]).upper()}: {words}" if error["loc"] else words)
    return "; ".join(found)
