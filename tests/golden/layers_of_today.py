"""Layers that tf.keras has and Keras 2.2.4 had not."""

from cases import IMAGE, STEPS, Case

QUERY_AND_VALUE, WITH_KEY = ((4, 5), (6, 5)), ((4, 5), (6, 3), (6, 5))

LAYERS = [
    Case("attention", "Attention", {}, QUERY_AND_VALUE),
    Case("attention_scaled_with_key", "Attention", {"use_scale": True}, WITH_KEY),
    Case("attention_concat", "Attention", {"score_mode": "concat"}, QUERY_AND_VALUE),
    Case("additive_attention", "AdditiveAttention", {}, QUERY_AND_VALUE),
    Case("additive_attention_with_key", "AdditiveAttention", {"use_scale": False}, WITH_KEY),
    Case("layer_normalization", "LayerNormalization", {}, STEPS),
    Case("layer_normalization_of_images", "LayerNormalization", {"axis": [1, 2, 3], "epsilon": 1e-5}, IMAGE),
    Case("layer_normalization_of_rows", "LayerNormalization", {"axis": 1, "center": False}, IMAGE),
    Case("group_normalization", "GroupNormalization", {"groups": 3}, IMAGE),
    Case("group_normalization_of_steps", "GroupNormalization", {"groups": 2, "scale": False}, STEPS),
    Case("group_normalization_of_each_channel", "GroupNormalization", {"groups": -1, "epsilon": 1e-5}, IMAGE),
    Case("group_normalization_channels_first", "GroupNormalization", {"groups": 7, "axis": 1}, IMAGE),
    Case("unit_normalization", "UnitNormalization", {}, STEPS),
    Case("unit_normalization_of_images", "UnitNormalization", {"axis": [1, 3]}, IMAGE),
    Case("dense_gelu", "Dense", {"units": 4, "activation": "gelu"}),
    Case("dense_swish", "Dense", {"units": 4, "activation": "swish"}),
    Case("dense_mish", "Dense", {"units": 4, "activation": "mish"}),
    Case("dense_relu6", "Dense", {"units": 4, "activation": "relu6"}),
    Case("dense_leaky_relu", "Dense", {"units": 4, "activation": "leaky_relu"}),
    Case("dense_log_softmax", "Dense", {"units": 4, "activation": "log_softmax"}),
]
