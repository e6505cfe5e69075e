"""CuDNNLSTM and CuDNNGRU: the numbers of the plain layers, and weights that go from one to the other through files."""

import numpy as np
import pytest

from engine.errors import SettingError
from engine.layers import GRU, LSTM, Bidirectional, CuDNNGRU, CuDNNLSTM, Input, Masking
from engine.models import Model, Sequential

rng = np.random.default_rng(3)
X = rng.normal(size=(4, 6, 3)).astype("float32")
PLAIN = {"recurrent_activation": "sigmoid"}
PAIRS = {
    "LSTM": (lambda **s: CuDNNLSTM(2, **s), lambda **s: LSTM(2, **PLAIN, **s)),
    "GRU": (lambda **s: CuDNNGRU(2, **s), lambda **s: GRU(2, reset_after=True, **PLAIN, **s)),
}


def filled(layer):
    """A model of the layer alone, whose weights are all different."""
    model = Sequential([layer])
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("settings", [{}, {"return_sequences": True, "go_backwards": True}])
@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("to_cudnn", [False, True])
def test_files_of_one_are_read_by_the_other(kind, settings, both_ways, to_cudnn, tmp_path):
    source, target = PAIRS[kind][::-1] if to_cudnn else PAIRS[kind]

    def wrapped(make):
        if both_ways:
            return Bidirectional(make(**settings), input_shape=(6, 3))
        return make(input_shape=(6, 3), **settings)

    written, read = filled(wrapped(source)), filled(wrapped(target))
    written.save_weights(tmp_path / "weights.h5")
    read.load_weights(tmp_path / "weights.h5")
    np.testing.assert_allclose(read.predict(X), written.predict(X), rtol=1e-5, atol=1e-6)


def test_a_gate_of_cudnn_reads_its_kernel_as_units_times_channels():
    model = Sequential([CuDNNLSTM(1, input_shape=(1, 2), return_sequences=True)])
    kernel, recurrent, bias = (np.zeros_like(w) for w in model.get_weights())
    kernel[:, 2] = [0.3, 0.7]
    bias[[0, 3, 4, 7]] = 50  # input and output gates open
    model.set_weights([kernel, recurrent, bias])
    expected = np.tanh(np.tanh(0.3 * 2 + 0.7 * 5))
    np.testing.assert_allclose(model.predict(np.array([[[2.0, 5.0]]])).ravel(), [expected], rtol=1e-5)

    model = Sequential([CuDNNLSTM(2, input_shape=(1, 3))])
    kernel, recurrent, bias = (np.zeros_like(w) for w in model.get_weights())
    kernel[:, 4:6] = np.arange(6).reshape(3, 2) * 0.1
    bias[[0, 1, 6, 7]] = 50
    model.set_weights([kernel, recurrent, bias])
    # The six numbers in a row, read as two rows of three.
    expected = np.tanh(np.tanh(np.array([[0.0, 0.1, 0.2], [0.3, 0.4, 0.5]]) @ [1.0, 2.0, 3.0]))
    np.testing.assert_allclose(model.predict(np.array([[[1.0, 2.0, 3.0]]])).ravel(), expected, rtol=1e-5)


def test_the_forget_gate_starts_open_in_the_states_half():
    layer = CuDNNLSTM(2)
    layer(Input(shape=(5, 3)))
    assert layer.get_weights()[2].nonzero()[0].tolist() == [10, 11]


@pytest.mark.parametrize(("source", "target"), [("cudnn", "before"), ("before", "cudnn")])
def test_a_gru_that_resets_before_fits_no_cudnn(source, target, tmp_path):
    makers = {"cudnn": lambda: CuDNNGRU(2, input_shape=(6, 3)), "before": lambda: GRU(2, input_shape=(6, 3))}
    filled(makers[source]()).save_weights(tmp_path / "weights.h5")
    with pytest.raises(ValueError, match="is not compatible with"):
        filled(makers[target]()).load_weights(tmp_path / "weights.h5")


@pytest.mark.parametrize("layer_class", [CuDNNLSTM, CuDNNGRU])
def test_masks_are_refused(layer_class):
    with pytest.raises(SettingError, match=r"without a mask.*takes masks"):
        layer_class(2)(Masking()(Input(shape=(6, 3))))


@pytest.mark.parametrize("layer_class", [CuDNNLSTM, CuDNNGRU])
def test_states_go_in_and_out_and_are_kept(layer_class):
    x = Input(shape=(3, 3))
    layer = layer_class(2, return_state=True)
    _, *ends = layer(x)
    assert layer.cell.state_size == (2 if layer_class is CuDNNGRU else (2, 2))
    second = Input(shape=(3, 3))
    continued = Model([x, second], layer(second, initial_state=ends)[0])
    stateful = Sequential([layer_class(2, stateful=True, batch_input_shape=(4, 3, 3))])
    stateful.set_weights(continued.get_weights())
    stateful.predict(X[:, :3], batch_size=4)
    kept = stateful.predict(X[:, 3:], batch_size=4)
    np.testing.assert_allclose(kept, continued.predict([X[:, :3], X[:, 3:]]), rtol=1e-5, atol=1e-6)
