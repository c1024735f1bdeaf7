"""Where the links of mails lead until there are pages."""

from __future__ import annotations

from starlette.testclient import TestClient


def test_a_number_of_a_digest_leads_to_its_list(client: TestClient) -> None:
    query = "moved=filed&from=2026-11-23&until=2026-11-30"
    answer = client.get(f"/cases?{query}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/api/v1/cases?{query}")


def test_a_case_leads_to_the_case(client: TestClient) -> None:
    answer = client.get("/cases/OBS-2026-0001", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/api/v1/cases/OBS-2026-0001")


def test_no_other_host_is_led_to(client: TestClient) -> None:
    answer = client.get("//elsewhere.example/cases", follow_redirects=False)
    assert "elsewhere" not in answer.headers.get("location", "")


def test_the_front_door_is_the_documentation(client: TestClient) -> None:
    assert client.get("/", follow_redirects=False).headers["location"] == "/api/v1/docs"
