"""What notes of other years wrote that reads differently today: layouts, positions, bases of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine.errors import GraphError, SettingError, SettingTypeError, ShapeError
from engine.layers import (
    LSTM,
    Conv2D,
    Conv2DTranspose,
    Deconvolution2D,
    Dense,
    Embedding,
    Input,
    Layer,
    MaxPooling2D,
    Reshape,
    TimeDistributed,
)
from engine.models import Model, Sequential


class TestChannelsThatComeFirst:
    @pytest.mark.parametrize(
        "layers",
        [
            [Conv2D(32, 3, input_shape=(1, 28, 28))],
            [Conv2D(32, 3, padding="same", input_shape=(1, 28, 28)), MaxPooling2D()],
            [Conv2D(64, 3, padding="same", input_shape=(3, 224, 224)), MaxPooling2D(), MaxPooling2D()],
        ],
    )
    def test_the_refusal_of_a_flat_image_names_the_setting(self, layers: list[Conv2D]) -> None:
        with pytest.raises(ShapeError, match=r"set_image_data_format\('channels_first'\)"):
            Sequential(layers)

    @pytest.mark.parametrize("shape", [(2, 2, 3), (1, 1, 8), (8, 1, 3)])
    def test_small_images_are_refused_without_that_guess(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ShapeError, match=r"larger than the image") as refused:
            Sequential([Conv2D(4, 3, input_shape=shape)])
        assert "channels_first" not in str(refused.value)


def test_sizes_of_2015_by_position_are_refused_with_the_order_of_today() -> None:
    with pytest.raises(SettingTypeError, match=r"\(units, activation\), so that 'activation' is 128 here"):
        Dense(784, 128, activation="relu")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dense(100 / 2),
        lambda: Conv2D(200 / 2, 3),
        lambda: Conv2D(8, (6 / 2, 3)),
        lambda: Dense(1, input_shape=(28 / 2, 3)),
        lambda: Reshape((28 / 4, 7)),
        lambda: Embedding(50 / 2, 3),
    ],
)
def test_sizes_that_were_divided_in_python_2_are_refused_with_the_sign_of_today(make: Callable[[], Layer]) -> None:
    with pytest.raises(SettingError, match=r"found .*\.0.* write // for whole numbers"):
        make()


@pytest.mark.parametrize("value", [2.5, 0.0, -3.0, "4", float("nan"), None])
def test_other_sizes_are_refused_without_that_hint(value: object) -> None:
    with pytest.raises(SettingError) as refused:
        Dense(value)
    assert "//" not in str(refused.value)


@pytest.mark.parametrize("name", ["tf", "theano", "control_flow_ops"])
def test_libraries_below_keras_are_refused_with_what_to_write(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"K\.{name}: there is no TensorFlow .*K\.dot for tf\.matmul"):
        getattr(K, name)
    assert not hasattr(K, name)


@pytest.mark.parametrize("embedded", [True, False])
def test_an_attention_that_hands_on_the_mask_of_its_steps_runs_for_every_sentence(embedded: bool) -> None:
    """The encoder of hierarchical attention: words to a sentence, which has no steps any more."""

    class Mean(Layer):
        supports_masking = True

        def compute_mask(self, inputs: object, mask: object = None) -> object:
            return mask

        def call(self, x: object, mask: object = None) -> object:
            kept = 1.0 if mask is None else K.expand_dims(K.cast(mask, K.floatx()))
            return K.sum(x * kept, axis=1)

        def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
            return (input_shape[0], input_shape[-1])

    words = Input((4,), dtype="int32")
    table = Embedding(6, 3, mask_zero=embedded)
    sentence = Model(words, Mean()(table(words)))
    text = Input((5, 4), dtype="int32")
    model = Model(text, LSTM(2)(TimeDistributed(sentence)(text)))
    data = np.random.default_rng(3).integers(0, 6, (7, 5, 4))
    sums = table.get_weights()[0][data] * (data != 0 if embedded else data >= 0)[..., None]
    x = Input((5, 3))
    again = Model(x, model.layers[-1](x))
    np.testing.assert_allclose(model.predict(data), again.predict(sums.sum(axis=2)), atol=1e-6)


@pytest.mark.usefixtures("engine_as_keras")
class TestBasesOfLayers:
    def test_a_pooling_with_a_mask_of_ones_own_derives_from_keras_base(self) -> None:
        from keras.layers.pooling import _GlobalPooling1D

        class Largest(_GlobalPooling1D):
            def call(self, inputs: object) -> object:
                return K.max(inputs, axis=1) - K.min(inputs, axis=1)

        x = Input((5, 3))
        data = np.random.default_rng(2).normal(size=(2, 5, 3)).astype("float32")
        np.testing.assert_array_equal(Model(x, Largest()(x)).predict(data), data.max(1) - data.min(1))

    def test_convolutions_are_told_by_their_base(self) -> None:
        from keras.layers.convolutional import Conv1D, Conv2DTranspose, SeparableConv2D, _Conv
        from keras.layers.pooling import _Pooling2D

        assert all(
            isinstance(layer, _Conv)
            for layer in (Conv1D(2, 3), Conv2D(2, 3), Conv2DTranspose(2, 3), SeparableConv2D(2, 3))
        )
        assert not isinstance(Dense(2), _Conv) and isinstance(MaxPooling2D(), _Pooling2D)


class TestUsesOfModels:
    @pytest.mark.parametrize("stack", [True, False])
    def test_the_first_use_of_a_model_is_its_own_graph_and_calls_follow(self, stack: bool) -> None:
        inner = Sequential([Dense(4, input_shape=(3,)), Dense(2)])
        if not stack:
            inner = Model(inner.inputs, inner.outputs)
        assert inner.get_input_at(0) is inner.input and inner.get_output_at(0) is inner.output
        assert inner.get_output_at(-1) is inner.output
        a, b = Input((3,)), Input((3,))
        y, z = inner(a), inner(b)
        assert [inner.get_input_at(index) for index in range(3)] == [inner.input, a, b]
        assert [inner.get_output_at(index) for index in (0, 1, 2, -1)] == [inner.output, y, z, z]
        assert inner.get_input_shape_at(2) == (None, 3) and inner.get_output_shape_at(1) == (None, 2)
        assert inner.get_input_mask_at(1) is None and inner.get_output_mask_at(0) is None
        with pytest.raises(ValueError, match="below 3"):
            inner.get_output_at(3)

    def test_towers_that_share_a_net_take_its_last_output_as_notes_do(self) -> None:
        net = Sequential([Dense(2, input_shape=(3,))])
        left, right = Input((3,)), Input((3,))
        first = Model(left, net(left))
        net(right)
        second = Model(net.get_input_at(-1), net.get_output_at(-1))
        x = np.random.default_rng(4).normal(size=(5, 3)).astype("float32")
        np.testing.assert_array_equal(first.predict(x), second.predict(x))

    def test_a_stack_without_a_shape_has_no_use_yet(self) -> None:
        with pytest.raises(AttributeError, match="never been called"):
            Sequential([Dense(2)]).get_output_at(0)


def test_gradients_are_read_as_values_without_a_session() -> None:
    """A step of policy gradients, as a book writes it."""
    model = Sequential([Dense(2, input_dim=1, activation="softmax")])
    chosen = K.log(model(K.ones((1, 1))))[0, 1]
    kernel, bias = K.batch_get_value([0.5 * g for g in K.gradients(chosen, model.trainable_weights)])
    p = model.predict(np.ones((1, 1)))[0, 1]
    expected = 0.5 * np.array([p - 1, 1 - p])
    np.testing.assert_allclose(kernel, [expected], rtol=1e-5)
    np.testing.assert_allclose(bias, expected, rtol=1e-5)
    total = K.sum(model.trainable_weights[0])
    assert K.get_value(total) == K.batch_get_value([model.trainable_weights[0], total])[1]
    with pytest.raises(GraphError, match="placeholder"):
        K.get_value(K.placeholder((2,)) * 2)


@pytest.mark.parametrize(
    ("size", "strides", "asked", "first"),
    [
        (2, 2, (29, 29), False),
        (2, 2, (28, 29), False),
        (3, 2, (30, 29), True),
        (3, 3, (44, 43), False),
        (2, 2, (28, 28), True),
    ],
)
@pytest.mark.parametrize("by_position", [True, False])
def test_transposed_convolutions_of_keras_1_give_the_shape_that_they_are_told(
    size: int, strides: int, asked: tuple[int, int], first: bool, by_position: bool
) -> None:
    """Longer outputs than the shortest end in rows and columns that no window reaches."""
    shape = (None, 4, *asked) if first else (None, *asked, 4)
    settings = {"subsample": (strides, strides), "dim_ordering": "th" if first else "tf"}
    told, settings = ((shape,), settings) if by_position else ((), {**settings, "output_shape": shape})
    with pytest.warns(UserWarning, match="Keras 1 spelling"):
        layer = Deconvolution2D(4, size, size, *told, **settings)
    x = Input((3, 14, 14) if first else (14, 14, 3))
    model = Model(x, layer(x))
    assert model.output_shape == shape
    data = np.random.default_rng(5).normal(size=(2, *model.input_shape[1:])).astype("float32")
    shortest = 13 * strides + size
    plain = Conv2DTranspose(4, size, strides=strides, data_format="channels_first" if first else "channels_last")
    again = Model(x, plain(x))
    again.set_weights(model.get_weights())
    inside = (slice(None), slice(None), slice(shortest), slice(shortest))
    inside = inside if first else (inside[0], *inside[2:], inside[1])
    np.testing.assert_allclose(model.predict(data)[inside], again.predict(data), atol=1e-5)


class TestAccuracyThatACallAsksFor:
    """`show_accuracy=True` of Keras 0.x and `accuracy=True` of its batches: for this call, where compile does not name it."""

    X = np.random.default_rng(0).normal(size=(30, 4)).astype("float32")
    Y = np.eye(3)[np.arange(30) % 3]

    def made(self, optimizer: str = "adam", metrics: Any = None) -> Sequential:
        model = Sequential([Dense(3, input_dim=4, activation="softmax")])
        model.set_weights([np.ones((4, 3)) * np.arange(3) / 3, np.zeros(3)])
        model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=metrics)
        return model

    def batches(self) -> Iterator[tuple[Any, Any]]:
        while True:
            yield self.X, self.Y

    @pytest.mark.filterwarnings("ignore:.*Keras 1 spelling")
    def test_every_call_measures_it(self) -> None:
        model = self.made()
        expected = np.mean(model.predict(self.X).argmax(1) == self.Y.argmax(1))

        assert model.evaluate(self.X, self.Y, show_accuracy=True, verbose=0)[1] == pytest.approx(expected)
        assert model.test_on_batch(self.X, self.Y, accuracy=True)[1] == pytest.approx(expected)
        generated = model.evaluate_generator(self.batches(), val_samples=1, show_accuracy=True)
        assert generated[1] == pytest.approx(expected)
        assert model.train_on_batch(self.X, self.Y, accuracy=True)[1] == pytest.approx(expected)
        held_out = (self.X, self.Y)
        history = model.fit(self.X, self.Y, nb_epoch=2, show_accuracy=True, validation_data=held_out, verbose=0).history
        assert set(history) == {"loss", "acc", "val_loss", "val_acc"}
        history = model.fit_generator(self.batches(), 1, epochs=1, show_accuracy=True, verbose=0).history
        assert set(history) == {"loss", "acc"}
        assert isinstance(model.evaluate(self.X, self.Y, verbose=0), float)

    @pytest.mark.filterwarnings("ignore:.*Keras 1 spelling")
    @pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "nadam"])
    def test_the_training_goes_on_as_without_it(self, optimizer: str) -> None:
        plain, asked = self.made(optimizer), self.made(optimizer)
        for step in range(4):
            plain.train_on_batch(self.X, self.Y)
            asked.train_on_batch(self.X, self.Y, accuracy=bool(step % 2))
        plain.fit(self.X, self.Y, epochs=2, shuffle=False, verbose=0)
        asked.fit(self.X, self.Y, epochs=2, shuffle=False, verbose=0, show_accuracy=True)

        np.testing.assert_array_equal(plain.get_weights()[0], asked.get_weights()[0])

    @pytest.mark.filterwarnings("ignore:.*Keras 1 spelling")
    def test_what_measures_it_already_and_other_metrics_stay(self) -> None:
        named = self.made(metrics=["accuracy"])
        assert len(named.evaluate(self.X, self.Y, show_accuracy=True, verbose=0)) == 2
        other = self.made(metrics=["mae"])
        assert len(other.evaluate(self.X, self.Y, show_accuracy=True, verbose=0)) == 3
        assert other.metrics_names == ["loss", "mean_absolute_error"]

    def test_the_warning_says_what_measures_it_today(self) -> None:
        with pytest.warns(
            UserWarning, match=r"without show_accuracy\)\. compile\(metrics=\['accuracy'\]\) measures it"
        ):
            self.made().evaluate(self.X, self.Y, show_accuracy=True, verbose=0)
