"""Settings declared once: constructor, checks, config, signature, form and reference come from the declaration.

    class Dropout(Layer):
        rate: float = field(rules.fraction, help="share of the inputs set to zero")

gives `Dropout(0.5)`, `Dropout(rate=0.5)`, a refusal of `Dropout(2)` that says what is allowed, and `get_config()`.
Subclasses in plain Keras style, with their own `__init__` that calls `super().__init__(**kwargs)`, work too.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from ..errors import EngineError, SettingTypeError, shorten
from ..types import Config
from . import keras1, later
from .rules import Rule

if TYPE_CHECKING:
    from typing import Protocol, overload

    from typing_extensions import Self, dataclass_transform

    Written = TypeVar("Written", contravariant=True)
    Stored = TypeVar("Stored", covariant=True)

    class Setting(Protocol[Written, Stored]):
        """The type of a setting that its rule converts: `Written` is what users may give, `Stored` what is read."""

        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type) -> Stored: ...
        def __set__(self, instance: object, value: Written) -> None: ...

else:

    def dataclass_transform(**_: object) -> Callable[[Class], Class]:
        return lambda cls: cls


Class = TypeVar("Class")


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Any = _Required()


class Field:
    """One declared setting.

    Args:
        rule: what it may be.
        default: its value where none is written; REQUIRED if there is none.
        help: what it does, in a few words.
        kw_only: whether it has to be named.
        config: whether it is in `get_config`: "always", "if_set" only when not None, "never".
        after: the inherited setting that this one follows in the order of arguments, "" puts it first. With None a
            setting that is declared anew keeps its place, and a new one follows all that are inherited.
    """

    __slots__ = ("after", "config", "default", "help", "kw_only", "name", "rule")

    def __init__(
        self,
        rule: Rule,
        default: object,
        help: str,
        kw_only: bool,
        config: Literal["always", "if_set", "never"],
        after: str | None,
    ) -> None:
        self.rule = rule
        self.default = default
        self.help = help
        self.kw_only = kw_only
        self.config = config
        self.after = after
        self.name = ""

    @property
    def required(self) -> bool:
        """Whether the setting has no default."""
        return self.default is REQUIRED

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> Any:
        # Reached only while the instance has no value of its own, as where a Keras-style subclass did not set it.
        if instance is None:
            return self
        if self.required:
            raise AttributeError(f"{owner.__name__} has no value for {self.name!r} yet")
        value = instance.__dict__[self.name] = self.rule.check(self.default)
        return value


def field(
    rule: Rule,
    *,
    default: object = REQUIRED,
    help: str = "",
    kw_only: bool | None = None,
    config: Literal["always", "if_set", "never"] = "always",
    after: str | None = None,
) -> Any:
    """Declare a setting of a `Declared` class; see `Field`.

    Behind `_: KW_ONLY` in a class body editors and type checkers show settings as keyword-only. It stands where Keras's
    order puts settings of subclasses between inherited ones (`after`), which they cannot follow.
    """
    return Field(rule, default, help, bool(kw_only), config, after)


def argument(*, alias: str = "", default: Any = None, kw_only: bool = True, init: bool = True) -> Any:
    """For editors and type checkers: an argument of the constructor that is no setting, under the name `alias`.

    It is written under `if TYPE_CHECKING`, since at run time `Declared.accept` and Keras 1's table know these arguments.

    Args:
        alias: its name for users.
        default: written at each use, since checkers take an argument without one for required.
        kw_only: likewise, that it has to be named.
        init: False takes an inherited argument away.
    """
    raise TypeError(f"{alias or 'It'} is declared for type checkers only")


class _Signature:
    """Makes the signature that help() shows from the declared fields, when asked."""

    def __get__(self, instance: object, owner: type[Declared]) -> inspect.Signature:
        if "__init__" in owner.__dict__ or owner.__init__ is not Declared.__init__:
            raise AttributeError("__signature__")
        fields = sorted(declared_fields(owner).values(), key=lambda f: f.kw_only)
        kinds = inspect.Parameter
        return inspect.Signature(
            [
                inspect.Parameter(
                    f.name,
                    kinds.KEYWORD_ONLY if f.kw_only else kinds.POSITIONAL_OR_KEYWORD,
                    default=kinds.empty if f.required else f.default,
                )
                for f in fields
            ]
        )


@dataclass_transform(field_specifiers=(field, argument))
class Declared:
    """A class whose settings are declared fields, which make its constructor, its checks and its config.

    Args:
        *args: settings by position, in the order of the fields.
        **kwargs: settings by name.
    """

    _fields: ClassVar[dict[str, Field]] = {}
    _positional: ClassVar[tuple[str, ...]] = ()
    # Settings with the name of an inherited property that goes on telling something else: `output_shape`. See `setting`.
    _behind_properties: ClassVar[frozenset[str]] = frozenset()
    # Inherited settings that the class does not have.
    _lacks: ClassVar[frozenset[str]] = frozenset()
    if not TYPE_CHECKING:
        __signature__ = _Signature()

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        new = {name: f for name, f in cls.__dict__.items() if isinstance(f, Field)}
        for name in cls._behind_properties & new.keys():
            delattr(cls, name)
        inherited = {name: f for name, f in cls._fields.items() if name not in cls._lacks}
        cls._fields = _in_order(inherited, new)
        cls._positional = tuple(name for name, f in cls._fields.items() if not f.kw_only)

    def __init__(self, *args: object, **kwargs: object) -> None:
        name = kwargs.get("name")
        try:
            self._take(args, kwargs)
        except EngineError as error:
            error.where = self.named(error.where, name)
            raise

    @classmethod
    def named(cls, where: str, name: object) -> str:
        """What an error of a setting is about, with the object's own name where it has one.

        Args:
            where: as the class says it, such as "Dense, units".
            name: the name that was given, None without one.

        Returns:
            The same text here, where objects have no name.
        """
        return where

    def _take(self, args: tuple[object, ...], kwargs: Config) -> None:
        """Check arguments and set them."""
        cls = type(self)
        fields = cls._fields
        args, kwargs = keras1.translate(cls, args, kwargs)
        kwargs = self.accept(kwargs)
        if not fields.keys() >= kwargs.keys():
            kwargs = later.translate(cls, kwargs, fields)
        if len(args) > len(cls._positional):
            expected = f"at most {len(cls._positional)} positional arguments ({', '.join(cls._positional)})"
            raise SettingTypeError(where=cls.__name__, expected=expected, actual=str(len(args)))
        for name, value in zip(cls._positional, args, strict=False):
            if name in kwargs:
                order = ", ".join(cls._positional[: len(args)])
                hint = f"Without names {cls.__name__} takes ({order}), so that {name!r} is {shorten(value)} here."
                actual = f"{name!r} given twice"
                raise SettingTypeError(where=cls.__name__, expected=f"{name!r} once", actual=actual, hint=hint)
            kwargs[name] = value
        values = self.__dict__
        for name, declared in fields.items():
            if name in kwargs:
                values[name] = declared.rule.check(kwargs.pop(name), f"{cls.__name__}, {name}")
            elif declared.default is REQUIRED:
                hint = f"Write {cls.__name__}({name}=...)" + (f": {declared.help}." if declared.help else ".")
                raise SettingTypeError(
                    where=cls.__name__,
                    expected=f"a value for {name!r} ({declared.rule.sentence})",
                    actual="none",
                    hint=hint,
                )
            else:
                values[name] = declared.rule.check(declared.default, f"{cls.__name__}, {name}")
        if kwargs:
            raise self._unknown(next(iter(kwargs)))
        self.prepare()

    def accept(self, kwargs: Config) -> Config:
        """Take arguments that are not settings out of the keywords, before these are checked.

        Args:
            kwargs: the arguments by name.

        Returns:
            Those that are left.
        """
        return kwargs

    def prepare(self) -> None:
        """Called by the generic constructor when all settings are set."""

    def get_config(self) -> Config:
        """The settings as plain data, in Keras 2.2.4's form; `from_config` makes an equal object."""
        config: Config = {}
        for name, declared in type(self)._fields.items():
            if declared.config == "never":
                continue
            value = self.setting(name)
            if value is None and declared.config == "if_set":
                continue
            config[name] = declared.rule.serialize(value)
        return config

    def setting(self, name: str) -> Any:
        """The value of a setting, also where an attribute of its name tells something else.

        Args:
            name: a declared setting.

        Returns:
            Its value.
        """
        values = self.__dict__
        return values[name] if name in values else getattr(self, name)

    @classmethod
    def from_config(cls: type[Class], config: Mapping[str, object]) -> Class:
        """An object with the settings of a config.

        Args:
            config: what `get_config` gave.

        Returns:
            The object.

        Raises:
            SettingTypeError: `__init__` of a user's class takes something else than its config holds.
        """
        try:
            return cls(**config)
        except SettingTypeError:
            raise
        except TypeError as error:
            raise _other_arguments(cls, config) or error from None

    @classmethod
    def declared_fields(cls) -> dict[str, Field]:
        """The declared settings by name, inherited ones first; positional ones in Keras's order."""
        return dict(cls._fields)

    @classmethod
    def _unknown(cls, name: str) -> SettingTypeError:
        near = difflib.get_close_matches(name, cls._fields, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(cls._positional) or 'no settings'}."
        return SettingTypeError(where=cls.__name__, expected="a known setting", actual=repr(name), hint=hint)


