"""No credential reaches an identifier, a record or a state; what is none is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.connectors.scrub import scrub, scrub_text

CASES = json.loads((Path(__file__).parent / "scrub_cases.json").read_text())


@pytest.mark.parametrize(("text", "clean"), CASES)
def test_credentials_are_taken_out_of_text(text: str, clean: str) -> None:
    assert scrub_text(text) == clean
    assert scrub_text(clean) == clean


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "dbPassword", "api_key", "AWS_SECRET_ACCESS_KEY", "authToken", "token"]
)
def test_the_value_of_a_named_secret_is_masked(name: str) -> None:
    assert scrub([{"name": name, "value": "x"}]) == [{"name": name, "value": "***"}]
    assert scrub([{"key": name, "value": "x"}]) == [{"key": name, "value": "***"}]


@pytest.mark.parametrize("name", ["max_tokens", "eos_token", "primary_key", "passenger", "design"])
def test_the_value_of_an_ordinary_parameter_is_kept(name: str) -> None:
    assert scrub({"key": name, "value": "7"}) == {"key": name, "value": "7"}


def test_credentials_reach_neither_records_nor_states(
    run_event: dict[str, Any], taken: Any
) -> None:
    uri = "postgres://loader:hunter2@db:5432"
    facets = {"dataSource": {"uri": f"{uri}/lake?token=hunter2"}, f"{uri}/x": {uri: [uri]}}
    dataset = {"namespace": uri, "name": f"{uri}/t", "facets": facets}
    job = {"namespace": uri, "name": uri, "facets": facets}
    run = {**run_event["run"], "facets": {"errorMessage": {"message": f"no {uri}"}}}
    found = taken.take(
        [{**run_event, "producer": uri, "run": run, "job": job, "inputs": [dataset]}]
    )
    assert len(found.records) == 3
    assert not [line for line in found.lines() if "hunter2" in line]
    assert not [text for text in found.states.items() if "hunter2" in "".join(text)]


@pytest.mark.parametrize("piece", ["?password", "jdbc:oracle:thin:a/", "://a:b", "&x_token-", "@"])
def test_a_megabyte_of_hostile_text_is_scrubbed_to_its_end(piece: str) -> None:
    """A pattern that backtracks would need hours for this much."""
    text = piece * (1_000_000 // len(piece)) + "=://"
    assert scrub_text(text)
