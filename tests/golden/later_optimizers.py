"""Optimizers and learning rates of tf.keras and Keras 3: settings by their names there, and the steps that are compared."""

import numpy as np

_RATE = {"learning_rate": 0.1}
OPTIMIZERS = {
    "adamw": ("AdamW", {**_RATE, "weight_decay": 0.1}),
    "lion": ("Lion", _RATE),
    "lion_decayed": ("Lion", {**_RATE, "weight_decay": 0.2}),
    "ftrl": ("Ftrl", {**_RATE, "l1_regularization_strength": 0.05, "l2_regularization_strength": 0.01}),
    "ftrl_shrinking": ("Ftrl", {**_RATE, "l2_shrinkage_regularization_strength": 0.1, "beta": 0.2}),
    "adafactor": ("Adafactor", {"learning_rate": 0.1, "weight_decay": 0.1}),
    "adafactor_with_settings": (
        "Adafactor",
        {
            **_RATE,
            "beta_2_decay": -0.5,
            "epsilon_1": 1e-3,
            "epsilon_2": 2.0,
            "clip_threshold": 0.5,
            "relative_step": False,
        },
    ),
    "adafactor_of_a_vector": ("Adafactor", _RATE),
    "adafactor_of_volumes": ("Adafactor", {"learning_rate": 0.9}),
    "adafactor_of_one_column": ("Adafactor", _RATE),
    "adafactor_of_one_row": ("Adafactor", _RATE),
    "adam_of_a_scaled_loss": (
        "LossScaleOptimizer",
        {
            "inner_optimizer": {"class_name": "Adam", "config": _RATE},
            "initial_scale": 8.0,
            "dynamic_growth_steps": 2,
        },
    ),
    "adam_decayed": ("Adam", {**_RATE, "weight_decay": 0.1}),
    "sgd_of_limited_length": ("SGD", {**_RATE, "momentum": 0.9, "global_clipnorm": 0.5}),
    "sgd_with_means": (
        "SGD",
        {**_RATE, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2},
    ),
    "sgd_of_two_batches": ("SGD", {**_RATE, "momentum": 0.9, "gradient_accumulation_steps": 2}),
    "adam_by_a_schedule": (
        "Adam",
        {
            "learning_rate": {
                "class_name": "ExponentialDecay",
                "config": {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5},
            }
        },
    ),
}
SCHEDULES = {
    "exponential": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "decay_rate": 0.7}),
    "exponential_stairs": (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 30, "decay_rate": 0.7, "staircase": True},
    ),
    "inverse_time": ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 30, "decay_rate": 0.7}),
    "inverse_time_stairs": (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 30, "decay_rate": 0.7, "staircase": True},
    ),
    "piecewise": ("PiecewiseConstantDecay", {"boundaries": [20, 50], "values": [0.3, 0.2, 0.1]}),
    "polynomial": (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 60, "end_learning_rate": 0.01, "power": 2.0},
    ),
    "polynomial_again": (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 40, "end_learning_rate": 0.01, "cycle": True},
    ),
    "cosine": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 60, "alpha": 0.1}),
    "cosine_after_a_rise": (
        "CosineDecay",
        {"initial_learning_rate": 0.01, "decay_steps": 60, "warmup_target": 0.2, "warmup_steps": 20},
    ),
    "cosine_restarts": ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 15, "m_mul": 0.8}),
    "cosine_restarts_equal": (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 15, "t_mul": 1.0, "alpha": 0.2},
    ),
}
# Weights of another shape than four rows of three.
SHAPES = {
    "adafactor_of_a_vector": (5,),
    "adafactor_of_volumes": (2, 3, 4),
    "adafactor_of_one_column": (6, 1),
    "adafactor_of_one_row": (1, 6),
}
# Those whose gradients come multiplied by the scale of the loss, and the update whose gradient is infinite.
SCALED = {"adam_of_a_scaled_loss": 2}
STEPS = range(101)
UPDATES = 6


def weight(key):
    """The weight that an optimizer of OPTIMIZERS updates."""
    return np.random.default_rng(1).normal(size=SHAPES.get(key, (4, 3)))


def gradient(key, step):
    """Its gradient at a step, not multiplied by a scale."""
    values = np.random.default_rng(10 + step).normal(size=SHAPES.get(key, (4, 3)))
    return np.full_like(values, np.inf) if SCALED.get(key) == step else values
