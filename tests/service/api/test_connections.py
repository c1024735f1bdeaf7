"""Who sends too much, too slowly, or what is no HTTP, is cut off with an answer, and the others are served."""

from __future__ import annotations

import gzip
import re
import shutil
import socket
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import httpx
import pytest

from service.api import body
from service.api.connections import Limits
from service.api.limits import BODIES, Arrivals
from service.auth.tokens import generate_key
from tests.service.api.raw import PIECE, Answer, Caller, head
from tests.service.api.target import Target, listening
from tests.service.cli.test_serving import running

LIMITS = Limits(head_seconds=1.0, stalled=1.0, lingering=2.0, pipelined=20)
ME = "GET /api/v1/me HTTP/1.1"
FILING = "POST /api/v1/cases HTTP/1.1"
JSON = "application/json"
HUNDRED = 100 * 1024**2


@pytest.fixture(scope="module")
def target(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A service with little patience."""
    folder = tmp_path_factory.mktemp("target")
    shutil.copy(sqlite_template, folder / "slagboom.db")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(body, "SLOWEST", 2.0)
        with listening(f"sqlite:///{folder / 'slagboom.db'}", folder, generate_key(), LIMITS) as opened:
            yield opened


def token(target: Target, name: str = "officer") -> str:
    return target.headers(name)["Authorization"]


def asked(target: Target, *pieces: bytes) -> Answer:
    with Caller.at(target.url) as caller:
        return caller.send(*pieces).answer()


def serves_others(target: Target) -> bool:
    """Is a normal request answered within two seconds?"""
    with Caller.at(target.url, 2) as caller:
        return caller.send(head(ME, authorization=token(target, "sg"))).answer().status == 200


@pytest.mark.parametrize(
    ("request_line", "framing", "code"),
    [
        (FILING, {"content_length": str(HUNDRED)}, "too_large"),
        (FILING, {"transfer_encoding": "chunked"}, "too_large"),
        (FILING, {"content_length": "10"}, "broken_json"),
        ("POST /api/v1/token HTTP/1.1", {"content_length": str(HUNDRED)}, "too_large"),
    ],
)
def test_a_hundred_megabytes_are_told_that_they_are_too_many(
    target: Target, request_line: str, framing: dict[str, str], code: str
) -> None:
    kind = JSON if request_line == FILING else "application/x-www-form-urlencoded"
    piece = b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if "transfer_encoding" in framing else PIECE
    with Caller.at(target.url) as caller:
        caller.send(head(request_line, authorization=token(target), content_type=kind, **framing))
        assert caller.pour(repeat(piece, 100)).answer().code == code


def test_a_hundred_megabytes_of_a_stranger_are_not_even_read(target: Target) -> None:
    with Caller.at(target.url) as caller:
        caller.send(head(FILING, content_type=JSON, content_length=str(HUNDRED)))
        assert caller.pour(repeat(PIECE, 100)).answer().code == "not_signed_in"
        assert caller.ends()


@pytest.mark.parametrize(
    ("start", "piece", "code"),
    [
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nA: ", PIECE, "head_too_large"),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"a: b\r\n" * 100_000, "head_too_large"),
        (b"GET /", PIECE, "address_too_long"),
    ],
)
def test_a_head_without_an_end_is_cut_off(target: Target, start: bytes, piece: bytes, code: str) -> None:
    with Caller.at(target.url) as caller:
        assert caller.send(start).pour(repeat(piece, 50)).answer().code == code
        assert serves_others(target)


@pytest.mark.parametrize(
    ("request_head", "code"),
    [
        (head("GET /livez HTTP/1.1", **{f"h{number}": "v" for number in range(10_000)}), "head_too_large"),
        (head("GET /livez HTTP/1.1", **{f"h{number}": "v" for number in range(201)}), "head_too_large"),
        (head("GET /livez HTTP/1.1", a="x" * 1024**2), "head_too_large"),
        (head(f"GET /{'x' * 1024**2} HTTP/1.1"), "address_too_long"),
        (head(f"GET /livez?{'x' * 20_000} HTTP/1.1"), "address_too_long"),
        (b"GET /livez HTTP/1.1\r\n\r\n", "broken_request"),
        (head("GET /livez HTTP/1.1") [:-2] + b"Host: other\r\n\r\n", "broken_request"),
        (head(FILING, content_length="5", transfer_encoding="chunked"), "broken_request"),
        (head(FILING, content_length="5")[:-2] + b"Content-Length: 6\r\n\r\n", "broken_request"),
        (head("FOO /livez HTTP/1.1"), "broken_request"),
        (head("CONNECT example.org:443 HTTP/1.1"), "broken_request"),
        (head("PRI * HTTP/2.0"), "broken_request"),
        (b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", "broken_request"),
        (b"GET /livez HTTP/1.1\nHost: x\n\n", "broken_request"),
        (head("TRACE /livez HTTP/1.1"), "method_not_allowed"),
        (head("PROPFIND /api/v1/cases HTTP/1.1"), "method_not_allowed"),
        (head(ME, connection="Upgrade", upgrade="websocket", sec_websocket_version="13"), "not_signed_in"),
    ],
)  # fmt: skip
def test_a_head_that_is_no_good_is_told_why(target: Target, request_head: bytes, code: str) -> None:
    with Caller.at(target.url) as caller:
        assert caller.pour([request_head]).answer().code == code


def test_older_and_unusual_requests_that_are_right_are_answered(target: Target) -> None:
    for request_head in (
        b"GET /livez HTTP/1.0\r\n\r\n",
        b"GET http://example.org/livez HTTP/1.1\r\nHost: example.org\r\n\r\n",
        head("GET /livez HTTP/1.1", connection="Upgrade, HTTP2-Settings", upgrade="h2c", http2_settings="AA"),
    ):
        assert asked(target, request_head).status == 200


def test_a_head_that_comes_too_slowly_is_told_so_and_who_says_nothing_is_hung_up_on(target: Target) -> None:
    with Caller.at(target.url) as slow, Caller.at(target.url) as silent:
        for letter in b"GET /livez HTT":
            time.sleep(0.1)
            slow.pour([bytes([letter])])
        assert slow.answer().code == "too_slow"
        assert silent.ends()


def test_a_body_that_comes_too_slowly_is_told_so(target: Target) -> None:
    with Caller.at(target.url) as caller:
        caller.send(head(FILING, authorization=token(target), content_type=JSON, content_length="1000"), b"{")
        assert caller.answer().code == "too_slow"
        assert caller.ends()


def test_two_hundred_slow_bodies_of_one_person_keep_nobody_out(target: Target) -> None:
    request_head = head(FILING, authorization=token(target), content_type=JSON, content_length="1000")
    slow = []
    try:
        for _ in range(200):
            slow.append(Caller.at(target.url).send(request_head, b"{"))
        assert serves_others(target)
        codes = [caller.answer().code for caller in slow]
        assert set(codes) == {"too_slow", "too_many"}
        assert codes[:BODIES] == ["too_slow"] * BODIES
    finally:
        for caller in slow:
            caller.sock.close()


def test_so_many_bodies_of_one_person_arrive_at_once_and_no_more() -> None:
    arrivals = Arrivals(limit=2)
    with arrivals.one_of("a") as first, arrivals.one_of("a") as second:
        with arrivals.one_of("a") as third, arrivals.one_of("b") as other:
            assert (first, second, third, other) == (True, True, False, True)
        with arrivals.one_of("a") as still_too_many:
            assert not still_too_many
    with arrivals.one_of("a") as again:
        assert again


def test_two_hundred_slow_bodies_of_strangers_keep_nobody_out(target: Target) -> None:
    form = "application/x-www-form-urlencoded"
    request_head = head("POST /api/v1/token HTTP/1.1", content_type=form, content_length="1000")
    slow = []
    try:
        for _ in range(200):
            slow.append(Caller.at(target.url).send(request_head, b"u"))
        assert serves_others(target)
        assert {caller.answer().code for caller in slow} == {"too_slow"}
    finally:
        for caller in slow:
            caller.sock.close()


def test_who_goes_on_sending_after_a_refusal_is_hung_up_on(target: Target) -> None:
    with Caller.at(target.url) as caller:
        caller.send(head(FILING, content_type=JSON, content_length="1000"), b"{")
        assert caller.answer().code == "not_signed_in"
        assert caller.ends()


def test_who_has_said_all_and_only_listens_is_answered(target: Target) -> None:
    with Caller.at(target.url) as caller:
        caller.send(head(ME, authorization=token(target)))
        caller.sock.shutdown(socket.SHUT_WR)
        assert caller.answer().status == 200
        assert caller.ends()


def test_requests_in_a_row_are_answered_in_a_row_up_to_a_number(target: Target) -> None:
    with Caller.at(target.url) as caller:
        caller.send(head("GET /livez HTTP/1.1") * 10)
        assert [caller.answer().status for _ in range(10)] == [200] * 10
        caller.send(head("GET /livez HTTP/1.1") * 1_000)
        for _ in range(LIMITS.pipelined):
            assert caller.answer().status == 200
        last = caller.answer()
        assert (last.status, last.headers["connection"]) == (200, "close")
        assert caller.ends()


def test_requests_in_a_row_may_have_bodies(target: Target) -> None:
    one = head(FILING, authorization=token(target), content_type=JSON, content_length="2") + b"[]"
    with Caller.at(target.url) as caller:
        caller.send(one * 5)
        assert [caller.answer().code for _ in range(5)] == ["data_invalid"] * 5


def test_a_body_that_breaks_off_is_answered_as_what_it_is(target: Target) -> None:
    chunked = head(FILING, authorization=token(target), content_type=JSON, transfer_encoding="chunked")
    assert asked(target, chunked, b"zz\r\n").code == "broken_request"
    assert asked(target, chunked, b"5\r\n{", b"\r\n" * 5, b"zz\r\n").code == "broken_request"


def test_nothing_is_unpacked(target: Target) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    for encoding in ("gzip", "br", "deflate, gzip"):
        length = {"content_length": str(len(bomb)), "content_encoding": encoding}
        filing = head(FILING, authorization=token(target), content_type=JSON, **length)
        assert asked(target, filing, bomb).code == "media_type"
        line = f"POST /api/v1/cases/{target.places['case'][0]}/documents HTTP/1.1"
        upload = head(line, authorization=token(target), content_type="multipart/form-data; boundary=b", **length)
        assert asked(target, upload, bomb).code == "media_type"


DEEP = b'{"procedure":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (DEEP, "broken_json"),
        (b'{"procedure":' + b"9" * 100_000 + b"}", "broken_json"),
        (b'{"procedure":"benelux-obstacle","content":{"how_many":1e400}}', "data_invalid"),
        (b'{"procedure":"benelux-obstacle","content":{"how_many":1.5}}', "data_invalid"),
        (b'{"procedure":"benelux-obstacle","content":{"how_many":' + b"9" * 5_000 + b"}}", "broken_json"),
        (b'{"procedure":NaN}', "broken_json"),
        (b'{"procedure":"benelux-obstacle","title":"\\ud800"}', "broken_json"),
        (b'\xef\xbb\xbf{"procedure":"benelux-obstacle"}', "broken_json"),
        ('{"procedure":"benelux-obstacle"}'.encode("utf-16"), "broken_json"),
        (b'{"procedure":"\xff"}', "broken_json"),
        (b"", "broken_json"),
        (b"null", "data_invalid"),
        (b"[]", "data_invalid"),
    ],
)
def test_strange_json_is_refused_as_what_it_is(target: Target, sent: bytes, code: str) -> None:
    length = str(len(sent))
    filing = head(FILING, authorization=token(target), content_type=JSON, content_length=length)
    assert asked(target, filing, sent).code == code


@pytest.mark.parametrize(
    "sent",
    [
        b"".join(b'--b\r\nContent-Disposition: form-data; name="n%d"\r\n\r\nv\r\n' % n for n in range(10_000)),
        b'--b\r\nContent-Disposition: form-data; name="' + PIECE + b'"\r\n\r\nv\r\n',
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n' + PIECE * 3 + b"\r\n",
        b"--b\r\n" + b"x: y\r\n" * 100_000 + b"\r\nv\r\n",
        b"no form at all" * 100,
    ],
    ids=["parts", "name", "field", "headers", "garbage"],
)
def test_strange_forms_are_refused(target: Target, sent: bytes) -> None:
    whole = sent + b"--b--\r\n"
    line = f"POST /api/v1/cases/{target.places['case'][0]}/documents HTTP/1.1"
    kind, length = "multipart/form-data; boundary=b", str(len(whole))
    upload = head(line, authorization=token(target), content_type=kind, content_length=length)
    assert asked(target, upload, whole).code == "broken_form"


def test_who_does_not_read_what_was_asked_for_is_not_waited_for(target: Target) -> None:
    with Caller.at(target.url) as caller:
        caller.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.send(head("GET /api/v1/openapi.json HTTP/1.1") * LIMITS.pipelined)
        time.sleep(2 * LIMITS.stalled)
        assert serves_others(target)
        with pytest.raises((ConnectionError, AssertionError)):
            all(caller.answer() for _ in range(LIMITS.pipelined))


def test_a_server_under_all_this_stays_as_small_as_it_was(tmp_path: Path) -> None:
    with running(tmp_path, "serve") as serving:
        url = serving.said(r"answers at (http://127\.0\.0\.1:\d+)$")
        assert httpx.get(f"{url}/readyz", trust_env=False).is_success
        before = resident(serving.process.pid)
        form = "application/x-www-form-urlencoded"
        long_form = head("POST /api/v1/token HTTP/1.1", content_type=form, content_length=str(HUNDRED))
        for _ in range(3):
            with Caller.at(url) as one, Caller.at(url) as two, Caller.at(url) as three:
                assert one.send(long_form).pour(repeat(PIECE, 100)).answer().code == "too_large"
                assert two.send(b"GET / HTTP/1.1\r\nA: ").pour(repeat(PIECE, 100)).answer().code == "head_too_large"
                three.send(head("GET /livez HTTP/1.1") * 10_000)
                assert three.answer().status == 200
        assert resident(serving.process.pid) - before < 50 * 1024  # one such body, or head, would be 100 MiB
        assert httpx.get(f"{url}/readyz", trust_env=False).is_success
    assert not [line for line in serving.lines if "Traceback" in line]


def resident(process: int) -> int:
    """The memory that a process holds, in KiB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1])
