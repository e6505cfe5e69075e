import numpy as np

from engine.layers import Conv2D, Dense, Flatten, Input, Lambda
from engine.models import Model, Sequential
from kwidgets.evaluation.evaluated import Evaluated
from kwidgets.inside.panels import drawn_sample
from kwidgets.widgets.result_layers import MOST_LAYERS, look_of, seen

RNG = np.random.default_rng(0)


def layers_of(model, x):
    """What the layers give for a sample, and how many are not shown; the prediction beside it is the model's."""
    evaluated = Evaluated(model, {model.input_names[0]: x}, {})
    found = seen(evaluated, {model.input_names[0]: x})
    assert np.allclose(found.outputs[0], model.predict(x), rtol=1e-5)
    assert len(found.buffers) == sum(len(look["panels"]) for look in found.layers)
    return found.layers, found.more


def test_each_layer_shows_what_it_gives():
    model = Sequential(
        [Conv2D(12, 3, input_shape=(8, 8, 1), name="conv"), Flatten(name="flat"), Dense(3, name="digit")]
    )
    x = RNG.normal(size=(1, 8, 8, 1)).astype("float32")
    looks, more = layers_of(model, x)
    assert [look["layer"] for look in looks] == ["conv", "flat", "digit"] and more == 0
    given = Model(model.inputs, model.layers[0].output).predict(x)[0]
    activity = np.abs(given).max((0, 1))
    channels = [panel["channel"] for panel in looks[0]["panels"]]
    assert channels == np.argsort(-activity, kind="stable")[:8].tolist() and looks[0]["total"] == 12


def test_a_layer_is_drawn_as_the_inspector_draws_it():
    maps = RNG.normal(size=(6, 6, 4)).astype("float32")
    look, buffers = look_of("conv", "Conv2D", maps)
    drawn = drawn_sample(maps, "conv", by_activity=True)
    assert look["panels"] == drawn.panels and buffers == drawn.buffers
    vector = np.array([0.5, -1.0, 2.0], np.float32)
    look, buffers = look_of("digit", "Dense", vector)
    assert look["panels"][0]["kind"] == "bars" and np.array_equal(np.frombuffer(buffers[0], "<f4"), vector)
    steps, buffers = look_of("lstm", "LSTM", RNG.normal(size=(7, 3)))
    assert (steps["panels"][0]["width"], steps["panels"][0]["height"]) == (7, 3)


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
    look, buffers = look_of("wide", "Conv2D", RNG.normal(size=(512, 512, 64)).astype("float32"))
    assert len(look["panels"]) == 8 and look["total"] == 64 and max(map(len, buffers)) <= 48 * 48
    _, (bars,) = look_of("v", "Dense", RNG.normal(size=100_000))
    assert len(bars) <= 4 * 512


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
