"""Fit a straight line: the first program of most Keras notes, in the spelling they use.

    python examples/scripts/linear_regression.py

The data is y = 0.5 x + 2 with noise; the weights found are close to 0.5 and 2.
"""

import numpy as np

np.random.seed(1337)

from engine.layers import Dense  # noqa: E402 - the notes seed NumPy before they import
from engine.models import Sequential  # noqa: E402

X = np.linspace(-1, 1, 200)
np.random.shuffle(X)
Y = 0.5 * X + 2 + np.random.normal(0, 0.05, (200,))
X_train, Y_train = X[:160], Y[:160]
X_test, Y_test = X[160:], Y[160:]

model = Sequential()
model.add(Dense(output_dim=1, input_dim=1))
model.compile(loss="mse", optimizer="sgd")

print("Training -----------")
for step in range(301):
    cost = model.train_on_batch(X_train, Y_train)
    if step % 100 == 0:
        print("train cost:", cost)

print("\nTesting ------------")
cost = model.evaluate(X_test, Y_test, batch_size=40, verbose=0)
W, b = model.layers[0].get_weights()
print("test cost:", cost)
print("Weights =", W, "\nbiases =", b)
