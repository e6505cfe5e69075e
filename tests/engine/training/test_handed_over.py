"""Loaders and sets of samples as other libraries hand them over, by stand-ins that can do what theirs can."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import engine
from engine.errors import EngineError
from engine.layers import Dense
from engine.models import Sequential

X = np.arange(40, dtype="float32").reshape(20, 2) / 40
Y = X.sum(1, keepdims=True)


class Tensor:
    """A tensor that is no array, as of PyTorch."""

    def __init__(self, array):
        self.array, self.shape = array, array.shape

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.array


class Loader:
    """Batches anew each time, in lists of tensors; how many is known or not."""

    def __init__(self, length=None):
        self.length, self.passes = length, 0

    def __iter__(self):
        self.passes += 1
        return iter([[Tensor(X[i : i + 5]), Tensor(Y[i : i + 5])] for i in range(0, 20, 5)])

    def __len__(self):
        if self.length is None:
            raise TypeError("The dataset length is unknown.")
        return self.length


class Columns:
    """Columns with features, as of Hugging Face."""

    column_names, features = ("size", "rent"), ("float", "float")

    def __getitem__(self, name):
        return [1.0, 2.0, 3.0]


Dataset = type("Dataset", (), {"__module__": "torch.utils.data.dataset"})


class Samples(Dataset):
    """One sample at a time."""

    def __len__(self):
        return 20

    def __getitem__(self, index):
        return Tensor(X[index]), Tensor(Y[index])


def network():
    model = Sequential([Dense(1, kernel_initializer="ones", input_shape=(2,))])
    model.compile("sgd", "mse")
    return model


def test_a_loader_is_gone_through_anew_each_epoch():
    loader, theirs, ours = Loader(4), network(), network()
    history = theirs.fit(loader, epochs=3, validation_data=Loader(4), verbose=0).history
    ours.fit(X, Y, batch_size=5, epochs=3, shuffle=False, verbose=0)
    assert loader.passes >= 3 and len(history["val_loss"]) == 3
    np.testing.assert_array_equal(theirs.get_weights()[0], ours.get_weights()[0])
    assert theirs.evaluate(Loader(4), verbose=0) == pytest.approx(ours.evaluate(X, Y, verbose=0))
    np.testing.assert_allclose(theirs.predict(Loader(), steps=4), ours.predict(X), rtol=1e-6)


def test_a_set_of_samples_is_cut_into_batches_and_shuffled():
    theirs, ours = network(), network()
    theirs.fit(Samples(), epochs=2, batch_size=6, shuffle=False, validation_data=Samples(), verbose=0)
    ours.fit(X, Y, epochs=2, batch_size=6, shuffle=False, verbose=0)
    np.testing.assert_array_equal(theirs.get_weights()[0], ours.get_weights()[0])
    assert theirs.evaluate(Samples(), verbose=0) == ours.evaluate(X, Y, verbose=0)
    np.testing.assert_array_equal(theirs.predict(Samples()), ours.predict(X))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda model: model.fit(Loader()), "the number of batches to take from the Loader, which may be endless"),
        (lambda model: model.fit(Loader(4), Y), "y: expected None, as the batches of the Loader hold it"),
        (
            lambda model: model.fit(Columns()),
            r"x: expected an array, found a Columns with columns size, rent. Say what is learned",
        ),
        (lambda model: model.fit(Samples(), Y), "y: expected None, as the batches of the Samples hold it"),
    ],
)
def test_what_is_missing_or_too_much_is_said(call, says):
    with pytest.raises(EngineError, match=says):
        call(network())


def test_columns_of_other_libraries_are_opened_as_tables():
    data = engine.data.open(Columns(), target="rent")
    assert data.x.shape == (3, 1) and data.inputs == ("size",)
    sparse = engine.data.open({"x": csr_matrix(X), "y": Y[:, 0]}, target="y", steps=[], split={"validation": 0.0})
    np.testing.assert_array_equal(sparse.x, X)
