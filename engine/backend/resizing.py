"""Images and volumes made larger, by repeated elements or by zeros around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .. import _ops as ops
from .._declared.keras1 import accepts_old
from .._graph.tensor import Value
from .._machine.config import DataFormat, normalize_data_format
from ..errors import SettingError

__all__ = [
    "asymmetric_spatial_2d_padding",
    "asymmetric_temporal_padding",
    "resize_images",
    "resize_volumes",
    "spatial_2d_padding",
    "spatial_3d_padding",
    "temporal_padding",
]


@accepts_old("K.resize_images")
def resize_images(
    x: Value,
    height_factor: int,
    width_factor: int,
    data_format: DataFormat | None,
    interpolation: Literal["nearest", "bilinear"] = "nearest",
) -> Value:
    """Images made larger by whole factors.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        height_factor: how many rows one becomes.
        width_factor: how many columns one becomes.
        data_format: "channels_last" or "channels_first"; None takes `image_data_format()`.
        interpolation: "nearest" (the default) repeats elements, "bilinear" puts points on straight lines between them,
            as Keras 2.2.4 on TensorFlow.

    Returns:
        The images with H * height_factor rows and W * width_factor columns.

    Raises:
        SettingError: an unknown interpolation or format.

    Example:
        >>> import numpy as np
        >>> resize_images(np.ones((1, 2, 2, 1)), 2, 3, "channels_last").shape
        (1, 4, 6, 1)
    """
    if interpolation not in ("nearest", "bilinear"):
        raise SettingError(where="interpolation", expected="'nearest' or 'bilinear'", actual=repr(interpolation))
    return ops.upsample(x, (height_factor, width_factor), normalize_data_format(data_format), interpolation)


@accepts_old("K.resize_volumes")
def resize_volumes(
    x: Value, depth_factor: int, height_factor: int, width_factor: int, data_format: DataFormat | None
) -> Value:
    """Volumes made larger by repeating elements along each axis.

    Args:
        x: (N, D, H, W, C), or (N, C, D, H, W) with "channels_first".
        depth_factor: how often elements are repeated along the depth.
        height_factor: how often along the rows.
        width_factor: how often along the columns.
        data_format: "channels_last" or "channels_first"; None takes `image_data_format()`.

    Returns:
        The volumes with so many times the sizes.

    Example:
        >>> import numpy as np
        >>> resize_volumes(np.ones((1, 1, 1, 1, 1)), 1, 2, 3, "channels_last").shape
        (1, 1, 2, 3, 1)
    """
    return ops.upsample(x, (depth_factor, height_factor, width_factor), normalize_data_format(data_format))


def temporal_padding(x: Value, padding: tuple[int, int] = (1, 1)) -> Value:
    """Zeros before and after the steps of sequences.

    Args:
        x: (N, T, C).
        padding: how many steps before and how many after, one each by default.

    Returns:
        (N, before + T + after, C).

    Example:
        >>> import numpy as np
        >>> temporal_padding(np.ones((1, 1, 1)), (1, 2)).ravel().tolist()
        [0.0, 1.0, 0.0, 0.0]
    """
    return ops.pad_zeros(x, [(padding[0], padding[1])])


@accepts_old("K.spatial_2d_padding")
def spatial_2d_padding(
    x: Value, padding: Sequence[tuple[int, int]] = ((1, 1), (1, 1)), data_format: DataFormat | None = None
) -> Value:
    """Zeros around images.

    Args:
        x: (N, H, W, C), or (N, C, H, W) with "channels_first".
        padding: ((above, below), (left, right)), one each by default.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        The images with so many more rows and columns.

    Example:
        >>> import numpy as np
        >>> spatial_2d_padding(np.ones((1, 1, 1, 1)), ((0, 1), (2, 0))).shape
        (1, 2, 3, 1)
    """
    return ops.pad_zeros(x, [(before, after) for before, after in padding], normalize_data_format(data_format))


@accepts_old("K.spatial_3d_padding")
def spatial_3d_padding(
    x: Value, padding: Sequence[tuple[int, int]] = ((1, 1), (1, 1), (1, 1)), data_format: DataFormat | None = None
) -> Value:
    """Zeros around volumes.

    Args:
        x: (N, D, H, W, C), or (N, C, D, H, W) with "channels_first".
        padding: (before, after) for each of the three axes, one each by default.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        The volumes with so much larger sizes.

    Example:
        >>> import numpy as np
        >>> spatial_3d_padding(np.ones((1, 1, 1, 1, 1))).shape
        (1, 3, 3, 3, 1)
    """
    return ops.pad_zeros(x, [(before, after) for before, after in padding], normalize_data_format(data_format))


asymmetric_temporal_padding, asymmetric_spatial_2d_padding = temporal_padding, spatial_2d_padding  # Keras 1
