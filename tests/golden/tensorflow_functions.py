"""Functions of the small `tensorflow` with arguments: what TensorFlow gives for them is in tensorflow_functions.npz.

    python tests/golden/tensorflow_functions.py

writes it, where TensorFlow is installed.
"""

import importlib
from pathlib import Path

import numpy as np

RNG = np.random.default_rng(0)
FLOATS, BYTES = RNG.random((2, 5, 6, 3)).astype("float32"), RNG.integers(0, 256, (5, 6, 3)).astype("uint8")
X, POSITIVE = RNG.normal(size=(3, 4)).astype("float32"), RNG.random((3, 4)).astype("float32") + 0.1

TEXTS = ["".join(chr(97 + int(c)) for c in RNG.integers(0, 26, n)) for n in [*range(70), 127, 128, 129, 192, 193, 300]]

CASES = {
    "to_float": lambda tf: tf.image.convert_image_dtype(tf.constant(BYTES), tf.float32),
    "to_bytes": lambda tf: tf.image.convert_image_dtype(tf.constant(FLOATS) * 1.2, tf.uint8, saturate=True),
    "flip_left_right": lambda tf: tf.image.flip_left_right(tf.constant(BYTES)),
    "flip_up_down": lambda tf: tf.image.flip_up_down(FLOATS),
    "rot90": lambda tf: tf.image.rot90(tf.constant(BYTES)),
    "grey": lambda tf: tf.image.rgb_to_grayscale(FLOATS),
    "to_rgb": lambda tf: tf.image.grayscale_to_rgb(tf.constant(FLOATS)[..., :1]),
    "central_crop": lambda tf: tf.image.central_crop(tf.constant(BYTES), 0.5),
    "crop_to_bounding_box": lambda tf: tf.image.crop_to_bounding_box(tf.constant(FLOATS), 1, 2, 3, 2),
    "crop_and_pad": lambda tf: tf.image.resize_with_crop_or_pad(tf.constant(FLOATS), 3, 9),
    "brightness": lambda tf: tf.image.adjust_brightness(tf.constant(FLOATS), 0.2),
    "brightness_of_bytes": lambda tf: tf.image.adjust_brightness(tf.constant(BYTES), 0.2),
    "contrast": lambda tf: tf.image.adjust_contrast(tf.constant(FLOATS), 1.7),
    "saturation": lambda tf: tf.image.adjust_saturation(tf.constant(FLOATS), 0.5),
    "saturation_more": lambda tf: tf.image.adjust_saturation(tf.constant(FLOATS), 3.0),
    "standardization": lambda tf: tf.image.per_image_standardization(FLOATS),
    "resize": lambda tf: tf.image.resize(tf.constant(FLOATS), (3, 4)),
    "l2_normalize": lambda tf: tf.math.l2_normalize(X, axis=1),
    "cumprod": lambda tf: tf.math.cumprod(X, axis=1),
    "log1p": lambda tf: tf.math.log1p(POSITIVE),
    "expm1": lambda tf: tf.math.expm1(X),
    "ceil": lambda tf: tf.math.ceil(X),
    "rsqrt": lambda tf: tf.math.rsqrt(POSITIVE),
    "reciprocal": lambda tf: tf.math.reciprocal(POSITIVE),
    "divide_no_nan": lambda tf: tf.math.divide_no_nan(X, np.float32([[1, 0, 2, 0]] * 3)),
    "tan": lambda tf: tf.tan(X),
    "sinh": lambda tf: tf.sinh(X),
    "cosh": lambda tf: tf.cosh(X),
    "acos": lambda tf: tf.acos(POSITIVE / 2),
    "roll": lambda tf: tf.roll(X, 1, 1),
    "reverse": lambda tf: tf.reverse(X, [1]),
    "repeat": lambda tf: tf.repeat(X, 2, 1),
    "broadcast_to": lambda tf: tf.broadcast_to(X[0], (2, 4)),
    "add_n": lambda tf: tf.add_n([X, X, POSITIVE]),
    "top_k": lambda tf: tf.math.top_k(X, 2)[0],
    "top_places": lambda tf: tf.math.top_k(X, 2)[1],
    "argsort": lambda tf: tf.argsort(X),
    "tensordot": lambda tf: tf.tensordot(X, X.T, 1),
    "einsum": lambda tf: tf.einsum("ij,kj->ik", X, X),
    "inverse": lambda tf: tf.linalg.inv(X[:, :3]),
    "trace": lambda tf: tf.linalg.trace(X[:, :3]),
    "hash_fast": lambda tf: tf.strings.to_hash_bucket_fast(TEXTS, 1000003),
    "hash_strong": lambda tf: tf.strings.to_hash_bucket_strong(TEXTS, 1000003, key=[123456789, 987654321]),
    "hashing": lambda tf: tf.keras.layers.Hashing(7)(TEXTS),
    "hashing_masked": lambda tf: tf.keras.layers.Hashing(7, mask_value="")(TEXTS),
    "hashing_salted": lambda tf: tf.keras.layers.Hashing(7, salt=[133, 137])(TEXTS),
    "hashing_numbers": lambda tf: tf.keras.layers.Hashing(5, mask_value=0, salt=3)(np.array([[0, 2], [-3, 100]])),
    "hashing_one_hot": lambda tf: tf.keras.layers.Hashing(4, output_mode="one_hot")(np.array([1, 2])),
    "hashing_multi_hot": lambda tf: tf.keras.layers.Hashing(4, output_mode="multi_hot")(np.array([[1, 2], [3, 3]])),
    "hashing_count": lambda tf: tf.keras.layers.Hashing(4, output_mode="count")(np.array([[1, 2], [3, 3]])),
    "to_number": lambda tf: tf.strings.to_number(["1.5", "-2"]),
    "length": lambda tf: tf.strings.length(["ab", "c", ""]),
}


def main():
    """Compute and write."""
    tf = importlib.import_module("tensorflow")
    np.savez_compressed(
        Path(__file__).with_suffix(".npz"), **{key: np.asarray(case(tf)) for key, case in CASES.items()}
    )


if __name__ == "__main__":
    main()
