"""`keras.legacy.interfaces`: code copied from Keras 2 with its decorators runs."""

from __future__ import annotations

import pytest

from engine import backend as K
from engine.layers import Dense, Input, Layer
from engine.models import Sequential
from engine.optimizers import Optimizer


@pytest.mark.usefixtures("engine_as_keras")
def test_decorated_layers_and_optimizers_are_those_without_decorators() -> None:
    from keras.legacy import interfaces
    from keras.legacy.interfaces import legacy_dense_support

    class Own(Layer):
        @legacy_dense_support
        def __init__(self, units: int, **kwargs: object) -> None:
            self.units = units
            super().__init__(**kwargs)

        @interfaces.legacy_add_weight_support
        def add_weight(self, name: str | None = None, shape: object = None, **settings: object) -> object:
            return super().add_weight(name, shape, **settings)

        def build(self, input_shape: tuple[int, ...]) -> None:
            self.kernel = self.add_weight((input_shape[-1], self.units), "ones", name="kernel")
            self.built = True

        def call(self, x: object) -> object:
            return K.dot(x, self.kernel)

    class Descent(Optimizer):
        @interfaces.legacy_get_updates_support
        def get_updates(self, loss: object, params: object) -> list[object]:
            return [K.update_sub(p, 0.5 * g) for p, g in zip(params, self.get_gradients(loss, params), strict=True)]

    layer = Own(2)
    layer(Input((3,)))
    assert K.get_value(layer.kernel).tolist() == [[1, 1]] * 3
    model = Sequential([Dense(1, input_dim=1, kernel_initializer="ones", use_bias=False)])
    loss = K.sum(model.output)
    with pytest.warns(UserWarning, match="get_updates: Keras 1 spelling"):
        updates = Descent().get_updates(model.trainable_weights, [], loss)
    K.function([model.input], [loss], updates=updates)([[[3.0]]])
    assert model.get_weights()[0].tolist() == [[-0.5]]
