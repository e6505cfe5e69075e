"""In a real kernel, without a browser: what leaves while a cell runs, and how the interrupt button ends it."""

import os
import queue
import time

import pytest

from .kernels import environment, of_this_python

jupyter_client = pytest.importorskip("jupyter_client")
LONG = 120

PREPARE = """
import numpy as np
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder, LiveCurves
from kwidgets.widgets.base import View
import pathlib, tempfile
View.static_folder = pathlib.Path(tempfile.mkdtemp())
for name in ("loader.js", "kwidgets.js", "kwidgets.css"):
    (View.static_folder / name).write_text("")
x = np.random.default_rng(0).normal(size=(256, 3)).astype("float32")
y = x.sum(1, keepdims=True)
model = Sequential([Dense(4, input_dim=3), Dense(1)])
model.compile("sgd", "mse")
"""


# ipykernel below 7 has one thread for cells and for messages; ipykernel 7 without its thread for the channel is the same.
WITHOUT_SUBSHELLS = """
from ipykernel.kernelapp import IPKernelApp

class App(IPKernelApp):
    def init_control(self, context):
        super().init_control(context)
        if getattr(self, "shell_channel_thread", None) is not None:
            self.shell_channel_thread = None

App.launch_instance()
"""


@pytest.fixture(scope="module")
def kernel():
    yield from started()


@pytest.fixture(scope="module")
def old_kernel():
    yield from started("-c", WITHOUT_SUBSHELLS)


def started(*program, **variables):
    """A kernel and its client. program: arguments of Python in place of those of the kernel's own."""
    manager = jupyter_client.KernelManager(kernel_name="python3")
    of_this_python(manager)
    if program:
        manager.kernel_spec.argv[1:] = [*program, "-f", "{connection_file}"]
    manager.start_kernel(env=environment(**variables))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=LONG)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(kernel, code, interrupt_when=None, cell=None):
    """Messages until the cell is over: (kinds of what came while it ran, its reply). cell: its id, as front ends tell it."""
    manager, client = kernel
    asked = client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True})
    asked["metadata"] = {} if cell is None else {"cellId": cell}
    client.shell_channel.send(asked)
    number, found, interrupted = asked["header"]["msg_id"], [], False
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        try:
            message = client.get_iopub_msg(timeout=LONG)
        except queue.Empty:
            break
        found.append(message)
        if interrupt_when is not None and not interrupted and interrupt_when(message):
            manager.interrupt_kernel()
            interrupted = True
        if message["parent_header"].get("msg_id") == number and message["content"].get("execution_state") == "idle":
            break
    reply = client.get_shell_msg(timeout=LONG)
    assert reply["content"]["status"] == "ok", reply["content"]
    return found


def points(message):
    told = message["content"].get("data", {}) if message["msg_type"] == "comm_msg" else {}
    return told.get("content", {}).get("kind") == "points"


def text(messages):
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")


# A fit that ends when points have left three times, however many epochs that takes.
FITS_TILL_SEEN = """
from engine.callbacks import Callback
class Ends(Callback):
    left = 0
    def on_train_begin(self, logs=None):
        send = curves.view.send
        def noted(content, buffers=None):
            self.left += content.get("kind") == "points"
            send(content, buffers)
        curves.view.send = noted
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = self.left >= 3
curves = LiveCurves()
h = model.fit(x, y, epochs=10**6, verbose=0, callbacks=[curves, Ends()])
print(len(h.epoch) < 10**6)
"""


def test_curves_move_while_a_cell_blocks(kernel):
    run(kernel, PREPARE)
    found = run(kernel, FITS_TILL_SEEN)
    kinds = [m["msg_type"] for m in found]
    assert text(found) == "True\n"
    assert "display_data" in kinds
    assert sum(map(points, found)) >= 2
    assert kinds.index("display_data") < next(i for i, m in enumerate(found) if points(m)) < kinds.index("stream")


def test_the_interrupt_button_ends_a_blocking_fit_cleanly(kernel):
    code = (
        "h = model.fit(x, y, epochs=10**6, verbose=0, callbacks=[LiveCurves()])\nprint(model.stopped, len(h.epoch) > 0)"
    )
    found = run(kernel, code, interrupt_when=points)
    assert text(found) == "True True\n"


def test_a_builder_trains_while_the_kernel_stays_free(kernel):
    run(
        kernel,
        "b = Builder(template='linear_regression')\nb.document.do({'do': 'set_training', 'epochs': 10**6})\nb.start()",
    )
    found = run(kernel, "print(b.session.state, len(b.model.get_weights()))")
    assert text(found) == "running 2\n"
    found = run(kernel, "b.session.stop()\nb.session.wait(120)\nprint(b.session.state, b.history.partial)")
    assert text(found).startswith("stopped")


def test_arrays_made_in_a_later_cell_are_offered(kernel):
    run(kernel, "b = Builder()\nb")
    run(kernel, "late = np.zeros((7, 2))")
    found = run(kernel, "print('late' in [a['key'] for s in b.view.data['sources'] for a in s['arrays']])")
    assert text(found) == "True\n"


