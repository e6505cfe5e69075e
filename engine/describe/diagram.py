"""Where the layers of a graph stand in a picture of it, how wires run between them, and the picture as SVG.

One layout for every picture: the builder's canvas, its exported diagram, and `plot_model`.
"""

from .._drawing.boxes import Box, shorten
from .._drawing.picture import drawable, paint, to_picture
from .._drawing.ranks import connected_parts, ranks_of
from .._drawing.routes import Cards, completed, ends_of
from .._drawing.svg import Drawing, draw, text_of, to_svg
from .._drawing.wrap import Wire, Wrapped, wrap
from .._files.picture_text import png_with_note, png_with_text, svg_with_text

__all__ = [
    "Box",
    "Cards",
    "Drawing",
    "Wire",
    "Wrapped",
    "completed",
    "connected_parts",
    "draw",
    "drawable",
    "ends_of",
    "paint",
    "png_with_note",
    "png_with_text",
    "ranks_of",
    "shorten",
    "svg_with_text",
    "text_of",
    "to_picture",
    "to_svg",
    "wrap",
]
