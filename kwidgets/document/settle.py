"""What follows from a change of the graph without anybody asking: outputs, kind, order, places, names in data and loss.

Run after each command on the copy that it changed, so that every draft the document holds obeys the same rules and
printing and reading it again gives the same draft.
"""

from __future__ import annotations

from engine.experiment import DEFAULTS

from .draft import Draft, downstream, is_stack, node_id, order, outermost, split_node


def settle(before: Draft, after: Draft, *, rewired: bool = True) -> None:
    """Brings `after` (a copy of `before` that a command has changed) in order, in place.

    rewired=False: the command has touched no wire, so outputs stay as they are.
    """
    if rewired:
        _settle_outputs(before, after)
    if after.kind == "Sequential" and not is_stack(after):
        after.kind = "Model"
    sort_layers(after)
    _settle_layout(after)
    _settle_names(after)


def _settle_outputs(before: Draft, after: Draft) -> None:
    """A new end of the graph is an output; an end that goes on hands its place, loss and target to the end it leads to.

    In a nested model, whose outputs have their numbers, one end takes the place of each that is lost and no more become
    outputs; there also an end that led nowhere before may be the one.
    """
    was_leaf, is_leaf = set(before.leaves()), after.leaves()
    targets = after.targets()
    loose = [node for node in is_leaf if node not in after.outputs]
    new_ends = [node for node in loose if node not in was_leaf]
    outputs: list[str] = []
    for node in after.outputs:
        if not after.has(node) or after.is_input(node):
            continue
        if node in was_leaf and targets[node]:
            reached = downstream(targets, node)
            able = loose if after.nested else new_ends
            heirs = [end for end in able if end in reached and end not in outputs][: 1 if after.nested else None]
            outputs.extend(heirs)
            if len(heirs) == 1:
                _hand_over(after, split_node(node)[0], split_node(heirs[0])[0])
        elif node not in outputs:
            outputs.append(node)
    more = [end for end in new_ends if end not in outputs]
    after.outputs = outputs + (more[: max(len(before.outputs) - len(outputs), 0)] if after.nested else more)


def _hand_over(draft: Draft, old: str, new: str) -> None:
    def moved(named: dict[str, str]) -> dict[str, str]:
        return {new if name == old else name: value for name, value in named.items()}

    draft.data = {**draft.data, "targets": moved(draft.data.get("targets", {}))}
    if isinstance(loss := draft.training.get("loss"), dict):
        draft.training = {**draft.training, "loss": moved(loss)}


def sort_layers(draft: Draft) -> None:
    """Puts layers after those they need, as Keras's files have them; leaves an order alone that is right already.

    Calls of a shared layer are renumbered when a later one feeds an earlier one.
    """
    count = sum(len(part.calls) for part in draft.layers.values())
    if len(order(draft)) < count:
        rank_of = {node: index for index, node in enumerate(order(draft, calls_in_order=False))}
        for name, part in list(draft.layers.items()):
            calls = sorted(range(len(part.calls)), key=lambda call, name=name: rank_of.get(node_id(name, call), 0))
            if calls != list(range(len(part.calls))):
                draft.permute_calls(name, calls)
    rank = {name: index for index, name in enumerate(draft.layers)}
    if all(rank[s.layer] < rank[name] for name, part in draft.layers.items() for s in part.calls[0]):
        return
    names = dict.fromkeys(split_node(node)[0] for node in order(draft))
    draft.layers = {name: draft.layers[name] for name in names}


def _settle_layout(draft: Draft) -> None:
    """Keeps the places of nodes that exist, in the order of the nodes, so that equal drafts have equal texts."""
    if not draft.layout:
        return
    rank = {node: index for index, node in enumerate(draft.nodes())}
    there = [node for node in draft.layout if draft.holds(node)]
    there.sort(key=lambda node: (rank[outermost(node)], node))
    draft.layout = {node: draft.layout[node] for node in there}


def _settle_names(draft: Draft) -> None:
    """Drops data keys and losses of inputs and outputs that are gone."""
    inputs, outputs = set(draft.input_names()), set(draft.output_names())
    draft.data = {
        **draft.data,
        "inputs": {name: key for name, key in draft.data.get("inputs", {}).items() if name in inputs},
        "targets": {name: key for name, key in draft.data.get("targets", {}).items() if name in outputs},
    }
    loss = draft.training.get("loss")
    if isinstance(loss, dict):
        left = one_loss({name: one for name, one in loss.items() if name in outputs}, outputs)
        draft.training = {**draft.training, "loss": left or DEFAULTS["loss"]}


def one_loss(loss: dict[str, str], outputs: set[str]) -> dict[str, str] | str:
    """One name where every output has the same loss, so that there is one way to write it."""
    kinds = set(loss.values())
    return kinds.pop() if len(kinds) == 1 and outputs == set(loss) else loss
