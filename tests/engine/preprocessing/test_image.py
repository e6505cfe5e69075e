"""Images: files, transformations, normalising, and batches from arrays and folders."""

import threading

import numpy as np
import pytest

import engine as keras
from engine.preprocessing import image

pytest.importorskip("scipy")
X = np.random.default_rng(0).uniform(0, 255, (10, 6, 6, 3)).astype("float32")
Y = np.arange(10)
ALL = {
    "rotation_range": 20, "width_shift_range": 0.2, "height_shift_range": 2, "shear_range": 10, "zoom_range": 0.2,
    "channel_shift_range": 5.0, "horizontal_flip": True, "vertical_flip": True, "brightness_range": (0.5, 1.5),
}  # fmt: skip


def test_pictures_go_to_files_and_back(tmp_path):
    whole = X[0].round()
    image.save_img(tmp_path / "a.png", whole, scale=False)
    np.testing.assert_array_equal(image.img_to_array(image.load_img(tmp_path / "a.png")), whole)
    assert image.load_img(tmp_path / "a.png", color_mode="grayscale", target_size=(3, 4)).size == (4, 3)
    assert image.list_pictures(tmp_path) == [str(tmp_path / "a.png")]
    (tmp_path / "b.png").write_text("no picture")
    with pytest.raises(ValueError, match="an image"):
        image.load_img(tmp_path / "b.png")


def test_a_quarter_turn_and_a_shift_move_pixels():
    turned = image.apply_affine_transform(X[0], theta=90)
    np.testing.assert_allclose(turned, np.rot90(X[0], -1), atol=1e-3)
    shifted = image.apply_affine_transform(X[0], tx=1, fill_mode="constant", cval=7)
    np.testing.assert_allclose(shifted[:-1], X[0, 1:], atol=1e-3)
    assert (shifted[-1] == 7).all()
    first = image.apply_affine_transform(X[0].transpose(2, 0, 1), 90, row_axis=1, col_axis=2, channel_axis=0)
    np.testing.assert_allclose(first.transpose(1, 2, 0), turned)


@pytest.mark.parametrize(
    ("function", "reach"),
    [("random_rotation", (20,)), ("random_shift", (0.3, 0.3)), ("random_shear", (20,)), ("random_zoom", ((0.5, 2),))],
)
def test_random_functions_change_the_image_and_repeat(function, reach):
    drawn = []
    for _ in range(2):
        np.random.seed(1)
        drawn.append(getattr(image, function)(X[0], *reach, row_axis=0, col_axis=1, channel_axis=2))
    np.testing.assert_array_equal(*drawn)
    assert drawn[0].shape == X[0].shape and not np.allclose(drawn[0], X[0])


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
@pytest.mark.parametrize("change", [(image.apply_brightness_shift, 1.7), (image.apply_channel_shift, -100)])
def test_brightness_and_shifts_of_whole_numbers_are_those_of_the_same_floats(change, dtype):
    function, by = change
    picture = X[0].round().astype(dtype)

    np.testing.assert_allclose(function(picture, by), function(picture.astype("float32"), by))


