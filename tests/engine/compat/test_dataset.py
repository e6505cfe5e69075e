"""`tf.data.Dataset`: each step of a pipeline, orders by seeds, and what `fit` makes of it."""

import numpy as np
import pytest

from engine._compat.dataset import Dataset
from engine.callbacks import LambdaCallback
from engine.errors import DataError, SettingError
from engine.layers import Dense, Input
from engine.models import Sequential

X, Y = np.arange(10.0)[:, None], np.arange(10)


def values(dataset):
    return [np.asarray(x).tolist() for x in dataset]


def test_each_step():
    ten = Dataset.range(10)
    assert values(ten.batch(4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]] and len(ten.batch(4)) == 3
    assert len(ten.batch(4, drop_remainder=True)) == 2 == len(values(ten.batch(4, drop_remainder=True)))
    assert values(ten.map(lambda i: i * 2).take(2)) == [0, 2] and values(ten.skip(8)) == [8, 9]
    assert values(ten.filter(lambda i: i % 3 == 0)) == [0, 3, 6, 9]
    assert values(Dataset.range(2).repeat(2)) == [0, 1, 0, 1] and values(Dataset.range(2).repeat().take(3)) == [0, 1, 0]
    assert values(Dataset.range(1).concatenate(Dataset.range(2))) == [0, 0, 1] and values(
        ten.batch(4).unbatch()
    ) == list(range(10))
    assert [int(i) for i, _ in ten.enumerate()] == list(range(10)) and int(ten.cardinality()) == 10
    assert values(Dataset.range(2).flat_map(lambda i: Dataset.range(int(i) + 1))) == [0, 0, 1]
    pairs = list(Dataset.zip((ten, ten.map(lambda i: -i))))
    assert len(pairs) == 10 and pairs[3][1] == -3 and len(Dataset.zip(ten, ten)) == 10
    assert values(Dataset.from_tensors(np.ones(2))) == [[1, 1]]
    assert list(ten.prefetch(1).with_options(None).as_numpy_iterator())[2] == 2
    calls = []
    cached = ten.map(lambda i: calls.append(1) or i).cache()
    assert values(cached) == values(cached) and len(calls) == 10
    with pytest.raises(TypeError, match="not known"):
        len(ten.filter(lambda i: True))


def test_slices_of_tuples_and_dicts():
    (x, y), *_ = Dataset.from_tensor_slices((X, Y))
    assert x.shape == (1,) and y.numpy() == 0
    batch = next(iter(Dataset.from_tensor_slices(({"a": X}, Y)).batch(3)))
    assert batch[0]["a"].shape == (3, 1) and batch[1].tolist() == [0, 1, 2]
    made = Dataset.from_generator(lambda n: ((i, [i, i]) for i in range(n)), output_types=None, args=(2,))
    assert [np.shape(pair[1]) for pair in made] == [(2,), (2,)]
    with pytest.raises(DataError, match="one length"):
        Dataset.from_tensor_slices((X, Y[:3]))


def test_orders():
    once = Dataset.range(50).shuffle(50, seed=1, reshuffle_each_iteration=False)
    assert sorted(values(once)) == list(range(50)) != values(once) == values(once)
    again = Dataset.range(50).shuffle(50, seed=1)
    assert values(again) != values(again)
    near = values(Dataset.range(100).shuffle(5, seed=0))
    assert sorted(near) == list(range(100)) and all(place >= value - 5 for place, value in enumerate(near))


def test_fit_evaluate_and_predict_take_it():
    data = Dataset.from_tensor_slices((X, 2 * X)).shuffle(10).batch(4).prefetch(2)
    model = Sequential([Input((1,)), Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(data, epochs=5, validation_data=data, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] and len(history["val_loss"]) == 5
    assert np.isfinite(model.evaluate(data, verbose=0))
    assert model.predict(Dataset.from_tensor_slices(X).batch(3)).shape == (10, 1)


def test_fit_goes_through_a_data_set_whose_length_is_not_known():
    x, y = np.ones((40, 3), "float32"), np.ones((40, 1), "float32")
    data = Dataset.from_tensor_slices((x, y)).filter(lambda a, b: True).batch(16)
    model = Sequential([Dense(1)])
    model.compile("sgd", "mse")
    seen = []
    count = LambdaCallback(on_batch_end=lambda batch, logs: seen.append(logs["size"]))
    history = model.fit(data, epochs=2, validation_data=data, verbose=0, callbacks=[count])
    assert seen == [16, 16, 8] * 2 and len(history.history["val_loss"]) == 2
    assert model.predict(data).shape == (40, 1) and model.evaluate(data, verbose=0) >= 0
    with pytest.raises(SettingError, match="steps_per_epoch"):
        model.fit(data.repeat(), verbose=0)


def test_windows_and_mixtures():
    windows = Dataset.range(7).window(3, shift=2)
    assert [values(window) for window in windows] == [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6]]
    apart = Dataset.range(9).window(2, shift=3, stride=2, drop_remainder=True)
    assert [values(window) for window in apart] == [[0, 2], [3, 5], [6, 8]]
    mixed = Dataset.sample_from_datasets([Dataset.range(50), Dataset.range(100, 150)], weights=[0.9, 0.1], seed=1)
    drawn = values(mixed)
    assert sum(one < 100 for one in drawn) > len(drawn) / 2
    assert not mixed.is_endless and Dataset.range(2).repeat().map(lambda i: i).batch(2).is_endless
    assert int(Dataset.range(2).repeat().cardinality()) == -1


def test_elements_of_several_lengths_are_filled_up():
    rows = Dataset.from_generator(lambda: ((np.arange(n), np.float32(n)) for n in (1, 3, 2)))
    (x, y), (last, _) = rows.padded_batch(2, padding_values=(-1, 0.0))
    assert x.tolist() == [[0, -1, -1], [0, 1, 2]] and y.tolist() == [1, 3] and last.tolist() == [[0, 1]]
    first = next(iter(rows.map(lambda a, b: a).padded_batch(3, padded_shapes=[4])))
    assert first.tolist() == [[0, 0, 0, 0], [0, 1, 2, 0], [0, 1, 0, 0]]
    with pytest.raises(DataError, match="padded_batch"):
        list(rows.map(lambda a, b: a).padded_batch(3, padded_shapes=[2]))
    assert rows.element_spec[0].shape == (1,) and str(rows.element_spec[1].dtype) == "float32"
    assert int(Dataset.range(5).reduce(np.int64(0), lambda a, b: a + b)) == 10
    assert int(Dataset.range(5).batch(5).get_single_element()[3]) == 3
    with pytest.raises(DataError, match="one element"):
        Dataset.range(5).get_single_element()
