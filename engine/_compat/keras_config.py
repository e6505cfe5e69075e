"""Names of `keras.config`."""

from ..backend import epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format

__all__ = ["epsilon", "floatx", "image_data_format", "set_epsilon", "set_floatx", "set_image_data_format"]
