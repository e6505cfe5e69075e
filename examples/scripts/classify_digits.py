"""Classify handwritten digits with two Dense layers: the second program of most Keras notes.

    python examples/scripts/make_digits.py digits.npz
    python examples/scripts/classify_digits.py digits.npz

Any npz file with x_train, y_train, x_test and y_test works, the full MNIST one too.
"""

import sys

import numpy as np

np.random.seed(1337)

from engine.layers import Activation, Dense  # noqa: E402 - the notes seed NumPy before they import
from engine.models import Sequential  # noqa: E402
from engine.optimizers import RMSprop  # noqa: E402
from engine.utils import np_utils  # noqa: E402


def load(path):
    """Flat pixels from 0 to 1 and one-hot labels, for training and for testing."""
    with np.load(path, allow_pickle=False) as data:
        x_train, y_train, x_test, y_test = (data[key] for key in ("x_train", "y_train", "x_test", "y_test"))
    largest = 255.0 if x_train.dtype == np.uint8 else 1.0
    x_train, x_test = (x.reshape(len(x), -1) / largest for x in (x_train, x_test))
    return x_train, np_utils.to_categorical(y_train, 10), x_test, np_utils.to_categorical(y_test, 10)


X_train, y_train, X_test, y_test = load(sys.argv[1] if len(sys.argv) > 1 else "digits.npz")
epochs = 4 if len(X_train) > 10_000 else 20

model = Sequential(
    [
        Dense(400, input_dim=X_train.shape[1]),
        Activation("relu"),
        Dense(10),
        Activation("softmax"),
    ]
)
rmsprop = RMSprop(lr=0.001, rho=0.9, epsilon=1e-08, decay=0.0)
model.compile(optimizer=rmsprop, loss="categorical_crossentropy", metrics=["accuracy"])

print("Training ------------")
model.fit(X_train, y_train, epochs=epochs, batch_size=32, verbose=2)

print("\nTesting ------------")
loss, accuracy = model.evaluate(X_test, y_test, verbose=0)
print("test loss:", loss)
print("test accuracy:", accuracy)
