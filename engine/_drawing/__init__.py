"""Pictures of graphs from plain boxes and arrows: layout, SVG, PNG, PDF, DOT. Needs no `dot` program.

`layout` places boxes, `svg` draws them as text, `picture` as PNG or PDF, `model_boxes` reads them from a model.
"""
