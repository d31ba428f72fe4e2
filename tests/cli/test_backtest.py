"""`nerve backtest`: scores at moments of a recorded history, by what was known then."""

import csv
import io
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.cli.backtesting import next_reports, score, scores_of, valid_events
from app.cli.refusal import Refusal
from app.cli.task_rows import Row, rows_of
from app.domain.events.catalogue import AnyEvent
from app.domain.prediction import next_report
from app.domain.prediction.quality import Quality
from tests import builders as b
from tests.recorded import HISTORIES, kep
from tests.servers.product import NERVE

DUE = date(2023, 4, 11)


def a_history() -> list[dict[str, Any]]:
    """KEP-1 is aimed at its release and holds; KEP-2 is aimed at an earlier one and slips."""
    early, late = DUE - timedelta(days=120), DUE + timedelta(days=5)
    target = {"milestone": "beta", "new_target": "v1.27", "new_date": DUE.isoformat()}
    moved = {"milestone": "beta", "new_target": "v1.28", "new_date": "2023-08-15"}
    return [
        kep("project.registered", number=1, on=early, project="KEP-1", title="One", status="implementable"),
        kep("project.stage_changed", number=2, on=early, project="KEP-1", old=None, new="beta"),
        kep("milestone.forecast", number=3, on=early, project="KEP-1", **target),
        kep(
            "project.working_target_changed",
            number=4,
            on=early,
            project="KEP-1",
            new_target="v1.27",
            new_date=str(DUE),
        ),
        kep("project.registered", number=5, on=early, project="KEP-2", title="Two", status="implementable"),
        kep("milestone.forecast", number=6, on=early, project="KEP-2", **target),
        kep(
            "project.working_target_changed",
            number=7,
            on=early,
            project="KEP-2",
            new_target="v1.26",
            new_date="2022-12-09",
        ),
        kep("project.heartbeat", number=8, on=late, project="KEP-1", commit="abc"),
        kep("milestone.forecast", number=9, on=late, project="KEP-2", old_target="v1.27", **moved),
    ]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    written = tmp_path / "history.jsonl"
    written.write_bytes(b"\n".join(orjson.dumps(record) for record in a_history()))
    return written


def a_task(folder: Path, text: str) -> Path:
    written = folder / "rows.csv"
    written.write_text(text)
    return written


def backtest(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([NERVE, "backtest", *arguments], capture_output=True, text=True, check=False)


def test_every_row_gets_a_score_in_the_order_of_the_file(history: Path, tmp_path: Path) -> None:
    rows = (
        "kep,target_minor,milestone,as_of\n2,28,beta,2023-06-06\n1,27,beta,2023-01-31\n2,27,beta,2023-01-31\n"
    )

    done = backtest(history, "--task", a_task(tmp_path, rows))

    scores = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(one["project"], one["as_of"]) for one in scores] == [
        ("2", "2023-06-06"),
        ("1", "2023-01-31"),
        ("2", "2023-01-31"),
    ]
    assert [float(one["score"]) for one in scores[1:]] == [0.5, 0.5]
    assert float(scores[0]["score"]) > 0.5
    assert done.stderr == ""


def test_with_outcomes_the_measures_are_told_beside_the_plain_rate(history: Path, tmp_path: Path) -> None:
    head, rest = "project,target,milestone,as_of,slipped", "v1.27,beta,2023-01-31"

    done = backtest(history, "--task", a_task(tmp_path, f"{head}\nKEP-1,{rest},0\nKEP-2,{rest},1\n"))

    lines = done.stderr.splitlines()
    assert lines[0] == "2 outcomes, 1 slipped (50.0%)"
    assert [line.split(" AUROC ")[0].strip() for line in lines[1:4]] == [
        "prediction",
        "plan fields disagree x stage, plain",
        "base rate",
    ]
    assert lines[4].startswith("said 0.4 to 0.6:    2 cases")


def test_what_the_history_does_not_know_gets_the_base_rate_and_is_told(history: Path, tmp_path: Path) -> None:
    rows = "project,target,milestone,as_of\nKEP-7,v1.27,beta,2023-01-31\nKEP-1,v1.99,beta,2023-01-31\n"

    done = backtest(history, "--task", a_task(tmp_path, rows))

    assert done.stdout.splitlines()[1] == "KEP-7,beta,v1.27,2023-01-31,0.5"
    assert done.stderr.startswith("2 of 2 rows name a milestone or target that the history did not have then")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("project,milestone,target\n", "no column as_of"),
        ("project,milestone,target,as_of\nA,b,c,soon\n", "rows.csv:2: 'soon' is no date"),
        ("project,milestone,target,as_of,slipped\nA,b,c,2023-01-01,maybe\n", "'maybe' is neither 1 nor 0"),
    ],
)
def test_a_task_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        rows_of(a_task(tmp_path, text))


def test_the_score_of_a_moment_does_not_change_by_what_comes_later() -> None:
    start, due = date(2020, 1, 6), date(2020, 6, 1)
    known = [b.registered(time=b.at(start)), b.forecast("beta", due, time=b.at(start), new_target="v1")]
    later = [b.forecast("beta", date(2020, 9, 1), time=b.at(due), new_target="v2"), b.state("stopped")]
    row = Row("APOLLO", "beta", "v1", "", b.at(due - timedelta(days=28)), None)

    alone, together = (list(score(events, [row])) for events in (known, [*known, *later]))

    assert alone == together


def recorded(file: str) -> list[AnyEvent]:
    path = HISTORIES / file
    if not path.exists():
        pytest.skip(f"{file} is in the sibling folder `shared`, which is not here")
    return list(valid_events(path, None))


@pytest.fixture(scope="module")
def enhancements() -> list[AnyEvent]:
    return recorded("kep/kep_replay_dev.jsonl")


def measured(events: Sequence[AnyEvent], days: int) -> tuple[Quality, Quality]:
    """Of the prediction, and of the plain rate beside it."""
    rows = rows_of(HISTORIES / f"kep/kep_slip_task_{days}d_dev.csv")
    return scores_of(score(events, rows))[:2]


def test_slips_are_ranked_70_days_ahead(enhancements: list[AnyEvent]) -> None:
    found, plain = measured(enhancements, 70)

    assert found.outcomes == 514
    assert found.auroc is not None
    assert found.precision is not None
    assert found.brier is not None
    assert (found.auroc >= 0.75, found.precision >= 0.74, found.brier <= 0.205) == (True, True, True)
    assert plain.auroc is not None
    assert found.auroc > plain.auroc


def test_slips_are_ranked_28_days_ahead(enhancements: list[AnyEvent]) -> None:
    found, plain = measured(enhancements, 28)

    assert found.auroc is not None
    assert plain.auroc is not None
    assert found.auroc >= 0.73
    assert found.auroc > plain.auroc


def test_the_history_after_a_moment_is_not_looked_at(enhancements: list[AnyEvent]) -> None:
    rows = [row for row in rows_of(HISTORIES / "kep/kep_slip_task_70d_dev.csv") if row.as_of < "2022-03-01"]
    until = [event for event in enhancements if event.time < rows[-1].at]

    assert list(score(until, rows)) == list(score(enhancements, rows))


def test_the_next_declared_status_ranks_nearly_as_persistence_and_errs_less_than_the_base_rate() -> None:
    found = next_report.quality_of(next_reports(recorded("gmpp/gmpp_replay_dev.jsonl")))

    assert found.outcomes == 695
    assert found.supported
