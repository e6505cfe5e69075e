"""TensorBoard: what arrives on the other side."""

import sys

import numpy as np
import pytest

from engine.callbacks import TensorBoard
from engine.layers import Dense, Embedding, Flatten
from engine.models import Sequential

X = np.linspace(-1, 1, 40)[:, None]


Y = 0.5 * X + 2


def line():
    model = Sequential([Dense(3, input_dim=1, name="first"), Dense(1, name="last")])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def read(folder):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    found = accumulator.EventAccumulator(str(folder), size_guidance={"histograms": 0})
    found.Reload()
    return found


def test_tensorboard_reads_the_values_of_each_epoch(tmp_path):
    history = line().fit(X, Y, epochs=3, verbose=0, validation_data=(X, Y), callbacks=[TensorBoard(str(tmp_path))])

    found = read(tmp_path)

    assert sorted(found.Tags()["scalars"]) == ["loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"]
    for name, values in history.history.items():
        events = found.Scalars(name)
        assert [e.step for e in events] == [0, 1, 2]
        np.testing.assert_allclose([e.value for e in events], values, rtol=1e-6)


def test_tensorboard_reads_the_layers_as_a_graph(tmp_path):
    line().fit(X, Y, verbose=0, callbacks=[TensorBoard(str(tmp_path))])

    nodes = {node.name: list(node.input) for node in read(tmp_path).Graph().node}

    assert nodes == {"first": ["first_input"], "last": ["first"], "first_input": []}


@pytest.mark.parametrize(("update_freq", "steps"), [("batch", [10, 20, 30, 40, 40]), (20, [20, 40, 40])])
def test_tensorboard_writes_between_epochs_by_samples(tmp_path, update_freq, steps):
    board = TensorBoard(str(tmp_path), update_freq=update_freq)

    line().fit(X, Y, batch_size=10, verbose=0, callbacks=[board])

    assert [e.step for e in read(tmp_path).Scalars("loss")] == steps


def test_tensorboard_reads_histograms_and_images(tmp_path):
    board = TensorBoard(str(tmp_path), histogram_freq=2, write_grads=True, write_images=True)

    line().fit(X, Y, epochs=3, verbose=0, validation_split=0.5, callbacks=[board])

    found = read(tmp_path)
    weights = {f"{layer}/{weight}_0" for layer in ("first", "last") for weight in ("kernel", "bias")}
    assert set(found.Tags()["histograms"]) == weights | {f"{w}_grad" for w in weights} | {"first_out", "last_out"}
    assert [e.step for e in found.Histograms("first_out")] == [0, 2]
    assert found.Histograms("first_out")[0].histogram_value.num == 3 * 20
    assert set(found.Tags()["images"]) == weights


@pytest.mark.parametrize("beside_the_curves", [True, False])
def test_tensorboard_gets_embeddings_with_their_labels(tmp_path, beside_the_curves):
    labels = tmp_path / ("logs" if beside_the_curves else "") / "labels.tsv"
    labels.parent.mkdir(exist_ok=True)
    labels.write_text("\n".join(f"word{i}" for i in range(6)))
    model = Sequential([Embedding(6, 3, input_length=1, name="words"), Flatten(), Dense(1)])
    model.compile("sgd", "mse")
    numbers = np.arange(6)[:, None]
    name = labels.name if beside_the_curves else str(labels)
    board = TensorBoard(str(tmp_path / "logs"), embeddings_freq=1, embeddings_data=numbers, embeddings_metadata=name)

    model.fit(numbers, numbers.astype("float32"), verbose=0, callbacks=[board])

    (table,) = (tmp_path / "logs").rglob("tensors.tsv")
    np.testing.assert_allclose(np.loadtxt(table), model.get_layer("words").get_weights()[0], atol=1e-5)
    assert (table.parent / "metadata.tsv").read_text().split() == labels.read_text().split()


def test_tensorboard_says_what_is_missing(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="validation"):
        line().fit(X, Y, verbose=0, callbacks=[TensorBoard(str(tmp_path), histogram_freq=1)])
    with pytest.raises(ValueError, match="embeddings_data"):
        TensorBoard(embeddings_freq=1)
    with pytest.raises(ValueError, match="update_freq"):
        TensorBoard(update_freq="sometimes")
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"pip install 'kwidgets\[tensorboard\]'"):
        line().fit(X, Y, verbose=0, callbacks=[TensorBoard(str(tmp_path))])
