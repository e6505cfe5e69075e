"""Layers that prepare numbers and images, as tf.keras has them. Changes by chance have one outcome here: least = largest."""

from cases import IMAGE, STEPS, Case

TURNED = {"factor": [0.07, 0.07]}
FILLS = ("reflect", "constant", "wrap", "nearest")

LAYERS = [
    Case("rescaling", "Rescaling", {"scale": 0.5, "offset": -1.0}, IMAGE),
    Case("normalization_by_given_numbers", "Normalization", {"mean": 2.0, "variance": 4.0}, STEPS),
    Case("normalization_back", "Normalization", {"mean": [1.0, 2.0, 3.0, 4.0], "variance": 4.0, "invert": True}, STEPS),
    Case("conv1d_transpose", "Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2}, STEPS),
    Case(
        "conv1d_transpose_same",
        "Conv1DTranspose",
        {"filters": 2, "kernel_size": 4, "strides": 3, "padding": "same", "activation": "tanh"},
        STEPS,
    ),
    Case("resizing", "Resizing", {"height": 4, "width": 9}, IMAGE),
    Case("resizing_nearest", "Resizing", {"height": 3, "width": 10, "interpolation": "nearest"}, IMAGE),
    Case("resizing_bicubic", "Resizing", {"height": 11, "width": 4, "interpolation": "bicubic"}, IMAGE),
    Case("resizing_cut_first", "Resizing", {"height": 4, "width": 8, "crop_to_aspect_ratio": True}, IMAGE),
    Case("center_crop", "CenterCrop", {"height": 4, "width": 3}, IMAGE),
    Case("center_crop_of_small_images", "CenterCrop", {"height": 9, "width": 5}, IMAGE),
    *(
        Case(f"random_rotation_{fill}", "RandomRotation", {**TURNED, "fill_mode": fill}, IMAGE, training=True)
        for fill in FILLS
    ),
    Case(
        "random_rotation_nearest_point",
        "RandomRotation",
        {**TURNED, "interpolation": "nearest", "fill_mode": "constant", "fill_value": 2.0},
        IMAGE,
        training=True,
    ),
    Case(
        "random_translation",
        "RandomTranslation",
        {"height_factor": [0.21, 0.21], "width_factor": [-0.1, -0.1]},
        IMAGE,
        training=True,
    ),
    Case(
        "random_zoom",
        "RandomZoom",
        {"height_factor": [0.3, 0.3], "width_factor": [-0.2, -0.2], "fill_mode": "constant"},
        IMAGE,
        training=True,
    ),
    Case("random_zoom_of_both", "RandomZoom", {"height_factor": [0.3, 0.3]}, IMAGE, training=True),
    Case(
        "random_brightness",
        "RandomBrightness",
        {"factor": [0.1, 0.1], "value_range": [-1.0, 2.0]},
        IMAGE,
        training=True,
    ),
    Case("random_crop_in_prediction", "RandomCrop", {"height": 3, "width": 4}, IMAGE),
]
