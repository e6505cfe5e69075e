"""Pictures as arrays, in files and in Pillow."""

import numpy as np
import pytest

from engine.errors import DataError, FileError, SettingError
from engine.preprocessing.image import ImageDataGenerator, array_to_img, img_to_array, list_pictures, load_img, save_img

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


def test_sizes_by_position_stand_where_keras_had_them_until_2_2_2_and_where_it_has_them_since(tmp_path):
    path = tmp_path / "red.png"
    save_img(path, np.full((4, 6, 3), (200.0, 0.0, 0.0)), scale=False)
    for picture in (load_img(path, False, (2, 3)), load_img(path, False, [2, 3], "bilinear")):
        assert img_to_array(picture).shape == (2, 3, 3)
    assert img_to_array(load_img(path, True, (2, 3))).shape == (2, 3, 1)
    assert img_to_array(load_img(path, False, "rgba", (2, 3), "box")).shape == (2, 3, 4)
    for wrong in (150, (150,), (0, 3), (2.5, 3)):
        with pytest.raises(SettingError, match="rows and columns"):
            load_img(path, target_size=wrong)
        with pytest.raises(SettingError, match="DirectoryIterator, target_size: expected rows and columns"):
            ImageDataGenerator().flow_from_directory(tmp_path, target_size=wrong)


def test_what_is_no_picture_is_refused_by_name(tmp_path):
    (tmp_path / "notes.png").write_text("no picture")
    with pytest.raises(FileError, match=r"notes\.png"):
        load_img(tmp_path / "notes.png")
    with pytest.raises(DataError, match="rank 3"):
        array_to_img(np.zeros((2, 2)))
    with pytest.raises(DataError, match="2 or 3"):
        img_to_array(np.zeros(3))
