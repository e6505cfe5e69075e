"""A page that sleeps, loses its connection, is reloaded or is one of two: what it shows in the end is what was recorded."""

import re

from tests.e2e.builder_page import BuilderPage
from tests.e2e.cells import ENDLESS
from tests.e2e.notebook_page import load_anew, save, say
from tests.e2e.test_training import LONG_RUN, STACK, paste

HOUR = "01:00:00"
# Minutes of work for any machine: the training outlasts what is done to its page, and is stopped when that was done.
# Its batches stay fewer than a series holds before it is thinned.
EPOCHS = 60
WIDE = 300_000
RECORDED = "print('recorded', sum(len(piece.xs) for piece in b.session.stream.curves.pieces()))"


def recorded(builder):
    """How many points the kernel has, as a cell prints it."""
    say(builder.page, 1, RECORDED)
    output = builder.page.locator(".jp-OutputArea-output", has_text="recorded").last
    output.wait_for()
    return int(re.search(r"recorded (\d+)", output.inner_text()).group(1))


def frozen(page, milliseconds):
    """The browser gives the page no time at all, as to a tab that was long in the background."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.context.pages[0].wait_for_timeout(milliseconds)
    session.send("Page.setWebLifecycleState", {"state": "active"})
    session.detach()


def test_a_page_shows_every_point_after_sleep_lost_connection_reload_and_beside_another_tab(
    open_builder, light, context
):
    builder = open_builder(light, "lasting", LONG_RUN, "'talk'")
    page = builder.page
    paste(builder, STACK.replace(f"epochs: {ENDLESS}", f"epochs: {EPOCHS}").replace("units: 64", f"units: {WIDE}"))
    save(builder)
    other_page = context.new_page()
    other_page.goto(f"{light[0]}/lab/workspaces/other/tree/lasting.ipynb?token={light[1]}")
    other = BuilderPage(other_page).wait()
    other.until(lambda: len(other.nodes()) == 3)
    page.bring_to_front()

    builder.go("Train")
    builder.train()
    builder.until(lambda: builder.run_state() == "running")
    builder.until(lambda: builder.points() > 100)
    other.go("Train")
    other.until(lambda: other.points() > 100)
    frozen(other_page, 2000)
    page.clock.install()
    page.clock.fast_forward(HOUR)
    page.clock.resume()
    context.set_offline(True)
    page.wait_for_timeout(2000)
    context.set_offline(False)
    load_anew(builder, light, "lasting.ipynb")
    builder.go("Train")
    builder.until(lambda: builder.run_state() == "running")

    back = builder.points()
    assert back > 100
    builder.until(lambda: builder.points() > back)
    builder.press("Stop")
    for one in (builder, other):
        one.page.bring_to_front()
        one.until(lambda one=one: one.run_state() == "stopped")
    count = recorded(builder)
    for one in (builder, other):
        one.until(lambda one=one: one.points() == count)
    other_page.close()
    # What the browser and Jupyter say of a connection that is gone is wanted here.
    gone = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    builder.errors = [error for error in builder.errors if not any(words in error for words in gone)]
