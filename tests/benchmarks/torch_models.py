"""The workloads in plain PyTorch, as its own tutorials would write them: channels first, logits, its own optimizers.

`steps(key, kind, x, y, batch)` gives the first batch alone, and the step (or pass) that is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .picture_nets import PICTURES
from .torch_picture_nets import NETS


class LastStep(nn.Module):
    """The output of a recurrent layer's last step."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)[0][:, -1]


class Ngrams(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.window = nn.Embedding(5000, 50), nn.Conv1d(50, 250, 3)
        self.hidden, self.output = nn.Linear(250, 250), nn.Linear(250, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.dropout(self.words(x), 0.2, self.training).transpose(1, 2)
        x = F.relu(self.window(x)).amax(2)
        return self.output(F.relu(F.dropout(self.hidden(x), 0.2, self.training)))


class News(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.memory = nn.Embedding(10000, 512), LastStep(nn.LSTM(512, 32, batch_first=True))
        self.early = nn.Linear(32, 1)
        sizes = (37, 64, 64, 64)
        hidden = [part for a, b in zip(sizes, sizes[1:], strict=False) for part in (nn.Linear(a, b), nn.ReLU())]
        self.main = nn.Sequential(*hidden, nn.Linear(64, 1))

    def forward(self, words: torch.Tensor, extra: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        memory = self.memory(self.words(words))
        return self.main(torch.cat([memory, extra], 1)), self.early(memory)


class Block(nn.Module):
    """A residual block of ResNet-20."""

    def __init__(self, channels: int, filters: int, strides: int) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(channels, filters, 3, strides, 1), nn.Conv2d(filters, filters, 3, 1, 1)
        self.norms = nn.ModuleList([nn.BatchNorm2d(filters), nn.BatchNorm2d(filters)])
        self.shortcut = nn.Conv2d(channels, filters, 1, strides) if strides > 1 else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.norms[0](self.first(x)))
        return F.relu(self.norms[1](self.second(y)) + self.shortcut(x))


def _dense() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 10))


def _mnist_cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(),
        nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    )  # fmt: skip


def _cifar_cnn() -> nn.Module:
    parts: list[nn.Module] = []
    channels = 3
    for filters, padding, last in ((32, 1, False), (32, 0, True), (64, 1, False), (64, 0, True)):
        parts += [nn.Conv2d(channels, filters, 3, padding=padding), nn.BatchNorm2d(filters), nn.ReLU()]
        parts += [nn.MaxPool2d(2)] if last else []
        channels = filters
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(2304, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, 10))


def _text(layer: type[nn.Module]) -> nn.Module:
    return nn.Sequential(nn.Embedding(20000, 128), LastStep(layer(128, 128, batch_first=True)), nn.Linear(128, 1))


