"""Going through a page with the keys alone, as somebody without a mouse does."""

from __future__ import annotations

from playwright.sync_api import Frame, Page

MATCHES = """([selector, text]) => {
  const node = document.activeElement;
  return node.matches(selector) && (node.textContent + (node.ariaLabel ?? "")).includes(text);
}"""
STOP = """() => {
  const { tagName, ariaLabel, textContent } = document.activeElement;
  return `${tagName.toLowerCase()} ${ariaLabel ?? textContent.trim()}`;
}"""


def press_until(
    page: Page, selector: str, text: str = "", *, inside: Frame | None = None, most: int = 90
) -> None:
    """Go on with the Tab key until something has the focus, in the page or in a frame of it.

    Raises
    ------
    AssertionError
        If it is not reached within `most` steps.
    """
    for _ in range(most):
        page.keyboard.press("Tab")
        if (inside or page).evaluate(MATCHES, [selector, text]):
            return
    raise AssertionError(f"{selector} {text!r} is not reached by keyboard")


def stops_between(page: Page, start: str, goal: str, *, most: int = 200) -> list[str]:
    """Return what the Tab key stops at on its way from one place to another, both left out.

    Raises
    ------
    AssertionError
        If the goal is not reached within `most` steps.
    """
    page.locator(start).first.evaluate("node => { node.tabIndex = -1; node.focus(); }")
    stops: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(MATCHES, [goal, ""]):
            return stops
        stops.append(page.evaluate(STOP))
    raise AssertionError(f"{goal} is not reached by keyboard: {stops}")


def follow(page: Page, text: str) -> None:
    """Go to a link of the content by its words and follow it."""
    press_until(page, "main a", text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
