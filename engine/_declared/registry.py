"""Names and what they stand for: the only way text becomes a class or function.

One table per kind (layer, activation, loss ...). Modules fill it when they are imported; `find` imports the modules of
a kind at its first use, from the fixed list below, never from a name in a file. What a program registers itself comes
in through `custom_objects`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from ..errors import SettingError, SettingTypeError, UnknownName, shorten
from ..types import Config
from . import keras1, later
from .calls import is_call, read_call, written_call
from .naming import keras3_snake_case
from .remembered import Remembered, name_of, shown_of

Registered = TypeVar("Registered")

_MODULES = {
    "layer": ("layers", "models"),
    "activation": ("activations",),
    "initializer": ("initializers",),
    "regularizer": ("regularizers",),
    "constraint": ("constraints",),
    "loss": ("losses",),
    "metric": ("metrics",),
    "optimizer": ("optimizers",),
    "schedule": ("optimizers",),
}
_CASELESS = {"optimizer"}
# Kinds that experiments hold by name, where a name may have settings: `Huber(delta=2.0)`.
_BY_CALL = {"loss", "metric"}

# Classes and functions of any signature: the caller knows what those of its kind take and return.
_tables: dict[str, dict[str, Any]] = {kind: {} for kind in _MODULES}
# What came after Keras 2.2.4: found by its name and in configs, offered in lists of choices by the names in `_offered` alone.
_later: dict[str, dict[str, Any]] = {kind: {} for kind in _MODULES}
_offered: dict[str, list[str]] = {kind: [] for kind in _MODULES}
_loaded: set[str] = set()
_global_objects: dict[str, object] = {}
_scoped: ContextVar[tuple[dict[str, object], ...]] = ContextVar("engine_custom_objects", default=())


def add(kind: str, thing: Any, *names: str) -> None:
    """Make `thing` known under `names`, or under its own name (`__name__`) where there are none."""
    for name in names or (thing.__name__,):
        _tables[kind][name] = thing


def register(kind: str, *names: str) -> Callable[[Registered], Registered]:
    """Decorator: make a class or function known under `names` (default: its own name)."""

    def decorate(thing: Registered) -> Registered:
        add(kind, thing, *names)
        return thing

    return decorate


def register_later(kind: str, *names: str, offered: bool = False) -> Callable[[Registered], Registered]:
    """Decorator: make a class or function of Keras 2.3 or tf.keras known under `names`.

    The config of such a class makes an object of it also where its name alone means a function of Keras 2.2.4.

    offered: whether its first name is one of those that forms let choose from; the functions of Keras 2.2.4 always are.
    """

    def decorate(thing: Registered) -> Registered:
        known_as = names or (name_of(thing),)
        _later[kind].update(dict.fromkeys(known_as, thing))
        if offered:
            _offered[kind].append(known_as[0])
        return thing

    return decorate


def find_later(kind: str, name: object) -> Any:
    """What `register_later` made known under a name; None where there is nothing of it."""
    find_all(kind)
    return _later[kind].get(later.without_package(name)) if isinstance(name, str) else None


def find_all(kind: str) -> dict[str, Any]:
    """All names of a kind, aliases included.

    Args:
        kind: "layer", "activation", "initializer", "regularizer", "constraint", "loss", "metric" or "optimizer".

    Returns:
        What each name stands for.

    Example:
        >>> find_all("loss")["mse"].__name__
        'mean_squared_error'
    """
    if kind not in _loaded:
        for module in _MODULES[kind]:
            importlib.import_module(f"...{module}", __name__)
        # Only now: another thread that asks meanwhile imports as well, which waits for this thread's import.
        _loaded.add(kind)
    return dict(_tables[kind])


def names(kind: str) -> list[str]:
    """All names of a kind, aliases included.

    Args:
        kind: "layer", "activation", "initializer", "regularizer", "constraint", "loss", "metric" or "optimizer".

    Returns:
        The names, sorted.

    Example:
        >>> "Dense" in names("layer")
        True
    """
    return sorted(find_all(kind))


def later_names(kind: str) -> list[str]:
    """Names of a kind that Keras 2.2.4 does not have, sorted.

    Args:
        kind: "loss", "metric" ...

    Returns:
        The names of classes and functions.

    Example:
        >>> "Dice" in later_names("loss"), "mse" in later_names("loss")
        (True, False)
    """
    find_all(kind)
    return sorted(_later[kind])


def options(kind: str) -> list[str]:
    """One name for each thing of a kind that forms offer: a function's own, a class's in lower case where it has one."""
    by_thing: dict[int, list[str]] = {}
    for name, thing in find_all(kind).items():
        secondary = (isinstance(thing, type) or getattr(thing, "__name__", name) != name) and not name.islower()
        by_thing.setdefault(id(thing), []).append(f"{int(secondary)}{name}")
    first = [min(names, key=lambda n: (n[0], -len(n), n))[1:] for names in by_thing.values()]
    return sorted([*first, *_offered[kind]])


def find(kind: str, name: object, custom_objects: Mapping[str, object] | None = None, where: str = "") -> Any:
    """The class or function of a name.

    Args:
        kind: "layer", "activation", "initializer", "regularizer", "constraint", "loss", "metric" or "optimizer".
        name: the name; Keras 1's names of classes count.
        custom_objects: names that come first, before those of `custom_object_scope`; None (the default): none.
        where: what the message begins with, nothing by default.

    Returns:
        The class or function.

    Raises:
        UnknownName: there is none; the message has the nearest name.

    Example:
        >>> find("layer", "Convolution2D").__name__
        'Conv2D'
    """
    for table in (custom_objects or {}, *reversed(_scoped.get())):
        if isinstance(name, str) and name in table:
            return table[name]
    if isinstance(name, Remembered):
        return name.thing
    if isinstance(name, str) and name in _global_objects:
        return _global_objects[name]
    known = find_all(kind)
    if kind in _BY_CALL and isinstance(name, str) and is_call(name):
        name = read_call(name, where)["class_name"]
        name = getattr(class_for(kind, name), "__name__", name)
    written = name
    if isinstance(name, str) and name not in known:
        name = later.old_class_name(kind, keras1.new_class_name(name))
    if isinstance(name, str) and name not in known and (new := find_later(kind, written)) is not None:
        return new
    if isinstance(name, str) and name not in known and name.islower() and kind in ("loss", "metric"):
        named = next((one for one in _later[kind] if keras3_snake_case(one) == name), None)
        if named is not None:
            return _later[kind][named]
    if isinstance(name, str) and name not in known and kind in _CASELESS:
        name = next((n for n in known if n.lower() == name.lower()), name)
    if not isinstance(name, str) or name not in known:
        raise UnknownName(name, known, kind=kind, where=where)
    return known[name]


def find_custom(name: str, where: str = "") -> Any:
    """What the program itself registered as `name`, or what a name in a config remembers. Raises UnknownName."""
    scoped = tuple(reversed(_scoped.get()))
    for table in scoped:
        if name in table:
            return table[name]
    if isinstance(name, Remembered):
        return name.thing
    if name in _global_objects:
        return _global_objects[name]
    known = (known for table in (*scoped, _global_objects) for known in table)
    raise UnknownName(name, known, kind="custom object", where=where)


def custom_objects() -> dict[str, Any]:
    """The program's own names that are known now; where several scopes have one, that of the innermost."""
    return {**_global_objects, **{name: thing for table in _scoped.get() for name, thing in table.items()}}


