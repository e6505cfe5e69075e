"""What is wrong with a draft, as a list for people: faults of nodes, of the whole graph, and warnings about the loss.

Errors stop training; warnings do not. A problem's id stays the same while the same thing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.describe import classes
from engine.errors import Arriving, EngineError
from engine.mistakes import LayerCall, Output, graph_mistakes, output_mistakes

from ..words import problems as say
from .checks import Checkup, Fault
from .draft import Draft, bare, split_node
from .nested import block_of, path_words
from .spread import Scope, View

PASSING = ("Dropout", "Flatten", "Reshape", "GaussianNoise")


@dataclass(frozen=True)
class Problem:
    """node: None for the whole graph. severity: error or warning."""

    id: str
    node: str | None
    fault: Fault
    severity: str = "error"


def find(draft: Draft, checkup: Checkup) -> list[Problem]:
    """All problems, errors first, each group in the order of the graph."""
    errors = [*_of_graph(draft), *_of_nodes(draft, checkup)]
    warnings = [*_of_layers(draft, checkup), *_of_losses(draft, checkup)]
    return errors + warnings


def everywhere(draft: Draft, checkup: Checkup, view: View, deep: Checkup) -> list[Problem]:
    """All problems at every depth, errors first. view, deep: the model with all nested models open, and its verdict."""
    problems = located(find(draft, checkup), view, deep)
    known = {problem.id for problem in problems}
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity != "error"]
    return [*errors, *(problem for problem in inside(view, deep) if problem.id not in known), *warnings]


def located(problems: Sequence[Problem], view: View, checkup: Checkup) -> list[Problem]:
    """Problems of nested models at the layer inside that is to blame, with the way there. view, checkup: at every depth."""
    inside = {block.id: block.nodes for block in view.blocks}
    return [_located(problem, inside.get(problem.node or "", ()), checkup) for problem in problems]


def inside(view: View, checkup: Checkup) -> list[Problem]:
    """What of nested models leads to none of their outputs, with what is wrong there. view, checkup: at every depth.

    What leads to an output is no matter of these: a fault there is one of the model that holds the block.
    """
    return [problem for scope in view.scopes if scope.prefix for problem in _of_scope(scope, checkup)]


def _of_scope(scope: Scope, checkup: Checkup) -> Iterator[Problem]:
    draft, targets, where = scope.draft, scope.draft.targets(), path_words(scope.prefix[:-1])
    useful = set(draft.outputs)
    waiting = list(draft.outputs)
    while waiting:
        before = {source.node for source in draft.sources(waiting.pop())} - useful
        useful |= before
        waiting.extend(before)
    for node in draft.nodes():
        if node in useful or draft.is_input(node):
            continue
        fault = checkup.nodes[scope.prefix + node].fault
        if fault is None and not targets[node]:
            fault = _unused(node, say.NO_OUTPUT_OF_THE_BLOCK)
        if fault is not None:
            fault = replace(fault, sentence=say.inside(where, fault.sentence))
            yield Problem(f"{scope.prefix}{node}:{fault.code}", scope.prefix + node, fault)


def _unused(node: str, why: str) -> Fault:
    sentence = say.leads_nowhere(split_node(node)[0], why)
    return Fault("unused", sentence, say.WIRE_IT_ON_OR_REMOVE)


def _located(problem: Problem, nodes: Sequence[str], checkup: Checkup) -> Problem:
    at_fault = problem.node is not None and problem.fault is checkup.nodes[problem.node].fault
    for node in nodes if at_fault else ():
        fault = checkup.nodes[node].fault
        if fault is not None and fault is not problem.fault:
            sentence = say.inside(path_words(block_of(node) or ""), fault.sentence)
            return Problem(f"{node}:{fault.code}", node, replace(fault, sentence=sentence), problem.severity)
    return problem


def _of_graph(draft: Draft) -> Iterator[Problem]:
    if not draft.layers:
        yield Problem("graph:empty", None, Fault("empty", say.THE_MODEL_IS_EMPTY, say.ADD_AN_INPUT_THEN_LAYERS))
        return
    if not draft.input_names():
        yield Problem(
            "graph:no_inputs", None, Fault("no_inputs", say.THE_MODEL_HAS_NO_INPUT, say.ADD_AN_INPUT_AT_THE_BEGINNING)
        )
    if not draft.outputs:
        hint = say.ADD_A_LAYER_AFTER_THE_INPUT if not draft.leaves() else say.MARK_THE_LAST_AS_OUTPUT
        yield Problem("graph:no_outputs", None, Fault("no_outputs", say.THE_MODEL_HAS_NO_OUTPUT, hint))


def _of_nodes(draft: Draft, checkup: Checkup) -> Iterator[Problem]:
    targets = draft.targets()
    more_than_inputs = any(not draft.is_input(node) for node in targets)
    for node, checked in checkup.nodes.items():
        if checked.fault is not None:
            yield Problem(f"{node}:{checked.fault.code}", node, checked.fault)
        dead = not targets[node] and node not in draft.outputs
        if dead and (more_than_inputs or not draft.is_input(node)):
            yield Problem(f"{node}:unused", node, _unused(node, say.IT_IS_NO_OUTPUT))


def _of_layers(draft: Draft, checkup: Checkup) -> Iterator[Problem]:
    for node, mistake in graph_mistakes(_calls(draft, checkup)):
        yield Problem(f"{node}:{mistake.kind}", node, Fault(mistake.kind, mistake.sentence, mistake.hint), "warning")


def _calls(draft: Draft, checkup: Checkup) -> Iterator[LayerCall[str]]:
    for node, checked in checkup.nodes.items():
        sources = draft.sources(node)
        if checked.state != "ok" or not sources:
            continue
        shapes = [checkup.nodes[source.node].shape or () for source in sources]
        arriving = [Arriving(shape, bare(source.layer)) for shape, source in zip(shapes, sources, strict=True)]
        results = [tuple(tensor.shape) for tensor in checked.tensors]
        behind = [source.node for source in sources]
        yield LayerCall(node, bare(split_node(node)[0]), draft.part(node).class_name, arriving, results, behind)


def loss_of(draft: Draft, output: str) -> str | None:
    """Full name of an output's loss, None where none is chosen."""
    loss = draft.training.get("loss")
    name = loss.get(output) if isinstance(loss, dict) else loss
    if classes.is_call(name):
        return name  # with settings, it is another loss than the rules know
    try:
        return getattr(classes.find("loss", name), "__name__", name) if name else None
    except EngineError:
        return name


