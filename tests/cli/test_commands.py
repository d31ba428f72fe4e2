"""Commands of whoever runs the installation, as processes on a real database."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.cli.refusal import Refusal
from tests.servers.http import HTTP
from tests.servers.product import NERVE, Server, StartServer, environment, nerve


def run(*arguments: str, url: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A command that may fail."""
    return subprocess.run(
        [NERVE, *arguments], env=environment(url), input=given, capture_output=True, text=True, check=False
    )


def hash_of(email: str, url: str) -> str:
    """What is stored of a password."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        [found] = connection.execute("SELECT password FROM user WHERE email = ?", (email,)).fetchone()
    return str(found)


@pytest.fixture
def server(shared_server: Server) -> Server:
    """One for all tests."""
    return shared_server


def test_a_key_is_printed_once_and_works_at_once(server: Server) -> None:
    secret = server.nerve("key", "create", "reader", "--scope", "read")

    answer = HTTP.get(f"{server.url}/api/v1/event-types", headers={"Authorization": f"Bearer {secret}"})

    assert secret.startswith("nk_")
    assert len(secret.split()) == 1
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("key", "create", "x", "--scope", "write"), "write is none of: ingest, read"),
        (("key", "create", "x", "--scope", "ingest", "--portfolio", "nowhere"), "no such portfolio: nowhere"),
        (("portfolio", "create", "p", "--name", "P", "--currency", "XYZ"), "XYZ is not a currency"),
        (("portfolio", "create", "p/q", "--name", "P", "--currency", "EUR"), "an id has 1 to 64 letters"),
        (
            ("portfolio", "create", "p", "--name", "P", "--currency", "EUR", "--clock", "x"),
            "x is not a clock",
        ),
        (("user", "create", "a@b.example", "--name", "A", "--role", "king"), "king is none of: viewer"),
        (("replay", "/nowhere.jsonl"), "/nowhere.jsonl cannot be read"),
        (("replay", "/dev/null", "--speed", "fast"), "fast is not a speed"),
        (("replay", "/dev/null"), "holds no records"),
        (("simulate", "--key", "x", "--since", "soon"), "soon is not a day"),
    ],
)
def test_a_refusal_names_what_is_wrong(sqlite_url: str, arguments: tuple[str, ...], words: str) -> None:
    done = CliRunner().invoke(app, arguments, env={"NERVE_DATABASE_URL": sqlite_url})

    assert isinstance(done.exception, Refusal)
    assert words in str(done.exception)


def test_a_refusal_is_one_sentence_and_no_traceback(sqlite_url: str) -> None:
    done = run("key", "create", "x", "--scope", "write", url=sqlite_url)

    assert done.returncode == 1
    assert done.stderr == "nerve: write is none of: ingest, read\n"


def test_a_person_is_created_with_a_password_from_standard_input(sqlite_url: str) -> None:
    arguments = ("user", "create", "Lea@Example.org", "--name", "Lea", "--role", "lead", "--password-stdin")

    short = run(*arguments, url=sqlite_url, given="short\n")
    created = run(*arguments, url=sqlite_url, given="a long enough password\n")
    again = run(*arguments, url=sqlite_url, given="a long enough password\n")

    assert "10 to 200 characters" in short.stderr
    assert created.stdout.strip() == "Lea can sign in as lea@example.org (lead)"
    assert "somebody has this address already" in again.stderr
    assert hash_of("lea@example.org", sqlite_url).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_portfolio_is_created_once(database_url: str) -> None:
    made = nerve("portfolio", "create", "p", "--name", "P", "--currency", "EUR", database_url=database_url)
    again = run("portfolio", "create", "p", "--name", "P", "--currency", "EUR", url=database_url)

    assert made == "p: P, sums in EUR, live clock"
    assert "there is a portfolio p already" in again.stderr


def test_migrating_again_changes_nothing(database_url: str) -> None:
    assert nerve("migrate", database_url=database_url) == ""


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    nerve("migrate", database_url=f"sqlite:///{tmp_path}/deep/down/nerve.db")

    assert (tmp_path / "deep/down/nerve.db").is_file()


def test_a_database_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear all, " * 1000)

    done = run("migrate", url=f"sqlite:///{text}")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert text.read_text().startswith("Dear all")


def test_the_first_start_prints_one_link_that_creates_the_administrator(server: Server) -> None:
    assert server.log.count("/start#") == 1
    assert f"Nerve Centre is at {server.url}" in server.log


def test_a_second_server_on_the_same_file_is_refused(server: Server) -> None:
    done = run("serve", "--port", "0", url=server.database_url)

    assert done.returncode == 1
    assert "is in use by another server" in done.stderr
    assert server.healthy


def test_a_port_that_is_taken_is_said_so(server: Server, tmp_path: Path) -> None:
    done = run("serve", "--port", str(server.port), url=f"sqlite:///{tmp_path}/other.db")

    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{server.port}" in done.stderr


def test_a_server_that_is_asked_to_stop_says_nothing_more(start_server: StartServer, sqlite_url: str) -> None:
    server = start_server(sqlite_url)
    before = server.log

    server.stop()

    assert server.log == before


def test_the_description_of_the_api_is_printed_as_json(sqlite_url: str) -> None:
    document = json.loads(nerve("openapi", database_url=sqlite_url))

    assert "/api/v1/events" in document["paths"]


def test_help_names_every_command(sqlite_url: str) -> None:
    text = nerve("--help", database_url=sqlite_url)

    commands = ("serve", "demo", "simulate", "replay", "migrate", "openapi", "key", "user", "portfolio")
    assert [name for name in commands if name not in text] == []
