"""Folders of texts and sounds: a row for each file, from the folder to a prediction, and what is wrong with a file."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.data import in_experiments, read_sound, source_of
from engine.errors import DataError, FileError, SettingError
from engine.layers import Dense, Embedding, Flatten, GlobalAveragePooling1D
from engine.models import Sequential


def write_sound(path: Path, samples: np.ndarray, rate: int = 8000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for name, pitch in (("low", 200), ("high", 1500)):
        for number in range(20):
            time = np.arange(int(random.integers(1500, 2500))) / 8000
            write_sound(tmp_path / "sounds" / name / f"{number:02}.wav", 0.5 * np.sin(2 * np.pi * pitch * time))
    return tmp_path / "sounds"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    for name, word in (("good", "splendid"), ("bad", "dreadful")):
        for number in range(20):
            path = tmp_path / "texts" / name / f"{number:02}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"a film of number {number} that is {word}", "utf-8")
    return tmp_path / "texts"


def test_sounds_go_from_a_folder_to_a_prediction(sounds: Path) -> None:
    data = engine.data.open(sounds)
    assert [step.kind for step in data.steps] == ["length", "spectrogram", "scale", "ordinal"]
    assert data.classes == ["high", "low"] and data.warnings == []
    longest = max(len(read_sound(path)) for path in sounds.rglob("*.wav"))
    assert data.columns["sound"].values.shape == (40, longest, 1)
    np.random.seed(0)
    model = Sequential([Flatten(input_shape=data.x.shape[1:]), Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(data, epochs=15, verbose=0)
    assert model.evaluate(*data.validation, verbose=0)[1] == 1.0
    shorter = read_sound(sounds / "low" / "03.wav")[:1200]
    assert data.predict(model, {"sound": [shorter]}) == ["low"]


def test_texts_go_from_a_folder_to_a_prediction(texts: Path) -> None:
    data = engine.data.open(texts)
    assert [step.kind for step in data.steps] == ["tokens", "ordinal"] and data.x.shape == (36, 100)
    np.random.seed(0)
    model = Sequential([Embedding(50, 4, input_length=100), GlobalAveragePooling1D(), Dense(2, activation="softmax")])
    model.compile(engine.optimizers.Adam(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(data, epochs=60, verbose=0)
    assert data.predict(model, {"text": "that is splendid"}) == ["good"]


def test_a_table_may_know_more_of_each_file(texts: Path) -> None:
    names = [f"good/{number:02}.txt" for number in range(20)]
    table = {"name": names, "stars": [float(number % 5) for number in range(20)], "remark": ["none"] * 20}
    data = engine.data.open(texts, target="stars", table=table)
    assert data.inputs == ("text",) and data.target == "stars" and len(data) == 20
    assert engine.data.open(texts, inputs=["name", "stars"], table=table).inputs == ("text", "stars")
    with pytest.raises(SettingError, match="one column with names of files"):
        engine.data.open(texts, target="stars", table={"stars": [1.0], "remark": ["none"]})


@pytest.mark.parametrize("with_table", [False, True])
def test_an_experiment_reads_the_same_rows_again(texts: Path, with_table: bool) -> None:
    table = texts.parent / "known.csv"
    lines = [f"{name}/{number:02}.txt,{number % 3}" for name in ("good", "bad") for number in range(20)]
    table.write_text("\n".join(["file,stars", *lines]))
    data = engine.data.open(texts, target="stars", table=table) if with_table else engine.data.open(texts)
    source = json.loads(json.dumps(source_of(data, "texts", "known.csv" if with_table else None)))
    again = in_experiments.table_of({"data": {"source": source}}, texts.parent)
    assert again is not None
    np.testing.assert_array_equal(again.train["x"], data.x)
    np.testing.assert_array_equal(again.train["y"], data.y)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("\ufeffGrüße".encode(), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        (b"", ""),
    ],
)
def test_texts_are_read_in_the_encoding_that_they_have(texts: Path, content: bytes, text: str) -> None:
    (texts / "bad" / "00.txt").write_bytes(content)
    assert engine.data.open(texts).columns["text"].values[0] == text


def test_a_broken_file_is_named_or_left_out(texts: Path, sounds: Path) -> None:
    (texts / "bad" / "03.txt").write_bytes(b"a\0b")
    (sounds / "high" / "01.wav").write_bytes(b"RIFF")
    write_sound(sounds / "low" / "02.wav", np.zeros(100), rate=44_100)
    write_sound(sounds / "low" / "05.wav", np.zeros(0))
    for folder, row, says in ((texts, 3, "a text, found bytes"), (sounds, 1, "another kind of file")):
        with pytest.raises(FileError, match=f"row {row}.*{says}"):
            engine.data.open(folder)
    with pytest.warns(UserWarning, match=r"3 broken files are left out: high/01.wav, low/02.wav, low/05.wav\."):
        assert len(engine.data.open(sounds, broken="skip")) == 37


def test_what_does_not_fit_the_memory_is_refused_before_it_is_read(
    texts: Path, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.data.folders.free_memory", lambda: 2000)
    for folder in (texts, sounds):
        with pytest.raises(DataError, match=r"at most half of the free memory.*40 (files|sounds)"):
            engine.data.open(folder, in_memory=True)


def test_a_folder_is_what_most_of_its_files_are(texts: Path, tmp_path: Path) -> None:
    write_sound(texts / "odd.wav", np.zeros(10))
    (texts / ".hidden").mkdir()
    assert engine.data.kind_of_folder(texts) == "texts"
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match=r"pictures \(png.*texts \(txt\); sounds \(wav.*found none"):
        engine.data.open(tmp_path / "empty")
    (tmp_path / "empty" / "zarr.json").write_text("{}")
    with pytest.raises(FileError, match=r"found a store of zarr. Open it by zarr: engine.data.open\(zarr.open_group"):
        engine.data.open(tmp_path / "empty")
