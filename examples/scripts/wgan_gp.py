"""A Wasserstein GAN with gradient penalty (Gulrajani et al., 2017) learns to draw points on a ring.

    python examples/scripts/wgan_gp.py

The loss of the critic holds a gradient: the slope of its score along points between true and made ones should be 1. So
what trains it are gradients of a gradient.
"""

from functools import partial

import numpy as np

from engine import backend as K
from engine.layers import Dense, Input, LeakyReLU
from engine.layers.merge import _Merge
from engine.models import Model, Sequential
from engine.optimizers import Adam

BATCH, NOISE, RADIUS = 64, 4, 2.0


class RandomMixture(_Merge):
    """Points somewhere between true and made ones."""

    def _merge_function(self, inputs):
        share = K.random_uniform((BATCH, 1))
        return share * inputs[0] + (1 - share) * inputs[1]


def wasserstein(y_true, y_pred):
    """The mean score, with the sign of the target."""
    return K.mean(y_true * y_pred)


def gradient_penalty(y_true, y_pred, points):
    """How far the score's slopes at `points` are from 1."""
    slopes = K.gradients(y_pred, points)[0]
    return K.mean(K.square(K.sqrt(K.sum(K.square(slopes), axis=1)) - 1))


def on_ring(rng):
    """True points."""
    angle = rng.uniform(0, 2 * np.pi, (BATCH, 1))
    return RADIUS * np.hstack([np.cos(angle), np.sin(angle)]) + 0.05 * rng.normal(size=(BATCH, 2))


np.random.seed(1)
rng = np.random.default_rng(1)
generator = Sequential([Dense(64, activation="relu", input_dim=NOISE), Dense(64, activation="relu"), Dense(2)])
critic = Sequential([Dense(64, input_dim=2), LeakyReLU(0.2), Dense(64), LeakyReLU(0.2), Dense(1)])

generator.trainable = False
true, noise = Input((2,)), Input((NOISE,))
made = generator(noise)
points = RandomMixture()([true, made])
penalty = partial(gradient_penalty, points=points)
penalty.__name__ = "gradient_penalty"
critic_model = Model([true, noise], [critic(true), critic(made), critic(points)])
critic_model.compile(Adam(1e-3, beta_1=0.5, beta_2=0.9), [wasserstein, wasserstein, penalty])

generator.trainable, critic.trainable = True, False
noise = Input((NOISE,))
generator_model = Model(noise, critic(generator(noise)))
generator_model.compile(Adam(1e-3, beta_1=0.5, beta_2=0.9), wasserstein)
critic.trainable = True

ones = np.ones((BATCH, 1))
for step in range(1200):
    for _ in range(4):
        _, of_true, of_made, slopes = critic_model.train_on_batch(
            [on_ring(rng), rng.normal(size=(BATCH, NOISE))], [-ones, ones, ones]
        )
    generator_model.train_on_batch(rng.normal(size=(BATCH, NOISE)), -ones)
    if step % 200 == 0:
        print(f"step {step}: distance of true and made points {-of_true - of_made:.3f}, penalty {slopes:.3f}")

drawn = generator.predict(rng.normal(size=(500, NOISE)))
radius = np.sqrt((drawn**2).sum(axis=1))
print(f"mean distance from the ring: {np.abs(radius - RADIUS).mean():.3f} of radius {RADIUS}")
