"""Wrong calls are refused with Keras's class of exception, and say what was found and expected."""

import numpy as np
import pytest

from engine import backend as K
from engine.layers import Activation, Dense, Flatten, Input, Reshape, concatenate
from engine.models import Model, Sequential, clone_model

X = np.zeros((6, 4), "float32")
Y = np.zeros((6, 2), "float32")


def model(**settings):
    found = Sequential([Dense(3, input_dim=4, name="first"), Dense(2, name="last")])
    found.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    return found


def two():
    a, b = Input((4,), name="a"), Input((4,), name="b")
    found = Model([a, b], [Dense(2, name="p")(a), Dense(2, name="q")(b)])
    found.compile("sgd", "mse")
    return found


def sequences():
    found = Sequential([Dense(2, input_shape=(3, 4))])
    found.compile("sgd", "mse", sample_weight_mode="temporal")
    return found


WRONG = {
    "compile: unknown optimizer": (lambda: model(optimizer="sdg"), ValueError, "sgd"),
    "compile: unknown loss": (lambda: model(loss="msee"), ValueError, "mse"),
    "compile: unknown metric": (lambda: model(metrics=["acuracy"]), ValueError, "acuracy"),
    "compile: metrics no list": (lambda: model(metrics="mae"), TypeError, "metrics=\\['mae'\\]"),
    "compile: loss of no output": (lambda: model(loss={"lats": "mse"}), ValueError, "last"),
    "compile: too many losses": (lambda: model(loss=["mse", "mse"]), ValueError, "1 entries"),
    "compile: too few loss weights": (lambda: two().compile("sgd", "mse", loss_weights=[1.0]), ValueError, "p, q"),
    "compile: loss weight of no output": (lambda: model(loss_weights={"x": 1.0}), ValueError, "'x'"),
    "compile: loss weights no list": (lambda: model(loss_weights=3), TypeError, "loss_weights"),
    "compile: unknown weight mode": (lambda: model(sample_weight_mode="time"), ValueError, "temporal"),
    "compile: temporal without time": (lambda: model(sample_weight_mode="temporal"), ValueError, "time axis"),
    "compile: unknown argument": (lambda: model(los="mse"), TypeError, "los"),
    "fit: before compile": (lambda: Sequential([Dense(1, input_dim=4)]).fit(X, Y), RuntimeError, "compile"),
    "fit: wrong width": (lambda: model().fit(X[:, :3], Y), ValueError, "x holds 3 numbers a sample"),
    "fit: wrong rank": (lambda: model().fit(X[None], Y), ValueError, "x holds 6×4 a sample"),
    "fit: target too narrow": (lambda: model().fit(X, Y[:, :1]), ValueError, "last"),
    "fit: other number of targets": (lambda: model().fit(X, Y[:5]), ValueError, "y has 5"),
    "fit: no samples": (lambda: model().fit(X[:0], Y[:0]), ValueError, "empty"),
    "fit: no targets": (lambda: model().fit(X, None), ValueError, "None"),
    "fit: one input of two": (lambda: two().fit(X, [Y, Y]), ValueError, "2 arrays"),
    "fit: three inputs of two": (lambda: two().fit([X, X, X], [Y, Y]), ValueError, "list of 3"),
    "fit: unknown input": (lambda: two().fit({"a": X, "c": X}, [Y, Y]), ValueError, "'c'"),
    "fit: missing input": (lambda: two().fit({"a": X}, [Y, Y]), ValueError, "b"),
    "fit: unequal inputs": (lambda: two().fit([X, X[:3]], [Y, Y]), ValueError, "has 3, y"),
    "fit: words": (lambda: model().fit(np.array([["a"] * 4] * 6), Y), ValueError, "numbers"),
    "fit: ragged": (lambda: model().fit([[1.0], [1.0, 2.0]], Y[:2]), ValueError, "input"),
    "fit: batch size": (lambda: model().fit(X, Y, batch_size=-1), ValueError, "batch_size"),
    "fit: split": (lambda: model().fit(X, Y, validation_split=1.5), ValueError, "validation_split"),
    "fit: validation of one": (lambda: model().fit(X, Y, validation_data=(X,)), ValueError, "1 items"),
    "fit: shuffle": (lambda: model().fit(X, Y, shuffle="all"), ValueError, "shuffle"),
    "fit: too few sample weights": (lambda: model().fit(X, Y, sample_weight=np.ones(5)), ValueError, "\\(5,\\)"),
    "fit: weights of steps": (lambda: model().fit(X, Y, sample_weight=np.ones((6, 2))), ValueError, "temporal"),
    "fit: weights of samples": (
        lambda: sequences().fit(np.zeros((6, 3, 4)), np.zeros((6, 3, 2)), sample_weight=np.ones(6)), ValueError, "rank 2",
    ),
    "fit: class without weight": (lambda: model().fit(X, Y, class_weight={1: 2.0}), ValueError, "\\[0\\]"),
    "fit: unknown argument": (lambda: model().fit(X, Y, epoch=2), TypeError, "epoch"),
    "fit_generator: no steps": (lambda: model().fit_generator(iter([(X, Y)])), ValueError, "steps_per_epoch"),
    "fit_generator: arrays": (lambda: model().fit_generator(iter([X]), 1), ValueError, "\\(x, y\\)"),
    "predict: wrong width": (lambda: model().predict(X[:, :2]), ValueError, "first_input"),
    "get_layer: name": (lambda: model().get_layer("lats"), ValueError, "last"),
    "get_layer: index": (lambda: model().get_layer(index=7), ValueError, "7"),
    "get_layer: neither": (lambda: model().get_layer(), ValueError, "name or index"),
    "set_weights: count": (lambda: model().set_weights([X]), ValueError, "4 arrays"),
    "set_weights: shape": (lambda: model().layers[0].set_weights([X, X]), ValueError, "first/kernel"),
    "pop: empty": (lambda: Sequential().pop(), TypeError, "found none"),
    "add: no layer": (lambda: Sequential().add("Dense"), TypeError, "a layer"),
    "add: same name": (lambda: model().add(Dense(1, name="last")), ValueError, "twice"),
    "count_params: unbuilt": (lambda: Dense(2).count_params(), RuntimeError, "built"),
    "layer: negative units": (lambda: Dense(-3), ValueError, "-3"),
    "layer: unknown argument": (lambda: Dense(3, unit=4), TypeError, "unit"),
    "layer: no units": (lambda: Dense(), TypeError, "units"),
    "layer: never called": (lambda: Dense(3).input, AttributeError, "never been called"),
    "layer: node": (lambda: model().layers[0].get_output_at(4), ValueError, "4"),
    "layer: unknown activation": (lambda: Activation("rely"), ValueError, "relu"),
    "layer: wrong rank": (lambda: Flatten()(Input(())), ValueError, "rank"),
    "layer: sizes": (lambda: Reshape((5,))(Input((4,))), ValueError, "4"),
    "merge: shapes": (lambda: concatenate([Input((3, 4)), Input((2, 5))], axis=1), ValueError, "5"),
    "Model: no tensor": (lambda: Model("x", "y"), ValueError, "str"),
    "Model: plain placeholder": (lambda: Model(K.placeholder((None, 2)), K.placeholder((None, 2))), ValueError, "Input"),
    "Input: no shape": (lambda: Input(), TypeError, "shape"),
    "Input: unknown argument": (lambda: Input((2,), size=3), TypeError, "size"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_is_refused_by_kerass_exception_with_what_was_found(name):
    call, error, words = WRONG[name]

    with pytest.raises(error, match=words):
        call()


def test_text_takes_the_arguments_of_json_and_yaml():
    found = model()

    assert found.to_json(sort_keys=True).startswith('{"backend"')
    assert '"class_name":"Sequential"' in found.to_json(separators=(",", ":"))
    assert found.to_yaml(indent=8).count("        ") > 0
    assert found.to_yaml(default_flow_style=True).startswith("{")


def test_a_clone_stands_on_any_tensor():
    found = model()
    x = K.placeholder((None, 4))

    copy = clone_model(found, input_tensors=x)

    copy.set_weights(found.get_weights())
    assert copy.inputs == [x]
    np.testing.assert_array_equal(copy.predict(X + 1), found.predict(X + 1))


def test_a_graph_runs_on_other_tensors():
    found = two()
    x, z = Input((4,)), Input((4,))

    outputs, masks, shapes = found.run_internal_graph([x, z])

    assert shapes == [(None, 2), (None, 2)] and masks == [None, None] and len(outputs) == 2
