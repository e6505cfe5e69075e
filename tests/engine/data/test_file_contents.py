"""Folders of texts and sounds that are read while training goes on: the numbers of the same folder in memory."""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.data import Dataset, LargeTable, in_experiments, source_of
from engine.errors import EngineError, FileError
from engine.layers import Dense, Embedding, Flatten, GlobalAveragePooling1D
from engine.models import Sequential

EACH = 90


def write_sound(path: Path, samples: np.ndarray, rate: int = 8000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def make(kind: str, folder: Path, each: int = EACH, seed: int = 0) -> Path:
    random = np.random.default_rng(seed)
    for number in range(each):
        for name, word, pitch in (("good", "splendid", 1500), ("bad", "dreadful", 200)):
            if kind == "texts":
                write_text(folder / name / f"{number:03}.txt", f"a film of number {number} that is {word}")
            else:
                time = np.arange(int(random.integers(1500, 2500))) / 8000
                write_sound(folder / name / f"{number:03}.wav", 0.5 * np.sin(2 * np.pi * pitch * time))
    return folder


def network(kind: str, data: Dataset | LargeTable) -> Sequential:
    if kind == "texts":
        layers = [Embedding(300, 4, input_length=100), GlobalAveragePooling1D(), Dense(2, activation="softmax")]
    else:
        layers = [Flatten(input_shape=data.input_shape), Dense(2, activation="softmax")]
    with engine.experiment.seeded(1):
        model = Sequential(layers)
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def opened(folder: Path, in_memory: bool | None = False, **how: object) -> Dataset | LargeTable:
    data = engine.data.open(folder, in_memory=in_memory, **how)  # type: ignore[arg-type]
    assert isinstance(data, (Dataset, LargeTable))
    return data


@pytest.mark.parametrize("kind", ["texts", "sounds"])
def test_the_files_are_read_in_blocks_as_they_are_in_memory(tmp_path: Path, kind: str) -> None:
    folder = make(kind, tmp_path / kind)
    whole, large = opened(folder, True), opened(folder, split={"validation": 0.2, "test": 0.1})
    assert isinstance(large, LargeTable) and len(large.blocks) > 2 and len(large) == 2 * EACH
    assert [step.get_config() for step in large.steps] == [step.get_config() for step in whole.steps]
    assert large.classes == whole.classes == ["bad", "good"]
    x, y = np.asarray(large.x), np.asarray(large.y)
    assert x.shape[1:] == whole.x.shape[1:] and len(x) == large.counts[0] and set(y.ravel().tolist()) == {0, 1}
    histories = []
    for _ in range(2):
        model = network(kind, large)
        with engine.experiment.seeded(2):
            histories.append(model.fit(large, epochs=2, batch_size=16, verbose=0).history)
    assert histories[0] == histories[1] and "val_loss" in histories[0]
    ahead = network(kind, large).fit(large, shuffle=False, verbose=0).history["loss"]
    assert network(kind, large).fit(x, y, shuffle=False, verbose=0).history["loss"] == ahead
    assert len(large.predict(network(kind, large), large.sample(3))) == 3
    # Sorted by classes in the folder, mixed in each batch.
    order = large.y.order(0, 0)
    shares = np.array([np.asarray(large.y)[order[first : first + 16]].mean() for first in range(0, 112, 16)])
    assert shares.min() > 0.1 and shares.max() < 0.9


@pytest.mark.parametrize("kind", ["texts", "sounds"])
@pytest.mark.parametrize("in_memory", [True, False])
def test_a_second_folder_measures(tmp_path: Path, kind: str, in_memory: bool) -> None:
    folder, later = make(kind, tmp_path / "train", 20), make(kind, tmp_path / "later", 5, seed=1)
    if kind == "sounds":
        write_sound(later / "bad" / "long.wav", np.zeros(4000))
    data = opened(folder, in_memory, validation=later)
    assert data.validation is not None and len(data.x) == 40
    x = np.asarray(data.validation.x)
    assert len(x) == 10 + (kind == "sounds") and x.shape[1:] == np.asarray(data.x).shape[1:]
    source = source_of(data, "train", validation="later")
    again = in_experiments.table_of({"data": {"source": source}}, tmp_path)
    assert again is not None and again.validation is not None
    np.testing.assert_array_equal(np.asarray(again.validation["x"]), x)
    np.testing.assert_array_equal(np.asarray(again.train["x"]), np.asarray(data.x))


def test_what_does_not_fit_the_memory_is_read_in_blocks_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make("texts", tmp_path / "texts", 20)
    assert isinstance(opened(folder, None), Dataset) and not engine.data.folder_is_too_large(folder)
    monkeypatch.setattr("engine.data.folders.free_memory", lambda: 2000)
    assert engine.data.folder_is_too_large(folder)
    assert isinstance(opened(folder, None), LargeTable)
    with pytest.raises(EngineError, match=r"for 40 files. Open it with in_memory=False"):
        opened(folder, True)


@pytest.mark.parametrize("kind", ["texts", "sounds"])
def test_a_file_that_breaks_or_changes_while_it_is_read_is_named(tmp_path: Path, kind: str) -> None:
    folder = make(kind, tmp_path / kind, 40)
    last = sorted((folder / "good").iterdir())[-1]
    data = opened(folder)
    kept = last.read_bytes()
    last.write_bytes(kept + b" ")
    with pytest.raises(FileError, match=rf"{last.name}, row 79.*one that was written since. Open the folder again"):
        np.asarray(data.x), np.asarray(data.validation.x if data.validation else 0)
    broken = b"a\0b" if kind == "texts" else b"RIFF"
    last.write_bytes(broken)
    with pytest.raises(FileError, match=rf"{last.name}, row 79.*broken='skip' leaves such files out"):
        stops = opened(folder)
        np.asarray(stops.x), np.asarray(stops.validation.x if stops.validation else 0)
    with pytest.warns(UserWarning, match="1 broken files are left out"):
        assert len(opened(folder, broken="skip")) == 79
    os.remove(last)
    assert len(opened(folder)) == 79


def test_long_texts_are_fitted_on_so_few_that_they_fit_the_memory(tmp_path: Path) -> None:
    for number in range(70):
        write_text(tmp_path / "long" / "ab"[number % 2] / f"{number}.txt", f"word{number} " * 200_000)
    data = opened(tmp_path / "long")
    assert isinstance(data, LargeTable)
    assert len(data.looked_at) < 40 and data.classes == ["a", "b"]
