"""Keys: the signing key that the settings name, made at first start where nobody chose one."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from service.auth.tokens import Signer, SigningKeyFaulty, generate_key
from service.settings import GENERATED_KEY, Environment, Settings, SettingsFaulty


def signer(settings: Settings) -> Signer:
    """Who signs here. In development a key that is not there yet is made, readable by its owner alone.

    Raises SettingsFaulty.
    """
    path = settings.signing_key_file
    try:
        if path is not None and settings.environment is Environment.DEVELOPMENT and not path.exists():
            _make(path)
        return Signer(settings.signing_key if path is None else path.read_text(encoding="ascii"))
    except SigningKeyFaulty as fault:
        where = "" if path is None else f"{path} "
        raise SettingsFaulty(f"SLAGBOOM_SIGNING_KEY: {where}{fault}") from fault
    except (OSError, UnicodeError) as fault:
        raise SettingsFaulty(f"SLAGBOOM_SIGNING_KEY: {path} cannot be read or made") from fault


def _make(path: Path) -> None:
    """Write a new key; when two processes start together, both go on with the key of the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=".signing-key-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{GENERATED_KEY}\n{generate_key()}")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            Path(path).hardlink_to(draft)  # unlike a rename, it never replaces
    finally:
        Path(draft).unlink()
