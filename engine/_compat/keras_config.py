"""Names of `keras.config`."""

from ..backend import epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format

__all__ = ["backend", "epsilon", "floatx", "image_data_format", "set_epsilon", "set_floatx", "set_image_data_format"]


def backend() -> str:
    """What computes, by the name whose functions programs find here.

    Returns:
        "tensorflow".
    """
    return "tensorflow"
