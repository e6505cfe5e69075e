import numpy as np
import pytest

from engine import losses
from engine.layers import Dense, Flatten, Reshape
from engine.models import Sequential
from kwidgets.evaluation.kinds import meaning_of
from kwidgets.evaluation.sample_losses import sample_losses

from .figures_of_sklearn import FIGURES, samples

RNG = np.random.default_rng(0)


def model(units, activation, loss, shape=None):
    made = Sequential([Dense(units, activation=activation, input_shape=(6,)), *([Reshape(shape)] if shape else [])])
    made.compile("sgd", loss)
    return made


@pytest.mark.parametrize(
    ("units", "activation", "loss", "targets", "shape"),
    [
        (4, "softmax", "sparse_categorical_crossentropy", RNG.integers(0, 4, 50), None),
        (4, "softmax", "categorical_crossentropy", np.eye(4)[RNG.integers(0, 4, 50)], None),
        (4, "sigmoid", "binary_crossentropy", RNG.integers(0, 2, (50, 4)), None),
        (1, "sigmoid", "binary_crossentropy", RNG.integers(0, 2, 50), None),
        (1, None, "mse", RNG.normal(size=50), None),
        (3, None, "mae", RNG.normal(size=(50, 3)), None),
        (1, "tanh", "hinge", RNG.choice([-1, 1], 50), None),
        (6, "softplus", "poisson", RNG.normal(size=(50, 2, 3)) ** 2, (2, 3)),
        (
            4,
            None,
            losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
            np.eye(4)[RNG.integers(0, 4, 50)],
            None,
        ),
        (2, None, losses.Huber(delta=0.5), RNG.normal(size=(50, 2)), None),
    ],
)
def test_their_mean_is_what_evaluate_gives(units, activation, loss, targets, shape):
    made = model(units, activation, loss, shape)
    x = RNG.normal(size=(50, 6)).astype("float32")
    predictions = made.predict(x)
    meaning = meaning_of(made.loss_functions[0], targets, predictions)
    values, how = sample_losses(made.loss_functions[0], meaning, targets, predictions)
    y = targets if targets.ndim > 1 else targets[:, None]
    assert values.shape == (50,) and values.mean() == pytest.approx(made.evaluate(x, y, verbose=0), rel=1e-5) and how


def test_they_are_scikit_learns_log_loss_without_a_loss_of_the_models():
    given = samples.SHARES
    values, how = sample_losses(None, meaning_of(None, samples.TRUE, given), samples.TRUE, given)
    assert values.mean() == pytest.approx(FIGURES["losses"][0], rel=1e-6) and "logarithm" in how


def test_a_function_that_takes_tensors_alone_gives_its_place_to_a_plain_one():
    def own(y_true, y_pred):
        return y_pred.op.name

    targets, predictions = np.array([[1.0], [3.0]]), np.array([[2.0], [3.0]])
    values, how = sample_losses(own, meaning_of(own, targets, predictions), targets, predictions)
    assert values.tolist() == [1.0, 0.0] and "squared" in how


def test_a_missing_target_has_no_loss():
    targets, predictions = np.array([[1.0], [np.nan]]), np.array([[2.0], [3.0]])
    for loss in (losses.get("mse"), None):
        values, _ = sample_losses(loss, meaning_of(loss, targets, predictions), targets, predictions)
        assert values[0] == 1.0 and np.isnan(values[1])


def test_losses_of_pictures_are_means_over_their_pixels():
    made = Sequential([Flatten(input_shape=(2, 2, 1)), Dense(4), Reshape((2, 2, 1))])
    made.compile("sgd", "mse")
    x = RNG.normal(size=(9, 2, 2, 1))
    predictions = made.predict(x)
    values, _ = sample_losses(
        made.loss_functions[0], meaning_of(made.loss_functions[0], x, predictions), x, predictions
    )
    np.testing.assert_allclose(values, ((x - predictions) ** 2).mean((1, 2, 3)), rtol=1e-6)
