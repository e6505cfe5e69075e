"""Saliency, Grad-CAM and occlusion by PyTorch in float64, which `python tests/golden/explaining.py` writes into explaining.npz.

Two small networks, one of pictures and one of words, with weights that both sides have from here, in Keras's layout.
"""

from pathlib import Path

import numpy as np

RNG = np.random.default_rng(22)
SAMPLES, CLASSES, WORDS, WINDOW = 5, 3, 11, 3


def drawn(*shape):
    """Weights that float32 holds exactly, so that both sides have the same."""
    return (RNG.normal(size=shape) * 0.4).astype(np.float32)


PICTURES = drawn(SAMPLES, 8, 7, 2)
TEXTS = RNG.integers(0, WORDS, (SAMPLES, 9))
OF = RNG.integers(0, CLASSES, SAMPLES)
OF_PICTURES = {
    "first": [drawn(3, 3, 2, 4), drawn(4)],
    "second": [drawn(3, 3, 4, 6), drawn(6)],
    "classes": [drawn(6 * 4 * 3, CLASSES), drawn(CLASSES)],
}
OF_TEXTS = {
    "words": [drawn(WORDS, 4)],
    "steps": [drawn(3, 4, 5), drawn(5)],
    "classes": [drawn(5, CLASSES), drawn(CLASSES)],
}


def main():
    """Write what PyTorch computes of these networks."""
    import torch
    from torch.nn import functional

    def wide(array):
        return torch.tensor(np.asarray(array, np.float64))

    def pictures(x):
        """Scores of x (N, C, H, W), and the maps of both convolutions."""
        kernel, bias = OF_PICTURES["first"]
        first = functional.relu(functional.conv2d(x, wide(kernel.transpose(3, 2, 0, 1)), wide(bias), padding=1))
        kernel, bias = OF_PICTURES["second"]
        pooled = functional.max_pool2d(first, 2)
        second = functional.relu(functional.conv2d(pooled, wide(kernel.transpose(3, 2, 0, 1)), wide(bias), padding=1))
        kernel, bias = OF_PICTURES["classes"]
        flat = second.permute(0, 2, 3, 1).reshape(len(x), -1)
        return functional.softmax(flat @ wide(kernel) + wide(bias), 1), {"first": first, "second": second}

    def texts(rows):
        """Scores of embedded words (N, T, U), and the steps of the convolution."""
        kernel, bias = OF_TEXTS["steps"]
        steps = functional.relu(
            functional.conv1d(rows.transpose(1, 2), wide(kernel.transpose(2, 1, 0)), wide(bias), padding=1)
        )
        kernel, bias = OF_TEXTS["classes"]
        return functional.softmax(steps.amax(2) @ wide(kernel) + wide(bias), 1), {"steps": steps}

    made = {}
    for name, forward, x in (
        ("pictures", pictures, wide(PICTURES.transpose(0, 3, 1, 2))),
        ("texts", texts, wide(OF_TEXTS["words"][0])[torch.tensor(TEXTS)]),
    ):
        x.requires_grad_(True)
        scores, maps = forward(x)
        asked = scores[torch.arange(SAMPLES), torch.tensor(OF)]
        slopes = torch.autograd.grad(asked.sum(), [x, *maps.values()])
        slope = slopes[0].detach().numpy()
        # Of a picture the size of each number's slope; of a word the norm over its row.
        made[f"{name}_saliency"] = (
            np.abs(slope).transpose(0, 2, 3, 1) if slope.ndim == 4 else np.linalg.norm(slope, axis=2)
        )
        for (layer, values), gradient in zip(maps.items(), slopes[1:], strict=True):
            axes = tuple(range(2, gradient.ndim))
            weighed = (gradient.mean(axes, keepdim=True) * values).sum(1)
            made[f"{name}_grad_cam_{layer}"] = functional.relu(weighed).detach().numpy()
    whole = asked_of(pictures, PICTURES, wide)
    falls = np.empty((SAMPLES, 8 // WINDOW, 7 // WINDOW))
    for i, j in np.ndindex(*falls.shape[1:]):
        covered = PICTURES.copy()
        covered[:, i * WINDOW : (i + 1) * WINDOW, j * WINDOW : (j + 1) * WINDOW] = 0
        falls[:, i, j] = whole - asked_of(pictures, covered, wide)
    made["pictures_occlusion"] = falls
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **made)


def asked_of(forward, x, wide):
    """The scores of the classes that are asked about."""
    scores, _ = forward(wide(x.transpose(0, 3, 1, 2)))
    return scores.detach().numpy()[np.arange(SAMPLES), OF]


if __name__ == "__main__":
    main()
