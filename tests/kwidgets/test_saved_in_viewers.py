"""What readers of a saved notebook see who have no widgets, no scripts and no styles: GitHub's viewer, mails, plain texts."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from nbconvert import HTMLExporter
from PIL import Image

from .test_saved_notebooks import BUILDER, ENDLESS, Shown, executed, outputs

WIDGET = "application/vnd.jupyter.widget-view+json"
# What viewers without widgets can show; each prefers them in an order of its own.
STILL = ("image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain")
FIT = "h = model.fit(x, y, epochs=3, verbose=0, callbacks=[LiveCurves()])"
FINISHED = 'b.document.do({"do": "set_training", "epochs": 3})\nb.start()\nb.session.wait(120)'
STATES = {
    "empty": (["b = Builder()\nb"], "no layers yet", "Run this cell to edit"),
    "built": ([BUILDER], "hidden Dense 4", "Run this cell to edit"),
    "in mid-training": ([BUILDER, ENDLESS], "running in epoch", "Run this cell to edit"),
    "finished": ([BUILDER, FINISHED], "finished after epoch 3 of 3", "Run this cell to edit"),
    "blocked": ([FIT], "finished after epoch 3 of 3", "Run this cell to train"),
}


class Sanitised(HTMLParser):
    """The text that is left of HTML without scripts, styles and whatever is fetched; what a page would fetch is `fetched`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._within = 0
        self.text, self.fetched, self.tags = "", list[str](), set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._within += tag in ("script", "style")
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]

    def handle_endtag(self, tag: str) -> None:
        self._within -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.text += data


def seen(output: dict[str, Any], order: tuple[str, ...]) -> tuple[str, str] | None:
    """The kind that a viewer shows of an output, and its content; None where it can show none."""
    data = output["data"]
    return next(((kind, data[kind]) for kind in order if kind in data), None)


@pytest.mark.parametrize("state", STATES)
def test_picture_and_sentence_are_seen_in_whatever_order_a_viewer_prefers_kinds(state: str, tmp_path: Path) -> None:
    cells, words, sentence = STATES[state]
    saved = executed(tmp_path, *cells)
    shown = Shown(saved)
    assert words in shown.words
    for order in permutations(STILL):
        pictures, texts = list[str](), list[str]()
        for output in outputs(saved):
            kind, content = seen(output, order) or ("", "")
            if kind.startswith("image/"):
                pictures.append(content)
            else:
                texts.append(Sanitised(content).text if kind == "text/html" else content)
        # Only a viewer that prefers plain text to pictures shows none, and then the words of the picture.
        if order.index("image/png") < order.index("text/plain"):
            assert len(pictures) == 1 and Image.open(io.BytesIO(base64.b64decode(pictures[0]))).width > 100
        else:
            assert words in "".join(texts)
        assert sum(sentence in text for text in texts) == 1
        assert not any("{" in text or "function" in text for text in texts), texts


@pytest.mark.parametrize("state", STATES)
def test_nothing_of_what_is_saved_runs_or_is_fetched(state: str, tmp_path: Path) -> None:
    saved = executed(tmp_path, *STATES[state][0])
    for output in outputs(saved):
        html = Sanitised(output["data"].get("text/html", ""))
        assert not html.fetched and html.tags <= {"p", "style"}
        assert not {"application/javascript", "image/svg+xml"} & output["data"].keys()
    for cell in saved.cells:
        cell.outputs = [output for output in cell.outputs if WIDGET not in output.get("data", {})]
    saved.metadata.pop("widgets", None)
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(saved)
    body = Sanitised(page[page.index("<body") :])
    assert STATES[state][2] in body.text
    assert [address[:22] for address in body.fetched if not address.startswith("#")] == ["data:image/png;base64,"]