def function_of(value: object) -> object:
    """The function that a name stands for in a config; anything but a name as it is. Raises UnknownName."""
    return find_custom(value) if isinstance(value, str) else value


def build(kind: str, identifier: object, custom_objects: Mapping[str, object] | None = None, where: str = "") -> Any:
    """An object from what users write.

    Args:
        kind: "layer", "activation", "initializer", "regularizer", "constraint", "loss", "metric" or "optimizer".
        identifier: None, a name, a config {class_name, config}, a class, a function or an object.
        custom_objects: names that come first, before those of `custom_object_scope`; None (the default): none.
        where: what messages begin with, nothing by default.

    Returns:
        The object; classes are called without arguments, functions and objects stand for themselves, None for None.

    Raises:
        UnknownName: there is no such name; the message has the nearest one.
        SettingError: the identifier is none of these.

    Example:
        >>> build("initializer", {"class_name": "Constant", "config": {"value": 2}}).get_config()
        {'value': 2}
    """
    if identifier is None:
        return None
    if isinstance(identifier, Mapping):
        return _from_config(kind, identifier, custom_objects, where)
    if isinstance(identifier, str) and kind in _BY_CALL and is_call(identifier):
        return _from_config(kind, read_call(identifier, where or kind), custom_objects, where)
    if isinstance(identifier, str):
        thing = find(kind, identifier, custom_objects, where)
        return thing() if isinstance(thing, type) or _is_factory(kind, thing) else thing
    if isinstance(identifier, type):
        return identifier()
    if callable(identifier) or hasattr(identifier, "get_config"):
        return shown_of(identifier)
    article = "an" if kind[0] in "aeiou" else "a"
    raise SettingError(
        where=where or kind,
        expected=f"the name of {article} {kind}, a config or a function",
        actual=shorten(identifier),
    )


