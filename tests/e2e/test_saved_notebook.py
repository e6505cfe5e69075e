"""What a notebook holds that was saved in the browser, and what is seen of it without a kernel."""

import base64
import json

import pytest
from PIL import Image

from engine.experiment import read_experiment, text_in_picture
from kwidgets import Builder
from tests.e2e import jupyter
from tests.e2e.builder_page import BuilderPage
from tests.e2e.cells import DIGITS, EMPTY

WIDGETS = "@jupyter-widgets/jupyterlab-manager:plugin"
# The outputs of the first cell that are seen, as far as the eye goes: pictures, sentences, live views, other words.
SEEN = """() => {
  const outputs = document.querySelector('.jp-CodeCell .jp-OutputArea');
  const seen = (one) => one !== null && one.checkVisibility() && one.getBoundingClientRect().height > 2;
  const all = (what) => [...outputs.querySelectorAll(what)].filter(seen);
  return {
    pictures: all('img').length,
    live: all('.kw-root').length,
    words: [...outputs.querySelectorAll('.jp-OutputArea-output')].filter(seen).map((one) => one.innerText.trim())
      .filter((text) => text !== ''),
  };
}"""


def save(page):
    page.keyboard.press("Control+s")


def outputs(path):
    content = json.loads(path.read_text())
    return [output for cell in content["cells"] for output in cell["outputs"] if "data" in output]


def units(path):
    """The widths of the layers of the model that the saved picture carries."""
    pictures = [o["data"]["image/png"] for o in outputs(path) if "image/png" in o["data"]]
    text = text_in_picture(base64.b64decode("".join(pictures[-1]))) if pictures else None
    layers = [] if text is None else read_experiment(text)["config"]["layers"]
    return [layer["config"]["units"] for layer in layers if "units" in layer["config"]]


def widen(builder, count):
    """Give a layer so many units, by mouse and keys."""
    builder.node("dense_1@0").click()
    builder.field("units").click()
    builder.page.keyboard.press("Control+a")
    builder.page.keyboard.type(str(count))
    builder.page.keyboard.press("Enter")
    builder.until(lambda: builder.shape("dense_1@0") == str(count))


def until_saved(builder, path, count):
    def saved():
        save(builder.page)
        builder.page.wait_for_timeout(1000)
        try:
            return count in units(path)
        except json.JSONDecodeError:  # the server is writing it just now
            return False

    builder.until(saved)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_the_saved_picture_is_the_graph_as_it_was_edited_and_the_live_view_stays(open_builder, light, folder, app):
    name = f"saved_{app}"
    builder = open_builder(light, name, DIGITS, app=app)
    path, page = folder / f"{name}.ipynb", builder.page
    builder.root.evaluate("(root) => { root.dataset.first = 'yes'; }")
    widen(builder, 77)
    until_saved(builder, path, 77)
    # The view that stood there before is the one that stands there now, and nothing else is seen.
    assert builder.root.get_attribute("data-first") == "yes"
    seen = page.evaluate(SEEN)
    assert (seen["pictures"], seen["live"]) == (0, 1)
    # A page that is loaded anew has forgotten which outputs the kernel's updates are for.
    page.reload()
    builder.wait()
    widen(builder, 55)
    until_saved(builder, path, 55)
    assert page.evaluate(SEEN)["pictures"] == 0
    assert sum("image/png" in output["data"] for output in outputs(path)) == 1


def test_a_notebook_that_is_opened_without_its_kernel_shows_the_picture_and_one_sentence(
    open_builder, light, folder, context
):
    builder = open_builder(light, "asleep", DIGITS)
    until_saved(builder, folder / "asleep.ipynb", 10)
    seen = seen_without_kernel(builder, context, light, "asleep.ipynb")
    assert seen["live"] == 0
    (sentence,) = seen["words"]
    assert sentence.startswith("Run this cell to edit; the picture is of ")