def ask(kernel, comm, **message):
    """Say something as the page does; the content of the answer."""
    client = kernel[1]
    data = {"method": "custom", "content": {"id": message["do"], **message}}
    client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": comm, "data": data}))
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        heard = client.get_iopub_msg(timeout=LONG)
        told = heard["content"].get("data") if heard["msg_type"] == "comm_msg" else None
        if told is not None and (told.get("content") or {}).get("id") == message["do"]:
            return told["content"]
    raise AssertionError(f"no answer to {message}")


def test_a_kernel_without_subshells_hears_the_page_while_it_trains(old_kernel):
    run(old_kernel, PREPARE)
    supported = run(old_kernel, "k = get_ipython().kernel\nprint(getattr(k, '_supports_kernel_subshells', False))")
    assert text(supported) == "False\n"
    run(old_kernel, "b = Builder(template='linear_regression')\nb.document.do({'do': 'set_training', 'epochs': 10**6})")
    comm = text(run(old_kernel, "print(b.view.comm.comm_id)")).strip()
    assert ask(old_kernel, comm, do="start")["ok"] is True
    assert text(run(old_kernel, "print(b.session.state)")) == "running\n"
    assert ask(old_kernel, comm, do="stop")["ok"] is True
    assert text(run(old_kernel, "b.session.wait(120)\nprint(b.session.state)")) == "stopped\n"


NOTEBOOK = {"JPY_SESSION_NAME": os.path.expanduser("~/work/analysis.ipynb")}
TOLD = "s = b.view.saving\nprint(b.name, '|', len(b.document.draft.layers), '|', s['notice'] and s['notice']['kind'])"
SAVED = "import time\nwhile b.view.saving['saved'] is None: time.sleep(0.01)"


@pytest.fixture
def notebook(tmp_path):
    """Starts kernels of one notebook, one after the other."""
    kernels = []

    def start():
        kernels.append(started(**NOTEBOOK, KWIDGETS_HOME=str(tmp_path)))
        return next(kernels[-1])

    yield start
    for kernel in kernels:
        next(kernel, None)


def test_a_cell_has_its_document_back_after_its_kernel_was_killed(notebook):
    kernel = notebook()
    run(kernel, PREPARE)
    run(kernel, "b = Builder()\nb.document.do({'do': 'template', 'name': 'residual'})", cell="cell-1")
    name = text(run(kernel, SAVED + "\n" + TOLD)).split(" | ")[0]
    assert name == "~/work/analysis.ipynb, cell cell-1"
    kernel[0].signal_kernel(9)
    again = notebook()
    run(again, PREPARE)
    run(again, "b = Builder()", cell="cell-1")
    assert text(run(again, TOLD)) == f"{name} | 11 | restored\n"
    assert text(
        run(again, "print(s['notice']['signed'] >= s['notice']['saved'], b.document.state().head['undo'])")
    ) == ("True template Residual block\n")
    # Another cell has a document of its own, and one that was restarted in order has it back too.
    run(again, "b = Builder()", cell="cell-2")
    assert text(run(again, TOLD)).split(" | ")[1:] == ["0", "None\n"]
    again[0].shutdown_kernel()
    last = notebook()
    run(last, PREPARE)
    run(last, "b = Builder()", cell="cell-1")
    assert text(run(last, TOLD)) == f"{name} | 11 | restored\n"
    assert text(run(last, "print(s['notice']['signed'])")) == "None\n"


def test_a_cell_that_is_run_again_goes_on_with_its_document_and_what_it_learnt(notebook):
    kernel = notebook()
    run(kernel, PREPARE)
    cell = "b = Builder()\nc = Builder()\nnamed = Builder(name='digits')"
    run(kernel, cell, cell="one")
    run(kernel, "b.document.do({'do': 'template', 'name': 'linear_regression'})\nb.set_data(source='line')")
    names = text(run(kernel, "print(b.name, '|', c.name, '|', named.name)")).strip().split(" | ")
    assert names == ["~/work/analysis.ipynb, cell one", "~/work/analysis.ipynb, cell one, builder 2", "digits"]
    run(
        kernel,
        "b.document.do({'do': 'set_training', 'epochs': 1})\nb.start()\nb.session.wait(120)\nlearnt = b.session.model",
    )
    run(kernel, cell, cell="one")
    told = text(
        run(kernel, TOLD + "\nprint(b.view.before, b.session.model is learnt, b.document.state().head['undo'])")
    )
    assert told.splitlines()[0].endswith("| None")
    assert told.splitlines()[1].startswith("None True epochs")
    assert text(run(kernel, "print(b.view.saving['writes'], named.view.saving['writes'])")) == "True True\n"


def test_without_a_notebook_a_builder_begins_empty(kernel):
    run(kernel, PREPARE)
    run(kernel, "b = Builder()\nb.document.do({'do': 'template', 'name': 'residual'})\nb.close()", cell="one")
    run(kernel, "b = Builder()", cell="two")
    told = text(run(kernel, TOLD))
    assert told.startswith("untitled ") and told.endswith("| 0 | None\n")
