"""What a notebook can touch: live widgets, each of which leaves a static form behind.

anywidget, ipywidgets and traitlets are imported here and nowhere else.
"""
