"""The notebook around a builder, as a person uses it: cells written and run, the kernel's menu."""

import contextlib


def say(page, number, code):
    """Write a cell anew and run it."""
    write(page, number, code)
    page.keyboard.press("Control+Enter")


def write(page, number, code):
    page.locator(".jp-Notebook-cell").nth(number).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def accept(page):
    """The button of Jupyter's own dialog."""
    page.locator(".jp-Dialog button.jp-mod-accept").last.click()
    page.wait_for_selector(".jp-Dialog", state="detached")


def kernel_menu(page, name):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=name).first.click()


def run_anew(builder):
    """Restart and run all; Jupyter asks only where a kernel runs, and loses the order where one is just starting."""
    from playwright.sync_api import TimeoutError

    page = builder.page
    well = ".kw-root:has(.react-flow__node-card):not(:has([data-testid=kw-health]))"
    for _ in range(4):
        kernel_menu(page, "Restart Kernel and Run All")
        with contextlib.suppress(TimeoutError):
            page.locator(".jp-Dialog button.jp-mod-accept").click(timeout=1500)
        with contextlib.suppress(TimeoutError):
            return page.wait_for_selector(well, timeout=15_000)
    raise AssertionError("the notebook does not run again")
