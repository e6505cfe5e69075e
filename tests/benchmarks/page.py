"""`python -m tests.benchmarks page`: what the builder's page costs: edits, frames a second, letters, bytes.

Edits are timed from the message to the state that goes out (Python alone), and from Enter in a field to the text of
the last card (the browser, in JupyterLab). Frames are those of the browser while the mouse drags, pans or zooms: the
median and the 95th percentile of the time between two. A headless browser draws without a graphics card.
"""

from __future__ import annotations

import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import comm

from engine.layers import Conv1D, Dense
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.widgets.base import STATIC
from tests.e2e import browser, jupyter
from tests.e2e.builder_page import BuilderPage

EDITS = 15
MOVES = 90
# Heights of what is written on the cards, in px of the screen.
LETTERS = """() => [...document.querySelectorAll('.kw-card-title')].map((one) =>
  parseFloat(getComputedStyle(one).fontSize) * one.getBoundingClientRect().width / one.offsetWidth)"""
WATCH = """() => {
  window.kwFrames = [];
  let before = performance.now();
  const draw = (now) => { window.kwFrames.push(now - before); before = now; window.kwFrame = requestAnimationFrame(draw); };
  window.kwFrame = requestAnimationFrame(draw);
}"""
SEEN = "() => { cancelAnimationFrame(window.kwFrame); return window.kwFrames.slice(2); }"


class _Wire(comm.base_comm.BaseComm):
    """Packs messages as a kernel does, and sends them nowhere."""

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        json.dumps([msg_type, data or {}, metadata or {}, keys], default=str).encode()


def stack(layers: int) -> Sequential:
    """A stack of that many Dense layers, each of another width, so that none repeats."""
    first = Dense(8, input_shape=(64,))
    return Sequential([first, *(Dense(8 + number) for number in range(1, layers))])


def windows(layers: int) -> Sequential:
    """A stack of that many Conv1D layers, whose results all change with the length of the first one's."""
    first = Conv1D(4, 1, input_shape=(64, 4))
    return Sequential([first, *(Conv1D(4 + number % 3, 1) for number in range(1, layers))])


def cell(layers: int) -> str:
    """Code that shows a builder with every layer of such a stack as a card of its own."""
    return (
        "from kwidgets import Builder\nfrom tests.benchmarks.page import stack\n"
        f"b = Builder(stack({layers}))\nb.document.open_all()\nb"
    )


def say(what: str, figure: str) -> None:
    """One line."""
    print(f"{what:<64}{figure:>20}", flush=True)


def edits_in_python(layers: int) -> None:
    """From the message of the page to the state that has been sent."""
    comm.create_comm = lambda *args, **keys: _Wire(*args, **keys)
    builder = Builder(stack(layers))
    first = next(card["layer"] for card in builder.document.graph()["cards"] if card["class_name"] == "Dense")
    builder.view.settled()
    seconds: list[float] = []
    for units in range(100, 100 + EDITS):
        start = time.perf_counter()
        builder.view.edit({"do": "set", "layers": [first], "field": "units", "value": units})
        builder.view.settled()
        seconds.append(time.perf_counter() - start)
    say(f"edit of the first of {layers} layers until the state is sent", f"{1e3 * statistics.median(seconds):.1f} ms")
    copies: list[float] = []
    for units in range(300, 300 + EDITS):
        builder.view.edit({"do": "set", "layers": [first], "field": "units", "value": units})
        builder.view.settled()
        start = time.process_time()
        builder.document.yaml()
        copies.append(time.process_time() - start)
    say(f"the copy that a lost kernel leaves, of {layers} layers", f"{1e3 * statistics.median(copies):.1f} ms")
    builder.close()


def foresight_in_python(layers: int) -> None:
    """What the search asks: a row's consequences where they reach every layer, and the list of all that does not fit."""
    builder = Builder(windows(layers))
    builder.document.open_all()
    first = next(card["id"] for card in builder.document.graph()["cards"] if card["class_name"] == "Conv1D")
    pad = {"do": "add", "class_name": "ZeroPadding1D", "after": first}
    questions: dict[str, Callable[[], Any]] = {
        "what a layer would change of": lambda: builder.document.consequences(pad),
        "rows of an empty search in": lambda: builder.document.search("", first),
        "the same with all that does not fit, in": lambda: builder.document.search("", first, everything=True),
    }
    for what, ask in questions.items():
        seconds: list[float] = []
        for _ in range(EDITS):
            start = time.perf_counter()
            ask()
            seconds.append(time.perf_counter() - start)
        say(f"{what} {layers} layers", f"{1e3 * statistics.median(seconds):.1f} ms")
    builder.close()


def edits_in_browser(builder: BuilderPage, layers: int) -> None:
    """From Enter in the field of a layer until its card has the new text."""
    node = builder.nodes()[1]
    builder.node(node).click()
    builder.field("units").wait_for()
    seconds: list[float] = []
    for units in range(500, 500 + EDITS):
        builder.field("units").fill(str(units))
        seconds.append(builder.page.evaluate(TIMED_EDIT, [node, str(units)]))
    say(f"Enter in a field until the card says it, {layers} layers", f"{statistics.median(seconds):.0f} ms")


