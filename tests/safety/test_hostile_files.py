"""Hostile files of every kind for every reader; all of them by `python -m tests.long hostile_files`."""

import os
from pathlib import Path

import numpy as np
import pytest

import engine.backend as K
from engine.errors import FileError, TooLarge
from engine.experiment import read_text
from engine.layers import Dense, Input, RepeatVector
from engine.models import Sequential, load_model, model_from_config, model_from_json
from kwidgets import Builder
from kwidgets.session import array_files

from .hostile import configs, every_file, sizes
from .judge import judge
from .readers import READERS

EVERY = 4
ALWAYS = {"size", "training settings", "archives", "honest"}


@pytest.mark.timeout(300)  # a file that holds a reader up is the fault
def test_hostile_files_are_refused_at_once_in_a_sentence_and_touch_nothing():
    cases, readers, number = [], set(), 0
    for number, case in enumerate(every_file(), 1):
        readers.add(case.reader)
        if number % EVERY == 1 or case.kind in ALWAYS:
            cases.append(case)
    assert number >= 500 and readers == set(READERS)
    verdicts = judge((case.name, case.reader, case.content) for case in cases)
    faults = [
        (case.kind, case.reader, case.name, found)
        for case, (_, verdict) in zip(cases, verdicts, strict=True)
        if (found := verdict.faults(case.expected))
    ]
    assert faults == []


@pytest.mark.parametrize(
    "reader", ["model.h5", "weights.h5", "arrays.npz", "page_arrays.h5", "picture.png", "cifar.pickle"]
)
def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path, reader):
    pipe = tmp_path / reader
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises((FileError, OSError)):
            READERS[reader].read(str(path))
    with pytest.raises(FileError):
        read_text(pipe)


def test_a_model_too_large_for_the_machine_loads_where_the_bound_is_lifted():
    K.set_memory_limit(None)
    try:
        model = model_from_config(sizes.TOO_LARGE["weights of 4 TB"])
        assert model.count_params() == 10**12 + 10**6
        assert model_from_json(model.to_json()).count_params() == model.count_params()
    finally:
        K.set_memory_limit(0.5)


def test_a_model_made_in_code_says_its_size_when_its_weights_would_be_made(tmp_path):
    model = Sequential([Dense(10**6, input_dim=10**6)])
    model.compile("sgd", "mse")
    x = np.zeros((1, 10**6), "float32")
    for use in (
        lambda: model.fit(x, x),
        lambda: model.predict(x),
        model.get_weights,
        lambda: model.save(tmp_path / "m.h5"),
    ):
        with pytest.raises(TooLarge, match=r"[48]\.0 TB") as refusal:
            use()
        assert isinstance(refusal.value, MemoryError)
    assert os.listdir(tmp_path) == []
    with pytest.raises(TooLarge, match=r"repeat_vector.*128\.0 EB"):
        Sequential([RepeatVector(10**18, input_shape=(1,))]).predict(np.zeros((32, 1)))
    with pytest.raises(ValueError, match="32 axes"):
        Input((1,) * 64)


def test_the_card_of_a_layer_says_how_much_too_large_it_is():
    builder = Builder(sizes.TOO_LARGE["weights of 4 TB"])
    card = builder.document.graph()["cards"][-1]
    builder.close()
    assert (card["state"], card["short"]) == ("wrong", "too large: 4.0 TB")
    assert "4.0 TB" in card["says"]


def test_one_layer_too_many_says_so_and_those_behind_it_do_not():
    builder = Builder(sizes.TOO_LARGE["300 layers of 1 GB"])
    wrong = [card for card in builder.document.graph()["cards"] if card["state"] != "ok"]
    builder.close()
    assert [card["short"] for card in wrong] == ["too large: 1.1 GB"]


def test_a_link_inside_the_file_is_an_array_of_it(tmp_path):
    path = tmp_path / "page_arrays.h5"
    path.write_bytes(READERS["page_arrays.h5"].honest())
    assert set(array_files.headers(path)) == {"train/x", "y"}
    assert array_files.read(path, ["train/x"])["train/x"].shape == (4, 3)


def test_a_model_file_with_a_training_config_that_is_empty_says_what_helps(tmp_path):
    case = next(case for case in configs.cases() if case.kind == "training settings" and case.name == "empty")
    path = tmp_path / "m.h5"
    path.write_bytes(case.content)
    with pytest.raises(FileError, match=r"optimizer_config.*compile=False"):
        load_model(path)
    assert load_model(path, compile=False).count_params() == 10
