"""The load: several connections that each move a case of their own to and fro, for some seconds.

A process of its own, so that what it costs is not charged to the server. It reads a plan on standard input
(`port`, `seconds`, `secretaries` and `officers` as tokens, `cases` as [id, version, questions asked]) and prints how
many moves were made, in how many seconds, and the cases as they now are.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

CONNECTIONS = 8


class Client:
    """One connection, with one case and people who take turns (nobody may ask a thousand times a minute)."""

    def __init__(self, plan: dict[str, Any], number: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", plan["port"])
        self.case, self.version, self.asked = plan["cases"][number]
        self.secretaries = cycle(plan["secretaries"][number::CONNECTIONS])
        self.officers = cycle(plan["officers"][number::CONNECTIONS])
        self.moves = 0

    def run(self, until: float) -> None:
        """Ask and answer until the time is up."""
        while time.perf_counter() < until:
            questions = {"questions": ["Which rule forbids it?"], "reply_by": "2049-12-17"}
            self.move(next(self.secretaries), "request_information", questions)
            self.asked += 1
            answers = {"answers": [{"question": self.asked, "text": "Article 5."}]}
            self.move(next(self.officers), "supply_information", answers)

    def move(self, token: str, name: str, data: dict[str, Any]) -> None:
        """One move; the answer is read to its end and must be the case."""
        headers = {
            "Authorization": f"Bearer {token}",
            "If-Match": f'"{self.version}"',
            "Content-Type": "application/json",
        }
        body = json.dumps({"move": name, "data": data})
        self.connection.request("POST", f"/api/v1/cases/{self.case}/moves", body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {content.decode()}")
        self.version, self.moves = json.loads(content)["version"], self.moves + 1


def main() -> None:
    """Put the load on."""
    plan = json.load(sys.stdin)
    clients = [Client(plan, number) for number in range(CONNECTIONS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(lambda client: client.run(started + plan["seconds"]), clients))
    seconds = time.perf_counter() - started
    cases = [[client.case, client.version, client.asked] for client in clients]
    print(json.dumps({"moves": sum(client.moves for client in clients), "seconds": seconds, "cases": cases}))


if __name__ == "__main__":
    main()
