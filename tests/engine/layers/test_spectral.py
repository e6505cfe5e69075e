"""SpectralNormalization against Keras 3's training (tests/golden/spectral.npz), in files, on the canvas's terms."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.errors import SettingTypeError
from engine.layers import Dense, Embedding, Input, ReLU, SpectralNormalization
from engine.models import load_model

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("spectral")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "spectral.npz", allow_pickle=False))


def test_training_gives_the_numbers_of_keras_3():
    found = dict(listed.values(engine))
    assert found.keys() == GOLDEN.keys()
    for key, value in found.items():
        np.testing.assert_allclose(value, GOLDEN[key], rtol=1e-3, atol=1e-5, err_msg=key)


@pytest.mark.parametrize(("name", "form"), [("m.h5", "keras2"), ("m.h5", "tf.keras"), ("m.keras", None)])
def test_files_keep_it_and_training_goes_on(name, form, tmp_path):
    model, _ = listed.model_of(engine, 2)
    model.fit(listed.X, listed.Y, verbose=0)
    model.save(str(tmp_path / name), **({"save_format": form} if form else {}))

    again = load_model(str(tmp_path / name))

    np.testing.assert_allclose(again.predict(listed.X), model.predict(listed.X), rtol=1e-5)
    assert again.layers[1].power_iterations == 2
    for one in (model, again):
        one.train_on_batch(listed.X, listed.Y)
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_an_embedding_is_normalised_too():
    layer = SpectralNormalization(Embedding(5, 2), power_iterations=30)
    layer.build((None, 3))
    layer.before_step()
    assert np.linalg.norm(layer.layer.embeddings.array, 2) == pytest.approx(1.0, rel=1e-3)


def test_a_layer_without_a_kernel_is_refused():
    with pytest.raises(SettingTypeError, match="a layer with a kernel"):
        SpectralNormalization(ReLU())(Input((3,)))


def test_predictions_take_the_kernel_as_it_is():
    layer = SpectralNormalization(Dense(2))
    model = engine.models.Sequential([Input((3,)), layer])
    layer.layer.kernel.assign(np.full((3, 2), 5.0))
    model.predict(np.ones((4, 3)))
    assert (layer.layer.kernel.array == 5.0).all()
