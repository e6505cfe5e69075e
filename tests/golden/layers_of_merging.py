"""Activations with weights, and products of inputs."""

from cases import IMAGE, Case

LAYERS = [
    Case("prelu", "PReLU", {}, IMAGE),
    Case("prelu_shared", "PReLU", {"shared_axes": [1, 2]}, IMAGE),
    Case("thresholded_relu", "ThresholdedReLU", {"theta": 0.4}),
    Case("dot_vectors", "Dot", {"axes": 1}, ((5,), (5,))),
    Case("dot_steps", "Dot", {"axes": (1, 2)}, ((4, 5), (6, 4))),
    Case("dot_cosine", "Dot", {"axes": -1, "normalize": True}, ((4, 5), (6, 5))),
]
