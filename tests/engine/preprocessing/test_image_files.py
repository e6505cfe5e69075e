"""Pictures as arrays, in files and in Pillow."""

import numpy as np
import pytest

from engine.errors import DataError, FileError
from engine.preprocessing.image import array_to_img, img_to_array, list_pictures, load_img, save_img

rng = np.random.default_rng(0)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_an_array_comes_back_from_its_picture(channels, layout):
    shape = (channels, 5, 7) if layout == "channels_first" else (5, 7, channels)
    x = rng.integers(0, 256, shape).astype("float32")
    picture = array_to_img(x, layout, scale=False)
    assert picture.size == (7, 5)
    assert np.array_equal(img_to_array(picture, layout), x)


def test_a_file_is_resized_and_its_colours_are_changed_as_asked(tmp_path):
    path = tmp_path / "deep" / "red.PNG"
    path.parent.mkdir()
    save_img(path, np.full((4, 6, 3), (200.0, 0.0, 0.0)), scale=False, file_format="png")
    assert list_pictures(tmp_path) == [str(path)]
    assert list_pictures(tmp_path, "jpg") == []
    assert img_to_array(load_img(path, target_size=(2, 3))).shape == (2, 3, 3)
    grey = img_to_array(load_img(path, color_mode="grayscale"))
    assert grey.shape == (4, 6, 1)
    assert set(grey.ravel()) == {60.0}


def test_what_is_no_picture_is_refused_by_name(tmp_path):
    (tmp_path / "notes.png").write_text("no picture")
    with pytest.raises(FileError, match=r"notes\.png"):
        load_img(tmp_path / "notes.png")
    with pytest.raises(DataError, match="rank 3"):
        array_to_img(np.zeros((2, 2)))
    with pytest.raises(DataError, match="2 or 3"):
        img_to_array(np.zeros(3))
