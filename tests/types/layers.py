"""Layers as users write them, read by pyright alone (`pyright` includes this folder).

Each line that a type checker must refuse says so; where one is accepted, pyright reports the comment as unnecessary.
Keras 1's spellings run, with a warning that gives the present one, and checkers take them.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import assert_type

from engine._graph.tensor import Tensor
from engine.layers import LSTM, Bidirectional, Conv1D, Conv2D, Dense, Embedding, Input, Lambda, TimeDistributed
from engine.regularizers import l2


def twice(x: Tensor) -> Tensor:
    """A function of a user's own."""
    return x * 2


def accepted() -> None:
    """What is right by the page is right by the checker."""
    x = Input(shape=(8, 8, 3))
    Conv2D(32, 3, activation="relu", padding="same", input_shape=(28, 28, 1))(x)
    Conv2D(32, (3, 3), (2, 2), kernel_regularizer=l2(0.01), name=None)
    Conv1D(8, 3, padding="causal")
    Dense(10, "softmax", input_dim=784)
    Dense(10, activation=twice, kernel_initializer="he_normal", bias_constraint="non_neg")
    LSTM(32, return_sequences=True, recurrent_activation="sigmoid", batch_input_shape=(4, None, 3))
    Embedding(1000, 64, mask_zero=True, input_length=10)
    Embedding(input_dim=1000, output_dim=64)
    Bidirectional(LSTM(8), merge_mode="sum")
    TimeDistributed(Dense(8), input_shape=(10, 16))
    Lambda(twice, output_shape=(3,))
    Dense(output_dim=3, init="uniform")
    Conv2D(nb_filter=32, nb_row=3, nb_col=3, border_mode="same")


def read() -> None:
    """Settings are read as they are kept, whatever was written."""
    layer = Conv2D(32, 3, activation="relu")
    assert_type(layer.filters, int)
    assert_type(layer.kernel_size, tuple[int, ...])
    assert_type(layer.name, str)
    assert_type(layer.use_bias, bool)
    assert isinstance(layer.activation, Callable)


def refused() -> None:
    """A slip of the pen is shown where it is written."""
    Dense(unit=3)  # pyright: ignore[reportCallIssue]
    Dense("relu")  # pyright: ignore[reportArgumentType]
    Dense(3, activation=3)  # pyright: ignore[reportArgumentType]
    LSTM(32, return_sequence=True)  # pyright: ignore[reportCallIssue]
    LSTM(32, return_sequences="yes")  # pyright: ignore[reportArgumentType]
    Conv2D(32, 3, padding="sane")  # pyright: ignore[reportArgumentType]
    Conv2D(32, 3, padding="causal")  # pyright: ignore[reportArgumentType]
    Bidirectional(LSTM(8), merge_mode="add")  # pyright: ignore[reportArgumentType]
    Embedding(1000, 64, mask_zeros=True)  # pyright: ignore[reportCallIssue]
