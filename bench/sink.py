"""A mail server for measurements, in a process of its own: it keeps each message as real ones do, and says 250.

`python -m bench.sink KEEPING NETWORK`: prints its port, and ends when its standard input does. Each message is written
to a file and forced to the disk before it is promised to be kept (RFC 5321, 4.2.5), which takes KEEPING milliseconds
more; every answer comes NETWORK milliseconds late, as from a machine that is so far away and back.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import time
from typing import BinaryIO

END = b"\r\n.\r\n"
EXTENSIONS = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n"
ANSWERS = {b"EHLO": EXTENSIONS, b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}


def main() -> None:
    """Listen until nobody holds the other end of standard input."""
    keeping, network = (float(milliseconds) / 1_000 for milliseconds in sys.argv[1:])
    with socket.create_server(("127.0.0.1", 0)) as listening, tempfile.TemporaryFile() as kept:
        print(listening.getsockname()[1], flush=True)
        threading.Thread(target=_accept, args=(listening, kept, keeping, network), daemon=True).start()
        sys.stdin.read()


def _accept(listening: socket.socket, kept: BinaryIO, keeping: float, network: float) -> None:
    while True:
        connection, _ = listening.accept()
        threading.Thread(target=_serve, args=(connection, kept, keeping, network), daemon=True).start()


def _serve(connection: socket.socket, kept: BinaryIO, keeping: float, network: float) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"220 sink ESMTP\r\n")
    said, message = b"", False
    while piece := connection.recv(65_536):
        said += piece
        answers = b""
        while (end := said.find(END if message else b"\r\n")) >= 0:
            if message:
                _keep(said[:end], kept, keeping)
                said, message = said[end + len(END) :], False
                answers += b"250 2.0.0 Kept\r\n"
            else:
                line, said = said[:end], said[end + 2 :]
                message = line[:4].upper() == b"DATA"
                answers += ANSWERS.get(line[:4].upper(), b"250 OK\r\n")
        if answers:
            time.sleep(network)
            connection.sendall(answers)


def _keep(content: bytes, kept: BinaryIO, keeping: float) -> None:
    kept.write(content)
    kept.flush()
    os.fsync(kept.fileno())
    time.sleep(keeping)


if __name__ == "__main__":
    main()
