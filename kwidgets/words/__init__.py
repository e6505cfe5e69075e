"""All words of the interface that Python says, a file a subject: the twin of `frontend/src/shared/words`.

Constants and functions with named arguments, which give one text; nothing is decided here, and no module of ours is
imported. Another language is a second set of these files with the same names: what a sentence is about comes as
arguments, so that each language has its own order, its plurals and its endings. Errors of the engine keep their texts
with them, and so do those for programmers. A test fails for a sentence that stands anywhere else.
"""
