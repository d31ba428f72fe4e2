"""A recorded history, replayed over HTTP into a real server."""

import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import orjson
import pytest

from tests.recorded import HISTORIES, kep
from tests.servers.ports import wait_until
from tests.servers.product import NERVE, Server, environment

HISTORY = (
    kep(
        "project.registered", number=1, on=date(2023, 1, 2), title="Sidecar lifetimes", status="implementable"
    ),
    kep(
        "milestone.forecast",
        number=2,
        on=date(2023, 1, 2),
        milestone="beta",
        new_target="v1.27",
        new_date="2023-04-11",
    ),
    kep("project.stage_changed", number=3, on=date(2023, 1, 5), old=None, new="beta"),
    kep(
        "milestone.forecast",
        number=4,
        on=date(2023, 2, 1),
        milestone="beta",
        new_target="v1.28",
        new_date="2023-08-15",
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "history.jsonl"
    written.write_bytes(b"\n".join(orjson.dumps(record) for record in HISTORY))
    return written


def replay(server: Server, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NERVE, "replay", str(file), "--url", server.url, *options],
        env={**environment(server.database_url), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def as_of(client: httpx.Client, portfolio: str) -> str | None:
    """Portfolio time on the board."""
    found = client.get("/portfolios").json()["portfolios"]
    return next((each["as_of"] for each in found if each["id"] == portfolio), None)


@pytest.fixture
def server(shared_server: Server) -> Server:
    """One for all tests; each replays into a portfolio of its own."""
    return shared_server


@pytest.fixture(scope="module")
def client(shared_server: Server) -> Iterator[httpx.Client]:
    """Somebody who may look at everything."""
    secret = shared_server.nerve("key", "create", "looker", "--scope", "read")
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=f"{shared_server.url}/api/v1", headers=headers) as looking:
        yield looking


def test_a_replay_fills_a_portfolio_of_its_own_whose_clock_it_moves(
    server: Server, client: httpx.Client, file: Path
) -> None:
    done = replay(server, file, "--speed", "max")

    assert done.returncode == 0, done.stderr
    assert "Replay of historical public data" in done.stdout
    assert "Wed 01 Feb 2023" in done.stdout
    assert wait_until(lambda: as_of(client, "kubernetes") == "2023-02-02T00:00:00Z", seconds=10)
    found = client.get("/portfolios").json()["portfolios"]
    project = client.get("/portfolios/kubernetes/projects/KEP-9999").json()
    [portfolio] = [each for each in found if each["id"] == "kubernetes"]
    assert portfolio["clock"] == "replay"
    assert "Apache-2.0, The Kubernetes Authors" in portfolio["attribution"]
    assert project["milestones"][0]["target"] == "v1.28"
    assert project["milestones"][0]["inferred"] is True


def test_a_replay_that_was_cut_short_goes_on_and_a_whole_one_changes_nothing(
    server: Server, file: Path
) -> None:
    options = ("--portfolio", "resumed", "--speed", "max")
    first = replay(server, file, *options, "--limit", "2")
    whole = replay(server, file, *options)
    again = replay(server, file, *options)

    assert "5 events accepted (0 were there already)" in first.stdout
    assert "15 events accepted (5 were there already)" in whole.stdout
    assert "15 events accepted (15 were there already), 0 refused" in again.stdout


def test_a_replay_takes_as_long_as_its_pace_says(server: Server, client: httpx.Client, file: Path) -> None:
    began = time.monotonic()

    done = replay(server, file, "--speed", "2w/s", "--portfolio", "mine")

    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began > 2
    assert wait_until(lambda: (as_of(client, "mine") or "") >= "2023-02-01", seconds=10)


def test_history_is_not_replayed_into_a_live_portfolio(server: Server, file: Path) -> None:
    server.nerve("portfolio", "create", "live", "--name", "Live", "--currency", "EUR")

    done = replay(server, file, "--portfolio", "live")

    assert done.returncode == 1
    assert "has a live clock" in done.stderr


def test_a_record_of_an_unknown_kind_asks_for_a_mapping(server: Server, tmp_path: Path) -> None:
    odd = tmp_path / "odd.jsonl"
    odd.write_text('{"hello": "world"}\n')

    assert "name a mapping: gmpp, kep" in replay(server, odd).stderr
    assert "there is no mapping nope" in replay(server, odd, "--mapping", "nope").stderr


@pytest.mark.parametrize(
    ("file_name", "records"), [("kep/kep_replay_dev.jsonl", 4538), ("gmpp/gmpp_replay_dev.jsonl", 1190)]
)
def test_a_whole_history_is_taken_without_a_refusal(server: Server, file_name: str, records: int) -> None:
    history = HISTORIES / file_name
    if not history.exists():
        pytest.skip(f"{file_name} is in the sibling folder `shared`, which is not here")

    done = replay(server, history, "--portfolio", history.stem, "--speed", "max")

    assert done.returncode == 0, done.stderr
    assert f"{records}/{records}" in done.stdout
    assert ", 0 refused" in done.stdout


def test_a_replay_with_a_key_of_its_own_needs_no_database(server: Server, file: Path) -> None:
    server.nerve("portfolio", "create", "brought", "--name", "B", "--currency", "EUR", "--clock", "replay")
    key = server.nerve("key", "create", "tool", "--scope", "ingest", "--portfolio", "brought")
    nowhere = {**environment("sqlite:////nowhere/nerve.db"), "NERVE_KEY": key}

    done = subprocess.run(
        [NERVE, "replay", str(file), "--url", server.url, "--portfolio", "brought", "--speed", "max"],
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_a_replay_outlives_a_server_that_is_killed_and_started_again(
    server: Server, client: httpx.Client, file: Path
) -> None:
    running = subprocess.Popen(
        [NERVE, "replay", str(file), "--url", server.url, "--portfolio", "outlived", "--speed", "1w/s"],
        env={**environment(server.database_url), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert wait_until(lambda: as_of(client, "outlived") is not None, seconds=20)
    server.restart()

    said, _ = running.communicate(timeout=60)

    assert running.returncode == 0
    assert "0 refused" in said
    assert wait_until(lambda: as_of(client, "outlived") == "2023-02-02T00:00:00Z", seconds=10)
