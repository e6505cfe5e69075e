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
    asks = ".jp-Dialog button.jp-mod-accept"
    # An order that was lost is given again soon; a slow machine has the time that it needs by the last one.
    for seconds in (15, 45, 120):
        kernel_menu(page, "Restart Kernel and Run All")
        with contextlib.suppress(TimeoutError):
            page.locator(f"{asks}, {well}").first.wait_for(timeout=1000 * seconds)
            if page.locator(asks).count() > 0:
                page.locator(asks).click()
            return page.wait_for_selector(well, timeout=1000 * seconds)
    raise AssertionError("the notebook does not run again")
