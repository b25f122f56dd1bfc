"""The API keeps to its own description, whatever it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.web.conftest import GUARDED, TOKEN, Filled

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is a development dependency")
EXAMPLES = 8
ALL = list(HealthCheck)


def checks() -> list[Any]:
    """Return what every answer is held against."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks as openapi

    names = ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
    return [not_a_server_error, *(getattr(openapi, name) for name in names)]


def test_no_request_breaks_the_api(filled: Filled) -> None:
    key = {"Authorization": f"Bearer {TOKEN}"}
    app = filled.client(GUARDED).app
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=key)
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) >= 15
    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=ALL, database=None)
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            case.call_and_validate(headers=key, checks=checks())

        answers()


def test_ids_that_exist_are_described_as_they_are(filled: Filled) -> None:
    desk = filled.client()
    document = desk.get("/api/openapi.json").json()
    shape = document["components"]["schemas"]["ConflictOut"]["properties"]
    for conflict in filled.conflicts:
        assert set(desk.get(f"/api/v1/conflicts/{conflict.id}").json()) == set(shape)
