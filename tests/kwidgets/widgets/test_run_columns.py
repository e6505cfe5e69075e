"""Which settings tell runs apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kwidgets.widgets.run_columns import columns, differences, differing
from kwidgets.workspace.run_store import RunStore
from tests.e2e.stored_runs import record

NAMES = st.sampled_from(["learning_rate", "optimizer", "seed", "a.rate", "a.units", "b.rate", "block.c.units"])
SETTINGS = st.dictionaries(NAMES, st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["x", "y"])))


@given(st.lists(SETTINGS, min_size=2, max_size=5))
def test_every_difference_of_two_runs_is_told_by_some_setting_and_none_is_told_that_is_none(runs):
    names = differing(runs)
    assert all(len({repr(one.get(name)) for one in runs}) > 1 for name in names)
    for one in runs:
        for other in runs:
            unlike = {name for name in {*one, *other} if one.get(name) != other.get(name)}
            listed = {name for name in names if one.get(name) != other.get(name)}
            layers = {name.rpartition(".")[0] for name in unlike}
            assert layers == {name.rpartition(".")[0] for name in listed}


def test_of_a_layer_that_some_runs_lack_one_setting_is_enough():
    dropped, plain = {"drop.rate": 0.5, "drop.noise_shape": 3}, {}
    assert len(differing([dropped, plain])) == 1
    assert differing([dropped, plain, {**dropped, "drop.rate": 0.1}]) == ["drop.rate"]


def test_settings_of_training_come_first_then_those_of_layers_and_the_seed_last():
    one = {"seed": 1, "b.units": 1, "a.units": 1, "learning_rate": 1}
    other = dict.fromkeys(one, 2)
    assert differing([one, other]) == ["learning_rate", "b.units", "a.units", "seed"]


def test_differences_are_told_in_words():
    found, more = differences([{"learning_rate": 0.003, "drop.rate": 0.5}, {"learning_rate": 0.001}])
    assert found == [
        {"label": "learning rate", "values": ["0.003", "0.001"]},
        {"label": "drop rate", "values": ["0.5", "none"]},
    ]
    assert more == 0
    many = [{f"layer{number}.units": value for number in range(20)} for value in (1, 2)]
    listed, more = differences(many)
    assert len(listed) + more == 20 and more > 0


def test_columns_are_those_in_which_runs_of_one_model_differ(tmp_path):
    store = RunStore(tmp_path)
    for rate in (0.1, 0.01):
        record(store, 0, rate=rate, epochs=1, checkpoints=False)
    record(store, 0, document="other", dropout=0.9, epochs=1, checkpoints=False)
    names = [column["name"] for column in columns(store.list())]
    assert names == ["learning_rate", "optimizer", "batch_size"]
    record(store, 0, dropout=None, epochs=1, checkpoints=False)
    by_name = {column["name"]: column for column in columns(store.list())}
    assert by_name["dropout_1.rate"] == {"name": "dropout_1.rate", "layer": "dropout_1", "label": "Rate"}
