"""Configs of models that no machine can hold: refused with their size; on the canvas the card says it."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, in_every_form, layer, stack

KIND = "size"
TOO_LARGE = {
    "units of 1e18": stack(layer("Dense", units=10**18)),
    "units of 2^63": stack(layer("Dense", units=2**63)),
    "units of 2^64": stack(layer("Dense", units=2**64)),
    "units of 10^300": stack(layer("Dense", units=10**300)),
    "weights of 4 TB": stack(layer("Dense", (10**6,), units=10**6)),
    "300 layers of 1 GB": stack(layer("Dense", (16384,), units=16384), *[layer("Dense", None, units=16384)] * 299),
    "40 TB of embedding": stack(layer("Embedding", (4,), dtype="int32", input_dim=10**10, output_dim=1000)),
    "embedding of 2^62 words": stack(layer("Embedding", (4,), dtype="int64", input_dim=2**62, output_dim=8)),
    "a product beyond 64 bits": stack(layer("Flatten", (2**32,) * 4)),
    "a product of a thousand digits": stack(layer("Flatten", (10**60,) * 16)),
    "kernels of 10^18": stack(layer("Conv2D", (8, 8, 3), filters=10**6, kernel_size=[10**6, 10**6], padding="same")),
    "filters of 10^17": stack(layer("Conv2D", (8, 8, 3), filters=10**17, kernel_size=3)),
    "an LSTM of 10^7": stack(layer("LSTM", (8, 8), units=10**7)),
    "a GRU of 10^12": stack(layer("GRU", (8, 8), units=10**12)),
    "a bidirectional LSTM of 10^8": stack(
        layer("Bidirectional", (8, 8), layer={"class_name": "LSTM", "config": {"units": 10**8}})
    ),
    "a distributed layer of 10^14": stack(
        layer("TimeDistributed", (8, 8), layer={"class_name": "Dense", "config": {"units": 10**14}})
    ),
    "a ConvLSTM of 10^9": stack(layer("ConvLSTM2D", (4, 8, 8, 3), filters=10**9, kernel_size=3)),
    "local weights of 10^14": stack(layer("LocallyConnected1D", (10**7, 3), filters=10**7, kernel_size=3)),
    "repeated 10^15 times": stack(layer("RepeatVector", n=10**15)),
    "padding of 10^18": stack(layer("ZeroPadding1D", (1, 1), padding=10**18)),
    "pixels times 10^18": stack(layer("UpSampling2D", (8, 8, 3), size=[10**9, 10**9])),
    "a sample of 10^14": stack(layer("UpSampling1D", (10**6, 1), size=10**8)),
    "a pooled sample of 10^13": stack(layer("MaxPooling1D", (10**13, 1), pool_size=2)),
    "alpha of 10^13": stack(layer("PReLU", (10**7, 10**6))),
    "normalisation of 10^14": stack(layer("BatchNormalization", (10**14,))),
    "a nested model of 4 TB": stack(stack(layer("Dense", (10**6,), units=10**6))),
    "rank 64": stack(layer("Flatten", (1,) * 64)),
    "rank 63": stack(layer("Flatten", (1,) * 63)),
    "rank 1000": stack(layer("Flatten", (1,) * 1000)),
}
LARGE_ENOUGH = {
    "a sample of 32 MB": stack(layer("Flatten", (2**23,)), ),
    "weights of 40 MB": stack(layer("Dense", (10**4,), units=1000)),
    "thirty axes": stack(layer("Flatten", (1,) * 30)),
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Every config in every form."""
    for name, config in TOO_LARGE.items():
        # A card says what is too large, so the canvas can be mended; a shape that no canvas shows is refused.
        yield from in_every_form(name, KIND, config, builder="refused" if "rank" in name else "read")
    for name, config in LARGE_ENOUGH.items():
        yield from in_every_form(name, KIND, config, "read", builder="read")
