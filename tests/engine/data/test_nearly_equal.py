"""Photographs saved anew, smaller or lighter are found; different ones, and simple drawings, are not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits, load_sample_images

import engine
from engine.data.nearly_equal import THUMBNAIL, nearly_equal

from .pictures import picture

PHOTOS = [Image.fromarray(photo) for photo in load_sample_images().images]


def crops(count: int, seed: int = 0) -> list[Image.Image]:
    """Parts of two photographs, no two of one place."""
    places = [(x, y) for x in range(0, 480, 120) for y in range(0, 300, 120)]
    chosen = np.random.default_rng(seed).permutation(len(places) * 2)[:count]
    return [PHOTOS[i % 2].crop((x, y, x + 110, y + 110)) for i in chosen.tolist() for x, y in [places[i // 2]]]


def small(photo: Image.Image) -> np.ndarray:
    rows, columns = THUMBNAIL
    return np.asarray(photo.convert("L").resize((columns, rows), Image.Resampling.BOX), np.float64)


def saved_anew(photo: Image.Image) -> Image.Image:
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=60)
    return Image.open(io.BytesIO(file.getvalue()))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved anew": saved_anew,
    "half as large": lambda photo: photo.resize((55, 55)),
    "darker": lambda photo: Image.fromarray((np.asarray(photo) * 0.8).astype(np.uint8)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_photograph_is_like_its_original(name: str) -> None:
    photos = crops(20)
    found = nearly_equal([small(CHANGES[name](one)) for one in photos], [small(one) for one in photos])
    # Parts of plain sky are left out.
    assert len(found) >= 16 and all(a == b for a, b in found)


def test_different_photographs_digits_and_drawings_are_not_alike() -> None:
    photos = [small(one) for one in crops(24)]
    assert nearly_equal(photos[:12], photos[12:]) == []
    digits = [small(Image.fromarray((one * 15).astype(np.uint8))) for one in load_digits().images[:300]]
    assert nearly_equal(digits[:100], digits[100:]) == []
    drawings = [small(Image.fromarray(picture("disc", number))) for number in range(20)]
    assert nearly_equal(drawings, drawings) == []
    assert nearly_equal([None, np.zeros(THUMBNAIL)], photos) == [] == nearly_equal(photos, [])


def test_a_folder_names_the_pictures_that_look_like_one_that_is_trained_on(tmp_path: Path) -> None:
    for number, photo in enumerate(crops(20)):
        photo.save(tmp_path / f"{number:02}.png")
        if number >= 17:
            # What is measured is the end of the folder: copies in another format.
            saved_anew(photo).convert("RGB").save(tmp_path / f"z{number}.jpg", quality=60)
    data = engine.data.open(tmp_path, split={"by": "order", "validation": 3 / 23})
    (found,) = [one for one in data.warnings if one.kind == "nearly equal pictures"]
    assert "3 of 3 pictures of the validation part look like one that is trained on" in found.sentence
    assert "z17.jpg looks like 17.png" in found.sentence and found.mend is None