def seen_without_kernel(builder, context, light, name):
    """What is seen of a notebook that is opened after its kernel was shut down, and the errors that the page has told."""
    page = builder.page
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Shut Down Kernel", exact=True).click()
    builder.until(lambda: page.get_by_text("No Kernel").count() > 0)
    page.goto("about:blank")
    again = context.new_page()
    errors = []
    again.on("pageerror", lambda error: errors.append(str(error)))
    reopened = BuilderPage(again, forgive=True)
    try:
        jupyter.open_notebook(again, *light, name)
        reopened.until(lambda: again.evaluate(SEEN)["pictures"] == 1)
        again.wait_for_timeout(3000)
        reopened.until(lambda: len(again.evaluate(SEEN)["words"]) == 1)
        return {**again.evaluate(SEEN), "errors": errors}
    finally:
        again.close()


FIT = """import numpy as np
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import LiveCurves
m = Sequential([Dense(1, input_shape=(3,))])
m.compile('sgd', 'mse')
h = m.fit(np.zeros((64, 3)), np.zeros((64, 1)), epochs=3, verbose=0, callbacks=[LiveCurves()])"""


@pytest.mark.parametrize(
    ("name", "cell", "says"),
    [
        ("edited", DIGITS, "Run this cell to edit; the picture is of "),
        ("fitted", FIT, "Run this cell to train; the picture is of "),
    ],
    ids=["edited", "fitted"],
)
def test_a_notebook_with_the_state_of_its_widgets_shows_the_picture_and_how_to_bring_it_to_life(
    open_builder, light, folder, context, name, cell, says
):
    path = folder / f"state_{name}.ipynb"

    def stored():
        save(builder.page)
        builder.page.wait_for_timeout(1000)
        widgets = json.loads(path.read_text())["metadata"].get("widgets", {})
        states = [one for known in widgets.values() for one in known["state"].values()]
        widths = [output["metadata"]["image/png"]["width"] for output in outputs(path) if "image/png" in output["data"]]
        return len(widths) == 1 and widths[0] > 1 and any(one["model_module"] == "anywidget" for one in states)

    with jupyter.setting(*light, WIDGETS, {"saveState": True}):
        builder = open_builder(light, f"state_{name}", cell)
        builder.until(stored)
    seen = seen_without_kernel(builder, context, light, path.name)
    assert (seen["live"], seen["errors"]) == (0, [])
    (sentence,) = seen["words"]
    assert sentence.startswith(says)


def dropped(builder, path, where=".kw-canvas"):
    """Drop a file as a hand does that drags it in from another program; the browser lets no test begin such a drag."""
    data = base64.b64encode(path.read_bytes()).decode()
    transfer = builder.page.evaluate_handle(
        """([name, data]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], name));
          return transfer;
        }""",
        [path.name, data],
    )
    target = builder.root.locator(where)
    target.dispatch_event("dragenter", {"dataTransfer": transfer})
    target.dispatch_event("dragover", {"dataTransfer": transfer})
    builder.until(lambda: builder.root.get_by_text("Let go to open it").count() == 1)
    target.dispatch_event("drop", {"dataTransfer": transfer})


def undo(builder):
    """As soon as the keys are the builder's, which they become when the dropped file is open."""
    builder.until(lambda: builder.page.evaluate("() => document.activeElement.closest('.kw-root') !== null"))
    builder.page.keyboard.press("Control+z")


def test_a_picture_that_is_dropped_on_the_canvas_becomes_the_model_again(open_builder, light, tmp_path):
    taken = Builder(template="digits_perceptron")
    for ending in ("png", "svg", "yaml"):
        taken.save(tmp_path / f"digits.{ending}")
    nodes = [card["id"] for card in taken.document.graph()["cards"]]
    taken.close()
    builder = open_builder(light, "dropped", EMPTY)
    dropped(builder, tmp_path / "digits.png", ".kw-drop")
    builder.until(lambda: builder.nodes() == nodes)
    undo(builder)
    builder.until(lambda: builder.nodes() == [])
    dropped(builder, tmp_path / "digits.yaml", ".kw-drop")
    builder.until(lambda: builder.nodes() == nodes)
    widen(builder, 31)
    dropped(builder, tmp_path / "digits.svg")
    builder.until(lambda: builder.shape("dense_1@0") != "31")
    undo(builder)
    builder.until(lambda: builder.shape("dense_1@0") == "31")
    Image.new("RGB", (2, 2)).save(tmp_path / "photo.png")
    dropped(builder, tmp_path / "photo.png")
    builder.until(lambda: builder.root.get_by_text("'photo.png' is a picture without a model inside.").count() == 1)
    assert builder.shape("dense_1@0") == "31"
