"""YAML pulled event by event from the parser and built without recursion.

So depth, tags, double keys and aliases are checked before anything large exists. Readable: null, bool, int, float,
str, list, mapping and the tags that Keras 1 and 2 wrote (python/tuple, python/unicode, python/str). Written: the
same document with plain lists, which any YAML reader takes.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from ..errors import FileError
from ..types import Config
from .guards import (
    MAX_DEPTH,
    Key,
    Path,
    Places,
    as_mapping,
    check_size,
    cut,
    line_column,
    plain,
    refusal,
    written_once,
)
from .json_text import read_json

if TYPE_CHECKING:
    import yaml
    from yaml.resolver import Resolver

Scalar: TypeAlias = "str | int | float | bool | None"

MAX_ALIASED_NODES = 100_000
_MAX_DIGITS = 4300
_IN_NUMBERS = frozenset("0123456789+-._:eExXabcdefABCDEF")
_SHORT_LINE = 88
_TAG = "tag:yaml.org,2002:"
_LIST_TAGS = {_TAG + "seq", _TAG + "python/tuple", _TAG + "python/list"}
_MAP_TAGS = {_TAG + "map", _TAG + "python/dict"}
_TEXT_TAGS = {_TAG + "str", _TAG + "python/str", _TAG + "python/unicode"}
_SCALAR_TAGS = _TEXT_TAGS | {_TAG + name for name in ("null", "bool", "int", "float")}
# YAML 1.1 reads 1e-3 as text, which is never what the author of a learning rate meant; YAML 1.2 reads a number.
_EXPONENT = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+\Z")


def read_yaml(text: str, where: str = "<text>", places: Places | None = None) -> Config:
    r"""Mapping that a YAML text holds.

    Args:
        text: at most 8 MB in YAML.
        where: the file's name, for messages.
        places: a dict to be filled with {path of keys and indices: (line, column)}; None: nothing is recorded.

    Returns:
        The mapping, as plain data.

    Raises:
        FileError: the text is no YAML, or no mapping, with line and column.

    Example:
        >>> read_yaml("units: 3\nshape: !!python/tuple [2, null]\n")
        {'units': 3, 'shape': [2, None]}
    """
    import yaml

    check_size(text, where)
    if written_once(text) is not text:
        return read_json(text, where, places)
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(where, places)
    try:
        for event in yaml.parse(text, Loader=base):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise refusal(where, line, column, "YAML that parses", _mistake(error.problem or error.context)) from None
    except yaml.YAMLError as error:  # a reader error: a character that YAML forbids
        line, column = line_column(text, getattr(error, "position", 0) or 0)
        raise refusal(where, line, column, "YAML that parses", _mistake(str(error))) from None
    return as_mapping(builder.document, where)


def write_yaml(document: Mapping[str, object]) -> str:
    """Plain data as YAML: keys in their order, tuples as lists, short lists on one line.

    Args:
        document: plain data.

    Returns:
        The text.

    Example:
        >>> print(write_yaml({"class_name": "Dense", "config": {"units": 3, "batch_input_shape": (None, 5)}}), end="")
        class_name: Dense
        config:
          units: 3
          batch_input_shape: [null, 5]
    """
    import yaml

    return yaml.dump(
        plain(document), Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120, default_flow_style=False
    )


@dataclass
class _Open:
    """A list or mapping whose end has not been read yet."""

    value: list[object] | dict[Key, object]
    anchor: str | None
    path: Path
    count: int = 1
    height: int = 1
    key: Key = None
    has_key: bool = False


@dataclass
class _Anchored:
    """What an alias may stand for: a complete value, how many items it has and how deep it is."""

    value: object
    count: int
    height: int


@dataclass
class _Builder:
    """Builds plain data from YAML events; the whole state is a list of open collections."""

    where: str
    places: Places | None
    document: object = None
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Anchored | None] = field(default_factory=dict)
    documents: int = 0
    total: int = 0
    has_alias: bool = False

    def take(self, event: yaml.Event) -> None:
        """The next event of the parser. Raises FileError."""
        getattr(self, "_" + type(event).__name__, self._other)(event)

    def _other(self, event: yaml.Event) -> None:
        """Stream marks and document ends carry nothing."""

    def _DocumentStartEvent(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._refuse(event, "one document", "the start of a second one")

    def _ScalarEvent(self, event: yaml.ScalarEvent) -> None:
        value = self._scalar(event)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, 1, 0)
        self._put(event, value, 1, 0)

    def _SequenceStartEvent(self, event: yaml.SequenceStartEvent) -> None:
        self._begin(event, [], _LIST_TAGS)

    def _MappingStartEvent(self, event: yaml.MappingStartEvent) -> None:
        self._begin(event, {}, _MAP_TAGS)

    def _SequenceEndEvent(self, event: yaml.CollectionEndEvent) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = _Anchored(done.value, done.count, done.height)
        if self.stack:
            parent = self.stack[-1]
            parent.count += done.count
            parent.height = max(parent.height, done.height + 1)

    _MappingEndEvent = _SequenceEndEvent

    def _AliasEvent(self, event: yaml.AliasEvent) -> None:
        self.has_alias = True
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            raise self._refuse(event, "an alias of something that stands complete above it", f"*{event.anchor}")
        if len(self.stack) + anchored.height > MAX_DEPTH:
            raise self._refuse(event, f"at most {MAX_DEPTH} levels", "deeper nesting through an alias")
        if self.total + anchored.count > MAX_ALIASED_NODES:
            raise self._refuse(event, f"at most {MAX_ALIASED_NODES} items", "aliases that unfold to more")
        self._put(event, copy.deepcopy(anchored.value), anchored.count, anchored.height)

    def _begin(self, event: yaml.CollectionStartEvent, value: list[object] | dict[Key, object], tags: set[str]) -> None:
        if event.tag not in (None, "!") and event.tag not in tags:
            raise self._refuse(
                event, "a list or a mapping without a tag", f"tag {event.tag}", "No code runs from files."
            )
        if len(self.stack) >= MAX_DEPTH:
            raise self._refuse(event, f"at most {MAX_DEPTH} levels", "deeper nesting")
        if event.anchor:
            self.anchors[event.anchor] = None
        if not self.stack and isinstance(value, list):
            raise self._refuse(event, "a mapping, e.g. 'class_name: Sequential'", "a list")
        self.total += 1
        path = self._put(event, value, 0, 0)
        self.stack.append(_Open(value, event.anchor, path))

    def _put(self, event: yaml.Event, value: object, count: int, height: int) -> Path:
        self.total += count
        if self.has_alias and self.total > MAX_ALIASED_NODES:
            raise self._refuse(event, f"at most {MAX_ALIASED_NODES} items beside aliases", "more")
        if not self.stack:
            self.document = value
            return ()
        top = self.stack[-1]
        top.count += count
        top.height = max(top.height, height + 1)
        if isinstance(top.value, list):
            path = (*top.path, len(top.value))
            top.value.append(value)
        elif not top.has_key:
            return self._take_key(event, top, top.value, value)
        else:
            path = (*top.path, top.key)
            top.value[top.key] = value
            top.has_key = False
        if self.places is not None:
            self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        return path

    def _take_key(self, event: yaml.Event, top: _Open, entries: dict[Key, object], value: object) -> Path:
        if not isinstance(value, (str, int, float)) and value is not None:
            raise self._refuse(event, "a plain key", "a list or mapping as a key")
        if value in entries:
            raise self._refuse(event, "each key once", f"{cut(str(value))!r} a second time")
        top.key, top.has_key = value, True
        path = (*top.path, value)
        if self.places is not None:
            self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        return path

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        tag, text = event.tag, event.value
        if tag in (None, "!"):
            tag = _implicit_tag(text) if event.implicit[0] and tag is None else _TAG + "str"
            if tag == _TAG + "merge":
                raise self._refuse(event, "every key written out", "a merge key '<<'")
        if tag not in _SCALAR_TAGS:
            raise self._refuse(event, "null, bool, int, float or str", f"tag {tag}", "No code runs from files.")
        if tag in _TEXT_TAGS:
            return text
        return self._number(event, tag, text)

    def _number(self, event: yaml.ScalarEvent, tag: str, text: str) -> Scalar:
        import yaml

        if len(text) > _MAX_DIGITS:
            raise self._refuse(event, f"a number of at most {_MAX_DIGITS} digits", f"{len(text)} characters")
        constructor = yaml.constructor.SafeConstructor()
        construct = getattr(constructor, f"construct_yaml_{tag.removeprefix(_TAG)}")
        try:
            value = construct(yaml.ScalarNode(tag, text))
        except (ValueError, KeyError, IndexError, OverflowError):
            raise self._refuse(event, f"a {tag.removeprefix(_TAG)}", cut(text)) from None
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refuse(event, "a finite number", cut(text))
        return value

    def _refuse(self, event: yaml.Event, expected: str, actual: str, hint: str | None = None) -> FileError:
        mark = event.start_mark
        return refusal(self.where, mark.line + 1, mark.column + 1, expected, cut(actual), hint)


def _mistake(problem: str | None) -> str:
    return f"a mistake ({cut((problem or 'broken text').splitlines()[0])})"


def _implicit_tag(text: str) -> str:
    """Tag of an unquoted scalar; dates and '=' stay text, because models hold none."""
    if len(text) > _MAX_DIGITS:  # too long for the patterns of numbers, which keep their way through it
        return _TAG + ("int" if _IN_NUMBERS.issuperset(text) else "str")
    if _EXPONENT.match(text):
        return _TAG + "float"
    tag = _resolver().resolve(_scalar_node(), text, (True, False))
    return tag if tag in _SCALAR_TAGS or tag == _TAG + "merge" else _TAG + "str"


@lru_cache(maxsize=1)
def _resolver() -> Resolver:
    import yaml

    return yaml.resolver.Resolver()


@lru_cache(maxsize=1)
def _scalar_node() -> type[yaml.ScalarNode]:
    import yaml

    return yaml.ScalarNode


@lru_cache(maxsize=1)
def _dumper() -> type[yaml.SafeDumper]:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Lists of lists indented under their key, short lists on one line, no aliases."""

        def ignore_aliases(self, data: object) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            return super().increase_indent(flow, False)

    def represent_list(dumper: yaml.SafeDumper, data: list[object]) -> yaml.Node:
        node = dumper.represent_sequence(_TAG + "seq", data)
        node.flow_style = _is_short(data)
        if node.flow_style:
            _flow_inside(node)
        return node

    def represent_dict(dumper: yaml.SafeDumper, data: dict[Key, object]) -> yaml.Node:
        return dumper.represent_mapping(_TAG + "map", data.items(), flow_style=not data)

    def represent_text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
        # PyYAML folds these inside plain and single quotes, and they come back as a space or a newline.
        style = '"' if any(char in data for char in "\x85\u2028\u2029\ufeff") else None
        return dumper.represent_scalar(_TAG + "str", data, style=style)

    Dumper.add_representer(str, represent_text)
    Dumper.add_representer(list, represent_list)
    Dumper.add_representer(dict, represent_dict)
    Dumper.add_implicit_resolver(_TAG + "float", _EXPONENT, list("-+0123456789"))
    return Dumper


def _is_short(data: list[object]) -> bool:
    """Scalars, lists of such and empty mappings only, in less than a line."""
    budget = _SHORT_LINE
    todo: list[object] = [data]
    while todo and budget > 0:
        item = todo.pop()
        if isinstance(item, list):
            budget -= 2
            todo.extend(item[:_SHORT_LINE])
        elif isinstance(item, dict):
            if item:
                return False
            budget -= 4
        else:
            text = str(item)
            if "\n" in text:
                return False
            budget -= len(text) + 2
    return budget > 0


def _flow_inside(node: yaml.SequenceNode) -> None:
    for child in node.value:
        if isinstance(child.value, list):
            child.flow_style = True
            if child.tag == _TAG + "seq":
                _flow_inside(child)
