"""Layers that tf.keras 2.4 and later and Keras 3 have: attention of several heads, dense layers by an equation."""

from cases import IMAGE, STEPS, Case

QUERY_AND_VALUE, WITH_KEY = ((4, 5), (6, 3)), ((4, 5), (6, 3), (6, 2))
SAME_FEATURES = ((4, 5), (6, 5))
HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}

LAYERS = [
    Case("multi_head_attention", "MultiHeadAttention", HEADS, QUERY_AND_VALUE),
    Case("multi_head_attention_with_key", "MultiHeadAttention", {**HEADS, "value_dim": 4}, WITH_KEY),
    Case("multi_head_attention_without_bias", "MultiHeadAttention", {**HEADS, "use_bias": False}, QUERY_AND_VALUE),
    Case("multi_head_attention_of_other_size", "MultiHeadAttention", {**HEADS, "output_shape": 7}, QUERY_AND_VALUE),
    Case(
        "multi_head_attention_causal",
        "MultiHeadAttention",
        HEADS,
        QUERY_AND_VALUE,
        extra={"use_causal_mask": True},
    ),
    Case("multi_head_attention_of_images", "MultiHeadAttention", HEADS, ((3, 2, 5), (2, 4, 5))),
    Case(
        "multi_head_attention_along_rows",
        "MultiHeadAttention",
        {**HEADS, "attention_axes": [2]},
        ((3, 2, 5), (3, 4, 5)),
    ),
    Case("group_query_attention", "GroupQueryAttention", GROUPS, SAME_FEATURES),
    Case("group_query_attention_causal", "GroupQueryAttention", GROUPS, SAME_FEATURES, extra={"use_causal_mask": True}),
    Case(
        "group_query_attention_of_one_group",
        "GroupQueryAttention",
        {**GROUPS, "num_key_value_heads": 1, "use_bias": False},
        SAME_FEATURES,
    ),
    Case("einsum_dense", "EinsumDense", {"equation": "ab,bc->ac", "output_shape": 4, "bias_axes": "c"}),
    Case(
        "einsum_dense_of_steps",
        "EinsumDense",
        {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "de", "activation": "tanh"},
        STEPS,
    ),
    Case(
        "einsum_dense_with_dots",
        "EinsumDense",
        {"equation": "...x,xy->...y", "output_shape": 4, "bias_axes": "y"},
        IMAGE,
    ),
    Case(
        "einsum_dense_of_each_step",
        "EinsumDense",
        {"equation": "abc,bcd->abd", "output_shape": [6, 3], "bias_axes": "bd"},
        STEPS,
    ),
    Case(
        "einsum_dense_of_two_axes",
        "EinsumDense",
        {"equation": "abcd,cde->abe", "output_shape": [None, 5]},
        IMAGE,
    ),
]
