"""`check`: what it sees of a model and its data, and that the mends which it lists do what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import engine
from engine import check
from engine.errors import DataError, EngineError
from engine.layers import LSTM, Activation, Conv2D, Dense, Embedding, Flatten, Input, Lambda
from engine.models import Model, Sequential
from engine.utils import to_categorical

RNG = np.random.default_rng(0)


def classifier(loss: str | None = "categorical_crossentropy", classes: int = 3) -> Model:
    model = Sequential([Dense(classes, activation="softmax", input_dim=4, name="classes")])
    if loss is not None:
        model.compile("sgd", loss)
    return model


def test_nothing_is_said_of_a_model_that_fits_its_data() -> None:
    x, y = RNG.random((12, 4)), np.arange(12) % 3
    assert check(classifier("sparse_categorical_crossentropy"), x, y) == []
    assert check(classifier(), x, to_categorical(y, 3)) == []
    assert str(check(classifier(), x, to_categorical(y, 3))) == "No mistake was seen."


def test_the_first_line_of_code_of_each_mistake_mends_it() -> None:
    x, y = RNG.random((12, 4)), np.arange(12) % 3 + 1
    model = classifier("sparse_categorical_crossentropy")
    [mistake] = check(model, x, y)
    known: dict[str, Any] = {"model": model, "x": x, "y": y, "to_categorical": to_categorical}
    exec(mistake.mends[0].code, known)
    assert check(model, known["x"], known["y"]) == []
    model.fit(known["x"], known["y"], verbose=0)


def test_an_uncompiled_model_gets_the_loss_that_its_data_want() -> None:
    x, y = RNG.random((12, 4)), np.arange(12) % 3
    [mistake] = check(classifier(None), x, y)
    assert mistake.kind == "compile"
    assert mistake.mends[0].code == "model.compile('adam', loss='sparse_categorical_crossentropy')"
    [mistake] = check(classifier(None), x, to_categorical(y, 3))
    assert "loss='categorical_crossentropy'" in mistake.mends[0].code


def test_data_of_another_shape_are_one_mistake_whose_mends_are_tried() -> None:
    model = Sequential([Conv2D(2, 3, input_shape=(8, 8, 3), name="conv"), Flatten(), Dense(1, name="out")])
    model.compile("sgd", "mse")
    [mistake] = check(model, RNG.random((10, 3, 8, 8)), RNG.random(10))
    assert mistake.kind == "channels" and mistake.mends[0].trained
    assert mistake.mends[0].code == "x = np.moveaxis(x, 1, -1)"


def test_of_several_dense_on_an_image_the_first_is_told_and_its_mend_mends_them_all() -> None:
    image = Input((8, 8, 3))
    branches = [Dense(2, name=f"{name}2")(Activation("relu")(Dense(3, name=name)(image))) for name in "ab"]
    model = Model(image, Dense(1)(Flatten()(engine.layers.add(branches))))
    model.compile("sgd", "mse")
    found = check(model, RNG.random((10, 8, 8, 3)), RNG.random(10))
    assert [(mistake.kind, mistake.layer) for mistake in found] == [("dense_on_image", "a"), ("dense_on_image", "b")]


def test_a_number_without_a_row_is_told_with_where_it_comes_from() -> None:
    model = Sequential([Embedding(5, 3, input_length=4, name="words"), Flatten(), Dense(1)])
    model.compile("sgd", "mse")
    source = model.input_names[0]
    for x in (np.full((8, 4), 7), np.full((8, 4), 7.0)):  # also where numbers come as floats, which are cast
        with pytest.raises(DataError, match=f"'words' knows numbers below 5, but gets 7 from '{source}'"):
            model.fit(x, np.zeros((8, 1)), verbose=0)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"units": -1}, "units: expected a whole number above 0"),
        ({"units": 2, "activation": "rel"}, "activation: expected the name of a known activation"),
        ({"units": 2, "colour": 1}, "expected a known setting"),
        ({"units": 2, "groups": 3}, "expected a known setting"),
        ({}, "expected a value for 'units'"),
        ({"units": 2, "output_dim": 3}, "expected 'units' once"),
    ],
)
def test_a_mistake_in_a_setting_names_the_layer(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(EngineError, match=rf"^layer 'out' \(Dense\).*{words}"):
        Dense(**settings, name="out")
    with pytest.raises(EngineError, match=r"^Dense"):  # a layer without a name has its class
        Dense(**settings)


def test_several_inputs_are_named_and_what_is_missing_is_said() -> None:
    a, b = Input((4,), name="a"), Input((6,), name="b")
    joined = engine.layers.concatenate([Dense(3)(a), Dense(3)(b)])
    model = Model([a, b], Dense(1, name="out")(joined))
    model.compile("sgd", "mse")
    assert check(model, {"a": RNG.random((5, 4)), "b": RNG.random((5, 6))}, RNG.random(5)) == []
    [mistake] = check(model, {"a": RNG.random((5, 4))}, RNG.random(5))
    assert mistake.kind == "count" and "nothing for b" in mistake.sentence
    [mistake] = check(model, [RNG.random((5, 4)), RNG.random((5, 7))], RNG.random(5))
    assert mistake.layer == "b" and "x[1] holds 7 numbers" in mistake.sentence


def test_other_numbers_of_samples_are_cut_to_the_fewest() -> None:
    [mistake] = check(classifier("sparse_categorical_crossentropy"), RNG.random((12, 4)), np.arange(10) % 3)
    assert mistake.sentence == "Arrays differ in their number of samples: x has 12, y has 10."
    assert mistake.mends[0].code == "x = x[:10]"


def test_a_config_that_cannot_be_built_has_the_mends_of_its_error() -> None:
    layers = [
        {"class_name": "LSTM", "config": {"name": "one", "units": 3, "batch_input_shape": [None, 6, 4]}},
        {"class_name": "LSTM", "config": {"name": "two", "units": 3}},
    ]
    [mistake] = check({"class_name": "Sequential", "config": {"name": "m", "layers": layers}})
    assert (mistake.kind, mistake.layer) == ("graph", "two")
    assert mistake.mends[0].code == "Reshape(target_shape=(3, 1))  # before 'two'"


def test_weights_and_training_of_the_model_stay_as_they_are() -> None:
    model = classifier("sparse_categorical_crossentropy")
    x, y = RNG.random((12, 4)), np.arange(12) % 3
    model.fit(x, y, verbose=0)
    before = [*model.get_weights(), *model.optimizer.get_weights()]
    assert check(model, x * 1000, y + 1)
    for was, now in zip(before, [*model.get_weights(), *model.optimizer.get_weights()], strict=True):
        assert np.array_equal(was, now)


def test_what_a_mend_raises_means_that_it_is_not_offered() -> None:
    def only_four(x: Any) -> Any:
        if x.shape[-1] != 4:
            raise RuntimeError("four")
        return x

    model = Sequential([Lambda(only_four, input_shape=(4,)), Dense(1, name="out")])
    model.compile("sgd", "mse")
    [mistake] = check(model, RNG.random((10, 5)), RNG.random(10))
    assert mistake.mends == ()


def test_a_model_with_a_call_of_its_own_has_mends_of_its_data_alone() -> None:
    class Mine(Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(3, activation="softmax")

        def call(self, inputs: Any, mask: Any = None) -> Any:
            return self.dense(inputs)

    model = Mine()
    model.compile("sgd", "sparse_categorical_crossentropy")
    x = RNG.random((12, 4))
    model.fit(x, np.arange(12) % 3, verbose=0)
    for mistake in check(model, x, np.arange(12) % 3 + 1):
        assert all("array" in change for mend in mistake.mends for change in mend.changes)


@pytest.mark.parametrize("steps", [True, False])
def test_sequences_and_rows_are_told_apart(steps: bool) -> None:
    layers = [
        Embedding(20, 4, input_length=6, name="words"),
        LSTM(3, return_sequences=steps, name="lstm"),
        Dense(1, name="out"),
    ]
    model = Sequential(layers)
    model.compile("sgd", "mse")
    x = RNG.integers(0, 20, (12, 6))
    y = RNG.random((12, 1)) if steps else RNG.random((12, 6, 1))
    model.predict(x[:1])
    [mistake] = check(model, x, y)
    switch = "off" if steps else "on"
    assert mistake.mends[0].label == f"Switch {switch} return sequences of 'lstm'"


def test_a_target_that_was_shuffled_without_its_inputs_is_told_by_its_labels() -> None:
    frame = pd.DataFrame(RNG.random((12, 4)), columns=list("abcd"))
    kinds = pd.Series(np.arange(12) % 3)
    model = classifier("sparse_categorical_crossentropy")
    assert check(model, frame, kinds) == []
    [mistake] = check(model, frame, kinds.sample(frac=1, random_state=3))
    assert "another order" in mistake.sentence and mistake.hint == "Put them in one order: y = y.loc[x.index]"
    # Others have labels of their own, which say nothing; those that were shuffled together are in one order.
    assert check(model, frame, kinds.set_axis(np.arange(100, 112))) == []
    assert check(model, frame.sample(frac=1, random_state=3), kinds.sample(frac=1, random_state=3)) == []


def test_amounts_where_the_loss_wants_classes_are_said_and_mended() -> None:
    x, y = RNG.random((12, 4)), np.linspace(0, 2.5, 12)
    model = classifier("sparse_categorical_crossentropy")
    [mistake] = check(model, x, y)
    assert "wants classes as whole numbers, but y holds amounts from 0 to 2.5" in mistake.sentence
    assert [mend.label for mend in mistake.mends] == ["Give 'classes' one unit with linear, and mean_squared_error"]
    assert check(model, x, np.arange(12) % 3 * 1.0) == []
