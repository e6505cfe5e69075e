"""Thin wires between the browser and the rest: state goes out as traits, gestures come in as messages.

The only folder that knows ipywidgets and anywidget.
"""
