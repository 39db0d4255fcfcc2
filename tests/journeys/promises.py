"""What every page promises, in every language and text size: asserted on each page of a journey."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, Response, expect

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SEEN = """element => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const there = document.elementFromPoint(left + width / 2, top + height / 2);
  return element.contains(there) && getComputedStyle(element).outlineStyle === "solid";
}"""
"""Nothing lies over the middle of what has the focus, and there is a line around it."""
REQUESTS_MAX, BYTES_MAX = 6, 40_000
_WIDTHS = (640, 360)
"""A desk's 1280 px at 200 % zoom, and a telephone."""
_WEIGHT = """() => {
  const parts = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return [parts.length, parts.reduce((sum, part) => sum + part.encodedBodySize, 0)];
}"""
"""What the page and its parts weigh on their way, whether or not the browser had some of them."""


_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}"""
"""Ids that stand twice on the page; axe looks only at those that a label or a description names."""


def assert_accessible(page: Page) -> None:
    """Nothing on the page breaks a rule of axe; needs a browser with script."""
    found = _violations(page)
    assert not found, [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found]


def _violations(page: Page) -> list[dict[str, Any]]:
    """Look at the page that is there when the look ends.

    A click returns before the page it leads to has come, and may take away the one being looked
    at; then the look begins again on the new one. A page that goes away three times is a fault.
    """
    # What is right need not be told in full: on long tables the telling is a third of the look.
    options = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
    trouble = ""
    for _ in range(3):
        try:
            page.wait_for_load_state()
            address = page.url
            found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
            found += [
                {"id": "id-twice", "impact": "serious", "nodes": [{"html": one}]}
                for one in page.evaluate(_TWICE)
            ]
        except Error as broken:
            trouble = str(broken)
        else:
            if page.url == address:
                return found
    raise AssertionError(f"the page did not stay to be looked at: {trouble or page.url}")


def assert_calm(page: Page) -> None:
    """No report of the content policy, no error in the console, nothing beside the screen at 360 px."""
    assert not getattr(page, "noises", []), page.noises  # type: ignore[attr-defined]
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    over = page.evaluate(_OVERFLOW)
    if before:
        page.set_viewport_size(before)
    assert over <= 0, f"the page is {over} px wider than a phone of 360 px"


def keeps_the_promises(page: Page) -> None:
    """Both at once, for a page whose width does not matter to what it shows."""
    assert_accessible(page)
    assert_calm(page)


def assert_fits(page: Page) -> None:
    """Nothing stands beside the screen at the width the page has now."""
    over = page.evaluate(_OVERFLOW)
    assert over <= 0, f"the page is {over} px wider than its window"


def quiet(page: Page) -> Page:
    """Forget what a browser notes about an answer that was meant to be refused."""
    page.noises = []  # type: ignore[attr-defined]
    return page


def press_by_keyboard(page: Page, role: Literal["link", "button"], name: str) -> None:
    """Reach a link or button with the Tab key alone, and press Enter on it."""
    reach_by_keyboard(page, page.get_by_role(role, name=name))
    page.keyboard.press("Enter")


def type_by_keyboard(page: Page, label: str, text: str) -> None:
    """Reach a field with the Tab key alone, and type into it."""
    reach_by_keyboard(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


def reach_by_keyboard(page: Page, wanted: Locator) -> None:
    """Press the Tab key until it has the focus, and see that one sees so."""
    expect(wanted).to_be_visible()
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate(_SEEN), f"the focus is not seen: {wanted}"
            return
    raise AssertionError(f"{wanted} cannot be reached with the keyboard")


def assert_light(page: Page, address: str) -> None:
    """The page comes whole with few requests and few bytes, asked for by a browser that has none of it.

    Counted as they came over the line, compressed.
    """
    answers: list[Response] = []
    page.goto("about:blank")  # Nothing of the page before may still be on its way.
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks it
    page.goto(address, wait_until="networkidle")
    assert len(answers) <= REQUESTS_MAX, [answer.url for answer in answers]
    sizes = {answer.url: _came(answer) for answer in answers}
    assert sum(sizes.values()) <= BYTES_MAX, sizes


def _came(answer: Response) -> int:
    """Return how many bytes of an answer's body came over the line."""
    return answer.request.sizes()["responseBodySize"]


def faults_of(page: Page, address: str) -> list[str]:
    """Open a page and return, in words, every promise that it breaks; needs a browser with script."""
    page.noises = []  # type: ignore[attr-defined]
    answer = page.goto(address, wait_until="load")
    where = f"{address} ({page.evaluate('document.documentElement.lang')}, {_width(page)} px)"
    found = [] if answer and answer.ok else [f"answered {answer.status if answer else 'nothing'}"]
    found += [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html']}" for one in _violations(page)
    ]
    requests, size = page.evaluate(_WEIGHT)
    if requests > REQUESTS_MAX or size > BYTES_MAX:
        found.append(f"{requests} requests and {size} bytes")
    for width in _WIDTHS if _width(page) > min(_WIDTHS) else ():
        before = page.viewport_size
        page.set_viewport_size({"width": width, "height": 740})
        found += _over(page)
        if before:
            page.set_viewport_size(before)
    found += _over(page)
    found += getattr(page, "noises", [])
    return [f"{where}: {fault}" for fault in found]


def _over(page: Page) -> list[str]:
    over = page.evaluate(_OVERFLOW)
    return [f"{over} px beside a screen of {_width(page)}"] if over > 0 else []


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0
