"""Arrays of other libraries, byte orders and kinds become plain ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine._machine.arrays import as_array, of_tensor
from engine.errors import DataError
from engine.layers import Dense
from engine.models import Sequential

X = np.random.default_rng(0).random((8, 4)).astype("float32")
Y = X[:, :1].copy()


class Torch:
    """As a tensor of PyTorch whose gradient is recorded and which lies on another device."""

    def __init__(self, array: np.ndarray, there: bool = True, dtype: str = "torch.float32") -> None:
        self.array, self.there, self.dtype, self.shape = array, there, dtype, array.shape

    def __len__(self) -> int:
        return len(self.array)

    def detach(self) -> Torch:
        return Torch(self.array, self.there, self.dtype)

    def cpu(self) -> Torch:
        return Torch(self.array, False, self.dtype)

    def float(self) -> Torch:
        return Torch(self.array, self.there)

    def numpy(self) -> np.ndarray:
        if self.there or self.dtype == "torch.bfloat16":
            raise TypeError("can't convert")
        return self.array


class TensorFlow:
    """As a tensor of TensorFlow."""

    dtype = "<dtype: 'float32'>"

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.shape = array, array.shape

    def __len__(self) -> int:
        return len(self.array)

    def numpy(self) -> np.ndarray:
        return self.array


class Jax:
    """As an array of JAX, which takes no lists of numbers as an index."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.shape, self.dtype = array, array.shape, array.dtype

    def __len__(self) -> int:
        return len(self.array)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.array

    def __dlpack__(self) -> object:
        return self.array.__dlpack__()

    def __getitem__(self, key: Any) -> Any:
        raise TypeError("non-tuple sequence")


FORMS = {"torch": Torch, "bfloat16": lambda a: Torch(a, dtype="torch.bfloat16"), "tensorflow": TensorFlow, "jax": Jax}


@pytest.mark.parametrize("form", FORMS)
def test_tensors_of_other_libraries_are_taken_at_every_door(form: str) -> None:
    of: Any = FORMS[form]
    np.testing.assert_array_equal(of_tensor(of(X)), X)
    model = Sequential([Dense(1, input_dim=4, name="out")])
    model.compile("sgd", "mse")
    same = Sequential([Dense(1, input_dim=4)])
    same.compile("sgd", "mse")
    model.set_weights([of(np.ones((4, 1), "f4")), of(np.zeros(1, "f4"))])
    same.set_weights([np.ones((4, 1)), np.zeros(1)])
    weights = np.arange(8, dtype="f4")
    for one, other in ((model, of), (same, lambda a: a)):
        one.fit(
            other(X),
            other(Y),
            sample_weight=other(weights),
            validation_data=(other(X), other(Y)),
            shuffle=False,
            verbose=0,
        )
        one.fit([other(X)], [other(Y)], shuffle=False, verbose=0)
        one.train_on_batch(other(X), other(Y))
    np.testing.assert_array_equal(model.predict(of(X)), same.predict(X))
    assert model.evaluate(of(X), of(Y), verbose=0) == same.evaluate(X, Y, verbose=0)
    K.set_value(model.weights[0], of(np.zeros((4, 1), "f4")))
    assert not model.get_weights()[0].any()


def test_what_is_no_tensor_stays_as_it_is() -> None:
    for value in (X, [1, 2], "a", None, {"a": 1}):
        assert of_tensor(value) is value


def test_byte_order_and_objects_become_plain_numbers_and_masked_ones_are_refused() -> None:
    assert as_array(np.array([3], ">i4")).dtype.isnative
    assert as_array(np.array([1, 2.5], object)).dtype.kind == "f"
    with pytest.raises(DataError, match="a masked array with 1 masked of 2"):
        as_array(np.ma.array([1, 2], mask=[True, False]))
