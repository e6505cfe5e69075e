"""A model's diagram as a DOT graph that can be drawn: with the methods of pydot's graphs and of the graphviz package's.

Graphviz's own programs draw where they are installed. Without them our drawing stands for theirs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .._drawing.dot_graph import DotGraph
from .._drawing.picture import PICTURES, to_picture
from .._drawing.svg import draw, to_svg
from .._files import files
from ..errors import SettingError

if TYPE_CHECKING:
    from .._drawing.svg import Drawing

Program: TypeAlias = str | PathLike[str] | Sequence[str] | None
"""The program that draws: "dot", "neato" and so on, alone or with its arguments behind it; None is "dot"."""
FilePath: TypeAlias = str | bytes | PathLike[str]

_TEXTS = ("raw", "dot", "gv", "canon")
_DRAWN = ("svg", *PICTURES)


class ModelDot(DotGraph):
    """A model's diagram as a graph in Graphviz's language, which is shown in notebooks and written as a picture.

    `model_to_dot` gives one. It has the methods of pydot's graphs (`get_nodes`, `get_node`, `add_edge`, `set_rankdir`,
    `create`, `write_png` ...) and of graphviz's (`node`, `edge`, `source`, `pipe`, `render`), and those of its text
    (`splitlines`, `in` ...). Colours and other styles that are set show where Graphviz's programs draw it.
    """

    def __init__(self, graph: DotGraph, drawing: Drawing, title: str) -> None:
        super().__init__()
        self.__dict__.update(graph.__dict__)
        self._drawing, self._title, self._drawn = drawing, title, graph.source

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if not name.startswith("_") and hasattr(str, name):
            return getattr(self.source, name)
        return super().__getattr__(name)

    def __str__(self) -> str:
        return self.source

    def __contains__(self, text: str) -> bool:
        return text in self.source

    def __eq__(self, other: object) -> bool:
        return self.source == (other.source if isinstance(other, ModelDot) else other)

    __hash__ = None  # pyright: ignore[reportAssignmentType] - it can be changed

    def _our_drawing(self) -> Drawing:
        """The model's diagram, or a new one of nodes and edges that were changed, which carries no model."""
        if self.source == self._drawn:
            return self._drawing
        boxes, edges = self.boxes()
        return draw(boxes, edges, direction="LR" if self.get("rankdir") == "LR" else "TB")

    # As pydot's graphs have it.

    def create(self, prog: Program = None, format: str = "svg", encoding: str | None = None) -> bytes:
        """A picture as bytes.

        Args:
            prog: the program of Graphviz that draws, "dot" by default.
            format: "svg", "png", "pdf", "jpg", "dot"; others where Graphviz is installed.
            encoding: of the text that the program reads; UTF-8 by default.

        Raises:
            SettingError: there is no such format, or it needs Graphviz.
        """
        form = format.lower()
        if form == "raw":
            return self.source.encode(encoding or "utf-8")
        drawn = self._by_graphviz(_engine_of(prog), form, encoding)
        if drawn is not None:
            return drawn
        if form in _TEXTS:
            return self.source.encode(encoding or "utf-8")
        if form == "svg":
            return to_svg(self._our_drawing(), title=self._title).encode()
        if form in PICTURES:
            return to_picture(self._our_drawing(), format=form)
        raise SettingError(
            where="picture of a model, format",
            expected=f"one of {', '.join((*_DRAWN, *_TEXTS))}",
            actual=repr(format),
            hint="Other formats need Graphviz's programs (https://graphviz.org/download), which are not installed here.",
        )

    def _by_graphviz(self, engine: str, form: str, encoding: str | None) -> bytes | None:
        """What Graphviz draws; None where it is not installed, or does not know the format."""
        import graphviz

        if form not in graphviz.FORMATS:
            return None
        try:
            return graphviz.Source(self.source, engine=engine, encoding=encoding or "utf-8").pipe(format=form)
        except graphviz.ExecutableNotFound:
            return None

    def create_svg(self, prog: Program = None, encoding: str | None = None) -> bytes:
        """An SVG picture."""
        return self.create(prog, "svg", encoding)

    def create_png(self, prog: Program = None, encoding: str | None = None) -> bytes:
        """A PNG picture."""
        return self.create(prog, "png", encoding)

    def create_jpg(self, prog: Program = None, encoding: str | None = None) -> bytes:
        """A JPEG picture."""
        return self.create(prog, "jpg", encoding)

    def create_pdf(self, prog: Program = None, encoding: str | None = None) -> bytes:
        """A PDF picture."""
        return self.create(prog, "pdf", encoding)

    def create_dot(self, prog: Program = None, encoding: str | None = None) -> bytes:
        """DOT text; with positions where Graphviz is installed."""
        return self.create(prog, "dot", encoding)

    def write(
        self, path: FilePath, prog: Program = None, format: str | None = None, encoding: str | None = None
    ) -> bool:
        """Write a file, whole or not at all, and give True. format: as for `create`; by default the file's ending, else "raw"."""
        name = os.fsdecode(path)
        ending = Path(name).suffix[1:].lower()
        known = ending if ending in (*_DRAWN, *_TEXTS) else "raw"
        form = (known if known not in _TEXTS else "raw") if format is None else format
        files.write_bytes(name, self.create(prog, form, encoding))
        return True

    def write_svg(self, path: FilePath, prog: Program = None, encoding: str | None = None) -> bool:
        """Write an SVG picture."""
        return self.write(path, prog, "svg", encoding)

    def write_png(self, path: FilePath, prog: Program = None, encoding: str | None = None) -> bool:
        """Write a PNG picture."""
        return self.write(path, prog, "png", encoding)

    def write_jpg(self, path: FilePath, prog: Program = None, encoding: str | None = None) -> bool:
        """Write a JPEG picture."""
        return self.write(path, prog, "jpg", encoding)

    def write_pdf(self, path: FilePath, prog: Program = None, encoding: str | None = None) -> bool:
        """Write a PDF picture."""
        return self.write(path, prog, "pdf", encoding)

    def write_dot(self, path: FilePath, prog: Program = None, encoding: str | None = None) -> bool:
        """Write DOT text; with positions where Graphviz is installed."""
        return self.write(path, prog, "dot", encoding)

    def write_raw(self, path: FilePath, prog: Program = None, encoding: str | None = None) -> bool:
        """Write the DOT text as it is."""
        return self.write(path, prog, "raw", encoding)

    # As the graphviz package's graphs have it.

    def pipe(self, format: str = "svg", *, engine: str | None = None, encoding: str | None = None) -> bytes | str:
        """A picture as bytes, or as text where `encoding` is given."""
        made = self.create(engine, format)
        return made if encoding is None else made.decode(encoding)

    def save(self, filename: FilePath = "model.gv", directory: FilePath | None = None) -> str:
        """Write the DOT text; gives the path."""
        path = Path(os.fsdecode(directory or ".")) / os.fsdecode(filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_text(path, self.source)
        return str(path)

    def render(
        self,
        filename: FilePath = "model.gv",
        directory: FilePath | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str = "pdf",
        *,
        engine: str | None = None,
    ) -> str:
        """Write the DOT text and, beside it, a picture whose path is given.

        view: open the picture with the system's program. cleanup: remove the DOT text again.
        """
        source = self.save(filename, directory)
        picture = f"{source}.{format}"
        self.write(picture, engine, format)
        if cleanup:
            os.unlink(source)
        if view:
            import graphviz

            graphviz.view(picture)
        return picture

    def _repr_svg_(self) -> str:
        return self.create(format="svg").decode()


def _engine_of(prog: Program) -> str:
    """The name of the program, without its folder and arguments. Raises SettingError for one that Graphviz does not have."""
    import graphviz

    first = prog if isinstance(prog, (str, PathLike)) else prog[0] if prog else "dot"
    name = Path(first or "dot").stem
    if name not in graphviz.ENGINES:
        expected = f"one of Graphviz's programs: {', '.join(sorted(graphviz.ENGINES))}"
        raise SettingError(where="picture of a model, prog", expected=expected, actual=repr(prog))
    return name