# Keras's glorot_uniform, l2 and the like are functions that make the object; a name alone means: call it.
_FACTORIES = {"initializer", "regularizer", "constraint"}


def _is_factory(kind: str, thing: object) -> bool:
    """Whether it is a function of ours that makes the object; one of the user's own is the object itself."""
    return kind in _FACTORIES and callable(thing) and _tables[kind].get(name_of(thing)) is thing


def _from_config(
    kind: str, config: Mapping[str, object], custom_objects: Mapping[str, object] | None, where: str
) -> Any:
    config = keras1.as_config(kind, config)
    name = config.get("class_name")
    if not isinstance(name, str):
        raise SettingError(
            where=where, expected="a config with 'class_name' and 'config'", actual=shorten(dict(config))
        )
    cls = find(kind, name, custom_objects, where)
    if cls is find_all(kind).get(later.old_class_name(kind, name)):
        cls = find_later(kind, name) or cls
    settings = config.get("config") or {}
    if not isinstance(settings, Mapping):
        raise SettingError(where=where, expected="a mapping under 'config'", actual=shorten(settings))
    if hasattr(cls, "from_config"):
        with custom_object_scope(custom_objects or {}):
            return cls.from_config(dict(settings))
    if cls is find_all(kind).get(later.old_class_name(kind, name)):
        settings = later.of_function(kind, name, settings)
    return cls(**settings) if settings or isinstance(cls, type) or kind in _FACTORIES else cls


def serialize(kind: str, thing: object) -> Config | str | None:
    """Plain data for an object; `build` reads it back.

    Names of the user's own functions and classes remember what they stand for until they are written to a file.

    Args:
        kind: what it is, for messages.
        thing: None, a name, an object with `get_config`, or a named function or other thing.

    Returns:
        None, a name, or {class_name, config}.

    Raises:
        SettingTypeError: anything else.

    Example:
        >>> serialize("loss", len)
        'len'
    """
    if thing is None or isinstance(thing, str):
        return thing
    get_config: Callable[[], Config] | None = getattr(thing, "get_config", None)
    if get_config is not None:
        return {"class_name": name_for(kind, type(thing)), "config": get_config()}
    if callable(thing):
        return name_for(kind, thing)
    name: object = getattr(thing, "__name__", None)
    if isinstance(name, str):
        return name
    raise SettingTypeError(
        where=f"config of a {kind}", expected="a named function or get_config()", actual=shorten(thing)
    )


def is_later(kind: str, thing: object) -> bool:
    """Whether it is an object of a class of Keras 2.3 or tf.keras, such as a loss with settings.

    Args:
        kind: "loss" or "metric".
        thing: what it may be.

    Returns:
        False for functions, names and classes of the user's own.

    Example:
        >>> from engine.losses import Huber, mse
        >>> is_later("loss", Huber()), is_later("loss", mse)
        (True, False)
    """
    return find_later(kind, type(thing).__name__) is type(thing)


def nearest_name(kind: str, thing: object) -> str | None:
    """A name for an object of a class of Keras 2.3 or tf.keras with its usual settings; None where it has none.

    Args:
        kind: "loss" or "metric".
        thing: the object, whatever its settings are.

    Returns:
        The function's name of Keras 2.2.4 where there is one, else that of the class.

    Example:
        >>> from engine.losses import BinaryCrossentropy
        >>> nearest_name("loss", BinaryCrossentropy(from_logits=True)), nearest_name("loss", "mse")
        ('binary_crossentropy', None)
    """
    cls: Any = type(thing)
    if not is_later(kind, thing) or any(field.required for field in cls.declared_fields().values()):
        return None
    return later.old_class_name(kind, cls.__name__)


