"""The graph being edited, without any widget: plain data, commands that change it, undo, checks, texts."""

from ..refused import Refused
from .commands import Change
from .document import Document

__all__ = ["Change", "Document", "Refused"]
