"""Every scene of the wall can be read, heard, and told apart without colours; and is reached from a phone."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.gallery import LANDSCAPE, PHONE, PORTRAIT, SCENES, ULTRA, Gallery
from tests.journeys.test_wall_legibility import FLOOR, arc_minutes, texts_on
from tests.servers.browser import in_both_themes

HEADINGS: Final = {"portfolio": "Needs attention", "overview": "Next milestones"}
"""The other scenes are headed by their names."""
PHONES: Final = {"diagonal_mm": 6.1 * 25.4, "distance_mm": 350}
"""In a hand."""
SHAPES: Final = """() => {
    const wrong = [];
    const token = (name, element) => {
        const probe = element.appendChild(document.createElement('i'));
        probe.style.color = `var(--${name})`;
        const colour = getComputedStyle(probe).color;
        probe.remove();
        return colour;
    };
    const letters = {red: ['R'], amber: ['A'], unknown: ['?', ''], green: ['G', ''], none: ['', '\\u2013']};
    const shapes = {
        red: (shape, of) => shape.backgroundColor === of('red') && shape.boxShadow.includes(of('red-outline'))
            && parseFloat(shape.borderRadius) < 20,
        amber: ({backgroundImage: drawn}, of) => drawn.split('conic-gradient').length === 3
            && drawn.includes(of('amber')) && drawn.includes(of('amber-outline')),
        unknown: (_, of, mark) => {
            const {borderTopStyle, borderTopColor, rotate} = getComputedStyle(mark, '::before');
            return borderTopStyle === 'dashed' && borderTopColor === of('unknown') && rotate === '45deg';
        },
        green: ({backgroundImage: drawn}, of) => drawn.includes('radial') && drawn.includes('88%')
            && drawn.includes(of('green')),
        none: ({backgroundImage: drawn}, of) => drawn.includes('radial') && drawn.includes('22%')
            && drawn.includes(of('none')),
    };
    for (const mark of document.querySelectorAll('main.scene .rag[data-rag]')) {
        const {rag, stale} = mark.dataset;
        const shape = getComputedStyle(mark);
        const said = mark.closest('.cell')?.dataset.key ?? mark.parentElement.textContent.trim();
        const letter = mark.textContent.trim();
        const small = letter === '' && mark.closest('.kpi');
        if (!small && !letters[rag].includes(letter)) wrong.push(`${said}: ${rag} has another letter`);
        const of = name => token(name, mark);
        const drawn = shapes[rag](shape, of, mark);
        if (!drawn) wrong.push(`${said}: ${rag} has another shape`);
        const {backgroundImage: all} = shape;
        const flagged = all.startsWith('linear') && all.includes(of('text'));
        if (flagged !== (mark.dataset.mark === 'warning')) wrong.push(`${said}: its flag is another one`);
        const over = getComputedStyle(mark, '::before').backgroundImage;
        if (stale === 'true' && !over.includes('repeating')) wrong.push(`${said}: no hatch`);
    }
    for (const cell of document.querySelectorAll('main.scene .cell[data-rag]')) {
        const mark = cell.matches('.rag') ? cell : cell.querySelector('.rag');
        if (mark?.dataset.rag !== cell.dataset.rag) wrong.push(`${cell.dataset.key}: no shape`);
    }
    return wrong;
}"""
"""What is drawn of a colour otherwise than by its shape, its letter and its token.

An indicator on a tile has a shape only: the tile has the letter.
"""


@pytest.fixture(scope="module", params=SCENES)
def scene(request: pytest.FixtureRequest, gallery: Gallery) -> str:
    """Shown once for all who look at it, with something on it."""
    name = str(request.param)
    gallery.show(name)
    expect(gallery.page.locator("[data-notice]")).to_have_count(0)
    return name


def small(page: Page, size: ViewportSize) -> Iterator[str]:
    """Texts that cannot be read from where the furthest viewer is, or that are beyond the edge."""
    screen = {"width": size["width"], "height": size["height"]}
    for text in texts_on(page, screen):
        angle = arc_minutes(text["size"], screen, **(PHONES if size == PHONE else {}))
        if angle < FLOOR - 0.05 or text["right"] > screen["width"] + 1:
            yield f"{screen}: {text['text']}"


def strange_letters(page: Page) -> Iterator[str]:
    """Texts of which a letter is of a font of this machine."""
    asking = page.context.new_cdp_session(page)
    asking.send("DOM.enable")
    asking.send("CSS.enable")
    root = asking.send("DOM.getDocument")["root"]["nodeId"]
    texts = {"nodeId": root, "selector": "main.scene :not(:has(*), .visually-hidden)"}
    for node in asking.send("DOM.querySelectorAll", texts)["nodeIds"]:
        fonts = asking.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        yield from (
            f"{font['familyName']}: {asking.send('DOM.getOuterHTML', {'nodeId': node})['outerHTML']}"
            for font in fonts
            if not font["isCustomFont"]
        )
    asking.detach()


def test_a_scene_has_its_heading_and_can_be_heard_in_both_themes(scene: str, gallery: Gallery) -> None:
    heading = HEADINGS.get(scene, scene.title())

    expect(gallery.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert in_both_themes(gallery.page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("colours", ["calm", "classic"])
def test_every_state_has_its_shape_its_letter_and_its_token(
    theme: str, colours: str, scene: str, gallery: Gallery
) -> None:
    page = gallery.page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    page.locator("main.scene").evaluate("(scene, style) => { scene.dataset.colours = style }", colours)

    assert page.locator("main.scene .rag").count() > 4, scene
    assert page.evaluate(SHAPES) == []


def test_a_scene_has_letters_of_its_own_font_only(scene: str, gallery: Gallery) -> None:
    assert list(strange_letters(gallery.page)) == [], scene


@pytest.mark.parametrize("size", [LANDSCAPE, ULTRA, PORTRAIT, PHONE], ids=["hd", "4k", "portrait", "phone"])
def test_what_must_be_read_is_at_least_sixteen_arc_minutes_high(
    size: ViewportSize, scene: str, gallery: Gallery
) -> None:
    found = list(small(gallery.page, size))
    gallery.page.set_viewport_size(LANDSCAPE)

    assert found == [], scene


def test_all_states_are_on_the_portfolio(gallery: Gallery) -> None:
    gallery.show("portfolio")

    states = {cell.get_attribute("data-rag") for cell in gallery.page.locator(".cell[data-rag]").all()}

    assert states == {"red", "amber", "unknown", "green", "none"}


def test_every_scene_is_reached_from_a_phone(gallery: Gallery) -> None:
    page = gallery.page
    gallery.show("overview", size=PHONE)
    scenes = page.get_by_role("navigation", name="Scenes")

    scenes.get_by_role("link", name="Portfolio").click()
    expect(page.get_by_role("link", name="All projects")).to_be_visible()
    scenes.get_by_role("link", name="Pool").click()

    expect(page).to_have_url(re.compile("/wall/pool"))
    expect(page.get_by_text("Lisbon")).to_be_visible()
    assert in_both_themes(page) == []
