"""`LayerInspector`: one layer's output, weights and neighbours; nothing is asked of a layer that is not there."""

import threading

import numpy as np
import pytest

from engine import layers
from engine.errors import DataError, UnknownName
from engine.inspection import LayerInspector
from engine.models import Sequential

from . import plain


def test_output_and_weights_of_a_layer_also_inside_another_and_of_a_second_call():
    model, x = plain.digits_model(), plain.pictures()
    expected = plain.digits_values(model, x)
    for name in ("conv", "inner/dense", "shared:2"):
        assert np.abs(LayerInspector(model, name).output(x) - expected[name]).max() < 1e-6
    weights = LayerInspector(model, "inner/dense").weights
    assert {name: value.shape for name, value in weights.items()} == {"kernel": (18, 4), "bias": (4,)}
    weights["kernel"][:] = 7
    assert not np.any(model.get_layer("inner").get_weights()[0] == 7)
    assert LayerInspector(model, "pool").weights == {}


def test_a_layer_that_is_not_there_and_one_that_goes_while_it_is_looked_at():
    model = Sequential([layers.Dense(2, input_dim=3, name="stays"), layers.Dense(1, name="goes")])
    looker = LayerInspector(model, "goes")
    assert looker.output(np.ones((1, 3))).shape == (1, 1)
    model.layers.pop()
    with pytest.raises(UnknownName, match="found 'goes'"):
        looker.output(np.ones((1, 3)))


def test_the_nearest_rows_of_an_embedding():
    model = Sequential([layers.Embedding(5, 2, input_length=1, name="words")])
    model.set_weights([np.array([[1, 0], [2, 0.1], [0, 1], [-1, 0], [0, 0]], "float32")])
    looker = LayerInspector(model, "words")
    assert [row for row, _ in looker.nearest(0, 2)] == [1, 2]
    table = looker.weights["embeddings"].astype(float)
    cosine = table[0] @ table[1] / np.linalg.norm(table[0]) / np.linalg.norm(table[1])
    assert looker.nearest(0, 1)[0][1] == pytest.approx(cosine, rel=1e-6)
    assert len(looker.nearest(0, 50)) == 4
    with pytest.raises(DataError, match="a row from 0 to 4, found 5"):
        looker.nearest(5)


def test_looking_while_another_thread_trains_gives_weights_between_two_updates_and_changes_no_number():
    def run(look):
        np.random.seed(9)
        model = plain.digits_model()
        x = np.linspace(-1, 1, 64 * 60).reshape(64, 6, 5, 2).astype("float32")
        y = plain.labels(64)
        thread = threading.Thread(
            target=lambda: model.fit(x, y, batch_size=8, epochs=12, shuffle=False, verbose=0), daemon=True
        )
        thread.start()
        looks = 0
        while thread.is_alive():
            if look:
                LayerInspector(model, "conv").output(x[:5])
                LayerInspector(model, "classes").gradients(x[:5], y[:5])
                looks += 1
            thread.join(0.001)
        return model.get_weights(), looks

    (alone, _), (looked, looks) = run(look=False), run(look=True)
    assert looks
    assert all(np.array_equal(a, b) for a, b in zip(alone, looked, strict=True))
