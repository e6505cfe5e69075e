"""The graph being edited, without any widget: plain data, commands that change it, undo, checks, texts."""

from .document import Change, Document
from .refused import Refused

__all__ = ["Change", "Document", "Refused"]
