"""The command line, `nerve`: the top layer. Each command imports what it needs when it is called.

`posting`, `replay` and `simulator` are integrations: they speak HTTP with a key of their own and know
nothing of the server's inside.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.refusal import Refusal

app = typer.Typer(
    name="nerve", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
key = typer.Typer(no_args_is_help=True, help="API keys of integrations.")
user = typer.Typer(no_args_is_help=True, help="People who sign in.")
portfolio = typer.Typer(no_args_is_help=True, help="Portfolios.")
app.add_typer(key, name="key")
app.add_typer(user, name="user")
app.add_typer(portfolio, name="portfolio")

# ruff: noqa: PLC0415 - a command pays for its own imports only, so that all of them start quickly

Host = Annotated[
    str | None, typer.Option(help="The address to listen on [default: NERVE_HOST or 127.0.0.1].")
]
Port = Annotated[
    int | None,
    typer.Option(help="The port to listen on, 0 for any that is free [default: NERVE_PORT or 8000]."),
]
Url = Annotated[str | None, typer.Option(help="Where the server is [default: this machine, NERVE_PORT].")]
Portfolios = Annotated[
    list[str] | None, typer.Option("--portfolio", help="Grant this portfolio only; may be repeated.")
]


def main() -> None:
    """Run the command line; a refusal is one sentence, not a traceback."""
    try:
        app()
    except Refusal as refusal:
        sys.exit(f"nerve: {refusal}")


@app.command()
def serve(host: Host = None, port: Port = None) -> None:
    """Serve the API and the screens; migrates the database first."""
    from app.cli import serving

    serving.serve(host=host, port=port)


@app.command()
def demo(host: Host = None, port: Port = None) -> None:
    """Serve a portfolio that lives: a simulator posts events over HTTP, as any integration would."""
    from app.cli import demonstration

    demonstration.demo(host=host, port=port)


@app.command()
def simulate(
    key: Annotated[str, typer.Option(envvar="NERVE_KEY", help="An API key with the scope `ingest`.")],
    url: Url = None,
    portfolio: Annotated[str, typer.Option(help="The portfolio to post to.")] = "global",
    since: Annotated[
        str | None, typer.Option(help="The day on which the story begins, YYYY-MM-DD [default: today].")
    ] = None,
    parent: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Post a believable portfolio: half a year of history, then live events."""
    from app.cli.simulator import running

    running.simulate(url=url, key=key, portfolio=portfolio, since=since, parent=parent)


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A recorded history: JSON Lines in order of time.")],
    speed: Annotated[str, typer.Option(help="Replayed time per second: 1d/s, 12h/s, 4w/s, or max.")] = "1d/s",
    mapping: Annotated[
        str | None, typer.Option(help="A mapping shipped with the product, or a file [default: detected].")
    ] = None,
    portfolio: Annotated[
        str | None, typer.Option(help="The portfolio to fill [default: the mapping's].")
    ] = None,
    url: Url = None,
    key: Annotated[
        str | None,
        typer.Option(envvar="NERVE_KEY", help="An API key [default: one is issued in NERVE_DATABASE_URL]."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Replay so many records only.")] = None,
) -> None:
    """Replay a recorded history over HTTP at a chosen pace."""
    from app.cli import replaying

    replaying.replay(file, speed=speed, mapping=mapping, portfolio=portfolio, url=url, key=key, limit=limit)


@app.command()
def backtest(
    file: Annotated[Path, typer.Argument(help="A recorded history: JSON Lines in order of time.")],
    task: Annotated[
        Path | None,
        typer.Option(
            help="CSV rows to score, with the columns project (or kep), milestone, target (or target_minor) "
            "and as_of; slipped, if it is there, is what the scores are held against. Nothing else is read."
        ),
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="A mapping shipped with the product, or a file [default: detected].")
    ] = None,
) -> None:
    """Score milestones at moments of a recorded history by what was known then; how good that was.

    Scores go to standard output as CSV, measures to standard error. An as_of that is a day is its midnight in
    UTC. Without a task: whether the status declared next is Amber/Red or worse, for every report.
    """
    from app.cli import backtesting

    backtesting.backtest(file, task=task, mapping=mapping)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from app.cli import administration

    administration.migrate()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the API."""
    from app.cli import administration

    administration.openapi()


@key.command("create")
def key_create(
    name: Annotated[str, typer.Argument(help="The integration that will use it.")],
    scope: Annotated[list[str], typer.Option(help="ingest or read; may be repeated.")],
    portfolio: Portfolios = None,
) -> None:
    """Issue an API key and print it: this is the only time that it is shown."""
    from app.cli import administration

    administration.create_key(name, scopes=scope, portfolios=portfolio)


@user.command("create")
def user_create(
    email: Annotated[str, typer.Argument(help="What the person signs in with.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[str, typer.Option(help="viewer, analyst, lead or admin.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Create somebody who can sign in; asks for the password."""
    from app.cli import administration

    administration.create_user(email, name=name, role=role, password_from_stdin=password_stdin)


@portfolio.command("create")
def portfolio_create(
    portfolio_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, as in addresses.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    currency: Annotated[str, typer.Option(help="What its sums are made in (ISO 4217).")],
    clock: Annotated[str, typer.Option(help="live, or replay: time moves by clock events only.")] = "live",
) -> None:
    """Create an empty portfolio."""
    from app.cli import portfolios

    portfolios.create(portfolio_id, name=name, clock=clock, currency=currency)
