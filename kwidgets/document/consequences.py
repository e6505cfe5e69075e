"""What a command would change of the layers that are there: found by carrying it out on a copy, by the engine's own rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from engine.types import Shape

from .. import messages
from ..refused import Refused
from ..words import graph as say
from . import card_lines, effects, forms
from .canvas_state import title_of
from .checks import Checker, Checkup
from .commands import COMMANDS, Message, Surroundings, apply
from .draft import Draft, split_node
from .edit_nested import inside_command
from .problems import Problem, find
from .spread import Insides

MOST_CHANGED = 4
MOST_SENTENCES = 3
# Commands that make one layer, which they name last.
ADDING = ("add", "add_with")
# Faults of a new layer that only say what to do next.
UNFINISHED = ("no_shape", "no_input", "few_inputs")


def refusal(why: str) -> messages.Consequences:
    """The answer for a command that cannot be carried out."""
    return {
        "impossible": why,
        "layer": None,
        "changed": [],
        "more": 0,
        "parameters": None,
        "needs": [],
        "appear": [],
        "vanish": [],
        "waiting": 0,
        "begin": [],
        "begin_more": 0,
        "effect": "",
        "preview": effects.NOTHING,
    }


def consequences(
    draft: Draft,
    checkup: Checkup,
    checker: Checker,
    command: Message,
    around: Surroundings,
    insides: Insides | None = None,
) -> messages.Consequences:
    """The new layer as it would be, layers whose result or parameters would differ, and problems that would come and go.

    Of a command inside a block what is around it: what changes of the block itself is said of the layers in it.
    insides: of the draft, where cards inside of blocks are previewed too; None (the default): they are not.
    """
    step = inside_command(command)
    block = None if step is None else step.block
    name = command.get("do")
    if not isinstance(name, str) or name not in COMMANDS:
        return refusal(say.no_such_command(name))
    try:
        trial, done = apply(draft, command, around)
    except Refused as refused:
        return refusal(str(refused))
    after = checker.fork().check(trial)
    changed, begin = _changed(draft, checkup, trial, after, block), _begin(checkup, trial, after, block)
    problems, remaining = _of_layers(draft, checkup, block), _of_layers(trial, after, block)
    came = [problem for name, problem in remaining.items() if name not in problems]
    unfinished = [problem for problem in came if problem.node not in checkup.nodes and problem.fault.code in UNFINISHED]
    was_waiting = {node for node, checked in checkup.nodes.items() if checked.state == "waiting"}
    now_waiting = {node for node, checked in after.nodes.items() if checked.state == "waiting"}
    went = [problem for name, problem in problems.items() if _gone(name, remaining, now_waiting)]
    return {
        "impossible": None,
        "layer": _new_layer(trial, after, done.nodes[-1]) if name in ADDING else None,
        "changed": changed[:MOST_CHANGED],
        "more": len(changed[MOST_CHANGED:]),
        "parameters": None if was_waiting != now_waiting else [_parameters(checkup), _parameters(after)],
        "needs": [_sentence(problem) for problem in unfinished][:MOST_SENTENCES],
        "appear": [problem.fault.sentence for problem in came if problem not in unfinished][:MOST_SENTENCES],
        "vanish": [problem.fault.sentence for problem in went][:MOST_SENTENCES],
        "waiting": len(now_waiting - was_waiting),
        "begin": begin[:MOST_CHANGED],
        "begin_more": len(begin[MOST_CHANGED:]),
        "effect": effects.in_words(draft, checkup, trial, after),
        "preview": _preview(draft, checkup, trial, after, insides),
    }


def _preview(draft: Draft, checkup: Checkup, trial: Draft, after: Checkup, insides: Insides | None) -> messages.Preview:
    """What of the canvas would look otherwise, at every depth: cards of blocks, and of the layers in them."""
    here = effects.preview(draft, checkup, trial, after)
    view, deep = (None, None) if insides is None else insides.of(draft, checkup)
    if insides is None or view is None or deep is None or not view.blocks:
        return here
    view_then, deep_then = insides.fork().of(trial, after)
    return effects.together(effects.preview(view.draft, deep, view_then.draft, deep_then), here)


def together(inside: messages.Consequences, around: messages.Consequences) -> messages.Consequences:
    """What changes inside a block and around it. The parameters of the whole model are those around."""
    changed, begin = [*inside["changed"], *around["changed"]], [*inside["begin"], *around["begin"]]
    return {
        "impossible": inside["impossible"] or around["impossible"],
        "layer": inside["layer"] or around["layer"],
        "changed": changed[:MOST_CHANGED],
        "more": inside["more"] + around["more"] + len(changed[MOST_CHANGED:]),
        "parameters": around["parameters"],
        "needs": _each_once(inside["needs"], around["needs"]),
        "appear": _each_once(inside["appear"], around["appear"]),
        "vanish": _each_once(inside["vanish"], around["vanish"]),
        "waiting": inside["waiting"] + around["waiting"],
        "begin": begin[:MOST_CHANGED],
        "begin_more": inside["begin_more"] + around["begin_more"] + len(begin[MOST_CHANGED:]),
        "effect": inside["effect"],
        "preview": effects.together(inside["preview"], around["preview"]),
    }


def _new_layer(trial: Draft, after: Checkup, node: str) -> messages.NewLayer:
    part = trial.part(node)
    shape = forms.shape_of(trial, after, node)
    return {"fields": forms.first_fields(part), "line": card_lines.line(part), "shape": shape}


def _each_once(inside: list[str], around: list[str]) -> list[str]:
    return list(dict.fromkeys([*inside, *around]))[:MOST_SENTENCES]


def _sentence(problem: Problem) -> str:
    return " ".join(filter(None, [problem.fault.sentence, problem.fault.hint]))


def _parameters(checkup: Checkup) -> int:
    return sum(weights.parameters for weights in checkup.layers.values())


def _of_layers(draft: Draft, checkup: Checkup, block: str | None) -> dict[str, Problem]:
    """Problems of single layers but a block by their id: what a whole graph still lacks is no consequence of one layer."""
    return {problem.id: problem for problem in find(draft, checkup) if problem.node not in (None, block)}


def _gone(problem: str, remaining: Mapping[str, Problem], waiting: set[str]) -> bool:
    """Whether a problem would be mended; one of a layer that would wait for another is only hidden."""
    return problem not in remaining and problem.rpartition(":")[0] not in waiting


def _begin(before: Checkup, trial: Draft, after: Checkup, block: str | None) -> list[messages.LayerShape]:
    """Layers that are right only afterwards, in the order of the graph."""
    return [
        {"title": split_node(node)[0], "shape": list(checked.shape or ())}
        for node, checked in after.nodes.items()
        if checked.state == "ok" and node in before.nodes and before.nodes[node].state != "ok" and node != block
    ]


def _changed(
    draft: Draft, before: Checkup, trial: Draft, after: Checkup, block: str | None
) -> list[messages.LayerChange]:
    """Layers that are right before and after and would give something else, in the order of the graph.

    What only passes on another shape is left out: the layer that makes it is named.
    """
    classes = Counter(part.class_name for part in trial.layers.values())
    changes: list[messages.LayerChange] = []
    counted: set[str] = set()
    for node, checked in after.nodes.items():
        was, layer = before.nodes.get(node), split_node(node)[0]
        if was is None or was.state != "ok" or checked.state != "ok" or node == block:
            continue
        weights = [before.layers[layer].parameters, after.layers[layer].parameters]
        weighs_else = weights[0] != weights[1] and layer not in counted
        shapes_else = was.shape != checked.shape
        passes_on = _passes_on(draft, before, node, was.shape) and _passes_on(trial, after, node, checked.shape)
        if not weighs_else and (not shapes_else or passes_on):
            continue
        counted.add(layer)
        alone = classes[trial.layers[layer].class_name] == 1
        shapes = [list(was.shape or ()), list(checked.shape or ())] if shapes_else and not passes_on else None
        change: messages.LayerChange = {
            "title": title_of(trial, node) if alone else layer,
            "shapes": shapes,
            "parameters": weights if weighs_else else None,
        }
        changes.append(change)
    return changes


def _passes_on(draft: Draft, checkup: Checkup, node: str, shape: Shape | None) -> bool:
    return any(checkup.nodes[source.node].shape == shape for source in draft.sources(node)[:1])
