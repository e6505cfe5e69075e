"""Names that Keras makes of the names of classes."""

from __future__ import annotations

import re


def snake_case(class_name: str) -> str:
    """The name that Keras makes of a class's name: small letters, with underscores between words.

    Args:
        class_name: such as "Conv2D".

    Returns:
        The name, without a number behind it.

    Example:
        >>> snake_case("Conv2D"), snake_case("MaxPooling2D"), snake_case("KLDivergence")
        ('conv2d', 'max_pooling2d', 'kl_divergence')
    """
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def keras3_snake_case(class_name: str) -> str:
    """The name by which Keras 3 finds a class of losses or metrics, too.

    Args:
        class_name: such as "MeanIoU".

    Returns:
        The name.

    Example:
        >>> keras3_snake_case("R2Score"), keras3_snake_case("MeanIoU"), keras3_snake_case("AUC")
        ('r2_score', 'mean_io_u', 'auc')
    """
    return re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", class_name)).lower()