def class_for(kind: str, name: object) -> Any:
    """The class whose objects compute a function of a name with settings of their own; None where there is none.

    Args:
        kind: "loss" or "metric".
        name: of a function or a class.

    Returns:
        The class.

    Example:
        >>> class_for("loss", "binary_crossentropy").__name__, class_for("loss", "dice").__name__, class_for("loss", "mine")
        ('BinaryCrossentropy', 'Dice', None)
    """
    find_all(kind)
    classes = {one: thing for one, thing in _later[kind].items() if isinstance(thing, type)}
    function = getattr(find_all(kind).get(str(name)), "__name__", name)
    if name in classes:
        return classes[str(name)]
    names = ((one, {later.old_class_name(kind, one), keras3_snake_case(one)}) for one in classes)
    return next((classes[one] for one, functions in names if {name, function} & functions), None)


def call_text(kind: str, thing: object) -> str | None:
    """An object of a class of Keras 2.3 or tf.keras as a text that `build` reads; None for other things.

    Args:
        kind: "loss" or "metric".
        thing: the object.

    Returns:
        Its class with the settings that are not usual, `Huber(delta=2.0)`; a name alone where all are usual.

    Example:
        >>> from engine.losses import Huber
        >>> call_text("loss", Huber(2.0)), call_text("loss", Huber())
        ('Huber(delta=2.0)', 'huber')
    """
    if not is_later(kind, thing):
        return None
    cls: Any = type(thing)
    config: Config = cls.get_config(thing)
    usual = {name: field.default for name, field in cls.declared_fields().items()}
    settings = {key: value for key, value in config.items() if key != "name" and value != usual.get(key)}
    if not settings:
        return next(
            (one for one in _offered[kind] if class_for(kind, one) is cls), later.old_class_name(kind, cls.__name__)
        )
    return written_call(cls.__name__, settings)


def usual_name(kind: str, thing: object) -> str | None:
    """A name that means the same as an object of a class of Keras 2.3 or tf.keras; None where its settings say more.

    Args:
        kind: "loss" or "metric".
        thing: the object; what it is called does not count.

    Returns:
        The function's name of Keras 2.2.4 where there is one, else that of the class.

    Example:
        >>> from engine.losses import BinaryCrossentropy
        >>> usual_name("loss", BinaryCrossentropy()), usual_name("loss", BinaryCrossentropy(from_logits=True))
        ('binary_crossentropy', None)
    """
    name = nearest_name(kind, thing)
    if name is None:
        return None
    cls: Any = type(thing)
    settings, usual = cls.get_config(thing), cls().get_config()
    settings["reduction"] = {"auto": "sum_over_batch_size"}.get(
        settings.get("reduction", ""), settings.get("reduction")
    )
    differing = {key for key in settings if settings[key] is not None and settings[key] != usual.get(key)}
    return None if differing - {"name"} else name


def own_name_for(thing: object) -> Remembered:
    """As `name_for`, for a thing of no kind: such as the function of a Lambda."""
    name, thing = name_of(thing), shown_of(thing)
    known = custom_objects()
    if known.get(name) is not thing:
        name = next((other for other, one in known.items() if one is thing), name)
    return Remembered(name, thing)


def name_for(kind: str, thing: object) -> str:
    """The name of a function or class for a config: the one it is registered under, else its own, which remembers it."""
    name = name_of(thing)
    known = (_tables[kind].get(name), _later[kind].get(name))
    return name if any(one is thing for one in known) else own_name_for(thing)


def get_custom_objects() -> dict[str, object]:
    """The program's own names, which are known everywhere.

    Returns:
        The dictionary itself, to be added to; `custom_object_scope` makes names known for a while.

    Example:
        >>> get_custom_objects()["twice"] = lambda x: 2 * x
        >>> find("activation", "twice")(3)
        6
        >>> del get_custom_objects()["twice"]
    """
    return _global_objects


@contextmanager
def custom_object_scope(*tables: Mapping[str, object]) -> Generator[None]:
    """Make names known inside a block.

    Args:
        *tables: classes and functions by name; the last table comes first.

    Returns:
        A context for a `with` block.

    Example:
        >>> with custom_object_scope({"twice": lambda x: 2 * x}):
        ...     find("activation", "twice")(3)
        6
    """
    token = _scoped.set((*_scoped.get(), *(dict(t) for t in tables)))
    try:
        yield
    finally:
        _scoped.reset(token)
