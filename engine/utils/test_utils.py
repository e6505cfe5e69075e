"""Helpers for tests of layers, under Keras's path: random data and a check that a layer keeps its promises."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from .._declared.keras1 import accepts_old
from .._machine.config import floatx
from ..layers import Input
from ..layers.base import Layer
from ..models import Model, Sequential
from ..types import Array, ArrayLike, Config, DType, DTypeLike, Shape
from .generic_utils import has_arg

Function = TypeVar("Function", bound=Callable[..., object])
Split = tuple[Array, Array]

__all__ = ["get_test_data", "keras_test", "layer_test"]


@accepts_old("get_test_data")
def get_test_data(
    num_train: int = 1000,
    num_test: int = 500,
    input_shape: tuple[int, ...] = (10,),
    output_shape: tuple[int, ...] = (2,),
    classification: bool = True,
    num_classes: int = 2,
) -> tuple[Split, Split]:
    """Learnable random data (x, y), (x, y) for training and test: normal noise of deviation 0.7 around the target.

    classification: y is a class number (N,); otherwise (N, *output_shape) around one number a sample.

    >>> (x, y), (x_test, y_test) = get_test_data(8, 2, input_shape=(3,))
    >>> x.shape, y.shape, x_test.shape, y_test.shape
    ((8, 3), (8,), (2, 3), (2,))
    """
    samples = num_train + num_test
    centres = np.random.randint(0, num_classes, samples) if classification else np.random.random(samples)
    features = math.prod(input_shape)
    wide = features if classification else features + math.prod(output_shape)
    # Sample by sample, as Keras draws them: a seed gives its data.
    values = (np.random.normal(0, 0.7, (samples, wide)) + centres[:, None]).astype("float32")
    x = values[:, :features].reshape(samples, *input_shape)
    y = centres if classification else values[:, features:].reshape(samples, *output_shape)
    return (x[:num_train], y[:num_train]), (x[num_train:], y[num_train:])


def layer_test(
    layer_cls: Callable[..., Layer],
    kwargs: Config | None = None,
    input_shape: Shape | None = None,
    input_dtype: str | type | DType | None = None,
    input_data: Array | None = None,
    expected_output: ArrayLike | None = None,
    expected_output_dtype: DTypeLike | None = None,
    fixed_batch_size: bool = False,
) -> Array:
    """Check a layer of one input and one output: weights, shapes, dtype, config and training, in both kinds of model.

    input_shape: with the batch; None stands for a random size. Returns the output for the data. Raises AssertionError.

    >>> from engine.layers import Dense
    >>> layer_test(Dense, {"units": 3}, input_shape=(2, 4)).shape
    (2, 3)
    """
    settings = dict(kwargs or {})
    if input_data is None:
        assert input_shape, "give input_shape or input_data"
        sizes = [np.random.randint(1, 4) if n is None else n for n in input_shape]
        input_data = (10 * np.random.random(sizes)).astype(input_dtype or floatx())
    shape = tuple(input_data.shape) if input_shape is None else tuple(input_shape)
    dtype = input_dtype or np.dtype(input_data.dtype).name

    layer = layer_cls(**settings)
    weights = layer.get_weights()
    layer.set_weights(weights)
    if weights and has_arg(layer_cls.__init__, "weights", accept_all=True):
        layer = layer_cls(**settings, weights=weights)
    promised = layer.compute_output_shape(shape)

    entry = Input(batch_shape=shape, dtype=dtype) if fixed_batch_size else Input(shape=shape[1:], dtype=dtype)
    output = layer(entry)
    assert output.dtype == (expected_output_dtype or dtype), f"dtype {output.dtype}"
    model = Model(entry, output)
    result = _check_model(model, layer, input_data, promised, expected_output)

    config = {**layer.get_config(), "batch_input_shape": shape}
    twin = type(layer).from_config(config)
    stack = Sequential([twin])
    stack.set_weights(model.get_weights())
    _check_model(stack, twin, input_data, promised, expected_output)
    return result


def _check_model(
    model: Model, layer: Layer, data: Array, promised: Shape | list[Shape], expected: ArrayLike | None
) -> Array:
    result = model.predict(data)
    assert isinstance(result, np.ndarray), f"one output was expected, found {len(result)}"
    assert len(promised) == result.ndim and all(
        n is None or n == m for n, m in zip(promised, result.shape, strict=True)
    ), f"compute_output_shape promised {promised}, the output has {result.shape}"
    if expected is not None:
        np.testing.assert_allclose(result, np.asarray(expected), rtol=1e-3)
    again = type(model).from_config(model.get_config())
    again.set_weights(model.get_weights())
    # Layers that draw random numbers give others each time, but only while training.
    np.testing.assert_allclose(again.predict(data), result, rtol=1e-3, atol=1e-6)
    if has_arg(layer.call, "training"):
        model.compile("rmsprop", "mse")
        model.train_on_batch(data, result)
    return result


def keras_test(function: Function) -> Function:
    """Decorator that Keras's older tests wear; nothing is needed here.

    >>> keras_test(len)("abc")
    3
    """
    return function
