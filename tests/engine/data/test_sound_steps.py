"""Sounds of one length, and what is heard when in them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data import Length, Spectrogram, columns_of
from engine.errors import DataError, SettingError


def heard(sounds: np.ndarray, **settings: int) -> np.ndarray:
    step, columns = Spectrogram(columns="sound", **settings), columns_of({"sound": sounds})
    return step.apply(columns, step.fit(columns, np.arange(len(sounds))))["sound"].values


def test_sounds_are_cut_or_filled_up_behind_their_end() -> None:
    columns = columns_of({"sound": np.ones((2, 3, 1), "float32"), "other": np.ones((2, 5), "float32")})
    step = Length(columns=["sound", "other"], samples=4)
    made = step.apply(columns, step.fit(columns, np.arange(2)))
    assert made["sound"].values[0].tolist() == [[1], [1], [1], [0]] and made["other"].values.shape == (2, 4)
    assert Length.begun(list(columns.values()), np.arange(2)).get_config()["samples"] == 5


def test_power_is_that_of_the_definition_summed_over_triangles() -> None:
    rng = np.random.default_rng(0)
    sounds = rng.normal(size=(3, 200, 2)).astype("float32")
    made = heard(sounds, rate=8000, piece=64, every=32, bands=8)
    mono = sounds.astype(np.float64).mean(2)
    mel = np.linspace(0, 2595 * np.log10(1 + 4000 / 700), 10)
    edges = 700 * (10 ** (mel / 2595) - 1)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
    for row, start, band in ((0, 0, 0), (1, 2, 3), (2, 4, 7)):
        piece = mono[row, start * 32 : start * 32 + 64] * window
        total = 0.0
        for k in range(33):
            power = abs(sum(piece[n] * np.exp(-2j * np.pi * k * n / 64) for n in range(64))) ** 2
            low, middle, high = edges[band : band + 3]
            low, high = min(low, middle - 125), max(high, middle + 125)
            f = k * 125
            total += power * max(0.0, min((f - low) / (middle - low), (high - f) / (high - middle)))
        assert made[row, start, band] == pytest.approx(np.log(total + 1e-6), rel=1e-4)


def test_a_tone_is_loudest_in_its_band_and_silence_is_finite() -> None:
    time = np.arange(8000) / 8000
    tones = np.stack([np.sin(2 * np.pi * f * time) for f in (200, 1000, 3000)]).astype("float32")
    made = heard(tones, rate=8000, bands=20)
    loudest = made.mean(1).argmax(1)
    assert list(loudest) == sorted(loudest) and len(set(loudest)) == 3
    np.testing.assert_allclose(heard(np.zeros((1, 600), "float32")), np.log(1e-6), rtol=1e-6)


def test_many_sounds_go_in_parts_of_the_same_numbers() -> None:
    sounds = np.random.default_rng(1).normal(size=(600, 128, 1)).astype("float32")
    whole = heard(sounds, rate=8000, piece=64, every=64, bands=4)
    np.testing.assert_allclose(heard(sounds[500:], rate=8000, piece=64, every=64, bands=4), whole[500:], rtol=1e-6)


def test_what_cannot_be_heard_is_refused() -> None:
    with pytest.raises(DataError, match="sounds of 512 samples or more, found 100"):
        heard(np.zeros((1, 100), "float32"))
    with pytest.raises(DataError, match="an array of 4 axes"):
        heard(np.zeros((1, 600, 8, 3), "float32"))
    with pytest.raises(SettingError, match="at most 32, half a piece, found 40"):
        Spectrogram(columns="sound", piece=64)