def test_a_seed_repeats_every_change_and_leaves_numpy_alone():
    np.random.seed(5)
    expected = np.random.random()
    np.random.seed(5)
    runs = [
        [next(flow)[0] for _ in range(5)]
        for flow in (image.ImageDataGenerator(**ALL).flow(X, Y, 4, seed=3) for _ in "ab")
    ]
    assert np.random.random() == expected
    for a, b in zip(*runs, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(runs[0][0], runs[0][3])


def test_batches_hold_each_sample_once_and_keep_labels():
    flow = image.ImageDataGenerator().flow(X, Y, batch_size=4, sample_weight=Y / 10)
    batches = [next(flow) for _ in range(len(flow))]
    assert [len(b[0]) for b in batches] == [4, 4, 2]
    assert sorted(np.concatenate([b[1] for b in batches])) == list(range(10))
    for x, y, weights in batches:
        np.testing.assert_array_equal(x, X[y])
        np.testing.assert_array_equal(weights, y / 10)


def test_subsets_share_the_data():
    generator = image.ImageDataGenerator(validation_split=0.3)
    assert generator.flow(X, Y, subset="validation", shuffle=False)[0][1].tolist() == [0, 1, 2]
    assert generator.flow(X, Y, subset="training").n == 7


def test_threads_share_one_iterator():
    flow, seen = image.ImageDataGenerator().flow(X, Y, batch_size=1), []
    threads = [threading.Thread(target=lambda: seen.extend(int(next(flow)[1][0]) for _ in range(10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(list(range(10)) * 4)


def test_images_are_normalised_by_feature_or_by_sample():
    generator = image.ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
    with pytest.warns(UserWarning, match="fit"):
        generator.standardize(X[0])
    generator.fit(X)
    made = generator.flow(X, shuffle=False)[0]
    np.testing.assert_allclose(made.mean(axis=(0, 1, 2)), 0, atol=1e-4)
    np.testing.assert_allclose(made.std(axis=(0, 1, 2)), 1, atol=1e-3)
    one = image.ImageDataGenerator(samplewise_std_normalization=True).standardize(X[0])
    assert abs(one.mean()) < 1e-4 and abs(one.std() - 1) < 1e-3


def test_zca_makes_pixels_uncorrelated():
    common = np.random.default_rng(2).normal(size=(200, 1, 1, 1))
    x = np.random.default_rng(1).normal(size=(200, 2, 2, 1)) + common
    generator = image.ImageDataGenerator(zca_whitening=True, dtype="float64")
    generator.fit(x)
    white = np.array([generator.standardize(one) for one in x]).reshape(200, 4)
    np.testing.assert_allclose(np.cov(white.T, bias=True), np.eye(4), atol=1e-2)


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(("cat", "dog")):
        (tmp_path / name).mkdir()
        for i in range(4):
            image.save_img(tmp_path / name / f"{i}.png", np.full((5, 5, 3), 100 * number + i), scale=False)
    return tmp_path


def test_a_folder_gives_images_and_labels(folder, capsys):
    flow = image.ImageDataGenerator().flow_from_directory(folder, (4, 4), batch_size=8, shuffle=False)
    x, y = next(flow)
    assert "Found 8 images belonging to 2 classes." in capsys.readouterr().out
    assert x.shape == (8, 4, 4, 3) and x[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 100, 101, 102, 103]
    assert y.argmax(axis=1).tolist() == [0, 0, 0, 0, 1, 1, 1, 1] and flow.class_indices == {"cat": 0, "dog": 1}


@pytest.mark.parametrize(("mode", "expected"), [("binary", [0, 1]), ("sparse", [0, 1])])
def test_a_folder_is_parted_in_subsets(folder, mode, expected):
    generator = image.ImageDataGenerator(validation_split=0.25)
    flow = generator.flow_from_directory(folder, (4, 4), class_mode=mode, subset="validation", shuffle=False)
    assert next(flow)[1].tolist() == expected
    assert generator.flow_from_directory(folder, (4, 4), subset="training").samples == 6


def test_changed_images_are_saved(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    next(image.ImageDataGenerator().flow(X, batch_size=3, save_to_dir=out, save_prefix="p"))
    assert len(list(out.glob("p_*.png"))) == 3


def test_a_model_learns_from_the_generator():
    model = keras.Sequential([keras.layers.Flatten(input_shape=(6, 6, 3)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    flow = image.ImageDataGenerator(rescale=1 / 255, **ALL).flow(X, Y, batch_size=5, seed=1)
    history = model.fit_generator(flow, steps_per_epoch=2, epochs=2, workers=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"fill_mode": "mirror"}, "fill_mode"),
        ({"zoom_range": (1, 2, 3)}, "zoom_range"),
        ({"validation_split": 2}, "split"),
    ],
)
def test_errors_name_the_setting(settings, message):
    with pytest.raises(ValueError, match=message):
        image.ImageDataGenerator(**settings)
    with pytest.raises(ValueError, match="rank 4"):
        image.ImageDataGenerator().flow(X[0])


def test_a_batch_that_is_not_there_is_refused_as_a_value():
    batches = image.ImageDataGenerator().flow(X, batch_size=4)
    with pytest.raises(ValueError, match="from 0 to 2, found 3"):
        batches[3]


def test_batches_are_counted_from_the_end_too():
    flow = image.ImageDataGenerator().flow(X, Y, 4, shuffle=False)

    np.testing.assert_array_equal(flow[-1][1], Y[8:])
    for number in (3, -4, slice(0, 2)):
        with pytest.raises(ValueError, match="batch: expected"):
            flow[number]
