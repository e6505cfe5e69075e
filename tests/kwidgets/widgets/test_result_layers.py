import numpy as np

from engine.layers import Conv2D, Dense, Flatten, Input, Lambda
from engine.models import Model, Sequential
from kwidgets.evaluation.evaluated import Evaluated
from kwidgets.widgets.result_layers import MOST_LAYERS, look_of, seen

RNG = np.random.default_rng(0)


def layers_of(model, x):
    """What the layers give for a sample, and how many are not shown; the prediction beside it is the model's."""
    evaluated = Evaluated(model, {model.input_names[0]: x}, {})
    found = seen(evaluated, {model.input_names[0]: x})
    assert np.allclose(found.outputs[0], model.predict(x), rtol=1e-5)
    return found.layers, found.more


def test_each_layer_shows_what_it_gives():
    model = Sequential(
        [Conv2D(12, 3, input_shape=(8, 8, 1), name="conv"), Flatten(name="flat"), Dense(3, name="digit")]
    )
    x = RNG.normal(size=(1, 8, 8, 1)).astype("float32")
    looks, more = layers_of(model, x)
    assert [look["layer"] for look in looks] == ["conv", "flat", "digit"] and more == 0
    given = Model(model.inputs, model.layers[0].output).predict(x)[0]
    activity = (given**2).mean((0, 1))
    assert looks[0]["facts"]["rows"] == np.argsort(-activity, kind="stable")[:8].tolist() and looks[0]["more"] == 4
    assert np.allclose(looks[2]["facts"]["samples"][0], model.predict(x)[0], rtol=1e-3)


def test_a_deep_model_shows_its_first_layers_and_counts_the_others():
    x = y = Input((4,))
    for _ in range(MOST_LAYERS + 5):
        y = Dense(4)(y)
    looks, more = layers_of(Model(x, y), np.zeros((1, 4)))
    assert len(looks) == MOST_LAYERS and more == 5


def test_a_layer_of_100_megabytes_is_not_looked_at():
    x = Input((4,))
    from engine import backend as K

    large = Lambda(lambda t: K.reshape(K.tile(t, (1, 8_000_000)), (-1, 4000, 2000, 4)), name="large")(x)
    small = Lambda(lambda t: K.mean(t, axis=(1, 2)), name="small")(large)
    looks, more = layers_of(Model(x, Dense(2, name="last")(small)), np.zeros((1, 4)))
    assert "large" not in [look["layer"] for look in looks] and more == 1


def test_looks_are_bounded_whatever_the_size():
    look = look_of("wide", "Conv2D", RNG.normal(size=(512, 512, 64)).astype("float32"))
    assert len(look["facts"]["samples"]) == 8 and len(look["facts"]["samples"][0]) <= 32 and look["more"] == 56
    vector = look_of("v", "Dense", np.array([0.0, 1.0, 0.0]))
    assert vector["facts"]["kind"] == "numbers" and vector["facts"]["samples"][0] == [0.0, 1.0, 0.0]


def test_second_calls_are_shown_and_what_is_inside_a_layer_is_not():
    x = Input((4,))
    shared, inner = Dense(4, name="shared"), Sequential([Dense(3, input_shape=(4,), name="hidden")], name="inner")
    looks, more = layers_of(Model(x, inner(shared(shared(x)))), np.ones((1, 4)))
    assert [look["layer"] for look in looks] == ["shared", "shared:2", "inner"] and more == 0


def test_a_model_that_has_no_graph_of_its_own_is_predicted_with_and_shows_no_layers():
    class Plain:
        reader = property(lambda self: self.nothing)

        def predict(self, inputs):
            return [inputs["x"]]

    found = seen(Plain(), {"x": np.ones((1, 2))})
    assert found.outputs[0].shape == (1, 2) and found.layers == []
