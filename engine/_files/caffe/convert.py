"""A Caffe net as a plain model: its layers one after the other, each by what its type becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ...errors import FileError
from ..guards import cut
from ..plain_model import PlainModel
from ..protobuf import Message, shown
from .elements import ELEMENTS
from .ends import LOSSES, add_loss, channels_of, is_data, read_data, training_of
from .graph import Converter, Graph, Port
from .joins import JOINS
from .net import CaffeLayer, CaffeNet, Phase
from .solver import apply_solver
from .windows import WINDOWS
from .words import INSTEAD, WORDS

__all__ = ["plain_model_of"]

_CONVERTERS: dict[str, Converter] = {**WINDOWS, **ELEMENTS, **JOINS, **WORDS, **dict.fromkeys(LOSSES, add_loss)}
# What may be done to labels on their way to a loss.
_OF_LABELS = ("Concat", "Flatten", "Reshape", "Slice", "Split")
_AT_LEAST_NAMED = 5


def plain_model_of(
    net: CaffeNet,
    weights: CaffeNet | None,
    phase: Phase | None,
    sample_shape: tuple[int, ...] | None,
    file: str,
    unknown: Sequence[Message],
    solver: Message | None = None,
) -> PlainModel:
    """The plain model of a net.

    Args:
        net: the net.
        weights: one whose weights are taken by the names of layers; None: the net's own.
        phase: which layers count; None: those of TEST, or of TRAIN where that net is the only whole one.
        sample_shape: the shape of a sample in Caffe's order, in place of what the file says.
        file: how messages name the file.
        unknown: messages with fields that Caffe does not have.
        solver: how it is trained; None: by a rate and a momentum of ours.

    Returns:
        The model, in Keras's order of axes.

    Raises:
        FileError: a layer that there is not here, or that does not fit to those before; says which.
    """
    layers = _layers_of_phase(net, phase, file)
    layers = _with_weights(layers, net if weights is None else weights)
    _refuse_unknown(layers, file)
    softmaxes = sum(layer.type == "SoftmaxWithLoss" for layer in layers)
    graph = Graph(has_weights=any(layer.blobs for layer in layers), has_one_loss=softmaxes < 2)
    for message in unknown:
        names = ", ".join(shown(name) for name in message.unknown[:_AT_LEAST_NAMED])
        graph.say(message.text("name"), f"{names} of {message.kind} is none of Caffe's fields.")
    _Walk(graph, layers, net, sample_shape).run()
    if not graph.layers or not graph.inputs:
        raise FileError(file=file, expected="a net with an input", actual="none")
    if graph.fixed_moments:
        what = f"{graph.fixed_moments} batch normalisations keep their mean and variance in training in Caffe (use_global_stats)"
        graph.say("", f"{what}; here those of each batch are used in training.")
    if graph.has_weights:
        for name in _without_weights(layers, graph):
            graph.say(name, "The file has no weights for it, so it begins with fresh ones.")
    arrays = list(graph.weights.items()) if graph.has_weights else None
    name = net.name or "caffe"
    training = training_of(graph, has_solver=solver is not None)
    if solver is not None:
        training = apply_solver(graph, layers, training, solver)
    return PlainModel(file, "Caffe", graph.config(name), arrays, training, left_out=tuple(graph.left_out))


def _layers_of_phase(net: CaffeNet, phase: Phase | None, file: str) -> tuple[CaffeLayer, ...]:
    """The layers of a phase. Raises FileError where a blob comes from nowhere."""
    chosen = net.of_phase(phase or "TEST")
    if phase is None:  # losses of training alone belong to what `compile` gets
        names = {layer.name for layer in chosen}
        losses = [layer for layer in net.of_phase("TRAIN") if layer.type in LOSSES and layer.name not in names]
        known = {top for layer in chosen for top in layer.tops}
        chosen = (*chosen, *(layer for layer in losses if known.issuperset(layer.bottoms)))
    missing = _missing(chosen, net)
    if missing and phase is None:
        other = net.of_phase("TRAIN")
        if not _missing(other, net):
            return other
    if missing:
        layer, bottom = missing
        hint = "Is it a net of another phase? load_caffe(path, phase='TRAIN') takes the layers of training."
        where = f"{file}: {layer.where}"
        raise FileError(
            file=file, where=where, expected=f"a layer before it that gives {shown(bottom)}", actual="none", hint=hint
        )
    return chosen


def _missing(layers: Sequence[CaffeLayer], net: CaffeNet) -> tuple[CaffeLayer, str] | None:
    known = {name for name, _ in net.inputs}
    for layer in layers:
        for bottom in layer.bottoms:
            if bottom not in known:
                return layer, bottom
        known.update(layer.tops)
    return None


def _with_weights(layers: Sequence[CaffeLayer], source: CaffeNet) -> list[CaffeLayer]:
    """The layers with the weights that `source` has under their names."""
    stored = {layer.name: layer.blobs for layer in source.layers if layer.blobs}
    return [replace(layer, blobs=stored.get(layer.name, ())) for layer in layers]


def _refuse_unknown(layers: Sequence[CaffeLayer], file: str) -> None:
    strange = [layer for layer in layers if layer.type not in _CONVERTERS and not is_data(layer)]
    if not strange:
        return
    named = ", ".join(f"{shown(layer.name)} ({cut(layer.type[:40])})" for layer in strange[:_AT_LEAST_NAMED])
    more = f" and {len(strange) - _AT_LEAST_NAMED} more" if len(strange) > _AT_LEAST_NAMED else ""
    kinds = [kind for kind in dict.fromkeys(layer.type for layer in strange) if kind in INSTEAD]
    said = "".join(f" In place of {kind}: {INSTEAD[kind]}." for kind in kinds[:2])
    hint = "The types that are known stand in docs/caffe.md. Cut the net before these layers, and add what they do in Python."
    hint += said
    raise FileError(file=file, expected="layers of known types", actual=f"{named}{more}", hint=hint)


def _without_weights(layers: Sequence[CaffeLayer], graph: Graph) -> list[str]:
    with_weights = ("Convolution", "Deconvolution", "Embed", "InnerProduct", "PReLU", "BatchNorm", "Scale", "Bias")
    return [
        layer.name
        for layer in layers
        if layer.type in with_weights
        and not layer.blobs
        and layer.name not in graph.weights
        and len(layer.bottoms) == 1
    ]


class _Walk:
    """Goes through layers in their order; knows what each blob is at the moment, as a later layer may write it again."""

    def __init__(
        self, graph: Graph, layers: Sequence[CaffeLayer], net: CaffeNet, sample_shape: tuple[int, ...] | None
    ) -> None:
        self._graph, self._layers, self._given = graph, layers, sample_shape
        self._blobs: dict[str, Port] = {}
        self._read = set[str]()  # names of blobs that were read since they were written
        self._shared: dict[tuple[str, ...], tuple[CaffeLayer, Port]] = {}
        self._shared_names = set[str]()
        self._single = _read_by_one(layers)
        for name, shape in net.inputs:
            self._blobs[name] = graph.add_input(name, self._first_shape() or shape[1:])

    def run(self) -> None:
        for number, layer in enumerate(self._layers):
            if is_data(layer):
                made = read_data(self._graph, layer, self._first_shape(), self._channels(layer))
            else:
                made = self._converted(number, layer)
            if len(made) < len(layer.tops):
                if layer.type not in LOSSES:
                    raise layer.refusal(f"{len(made)} tops", str(len(layer.tops)))
                made = [
                    *made,
                    *[Port("", 0, (), is_label=True)] * (len(layer.tops) - len(made)),
                ]  # a number of the whole batch
            self._read.update(layer.bottoms)
            for top, port in zip(layer.tops, made, strict=False):
                self._blobs[top] = port
                self._read.discard(top)
        left = [port for top, port in self._blobs.items() if top not in self._read and not port.is_label]
        ends = [*self._graph.ends, *left] or self._graph.measured
        resolved = [end if end.layer in self._graph.losses else self._graph.settled(end) for end in dict.fromkeys(ends)]
        self._graph.ends = list(dict.fromkeys(resolved))

    def _first_shape(self) -> tuple[int, ...] | None:
        """The shape that was given, for the first input; None for those behind it."""
        given, self._given = self._given, None
        return given

    def _channels(self, layer: CaffeLayer) -> int | None:
        return channels_of(self._layers, layer.tops[0]) if layer.tops else None

    def _converted(self, position: int, layer: CaffeLayer) -> list[Port]:
        sources = [self._blobs[bottom] for bottom in layer.bottoms]
        if not sources:
            raise layer.refusal("a bottom", "none")
        if any(source.is_label for source in sources) and layer.type not in (*LOSSES, "Silence"):
            if layer.type not in _OF_LABELS or not all(source.is_label for source in sources):
                raise layer.refusal("labels that losses alone read", f"them in a {layer.type}")
            return [sources[0]] * len(layer.tops)
        if any(layer.shared):
            return self._of_shared(layer, sources)
        follows = position in self._single and layer.type == "Scale"
        return _CONVERTERS[layer.type](self._graph, replace(layer, follows_normalisation=follows), sources)

    def _of_shared(self, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
        """A layer that has its weights in common with one before is another call of that one."""
        first = self._shared.get(layer.shared)
        if first is None:
            if self._shared_names.intersection(layer.shared):
                raise layer.refusal("all of its weights in common with one layer, or none", f"{layer.shared}")
            made = _CONVERTERS[layer.type](self._graph, layer, sources)
            self._shared[layer.shared] = layer, made[0]
            self._shared_names.update(name for name in layer.shared if name)
            return made
        if first[0].type != layer.type or len(sources) != 1:
            raise layer.refusal(
                f"a {first[0].type}, as {shown(first[0].name)} is with whom it shares weights", layer.type
            )
        bare = Graph()
        alone = _CONVERTERS[layer.type](bare, layer, sources)
        if len(bare.layers) == 1:
            return [replace(self._graph.again(first[1], sources), shape=alone[0].shape)]
        if len(alone) != 1:
            raise layer.refusal("one result of a layer with shared weights", str(len(alone)))
        return [replace(self._again(bare, first[1], sources), shape=alone[0].shape)]

    def _again(self, bare: Graph, first: Port, sources: list[Port]) -> Port:
        """The call of a shared layer, with the layers around it (padding, flattening) that it has by itself."""
        source = sources[0]
        for made in bare.layers:
            config = made["config"]
            if config["name"] == first.layer.removesuffix("_crop") or made["class_name"] in (
                "Conv2D",
                "Dense",
                "DepthwiseConv2D",
            ):
                source = self._graph.again(first, [source])
            else:
                settings = {key: value for key, value in config.items() if key != "name"}
                source = self._graph.add(config["name"], made["class_name"], settings, [source], source.shape)
        return source


def _read_by_one(layers: Sequence[CaffeLayer]) -> set[int]:
    """Numbers of layers of one bottom that are the only ones to read what a batch normalisation gave there."""
    writers: dict[str, int] = {}
    readers = Counter[int]()
    reads: dict[int, int] = {}
    for number, layer in enumerate(layers):
        for bottom in layer.bottoms:
            if bottom in writers:
                readers[writers[bottom]] += 1
                reads[number] = writers[bottom]
        for top in layer.tops:
            writers[top] = number
    return {
        number
        for number, before in reads.items()
        if layers[before].type == "BatchNorm" and readers[before] == 1 and len(layers[number].bottoms) == 1
    }