def _in_order(inherited: dict[str, Field], new: dict[str, Field]) -> dict[str, Field]:
    # A keyword that becomes a positional argument has no position yet.
    staying = {name: new.get(name, f) for name, f in inherited.items() if new.get(name, f).kw_only == f.kw_only}
    every = {**staying, **new}
    names = [name for name in every if name in staying or every[name].after is None]
    for name in every:
        if name not in names:
            after = every[name].after
            names.insert(names.index(after) + 1 if after else 0, name)
    return {name: every[name] for name in names}


def declared_fields(cls: type[Declared]) -> dict[str, Field]:
    """The declared settings of a class.

    Args:
        cls: a class made from `Declared`, such as a layer.

    Returns:
        The settings by name, inherited ones first; positional ones in Keras's order.

    Example:
        >>> from engine.layers import Dropout
        >>> declared_fields(Dropout)["rate"].required
        True
    """
    return cls.declared_fields()


def _other_arguments(cls: type, config: Mapping[str, object]) -> SettingTypeError | None:
    """The error for a class whose `__init__` and config do not go together; None where they do, and the error is another."""
    parameters = [p for p in inspect.signature(cls).parameters.values() if p.kind is not p.VAR_POSITIONAL]
    names = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    lacking = [p.name for p in parameters if p.name in names and p.default is p.empty and p.name not in config]
    unknown = [] if len(names) < len(parameters) else [name for name in config if name not in names]
    if not lacking and not unknown:
        return None
    hint = f"Give {cls.__name__} a get_config that adds to super().get_config() what __init__ takes."
    expected = f"a config with {', '.join(lacking)}, which __init__ takes"
    if not lacking:
        hint = f"Let {cls.__name__}.__init__ take **kwargs and hand them to super().__init__."
        expected = f"an __init__ that takes {', '.join(unknown)}, which the config holds"
    return SettingTypeError(
        where=f"{cls.__name__}.from_config",
        expected=expected,
        actual=f"a config of {', '.join(config) or 'nothing'}",
        hint=hint,
    )
