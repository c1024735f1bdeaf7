"""The contract under fire: every operation of the OpenAPI document, asked thousands of odd things by those who may."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response

from service.api import ROUTERS
from service.api.application import create_app
from service.auth.tokens import generate_key
from service.cli.demonstration import SLAGBOOM
from tests.service.api.target import Target, codes_in, listening

EXAMPLES = 12
"""For each operation, beside those that walk along the limits of every field of it."""
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 1950,
        "generation": {"deterministic": True, "codec": "utf-8"},
        "checks": {
            "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]},
            "missing_required_header": {"expected-statuses": [401, 403, 404, 428]},
            # What a rule refuses (a role, a stage) fits the form all the same.
            "positive_data_acceptance": {"enabled": False},
        },
    }
)
DOCUMENT: Mapping[str, Any] = create_app(
    cast("Any", None),  # nothing is asked of it, so no doors
    ROUTERS,
    threads=1,
    unusable=(),
    close=lambda: None,
).openapi()
CODES = codes_in(DOCUMENT)
OPERATIONS = tuple(operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values())
SCHEMA = schemathesis.openapi.from_dict(dict(DOCUMENT), config=CONFIG)

EVERYBODY = ("officer", "intake", "secretary", "sg", "delegate_be", "office_nl", "auditor", "admin")
ADMIN = ("admin",)
ROLES: Mapping[str, tuple[str, ...]] = {
    "begin_a_case": ("officer", "intake", "secretary"),
    "patch_case": ("officer", "secretary", "intake", "sg"),
    "discard_draft": ("officer",),
    "make_move": ("officer", "intake", "secretary", "sg"),
    "act_on_case": ("sg", "secretary"),
    "put_analysis": ("secretary",),
    "add_position": ("delegate_be", "delegate_lu", "office_nl", "secretary"),
    "add_instrument": ("intake", "sg"),
    "put_expression": ("secretary",),
    "change_measure": ("office_be", "office_lu", "office_nl"),
    "comment_on_case": ("officer", "secretary", "sg"),
    "attach_to_case": ("officer", "secretary"),
    "link_to_case": ("secretary", "intake"),
    "preview_digest": ("sg", "office_nl"),
    "list_deliveries": ("sg", "secretary", "admin"),
    **dict.fromkeys(("add_an_organisation", "patch_organisation", "add_a_working_group", "patch_working_group"), ADMIN),
    **dict.fromkeys(("list_people", "read_person", "add_a_person", "patch_person"), ADMIN),
}
"""Operation -> who gets past the question of the role; reading is for everybody."""
APPENDED = ("comment_on_case", "attach_to_case", "link_to_case", "add_position", "begin_a_case", "add_instrument")
TALLY: Counter[int] = Counter()
"""How often the service answered with which status."""
SHOT_AT: set[str] = set()
"""The operations that answered at least once."""
SEEDED: set[str] = set()
"""The cases of the seeds that skipped a command: the audit rightly finds them, before the first shot."""
TROUBLE: list[str] = []
"""What the server itself logged as an error."""


class Listener(logging.Handler):
    """Notes errors."""

    def emit(self, record: logging.LogRecord) -> None:
        TROUBLE.append(record.getMessage())


@pytest.fixture(scope="module")
def target(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("target")
    shutil.copy(sqlite_template, folder / "slagboom.db")
    listener = Listener(logging.ERROR)
    logging.getLogger().addHandler(listener)
    with listening(f"sqlite:///{folder / 'slagboom.db'}", folder, generate_key()) as opened:
        SEEDED.update(complained_of(opened))
        yield opened
    logging.getLogger().removeHandler(listener)


def shots_at(operation: str) -> Any:
    """The test of one operation.

    Each has a name of its own: tests that share one are told apart by nobody who gives them out to several hands.
    """

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def shoot(case: schemathesis.Case, target: Target) -> None:
        name = aim(case, target)
        answer = case.call_and_validate(base_url=target.url, headers=target.headers(name))
        TALLY[answer.status_code] += 1
        SHOT_AT.add(operation)
        look_at(case, answer)

    return SCHEMA.include(operation_id=operation).parametrize()(shoot)


for _operation in OPERATIONS:
    globals()[f"test_{_operation}_answers_as_the_contract_says"] = shots_at(_operation)


def test_what_all_this_left_behind_can_be_proved(target: Target) -> None:
    assert complained_of(target) <= SEEDED
    assert TROUBLE == []
    assert set(OPERATIONS) == SHOT_AT
    assert sum(TALLY.values()) > 2_000, TALLY
    assert {200, 201, 204, 400, 403, 404, 409, 412, 415, 422, 428} <= set(TALLY), "shots that all miss prove nothing"
    assert not [status for status in TALLY if status >= 500]


def complained_of(target: Target) -> set[str]:
    """The cases about which `slagboom audit verify` has something to say."""
    environment = {**os.environ, "SLAGBOOM_DATABASE_URL": target.database_url}
    command = [*SLAGBOOM, "audit", "verify"]
    verified = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in verified.stderr, verified.stderr
    return set(re.findall(r"^(\S+?)[:,] ", verified.stdout + verified.stderr, re.MULTILINE))


def aim(case: schemathesis.Case, target: Target) -> str:
    """Let most of the shots hit something that exists, in its present version; who shoots it."""
    number = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    operation = case.operation.definition.raw["operationId"]
    roles = ROLES.get(operation, EVERYBODY)
    name = roles[number % len(roles)]
    negative = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
    if case.path_parameters and not negative and number % 8:
        for parameter in list(case.path_parameters):
            known = target.places.get(parameter, [])
            if known and operation == "discard_draft":
                case.path_parameters[parameter] = target.house.begin()
            elif known:
                case.path_parameters[parameter] = known[(number // 8) % len(known)]
    if case.headers is not None and "If-Match" in case.headers and number % 4:
        case.headers["If-Match"] = target.version(case.formatted_path, name)
    return name


def look_at(case: schemathesis.Case, answer: Response) -> None:
    """What the document does not say by itself."""
    assert answer.headers["api-version"] == ["1"]
    assert answer.headers["x-content-type-options"] == ["nosniff"]
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["code"] in CODES
    elif case.operation.method in {"patch", "put"} or case.operation.definition.raw["operationId"] == "make_move":
        assert "etag" in answer.headers
    if answer.status_code == 201:
        assert "location" in answer.headers
