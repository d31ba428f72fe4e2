"""A screen shows who answers for a project only where it may show the names of people."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.gallery import Gallery
from tests.journeys.hall import Hall, a_hall


@pytest.fixture
def hall(browser: Browser, gallery: Gallery) -> Iterator[Hall]:
    with a_hall(browser, gallery.server.url, gallery.page.request) as found:
        yield found


def test_alerts_say_who_answers_where_names_may_be_shown_and_that_they_do_not_elsewhere(hall: Hall) -> None:
    inside = hall.hang("Office", portfolio="global", scenes=["alerts"], names=True)
    outside = hall.hang("Lobby", portfolio="global", scenes=["alerts"])

    expect(inside.locator(".alert").filter(has_text="Meridian").first).to_contain_text("B. Novak")
    expect(inside.get_by_text("owners are not shown here")).to_have_count(0)
    expect(outside.locator(".alert").filter(has_text="Meridian").first).to_be_visible()
    expect(outside.get_by_text("owners are not shown here")).to_be_visible()
    expect(outside.get_by_text("B. Novak")).to_have_count(0)