def _vgg16() -> nn.Module:
    parts: list[nn.Module] = []
    channels = 3
    for count, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            parts += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        parts.append(nn.MaxPool2d(2))
    parts += [nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    return nn.Sequential(*parts, nn.Softmax(-1))


def _resnet20() -> nn.Module:
    parts: list[nn.Module] = [nn.Conv2d(3, 16, 3, 1, 1), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            parts.append(Block(channels, filters, 2 if stage and not block else 1))
            channels = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def _deep() -> nn.Module:
    hidden = [part for _ in range(100) for part in (nn.Linear(64, 64), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(64, 10))


def _news_loss(outputs: Any, y: Any) -> torch.Tensor:
    loss = F.binary_cross_entropy_with_logits
    return loss(outputs[0], y[0]) + 0.2 * loss(outputs[1], y[1])


def _classes(outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(outputs, y)


def _loss_of(key: str) -> Callable[[Any, Any], torch.Tensor]:
    return F.binary_cross_entropy_with_logits if key.startswith("unet") else _classes


def _rmsprop(parameters: Any) -> Any:
    return torch.optim.RMSprop(parameters, 0.001, alpha=0.9)


_Setting = tuple[Callable[[], nn.Module], Callable[[Any], Any], Callable[[Any, Any], torch.Tensor]]
MODELS: dict[str, _Setting] = {
    "a": (lambda: nn.Linear(1, 1), lambda p: torch.optim.SGD(p, 0.01), F.mse_loss),
    "b": (_dense, _rmsprop, _classes),
    "c": (_dense, _rmsprop, _classes),
    "d": (_mnist_cnn, torch.optim.Adadelta, _classes),
    "e": (_cifar_cnn, _rmsprop, _classes),
    "f": (lambda: _text(nn.LSTM), torch.optim.Adam, F.binary_cross_entropy_with_logits),
    "g": (News, _rmsprop, _news_loss),
    "h": (lambda: _text(nn.GRU), torch.optim.Adam, F.binary_cross_entropy_with_logits),
    "i": (Ngrams, torch.optim.Adam, F.binary_cross_entropy_with_logits),
    "j1": (_vgg16, _rmsprop, _classes),
    "j8": (_vgg16, _rmsprop, _classes),
    "k": (_resnet20, torch.optim.Adam, _classes),
    "l": (_deep, lambda p: torch.optim.SGD(p, 0.01), _classes),
    **{f"n{n}": (_dense, _rmsprop, _classes) for n in (1, 8, 64, 512)},
    "m1": (lambda: nn.Sequential(_dense(), nn.Softmax(-1)), _rmsprop, _classes),
    "m2": (_mnist_cnn, _rmsprop, _classes),
    **{key: (make, torch.optim.Adam, _loss_of(key)) for key, make in NETS.items()},
    **{f"cifar{n}": (_cifar_cnn, _rmsprop, _classes) for n in (1, 8, 64)},
}


def _tensor(array: Any) -> Any:
    if isinstance(array, list):
        return [_tensor(a) for a in array]
    if array.ndim > 2:
        array = np.moveaxis(array, -1, 1)
    return torch.from_numpy(np.ascontiguousarray(array))


def _on(tensors: Any, device: str) -> Any:
    if isinstance(tensors, list):
        return [_on(one, device) for one in tensors]
    return None if tensors is None else tensors.to(device)


def _target(y: Any) -> Any:
    if isinstance(y, np.ndarray) and y.ndim == 2 and y.shape[1] == 10:
        y = y.argmax(1)
    return _tensor(y)


def steps(
    key: str, kind: str, x: Any, y: Any, batch: int, device: str = "cpu", compiled: bool = False
) -> tuple[Callable[[], object], Callable[[], tuple[int, float]]]:
    """The first training batch, and a function that runs once and gives (batches, last loss).

    Args:
        key: of the workload.
        kind: of the workload.
        x: its inputs.
        y: its targets.
        batch: samples of a step.
        device: where it computes; data lie there from the beginning.
        compiled: whether the model is one that `torch.compile` gives.
    """
    torch.manual_seed(0)
    make, make_optimizer, loss_of = MODELS[key]
    model = make()
    last = key in PICTURES and x.ndim == 4
    for parameter in model.parameters():
        if parameter.ndim > 1:
            nn.init.xavier_uniform_(parameter)
    inputs, targets = _tensor(x), None if y is None else _target(y)
    if last:
        model, inputs = model.to(memory_format=torch.channels_last), inputs.to(memory_format=torch.channels_last)
    model, inputs, targets = model.to(device), _on(inputs, device), _on(targets, device)
    optimizer = make_optimizer(list(model.parameters()))
    if compiled:
        model.compile()

    def update(one: Any, two: Any) -> float:
        optimizer.zero_grad()
        loss = loss_of(model(*one) if isinstance(one, list) else model(one), two)
        loss.backward()
        optimizer.step()
        return loss.item()

    def predict() -> tuple[int, float]:
        with torch.inference_mode():
            model(inputs).cpu().numpy()
        return 1, 0.0

    def evaluate() -> tuple[int, float]:
        total = right = 0.0
        with torch.inference_mode():
            for start in range(0, len(inputs), batch):
                part = targets[start : start + batch]
                outputs = model(inputs[start : start + batch])
                total += F.cross_entropy(outputs, part).item() * len(part)
                right += (outputs.argmax(1) == part).sum().item()
        return 1, total / len(inputs)

    def fit() -> tuple[int, float]:
        order, loss = torch.randperm(len(inputs), device=device), 0.0
        starts = range(0, len(inputs), batch)
        for start in starts:
            picked = order[start : start + batch]
            loss = update(inputs[picked], targets[picked])
        return len(starts), loss

    if kind == "train":
        step = lambda: (1, update(inputs, targets))
        return step, step
    model.train(kind == "fit")
    step = {"fit": fit, "predict": predict, "evaluate": evaluate}[kind]
    return (lambda: update(inputs[:batch], targets[:batch])) if kind == "fit" else step, step
