import numpy as np
import pytest

from engine import backend as K
from engine import losses
from engine.errors import UnknownName


def test_crossentropy_rescales_the_outputs_by_their_sum():
    found = losses.categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[1.0, 3.0]]))

    assert found[0] == pytest.approx(-np.log(0.75))


def test_crossentropy_of_a_certain_mistake_is_finite():
    found = losses.categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]))

    assert found[0] == pytest.approx(-np.log(1e-7), rel=1e-3)


def test_hinge_takes_the_mean_of_the_margins():
    assert losses.hinge(np.array([[1.0, -1.0]]), np.array([[0.5, 0.5]]))[0] == pytest.approx((0.5 + 1.5) / 2)


def test_cosine_of_equal_directions_is_minus_one():
    assert losses.cosine_proximity(np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]]))[0] == pytest.approx(-1)


def test_logcosh_does_not_overflow():
    assert losses.logcosh(np.array([[0.0]]), np.array([[1000.0]]))[0] == pytest.approx(1000 - np.log(2))


def test_short_names_stand_for_the_same_function():
    assert losses.get("mse") is losses.get("MSE") is losses.mean_squared_error
    assert losses.get("kld") is losses.kullback_leibler_divergence
    assert losses.get(None) is None


def test_an_unknown_name_gives_the_nearest():
    with pytest.raises(UnknownName, match="hinge"):
        losses.get("hinje")


def test_custom_objects_are_known_by_name():
    def mine(y_true, y_pred):
        return y_pred

    assert losses.deserialize("mine", {"mine": mine}) is mine


def test_classes_may_lie_along_another_axis():
    """K.sparse_categorical_crossentropy over channels_first images; the targets have their channel axis or not."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), (2, 3, 3)).astype("float32")
    labels = rng.integers(0, 4, (2, 3, 3))
    expected = -np.log(np.take_along_axis(p, labels[..., None], -1)[..., 0])
    first = p.transpose(0, 3, 1, 2)
    for target in (labels, labels[:, None]):
        found = K.eval(K.sparse_categorical_crossentropy(K.constant(target), K.constant(first), axis=1))
        np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-5)
