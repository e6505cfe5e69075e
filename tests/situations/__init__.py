"""Situations that users of Keras reported, each tried in its other forms: layers, entry points, kinds of data.

`docs/situations.md` lists them with what was tried.
"""
