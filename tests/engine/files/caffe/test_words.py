"""Caffe's tables of words, and what is said in place of layers that there are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.models import load_caffe

from .nets import Layer, Net, text_of
from .test_numbers import array, opened


def _table(**settings: object) -> Net:
    blobs = (array(6, 4), array(4))[: 1 if settings.get("bias_term") is False else 2]
    layer = Layer(
        "table", "Embed", ["data"], ["y"], {"embed_param": {"input_dim": 6, "num_output": 4, **settings}}, blobs
    )
    return Net((2, 5), [layer])


@pytest.mark.parametrize("settings", [{}, {"bias_term": False}])
def test_a_table_gives_rows_and_adds_its_bias(settings: dict[str, object], tmp_path: Path) -> None:
    net = _table(**settings)
    words = np.array([[0, 1, 2, 3, 5], [5, 5, 4, 0, 1]])
    table, *bias = net.layers[0].blobs

    found = opened(net, tmp_path).predict(words)

    np.testing.assert_allclose(found, table[words] + (bias[0] if bias else 0), rtol=1e-6)


def test_words_of_pictures_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.prototxt"
    path.write_text(text_of(Net((1, 3, 4, 4), _table().layers)))
    with pytest.raises(FileError, match="a row of whole numbers for each sample"):
        load_caffe(path)


@pytest.mark.parametrize(
    ("kind", "instead"),
    [("LSTM", "time steps stand first"), ("SPP", "each level of the pyramid"), ("Tile", "RepeatVector")],
)
def test_what_there_is_not_says_what_to_do(kind: str, instead: str, tmp_path: Path) -> None:
    path = tmp_path / "net.prototxt"
    path.write_text(text_of(Net((1, 4), [Layer("it", kind, ["data"], ["y"])])))
    with pytest.raises(FileError) as caught:
        load_caffe(path)
    assert f"it' ({kind})" in str(caught.value).replace('"', "'") and instead in str(caught.value)
