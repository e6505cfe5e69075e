"""Optimizers from their configs."""

from engine import optimizers


class Own(optimizers.SGD):
    """One of the user's."""


def test_the_name_in_a_config_is_lower_case_afterwards_as_in_keras():
    config = optimizers.serialize(optimizers.Adam(lr=0.25))
    assert optimizers.deserialize(config).get_config() == config["config"]
    assert config["class_name"] == "adam"
    assert optimizers.deserialize(config).get_config() == config["config"]


def test_the_name_of_a_users_class_stays():
    config = optimizers.serialize(Own())
    optimizers.deserialize(config, {"Own": Own})
    assert config["class_name"] == "Own"
