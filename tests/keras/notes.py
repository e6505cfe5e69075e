"""Data and a model that many of the notes begin with."""

from __future__ import annotations

from typing import Any

import numpy as np


def classes(samples: int, features: int, labels: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Vectors whose largest of the first `labels` features is the label; (samples, labels) one-hot."""
    from keras.utils import np_utils

    x = np.random.normal(size=(samples, features)).astype("float32")
    return x, np_utils.to_categorical(np.argmax(x[:, :labels], axis=1), labels)


def small_model() -> Any:
    """Two dense layers over 20 numbers, for ten classes; not compiled."""
    from keras.layers import Dense
    from keras.models import Sequential

    return Sequential([Dense(16, activation="relu", input_dim=20), Dense(10, activation="softmax")])
