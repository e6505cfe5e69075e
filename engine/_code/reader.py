"""Statements of a program, followed one after the other with literal values: loops, branches, functions and classes of it too."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from . import arithmetic
from .calls import call_value
from .expressions import Expressions
from .imports import imported
from .parsing import parse, without_marks
from .plain_calls import listed, truth
from .purpose import builds, changed_names, has_yield
from .state import State, TooMuch
from .values import (
    ClassValue,
    FunctionValue,
    InstanceValue,
    LayerValue,
    ModelValue,
    ModuleValue,
    Scope,
    SuperValue,
    Unknown,
    Value,
    is_unknown,
)

QUIET_ROUNDS = 128
FEW_ROUNDS = 12
MOST_ROUNDS = 2000
DEEPEST_CALLS = 25


class _Break(Exception):
    """`break`."""


class _Continue(Exception):
    """`continue`."""


class _Return(Exception):
    """`return`, with its value."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _Raised(Exception):
    """`raise`, or an exit of the program."""


class Reader(Expressions):
    """Follows a program; `state` has what came of it."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.calls = 0
        self.quiet_loops = 0

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Follow the statements at the top of a program; one that ends early does not end what comes behind it."""
        scope = Scope()
        try:
            for statement in body:
                self._safely(lambda statement=statement: self.execute([statement], scope), statement.lineno)
            if not self.state.models:
                self._follow_uncalled(scope)
        except TooMuch as error:
            self.state.say("not read", f"The program is read up to here: {error}")

    def _safely(self, action: Callable[[], None], line: int) -> None:
        try:
            action()
        except (_Break, _Continue, _Return, _Raised):
            return
        except RecursionError:
            self.state.say("not read", "What this line does is nested too deeply to be followed.", line)

    def _follow_uncalled(self, scope: Scope) -> None:
        """A file may only define what makes models: then its functions and methods are followed with their defaults."""
        functions: list[tuple[FunctionValue, ClassValue | None]] = []
        for value in scope.names.values():
            if isinstance(value, FunctionValue):
                functions.append((value, None))
            elif isinstance(value, ClassValue):
                functions += [(one, value) for one in value.members.values() if isinstance(one, FunctionValue)]
        instances: dict[int, InstanceValue] = {}
        for function, owner in functions:
            if isinstance(function.node, ast.Lambda) or function.followed or not builds(function.node.body):
                continue
            before, notes = len(self.state.models), self.state.notes
            self.state.notes = notes.copy()
            line = function.node.lineno
            self._safely(lambda function=function, owner=owner: self._try_out(function, owner, instances), line)
            if len(self.state.models) > before:
                self.state.say("changed", f"Nothing calls {function.name}: it is read with its defaults.", line)
                for model in self.state.models[before:]:
                    model.variable = function.name if model is self.state.models[-1] else model.variable
            else:
                self.state.notes = notes

    def _try_out(self, function: FunctionValue, owner: ClassValue | None, instances: dict[int, InstanceValue]) -> None:
        if owner is None or function.how == "staticmethod":
            self.follow(function, [], {})
            return
        if function.how == "classmethod":
            self.follow(function, [owner], {})
            return
        instance = instances.setdefault(id(owner), InstanceValue(owner))
        begin = owner.find("__init__")
        if isinstance(begin, FunctionValue) and not begin.followed:
            self.follow(begin, [instance], {}, instance)
        if not function.followed:
            self.follow(function, [instance], {}, instance)

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Follow statements."""
        for statement in body:
            self.state.step()
            self.state.line = statement.lineno
            follow = self._followers.get(type(statement))
            if follow is not None:
                follow(self, statement, scope)

    # Names and values.

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)
            self._name_model(target, value)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            value = self.value(node.value, scope)
            self.assign(node.target, value, scope)
            self._name_model(node.target, value)

    def _name_model(self, target: ast.expr, value: Value) -> None:
        if isinstance(value, ModelValue) and isinstance(target, (ast.Name, ast.Attribute)):
            value.variable = target.id if isinstance(target, ast.Name) else target.attr

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        sum_of = ast.BinOp(left=_loaded(node.target), op=node.op, right=node.value)
        value = self.value(ast.copy_location(sum_of, node), scope)
        self.assign(node.target, value, scope)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.ImportFrom):
            scope.names.update(self._from(node, scope))
            return
        for alias in node.names:
            module = self._module(alias.name, 0, scope)
            if module is None:
                scope.names.update(imported(ast.Import([alias])))
            elif alias.asname or "." not in alias.name:
                scope.names[alias.asname or alias.name] = module
            else:
                # `import nets.unet` names the package, which has the module in it.
                package, _, path = alias.name.partition(".")
                outer = scope.names.setdefault(package, ModuleValue(package, {}))
                if isinstance(outer, ModuleValue):
                    outer.names[path] = module

    def _from(self, node: ast.ImportFrom, scope: Scope) -> dict[str, Value]:
        module = self._module(node.module or "", node.level, scope)
        names: dict[str, Value] = {}
        for alias in node.names:
            path = f"{node.module}.{alias.name}" if node.module else alias.name
            inner = None if module is not None and alias.name in module.names else self._module(path, node.level, scope)
            if inner is not None:
                names[alias.asname or alias.name] = inner
            elif module is None:
                names.update(imported(ast.ImportFrom(node.module, [alias], node.level)))
            elif alias.name == "*":
                names.update({name: value for name, value in module.names.items() if not name.startswith("_")})
            else:
                known = module.names.get(alias.name, Unknown(f"{alias.name} is not defined in {module.name}"))
                names[alias.asname or alias.name] = known
        return names

    def _module(self, path: str, level: int, scope: Scope) -> ModuleValue | None:
        """A file beside the program, followed when it is imported first; None for what is none."""
        table = scope.table_of("__name__")
        importer = self.state.neighbours.module if table is None else str(table["__name__"])
        name = self.state.neighbours.find(path, level, importer) if path or level else None
        if name is None or name in self.state.modules:
            return self.state.modules.get(name or "")
        # Known before it is followed: files may import each other.
        top = Scope({"__name__": name})
        module = self.state.modules[name] = ModuleValue(name, top.names)
        text = self.state.neighbours.texts[name]
        notes, line = self.state.notes, self.state.line
        before = notes.lines.add(without_marks(text), None, self.state.neighbours.files.get(name, name))
        for statement in parse(text, notes, before):
            self._safely(lambda statement=statement: self.execute([statement], top), statement.lineno)
        self.state.line = line
        return module

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                owner, key = self.value(target.value, scope), self.value(target.slice, scope)
                if isinstance(owner, (list, dict)) and isinstance(key, (int, str)):
                    arithmetic.carefully(owner.__delitem__, key)

    def _outside(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        scope.outside.update(node.names)

    # Branches and loops.

    def _if(self, node: ast.If, scope: Scope) -> None:
        answer = truth(self.value(node.test, scope))
        if answer is not None:
            self.execute(node.body if answer else node.orelse, scope)
            return
        first, second = builds(node.body), builds(node.orelse)
        chosen, other = (node.body, node.orelse) if first >= second and first else (node.orelse, node.body)
        if first or second:
            which = "first" if chosen is node.body else "second"
            rest = "" if not builds(other) else f"; the other, from line {other[0].lineno} on, is not"
            self.state.say(
                "not read",
                f"Which branch is taken is known only when the program runs: the {which} is read{rest}.",
                node.lineno,
            )
        self._forget(scope, changed_names(other))
        self.execute(chosen, scope)
        if not (first or second):
            self._forget(scope, changed_names(chosen))

    def _forget(self, scope: Scope, names: set[str]) -> None:
        for name in names:
            table = scope.table_of(name)
            if table is None or not isinstance(table[name], (ModelValue, LayerValue, InstanceValue)):
                scope.assign(name, Unknown(f"{name} is changed where the program's way is not known"))

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        items = listed(self.value(node.iter, scope))
        if items is None:
            self.assign(node.target, Unknown("a loop goes over data"), scope)
            before = self.state.layers_made
            self._once(node.body, scope)
            if self.state.layers_made > before:
                self.state.say(
                    "not read",
                    "What the loop goes over is known only when the program runs: it is read once.",
                    node.lineno,
                )
            return
        rounds = iter(items)

        def goes_on() -> bool:
            for item in rounds:
                self.assign(node.target, item, scope)
                return True
            return False

        self._loop(node, goes_on, scope)

    def _while(self, node: ast.While, scope: Scope) -> None:
        first = truth(self.value(node.test, scope))
        if first is None:
            self._forget(scope, changed_names(node.body))
            self._once(node.body, scope)
            return
        self._loop(node, lambda: truth(self.value(node.test, scope)) is True, scope)

    def _once(self, body: list[ast.stmt], scope: Scope) -> None:
        try:
            self.execute(body, scope)
        except (_Break, _Continue):
            return

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, goes_on: Callable[[], bool], scope: Scope) -> None:
        """Rounds of a loop. One that makes no layer is left after a while: what it counts is not known then."""
        made, rounds, quiet = self.state.layers_made, 0, 0
        most_quiet = max(QUIET_ROUNDS >> (3 * self.quiet_loops), 2)
        while goes_on():
            rounds += 1
            quiet = quiet + 1 if self.state.layers_made == made else 0
            made = self.state.layers_made
            if rounds > MOST_ROUNDS or quiet > most_quiet:
                self._forget(scope, changed_names(node.body))
                if rounds > quiet:
                    self.state.say("not read", f"The loop is followed for {rounds - 1} rounds.", node.lineno)
                return
            self.quiet_loops += quiet > FEW_ROUNDS
            try:
                self.execute(node.body, scope)
            except _Break:
                return
            except _Continue:
                continue
            finally:
                self.quiet_loops -= quiet > FEW_ROUNDS
        self.execute(node.orelse, scope)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, scope)
        self.execute(node.body, scope)

    def _try(self, node: ast.Try, scope: Scope) -> None:
        try:
            self.execute(node.body, scope)
        except _Raised:
            if node.handlers:
                self.execute(node.handlers[0].body, scope)
        else:
            self.execute(node.orelse, scope)
        self.execute(node.finalbody, scope)

    def _match(self, node: ast.Match, scope: Scope) -> None:
        if any(builds(case.body) for case in node.cases):
            self.state.say("not read", "match is not followed.", node.lineno)
        for case in node.cases:
            self._forget(scope, changed_names(case.body))

    def _break(self, node: ast.Break, scope: Scope) -> None:
        raise _Break

    def _continue(self, node: ast.Continue, scope: Scope) -> None:
        raise _Continue

    def _return(self, node: ast.Return, scope: Scope) -> None:
        raise _Return(None if node.value is None else self.value(node.value, scope))

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        raise _Raised

    # Functions and classes of the program.

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        made = FunctionValue(node, scope, self._defaults(node.args, scope), node.name)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Name) and decorator.id in ("staticmethod", "classmethod", "property"):
                made.how = decorator.id
        scope.assign(node.name, made)

    def make_function(self, node: ast.Lambda, scope: Scope) -> FunctionValue:
        """A lambda."""
        return FunctionValue(node, scope, self._defaults(node.args, scope), "a lambda")

    def _defaults(self, arguments: ast.arguments, scope: Scope) -> dict[str, Value]:
        by_position = [*arguments.posonlyargs, *arguments.args]
        by_position = by_position[len(by_position) - len(arguments.defaults) :]
        pairs = [
            *zip(by_position, arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return {argument.arg: self.value(default, scope) for argument, default in pairs if default is not None}

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        inner = Scope(outer=scope)
        self.execute(node.body, inner)
        made = ClassValue(node.name, bases, inner.names)
        for member in inner.names.values():
            if isinstance(member, FunctionValue):
                member.owner, member.scope = made, scope
        scope.assign(node.name, made)

    def call(self, function: Value, arguments: list[Value], named: dict[str, Value]) -> Value:
        """What a call gives: of a function of the program by following it, of Keras's names by their meaning."""
        line = self.state.line
        try:
            return call_value(self, function, arguments, named)
        finally:
            self.state.line = line

    def follow(
        self, function: FunctionValue, arguments: list[Value], named: dict[str, Value], instance: Value = None
    ) -> Value:
        """Follow a function of the program with these arguments."""
        if self.calls >= DEEPEST_CALLS:
            self.state.say("not read", f"{function.name} calls itself, or is called too deep inside others.")
            return Unknown(f"{function.name} is called too deep inside others")
        function.followed = True
        scope = Scope(outer=function.scope)
        if instance is not None and function.owner is not None:
            scope.names["super()"] = SuperValue(instance, function.owner)
        self._bind(function, arguments, named, scope)
        self.calls += 1
        try:
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body, scope)
            if has_yield(function.node):
                return Unknown(f"{function.name} gives data one after the other")
            self.execute(function.node.body, scope)
        except _Return as returned:
            return returned.value
        except _Raised:
            return Unknown(f"{function.name} raises an error")
        finally:
            self.calls -= 1
        return None

    def _bind(self, function: FunctionValue, arguments: list[Value], named: dict[str, Value], scope: Scope) -> None:
        written = function.node.args
        names = [argument.arg for argument in [*written.posonlyargs, *written.args]]
        values: dict[str, Value] = {**function.defaults, **dict(zip(names, arguments, strict=False))}
        known = {*names, *(argument.arg for argument in written.kwonlyargs)}
        values.update({name: value for name, value in named.items() if name in known})
        if written.vararg is not None:
            values[written.vararg.arg] = tuple(arguments[len(names) :])
        if written.kwarg is not None:
            values[written.kwarg.arg] = {name: value for name, value in named.items() if name not in known}
        for name in known:
            values.setdefault(name, Unknown(f"{function.name} is called without {name}"))
        scope.names.update(values)

    def set_attribute(self, owner: Value, name: str, value: Value) -> None:
        """`layer.trainable = False`, also of a whole model."""
        if name == "trainable" and isinstance(value, bool):
            _set_trainable(owner, value)
        elif is_unknown(owner) or not isinstance(owner, (LayerValue, ModelValue)):
            return
        elif name in ("name", "_name") and isinstance(value, str):
            owner.name = value
        elif isinstance(owner, LayerValue) and name in owner.config:
            self.state.say("left out", f"{owner.name}.{name} is set after the layer was made.")

    _followers: ClassVar[dict[type[ast.stmt], Callable[[Reader, Any, Scope], None]]] = {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Import: _import,
        ast.ImportFrom: _import,
        ast.Delete: _delete,
        ast.Global: _outside,
        ast.Nonlocal: _outside,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        ast.Match: _match,
        ast.Break: _break,
        ast.Continue: _continue,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
    }


def _set_trainable(owner: Value, value: bool) -> None:
    if isinstance(owner, LayerValue):
        owner.config["trainable"] = value
    elif isinstance(owner, ModelValue):
        owner.trainable = value
        for layer in owner.layers or [node.node.layer for node in owner.outputs]:
            if layer is not owner:
                _set_trainable(layer, value)


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """The target of `+=` as what is read first."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
