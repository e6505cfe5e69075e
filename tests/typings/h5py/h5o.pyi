"""Objects of a file by their addresses."""

class ObjInfo:
    addr: int

def get_info(loc: object, name: bytes | None = None) -> ObjInfo: ...
