"""A straight line to learn, for callbacks to watch."""

import numpy as np

from engine import optimizers
from engine.layers import Dense
from engine.models import Sequential

X = np.linspace(-1, 1, 40)[:, None]
Y = 0.5 * X + 2


def line(lr=0.1, metrics=None):
    """A line through 0 that is to be fitted, compiled with SGD."""
    model = Sequential([Dense(1, input_dim=1, kernel_initializer="zeros")])
    model.compile(optimizers.SGD(lr=lr), "mse", metrics=metrics)
    return model
