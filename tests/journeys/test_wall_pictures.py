"""Every scene looks as it did when somebody last looked at it: ten scenes, two themes, and other eyes."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.gallery import PHONE, PORTRAIT, SCENES, ULTRA, Gallery
from tests.journeys.pictures import Pictures, require_the_pinned_browser

SIZES: Final = {"4k": ULTRA, "portrait": PORTRAIT, "phone": PHONE}
DEFICIENCIES: Final = ("deuteranopia", "protanopia", "tritanopia")
LOOKED_AT_CLOSELY: Final = ("portfolio", "risks")


@pytest.fixture(scope="module")
def pictures(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pictures]:
    found = Pictures(browser, tmp_path_factory.mktemp("differences"))
    yield found
    found.close()


@pytest.fixture(scope="session", autouse=True)
def pinned(browser: Browser) -> None:
    """Before anything else is made ready."""
    require_the_pinned_browser(browser.version)


@pytest.fixture(scope="module", params=LOOKED_AT_CLOSELY)
def scene(request: pytest.FixtureRequest, gallery: Gallery) -> str:
    """Shown once for all who look at it."""
    gallery.show(request.param)
    return str(request.param)


def in_theme(gallery: Gallery, theme: str) -> Page:
    gallery.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    return gallery.page


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_looks_as_it_was_drawn_in_both_themes(
    name: str, gallery: Gallery, pictures: Pictures
) -> None:
    gallery.show(name)

    dark = pictures.differences(in_theme(gallery, "dark"), f"{name}-dark")
    light = pictures.differences(in_theme(gallery, "light"), f"{name}-light")

    assert [*dark, *light] == []


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_a_scene_looks_as_it_was_drawn_to_whoever_sees_other_colours(
    scene: str, deficiency: str, gallery: Gallery, pictures: Pictures
) -> None:
    emulation = gallery.page.context.new_cdp_session(gallery.page)
    emulation.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})

    found = pictures.differences(gallery.page, f"{scene}-{deficiency}")
    emulation.send("Emulation.setEmulatedVisionDeficiency", {"type": "none"})

    assert found == []


def test_a_scene_looks_as_it_was_drawn_in_forced_colours(
    scene: str, gallery: Gallery, pictures: Pictures
) -> None:
    gallery.page.emulate_media(forced_colors="active")

    found = pictures.differences(gallery.page, f"{scene}-forced-colours")
    gallery.page.emulate_media(forced_colors="none")

    assert found == []


def test_a_scene_looks_as_it_was_drawn_without_motion(
    scene: str, gallery: Gallery, pictures: Pictures
) -> None:
    gallery.page.emulate_media(reduced_motion="reduce")
    gallery.page.evaluate("() => document.querySelector('.cell')?.setAttribute('data-pulse', 'true')")

    found = pictures.differences(gallery.page, f"{scene}-reduced-motion")
    gallery.page.evaluate("() => document.querySelector('.cell')?.removeAttribute('data-pulse')")
    gallery.page.emulate_media(reduced_motion="no-preference")

    assert found == []


@pytest.mark.parametrize("size", SIZES)
def test_a_scene_looks_as_it_was_drawn_on_another_screen(
    scene: str, size: str, gallery: Gallery, pictures: Pictures
) -> None:
    gallery.show(scene, size=SIZES[size])

    assert pictures.differences(gallery.page, f"{scene}-{size}") == []
