"""Updates as tensors: get_updates of our optimizers, and optimizers that users write with K."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine import layers, optimizers
from engine.models import Sequential

rng = np.random.default_rng(0)
X = rng.random((16, 3))
Y = X.sum(axis=1, keepdims=True)


class Heavy(optimizers.Optimizer):
    """Momentum, in the style of Keras's own optimizers."""

    def __init__(self, lr: float = 0.01, momentum: float = 0.9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with K.name_scope("Heavy"):
            self.iterations = K.variable(0, dtype="int64", name="iterations")
            self.lr = K.variable(lr, name="lr")
            self.momentum = K.variable(momentum)

    def get_updates(self, loss: Any, params: Any) -> list[Any]:
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        moments = [K.zeros(K.int_shape(p)) for p in params]
        self.weights = [self.iterations, *moments]
        for p, g, m in zip(params, grads, moments, strict=True):
            v = self.momentum * m - self.lr * g
            self.updates.append(K.update(m, v))
            new_p = p + v
            if getattr(p, "constraint", None) is not None:
                new_p = p.constraint(new_p)
            self.updates.append(K.update(p, new_p))
        return self.updates

    def get_config(self) -> dict[str, Any]:
        return {"lr": float(K.get_value(self.lr)), "momentum": float(K.get_value(self.momentum))}


def model(optimizer: Any) -> Any:
    made = Sequential([layers.Dense(4, activation="tanh", input_dim=3, kernel_constraint="max_norm"), layers.Dense(1)])
    made.compile(optimizer, "mse")
    return made


@pytest.mark.parametrize("clip", [{}, {"clipnorm": 0.1}, {"clipvalue": 0.01}])
def test_an_optimizer_written_with_k_trains(clip: dict[str, float]) -> None:
    mine, theirs = model(Heavy(0.05, **clip)), model(optimizers.SGD(0.05, momentum=0.9, **clip))
    theirs.set_weights(mine.get_weights())
    for _ in range(5):
        assert mine.train_on_batch(X, Y) == pytest.approx(theirs.train_on_batch(X, Y), rel=1e-5)
    for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    assert int(K.get_value(mine.optimizer.iterations)) == 5
    assert len(mine.optimizer.get_weights()) == 5
    K.set_value(mine.optimizer.lr, 0.0)
    K.set_value(mine.optimizer.momentum, 0.0)
    before = mine.get_weights()
    mine.fit(X, Y, verbose=0)
    for a, b in zip(before, mine.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)  # the constraint divides by norm + 1e-7, in float32


@pytest.mark.parametrize(
    "optimizer",
    [
        optimizers.SGD(0.1, momentum=0.5, nesterov=True, decay=0.1), optimizers.RMSprop(), optimizers.Adagrad(),
        optimizers.Adadelta(), optimizers.Adam(0.01, amsgrad=True), optimizers.Adamax(), optimizers.Nadam(),
        optimizers.Adam(clipnorm=0.1), optimizers.Adam(clipvalue=0.01),
    ],
    ids=lambda o: type(o).__name__,
)  # fmt: skip
def test_get_updates_are_the_updates_of_fit(optimizer: Any) -> None:
    by_function, by_fit = model("sgd"), model(type(optimizer).from_config(optimizer.get_config()))
    by_fit.set_weights(by_function.get_weights())
    x, y = K.placeholder(shape=(None, 3)), K.placeholder(shape=(None, 1))
    loss = K.mean(K.square(by_function(x) - y))
    step = K.function([x, y], [loss], updates=optimizer.get_updates(loss=loss, params=by_function.trainable_weights))
    for _ in range(5):
        assert float(step([X, Y])[0]) == pytest.approx(by_fit.train_on_batch(X, Y), rel=1e-5)
    for a, b in zip(by_function.get_weights(), by_fit.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_a_weight_without_gradient_is_named() -> None:
    w, unused = K.variable(1.0, name="w"), K.variable(1.0, name="unused")
    with pytest.raises(ValueError, match="unused"):
        optimizers.SGD().get_updates(K.square(w), [w, unused])


def test_tensorflow_optimizers_are_refused_with_help() -> None:
    with pytest.raises(ValueError, match="Adam"):
        optimizers.TFOptimizer(object())


def test_keras_1_order_of_arguments() -> None:
    w = K.variable([1.0])
    loss, optimizer = K.sum(K.square(w)), optimizers.SGD(0.1)
    for arguments in ((([w], {}, loss), {}), (([w], {}), {"loss": loss})):
        with pytest.warns(UserWarning, match=r"get_updates\(loss, params\)"):
            updates = optimizer.get_updates(*arguments[0], **arguments[1])
        assert any(variable is w for variable, _ in updates)