def last_activation(draft: Draft, node: str) -> tuple[str, str]:
    """The layer whose activation shapes an output, and the activation's name ("" if it is not known)."""
    layer, _ = split_node(node)
    part = draft.layers[layer]
    while part.class_name in PASSING and draft.sources(node):
        node = draft.sources(node)[0].node
        layer, part = split_node(node)[0], draft.part(node)
    if part.class_name in ("Activation", "Dense"):
        activation = part.config.get("activation") or "linear"
        return layer, activation if isinstance(activation, str) else ""
    return layer, part.class_name.lower() if part.class_name in ("Softmax", "ReLU") else ""


def _of_losses(draft: Draft, checkup: Checkup) -> Iterator[Problem]:
    for node in draft.outputs:
        checked = checkup.nodes.get(node)
        if checked is None or checked.state != "ok" or not checked.shape:
            continue
        name = split_node(node)[0]
        loss, (layer, activation) = loss_of(draft, name), last_activation(draft, node)
        if loss is None:
            fault = Fault("no_loss", say.no_loss(name), say.CHOOSE_ONE_UNDER_TRAINING)
            yield Problem(f"{node}:no_loss", node, fault)
        for mistake in output_mistakes(Output(name, checked.shape, layer, activation, loss)):
            fault = Fault(mistake.kind, mistake.sentence, mistake.hint)
            yield Problem(f"{node}:{mistake.kind}", node, fault, "warning")
