"""Caffe's files: `.prototxt`, which says the layers, and `.caffemodel`, which has their weights and says the layers too."""

from __future__ import annotations

from .reading import read_caffe

__all__ = ["read_caffe"]
