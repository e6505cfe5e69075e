"""Parts of recurrent weights by the names that Keras's cells have for them: `cell.kernel_i`, Keras 1's `layer.W_i`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.models import Sequential

GATES = {"LSTM": "ifco", "GRU": "zrh", "CuDNNLSTM": "ifco", "CuDNNGRU": "zrh"}


def built(name: str, shape: tuple[int, ...] = (5, 2), **settings: Any) -> Any:
    layer = getattr(layers, name)(3, **settings)
    Sequential([layers.InputLayer(shape), layer])
    layer.set_weights([np.arange(w.size).reshape(w.shape) for w in layer.weights])
    return layer


def value(owner: Any, name: str) -> np.ndarray:
    return K.get_value(getattr(owner, name))


@pytest.mark.parametrize("name", GATES)
def test_the_columns_of_each_gate_have_names(name: str) -> None:
    layer = built(name)
    kernel, recurrent, bias = layer.get_weights()

    for i, gate in enumerate(GATES[name]):
        columns = slice(3 * i, 3 * i + 3)
        np.testing.assert_array_equal(value(layer, f"kernel_{gate}"), kernel[:, columns])
        np.testing.assert_array_equal(value(layer, f"W_{gate}"), kernel[:, columns])
        np.testing.assert_array_equal(value(layer, f"recurrent_kernel_{gate}"), recurrent[:, columns])
        np.testing.assert_array_equal(value(layer, f"U_{gate}"), recurrent[:, columns])
        # CuDNN's biases are those of the inputs, then those of the state, which have the plain names.
        own = bias[len(bias) // 2 :] if name.startswith("CuDNN") else bias
        np.testing.assert_array_equal(value(layer, f"bias_{gate}"), own[columns])


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_cells_have_them_too(name: str) -> None:
    layer = built(name)

    for gate in GATES[name]:
        np.testing.assert_array_equal(value(layer.cell, f"kernel_{gate}"), value(layer, f"kernel_{gate}"))


def test_a_gru_that_resets_behind_the_product_has_two_biases() -> None:
    layer = built("GRU", reset_after=True)
    bias = layer.get_weights()[2]

    np.testing.assert_array_equal(value(layer.cell, "input_bias_r"), bias[0, 3:6])
    np.testing.assert_array_equal(value(layer.cell, "recurrent_bias_r"), bias[1, 3:6])
    assert built("GRU").cell.recurrent_bias_r is None
    np.testing.assert_array_equal(value(built("GRU").cell, "input_bias_h"), built("GRU").get_weights()[2][6:])


def test_convolutions_over_time_have_them_on_the_last_axis() -> None:
    layer = built("ConvLSTM2D", (4, 5, 5, 2), kernel_size=2)

    np.testing.assert_array_equal(value(layer.cell, "kernel_o"), layer.get_weights()[0][..., 9:])


def test_what_there_is_not_stays_unknown() -> None:
    assert built("LSTM", use_bias=False).cell.bias_i is None
    for name in ("kernel_z", "kernel_x", "bias_", "nope_i", "_i"):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
            getattr(built("LSTM").cell, name)
    with pytest.raises(AttributeError, match="kernel_i"):
        layers.LSTM(3).kernel_i  # noqa: B018 (no weights before it is built)


def test_a_gate_is_read_in_a_graph_and_trained_with_the_whole() -> None:
    layer = built("LSTM")
    x = K.placeholder((None, 2))
    [product] = K.function([x], [K.dot(x, layer.cell.kernel_f)])([np.eye(2)])

    np.testing.assert_array_equal(product, layer.get_weights()[0][:, 3:6])
    [slope] = K.gradients(K.sum(layer.cell.kernel_f), layer.cell.kernel)
    assert K.get_value(slope).sum() == 6
