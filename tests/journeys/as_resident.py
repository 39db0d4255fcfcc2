"""A resident at the own telephone: in by number and code, in large text, and nothing beside the screen."""

from playwright.sync_api import Page


def enter(page: Page, number: str) -> None:
    """Sign in with an ID number and the code that the demonstration shows."""
    page.goto("/me?text=large")
    page.get_by_role("textbox").fill(number)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("textbox").fill(page.locator(".count").inner_text())
    page.get_by_role("button", name="查看我的补贴").click()


def fits(page: Page) -> None:
    """Nothing stands beside the screen of the telephone."""
    width = page.locator("html").bounding_box()
    assert width is not None
    assert width["width"] <= 360
