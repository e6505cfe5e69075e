import numpy as np
import pytest

from engine.layers import Dense, Input, Layer
from engine.models import Model, Sequential
from kwidgets.evaluation.evaluated import Evaluated, against
from kwidgets.refused import Refused

RNG = np.random.default_rng(0)
X = RNG.normal(size=(700, 4)).astype("float32")
Y = (X.sum(1) > 0).astype(int)


@pytest.fixture
def model():
    made = Sequential([Dense(8, activation="relu", input_shape=(4,)), Dense(2, activation="softmax", name="digit")])
    made.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    return made


def test_figures_are_those_of_predict_and_evaluate(model):
    evaluated = Evaluated(model, {"x": X}, {"digit": Y})
    results = evaluated.output()
    np.testing.assert_allclose(results.predictions, model.predict(X), rtol=1e-5)
    loss, accuracy = model.evaluate(X, Y[:, None], verbose=0)
    assert results.losses.mean() == pytest.approx(loss, rel=1e-5) and results.accuracy == pytest.approx(accuracy)


def test_training_on_meanwhile_changes_nothing(model):
    evaluated = Evaluated(model, {"x": X}, {"digit": Y})
    before = model.predict(X)
    model.fit(X, Y[:, None], epochs=2, verbose=0)
    np.testing.assert_allclose(evaluated.output().predictions, before, rtol=1e-5)


def test_several_outputs_and_inputs_go_by_name():
    a, b = Input((4,), name="a"), Input((2,), name="b")
    first, second = Dense(3, activation="softmax", name="kind")(a), Dense(1, name="size")(b)
    made = Model([a, b], [first, second])
    made.compile("sgd", ["categorical_crossentropy", "mse"])
    inputs = {"a": X, "b": X[:, :2]}
    evaluated = Evaluated(made, inputs, {"kind": np.eye(3)[Y], "size": X[:, 0]}, {"kind": ["x", "y", "z"]})
    assert evaluated.output("kind").kind == "classes" and evaluated.output("size").kind == "amounts"
    assert list(evaluated.output("kind").classes) == ["x", "y", "z"]
    with pytest.raises(Refused, match="several outputs: kind, size"):
        evaluated.output()
    with pytest.raises(Refused, match="no output 'other'"):
        evaluated.output("other")


def test_what_cannot_be_judged_is_refused_in_words(model):
    with pytest.raises(Refused, match="no sample"):
        Evaluated(model, {"x": X[:0]}, {})
    with pytest.raises(Refused, match="700 samples and 3 targets"):
        Evaluated(model, {"x": X}, {"digit": Y[:3]})
    with pytest.raises(Refused, match="no targets"):
        Evaluated(model, {"x": X}, {}).output()
    plain = Input((4,))
    with pytest.raises(Refused, match="no weights"):
        Evaluated(Model(plain, Layer()(plain)), {"x": X}, {})


def test_two_models_on_the_same_samples(model):
    other = Sequential([Dense(2, activation="softmax", input_shape=(4,), name="digit")])
    other.compile("adam", "sparse_categorical_crossentropy")
    now, then = (Evaluated(one, {"x": X}, {"digit": Y}).output() for one in (model, other))
    found = against(now, then)
    right, before = now.predictions.argmax(1) == Y, then.predictions.argmax(1) == Y
    assert found.gained.tolist() == np.flatnonzero(right & ~before).tolist()
    assert found.lost.tolist() == np.flatnonzero(before & ~right).tolist()
    assert found.both + found.neither + len(found.gained) + len(found.lost) == 700 and found.how
    with pytest.raises(Refused, match="same samples"):
        against(now, Evaluated(other, {"x": X[:9]}, {"digit": Y[:9]}).output())


def test_two_models_of_amounts_differ_by_their_losses():
    def of(weights):
        made = Sequential([Dense(1, input_shape=(4,), name="size")])
        made.compile("sgd", "mse")
        made.set_weights([np.full((4, 1), weights, "float32"), np.zeros(1, "float32")])
        return Evaluated(made, {"x": X}, {"size": X.sum(1)}).output()

    found = against(of(1.0), of(0.5))
    assert len(found.gained) == 700 and len(found.lost) == 0
    assert found.gained[0] == np.abs(X.sum(1)).argmax()


def test_a_model_that_cannot_be_copied_is_predicted_with_at_once():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.last = Dense(2, activation="softmax", name="digit")

        def call(self, inputs):
            return self.last(inputs)

    made = Own()
    made.compile("adam", "sparse_categorical_crossentropy")
    made.fit(X, Y[:, None], verbose=0)
    evaluated = Evaluated(made, {"x": X}, dict.fromkeys(made.output_names, Y))
    before = made.predict(X)
    made.fit(X, Y[:, None], epochs=2, verbose=0)
    np.testing.assert_allclose(evaluated.output(evaluated.names[0]).predictions, before, rtol=1e-5)
