"""The networks of `picture_nets` in plain PyTorch, with channels last in memory, which is its fastest way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from .picture_nets import MOBILE_BLOCKS, SIZES, UNET_FILTERS


def _normalised(convolution: nn.Module, filters: int) -> list[nn.Module]:
    return [convolution, nn.BatchNorm2d(filters), nn.ReLU()]


def _mobile_net() -> nn.Module:
    parts = _normalised(nn.Conv2d(3, 32, 3, 2, 1, bias=False), 32)
    channels = 32
    for filters, strides in MOBILE_BLOCKS:
        parts += _normalised(nn.Conv2d(channels, channels, 3, strides, 1, groups=channels, bias=False), channels)
        parts += _normalised(nn.Conv2d(channels, filters, 1, bias=False), filters)
        channels = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def _level(channels: int, filters: int) -> nn.Module:
    first, second = nn.Conv2d(channels, filters, 3, padding=1), nn.Conv2d(filters, filters, 3, padding=1)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU())


class UNet(nn.Module):
    """As `picture_nets.u_net`; gives logits."""

    def __init__(self) -> None:
        super().__init__()
        sizes = (3, *UNET_FILTERS)
        self.down = nn.ModuleList([_level(a, b) for a, b in zip(sizes, sizes[1:], strict=False)])
        self.middle = _level(sizes[-1], 128)
        wide = (128, *reversed(UNET_FILTERS))
        self.up = nn.ModuleList([nn.ConvTranspose2d(a, b, 2, 2) for a, b in zip(wide, wide[1:], strict=False)])
        self.joined = nn.ModuleList([_level(2 * b, b) for b in wide[1:]])
        self.last = nn.Conv2d(wide[-1], 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        across: list[torch.Tensor] = []
        for level in self.down:
            across.append(level(x))
            x = nn.functional.max_pool2d(across[-1], 2)
        x = self.middle(x)
        for up, level in zip(self.up, self.joined, strict=True):
            x = level(torch.cat([up(x), across.pop()], 1))
        return self.last(x)


def _series_net() -> nn.Module:
    parts: list[nn.Module] = []
    channels = 8
    for filters in (64, 64, 128):
        parts += [nn.Conv1d(channels, filters, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2)]
        channels = filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(channels, 10))


def _levels(
    channels: int, convolution: Callable[..., nn.Module], last: Sequence[nn.Module], pool: nn.Module
) -> nn.Module:
    parts: list[nn.Module] = []
    for filters in (16, 32, 64):
        for _ in range(2):
            parts += [convolution(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        parts.append(pool)
    return nn.Sequential(*parts, *last, nn.Flatten(), nn.Linear(64, 10))


def _volume_net() -> nn.Module:
    return _levels(1, nn.Conv3d, [nn.AdaptiveAvgPool3d(1)], nn.MaxPool3d(2))


def _picture_net() -> nn.Module:
    return _levels(3, nn.Conv2d, [nn.AdaptiveAvgPool2d(1)], nn.MaxPool2d(2))


NETS: dict[str, Callable[[], nn.Module]] = {
    "mobile1": _mobile_net, "mobile8": _mobile_net, "mobilet": _mobile_net, "unet1": UNet, "unet8": UNet,
    "series": _series_net, "volumes": _volume_net, **{f"size{n}": _picture_net for n in SIZES},
}  # fmt: skip
