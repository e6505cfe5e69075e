"""A text in which nested models are called from 1 on, as Keras counts, becomes the document and the program of one from 0."""

from __future__ import annotations

import json

from engine.layers import Add, Dense, Input
from engine.models import Model, Sequential, model_from_config
from kwidgets.document.draft import Draft
from kwidgets.document.python_code import write
from kwidgets.document.reading import read


def _config():
    """Nested twice, called twice: [..., 1, ...] and [..., 2, ...] where Keras counts, 0 and 1 where we do."""
    deep = Sequential([Dense(3, input_dim=3, name="d")], name="deep")
    x = Input((3,), name="i")
    inner = Model(x, Add(name="both")([deep(x), deep(deep(x))]), name="inner")
    a, b = Input((3,), name="a"), Input((3,), name="b")
    return Model([a, b], Add(name="sum")([inner(a), inner(b)]), name="m").get_config()


def _from_zero(config):
    """The same config as it was written here before."""
    return json.loads(json.dumps(config).replace('r", 1, 0', 'r", 0, 0').replace('r", 2, 0', 'r", 1, 0')
                      .replace('p", 1, 0', 'p", 0, 0').replace('p", 2, 0', 'p", 1, 0').replace('p", 3, 0', 'p", 2, 0'))  # fmt: skip


def test_both_counts_are_the_same_document():
    ours, keras = (
        read(json.dumps({"class_name": "Model", "config": config}), "json", Draft())
        for config in (_from_zero(_config()), _config())
    )
    assert ours.layers == keras.layers
    assert ours.outputs == keras.outputs


def test_both_counts_give_the_same_program():
    experiments = [{"class_name": "Model", "config": config} for config in (_config(), _from_zero(_config()))]
    keras, ours = (write(experiment) for experiment in experiments)
    assert keras == ours
    names = {"__name__": "program"}
    exec(compile(keras, "<program>", "exec"), names)
    assert names["model"].get_config() == model_from_config(experiments[0]).get_config() == _config()
