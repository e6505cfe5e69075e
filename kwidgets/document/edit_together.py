"""Several commands as one: what a mend did, and settings that code sets at once."""

from __future__ import annotations

from collections.abc import Mapping

from ..refused import Refused
from ..words import scripting as say
from .commands import COMMANDS, Done, Message, Surroundings, carried_out, command, listed
from .draft import Draft
from .edit_nested import directed

# These are made of steps themselves.
_NO_STEPS = {"do_all", "each", "mend", "mend_data"}


def checked_steps(message: Message) -> list[Message]:
    """The commands of several steps. Raises Refused for what is none, and for steps within steps."""
    commands: list[Message] = []
    for step in listed(message, "commands"):
        innermost: object = step
        while isinstance(innermost, Mapping) and innermost.get("do") == "inside":
            innermost = innermost.get("command")
        if not isinstance(step, Mapping) or not isinstance(innermost, Mapping):
            raise Refused(say.STEPS_ARE_COMMANDS)
        name = innermost.get("do")
        if not isinstance(name, str) or name not in COMMANDS or name in _NO_STEPS:
            raise Refused(say.no_step(name))
        commands.append(step)
    if not commands:
        raise Refused(say.STEPS_ARE_COMMANDS)
    return commands


@command("do_all", internal=True)
def do_all(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Several commands as one step of undo {commands, label?, rewired?}; rewired: whether wires or nodes are touched."""
    done = [carried_out(draft, directed(draft, one), around) for one in checked_steps(message)]
    label = message.get("label")
    said = label if isinstance(label, str) else ", ".join(one.label for one in done)
    nodes = [node for one in done for node in one.nodes]
    rewired = message.get("rewired", any(one.rewired for one in done)) is True
    return Done(said, nodes, rewired)


def as_steps(message: Message, around: Surroundings) -> Message:
    """A command as it can be done again without the problems that offered it: a mend by what it does. Raises Refused."""
    name, asked = message.get("do"), {key: str(message.get(key)) for key in ("problem", "mend")}
    if name == "mend":
        label, steps = around.mend_commands(asked["problem"], asked["mend"])
        return {"do": "do_all", "label": label, "commands": list(steps), "rewired": True}
    if name == "mend_data":
        label, steps = around.data_mend_commands(asked["problem"], asked["mend"])
        return {"do": "do_all", "label": label, "commands": list(steps), "rewired": False}
    return message
