"""Long work gives way to the event loop, and rests only where the loop is busy with others."""

import asyncio
import time
from collections.abc import Generator

from app.operations.turns import BUSY, Turns


def work(cpu_s: float) -> Generator[None, None, str]:
    """Steps that keep the processor busy for so long."""
    began = time.thread_time()
    while time.thread_time() - began < cpu_s:
        yield
    return "done"


async def busy(stop: asyncio.Event) -> int:
    """Somebody who always has something to do on the loop; how often it had a turn."""
    turns = 0
    while not stop.is_set():
        began = time.thread_time()
        while time.thread_time() - began < 0.004:
            pass
        turns += 1
        await asyncio.sleep(0)
    return turns


async def beside_somebody_busy(turns: Turns) -> int:
    """How many turns the other had while the work was done."""
    stop = asyncio.Event()
    other = asyncio.create_task(busy(stop))
    await turns.take(work(0.1))
    stop.set()
    assert turns.others > BUSY
    return await other


async def test_what_the_work_comes_to_is_returned_and_its_processor_time_counted() -> None:
    turns = Turns()

    assert await turns.take(work(0.02)) == "done"
    assert turns.cpu_s > 0.01


async def test_a_loop_that_only_waits_is_not_busy_however_many_events_are_recorded() -> None:
    turns = Turns(recording=lambda: True)

    await turns.take(work(0.05))

    assert turns.others < BUSY


async def test_a_loop_that_others_keep_busy_is_given_more_turns_while_events_are_recorded() -> None:
    alike, gentle = await beside_somebody_busy(Turns()), await beside_somebody_busy(Turns(lambda: True))

    assert gentle > alike
