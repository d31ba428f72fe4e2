"""What a room is told: a tone for critical alone, a red that holds its scene, a screen that fell silent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys.hall import Hall, House, a_hall
from tests.servers.browser import in_both_themes
from tests.servers.product import Server

LISTEN: Final = """() => {
    window.notes = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...at) { window.notes += 1; return start.apply(this, at); };
}"""
TURN: Final = timedelta(seconds=30)
HOLD: Final = timedelta(minutes=5)
SECOND: Final = timedelta(seconds=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(shared_server: Server, playwright: Playwright) -> House:
    found = House(shared_server, playwright)
    found.begin("ALPHA", tier=1)
    found.begin("BRAVO", tier=2)
    found.begin("CARGO", tier=1)
    found.begin("DELTA", tier=2)
    return found


@pytest.fixture
def hall(browser: Browser, house: House) -> Iterator[Hall]:
    with a_hall(browser, house.url, house.lead) as found:
        yield found


def listens(page: Page) -> None:
    page.add_init_script(f"({LISTEN})()")


def notes(page: Page) -> int:
    heard: int = page.evaluate("() => window.notes")
    return heard


def is_red(page: Page, code: str) -> None:
    expect(page.locator(f'.grid [data-key="project/{code}"]')).to_have_attribute("data-rag", "red")


def shows(page: Page, scene: str) -> None:
    expect(page.locator(f'.frame[data-scene="{scene}"]')).to_be_visible()


def stand_at(page: Page, moment: datetime) -> None:
    page.clock.set_fixed_time(moment)


def test_a_tone_is_for_critical_alerts_on_screens_that_may_make_one_and_are_not_muted(
    house: House, hall: Hall
) -> None:
    loud = hall.hang("Loud", before=listens, sound=True)
    quiet = hall.hang("Quiet", before=listens)
    loud.mouse.click(5, 5)
    quiet.mouse.click(5, 5)

    house.turn_red("BRAVO")
    is_red(loud, "BRAVO")
    assert notes(loud) == 0, "high is no critical"
    house.turn_red("ALPHA")
    is_red(loud, "ALPHA")
    loud.wait_for_function("() => window.notes === 2")
    is_red(quiet, "ALPHA")
    assert notes(quiet) == 0, "a screen makes no sound unless somebody said so"

    assert hall.tell("Loud", "mute", "on")["state"] == "done"
    house.turn_red("CARGO")
    is_red(loud, "CARGO")
    assert notes(loud) == 2


def test_a_new_red_holds_its_scene_for_five_minutes_and_is_a_count_after_that(
    house: House, hall: Hall
) -> None:
    house.turn_red("DELTA")
    reds = [card for card in house.cards("alert") if card["rule"] == "red"]
    turned = min(datetime.fromisoformat(card["last_at"]) for card in reds)
    wall = hall.hang(
        "Lobby",
        before=lambda page: stand_at(page, datetime.now(UTC)),
        scenes=["portfolio", "freshness"],
        dwell_s=30,
    )

    stand_at(wall, turned + 4 * TURN)
    shows(wall, "portfolio")
    stand_at(wall, turned + 5 * TURN)
    shows(wall, "portfolio")
    stand_at(wall, turned + HOLD - SECOND)
    shows(wall, "portfolio")

    after = (turned + HOLD - EPOCH) // TURN + 1
    freshness = EPOCH + (after + (after + 1) % 2) * TURN + SECOND
    stand_at(wall, freshness)
    shows(wall, "freshness")
    expect(wall.locator('[data-count="red"]')).to_contain_text(str(len(reds)))
    stand_at(wall, freshness + TURN)
    shows(wall, "portfolio")


def test_a_silent_screen_is_a_row_of_the_inventory_and_a_low_alert_until_it_is_heard_of(
    house: House, hall: Hall, browser: Browser
) -> None:
    place = {"columns": 2, "rows": 1, "column": 1, "row": 1}
    lobby = hall.hang("Lobby", portfolio="global", group="hall", canvas=place)
    wall = hall.hang("Hall", scenes=["alerts"])
    office = browser.new_context(storage_state=house.lead.storage_state()).new_page()
    office.goto(f"{house.url}/settings/screens")
    row = office.locator("tr[data-screen]").filter(has_text="Lobby")
    expect(row).to_have_attribute("data-condition", "live", timeout=15_000)

    hall.take_away(lobby)
    house.let_pass(timedelta(minutes=4), hall.id_of("Lobby"))
    office.reload()
    expect(row).to_have_attribute("data-condition", "silent")
    expect(office.get_by_test_id("silent-screens")).to_contain_text("Lobby has been silent since")
    expect(office.locator('[data-canvas="hall"]')).to_contain_text("1 of 2 places show nothing")
    office.get_by_role("button", name="Manage Lobby").click()
    office.get_by_role("button", name="Edit").click()
    office.get_by_text("Night, sound, group and canvas, colours").last.click()
    assert in_both_themes(office) == []
    wall.reload()
    alert = wall.locator(".alert").filter(has_text="Screen Lobby")
    expect(alert).to_have_attribute("data-severity", "low")

    office.get_by_role("button", name="Acknowledge Lobby").click()
    expect(office.get_by_test_id("silent-screens")).to_contain_text("acknowledged")
    office.context.close()