TIMED_EDIT = """([node, text]) => new Promise((done) => {
  const shape = document.querySelector(`[data-testid="kw-node-${node}"] [data-testid="kw-node-shape"]`);
  const field = document.querySelector('.kw-inspector [data-field="units"]');
  const start = performance.now();
  const observer = new MutationObserver(() => {
    if (shape.textContent !== text) return;
    observer.disconnect();
    done(performance.now() - start);
  });
  observer.observe(shape, { childList: true, characterData: true, subtree: true });
  field.focus();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
})"""


def frames(builder: BuilderPage, what: str, act: Callable[[], None]) -> None:
    """Frames of the browser while something goes on."""
    builder.settled()
    builder.page.evaluate(WATCH)
    act()
    seen = sorted(builder.page.evaluate(SEEN))
    middle, slow = statistics.median(seen), seen[int(0.95 * (len(seen) - 1))]
    say(f"{what}: {len(seen)} frames, median and 95th percentile", f"{middle:.1f}, {slow:.1f} ms")


def gestures(builder: BuilderPage, cards: int) -> None:
    """Pan, zoom and drag with the mouse."""
    mouse = builder.page.mouse

    def pulled(start: tuple[float, float]) -> None:
        mouse.move(*start)
        mouse.down()
        for step in range(MOVES):
            mouse.move(start[0] - step, start[1] + (step % 30))
        mouse.up()

    def zoomed() -> None:
        mouse.move(*builder.canvas_point(0.5, 0.5))
        builder.page.keyboard.down("Control")
        for step in range(MOVES):
            mouse.wheel(0, 20 if step % 30 < 15 else -20)
        builder.page.keyboard.up("Control")

    builder.root.locator(".kw-canvas").focus()
    frames(builder, f"pan, {cards} cards", lambda: pulled(builder.canvas_point(0.97, 0.5)))
    frames(builder, f"zoom, {cards} cards", zoomed)
    shown = [node for node in builder.nodes() if in_sight(builder, node, margin=90)]
    frames(
        builder, f"drag of a card, {cards} cards", lambda: pulled(builder.middle(builder.node(shown[len(shown) // 2])))
    )
    builder.root.get_by_role("button", name="Show all").click()
    builder.until(lambda: len(builder.nodes()) > cards)
    frames(builder, f"pan, all {cards} in sight", lambda: pulled(builder.canvas_point(0.97, 0.9)))
    frames(builder, f"zoom, all {cards} in sight", zoomed)


def in_sight(builder: BuilderPage, node: str, margin: float = 0) -> bool:
    """Whether a whole card is on the canvas, that far (px) from its edges."""
    canvas, box = builder.root.locator(".kw-canvas").bounding_box(), builder.node(node).bounding_box()
    across = canvas["x"] + margin <= box["x"] and box["x"] + box["width"] <= canvas["x"] + canvas["width"] - margin
    return across and (
        canvas["y"] + margin <= box["y"] and box["y"] + box["height"] <= canvas["y"] + canvas["height"] - margin
    )


def in_browser() -> None:
    """Everything that needs a browser: one server, one page a model."""
    with (
        tempfile.TemporaryDirectory() as name,
        jupyter.lab(Path(name)) as (address, token),
        browser.started() as context,
    ):

        def opened(title: str, code: str) -> BuilderPage:
            jupyter.write_notebook(Path(name) / f"{title}.ipynb", code)
            page = context.new_page()
            builder = BuilderPage(page)
            jupyter.open_notebook(page, address, token, f"{title}.ipynb", "lab")
            jupyter.run_all(page)
            return builder.wait()

        hundred = opened("hundred", cell(100))
        hundred.until(lambda: len(hundred.nodes()) > 3)
        edits_in_browser(hundred, 100)
        many = opened("many", cell(300))
        many.until(lambda: len(many.nodes()) > 3)
        gestures(many, 300)
        for template in ("digits_cnn", "vgg16", "resnet50"):
            shown = opened(template, f"from kwidgets import Builder\nb = Builder(template='{template}')\nb")
            shown.until(lambda shown=shown: len(shown.nodes()) > 3)
            shown.settled()
            letters = statistics.median(shown.page.evaluate(LETTERS))
            inside = sum(in_sight(shown, node) for node in shown.nodes())
            say(
                f"{template}: height of class names; cards on the screen",
                f"{letters:.1f} px, {inside} of {len(shown.nodes())}",
            )


def bundle() -> None:
    """The program that a page fetches once."""
    for name in ("kwidgets.js", "kwidgets.css"):
        say(f"{name}, gzip", f"{len(gzip.compress((STATIC / name).read_bytes(), 9)) / 1000:.0f} KB")


def run(_: Any = None) -> None:
    """All figures."""
    bundle()
    for layers in (100, 300, 1000):
        edits_in_python(layers)
    for layers in (30, 300):
        foresight_in_python(layers)
    in_browser()
