"""The yardstick: the same pages with every question asked and every figure drawn anew on each rerun.

Run by plain `streamlit run`. The edition is opened once, as anybody would; nothing else is remembered.
"""

from inspect import unwrap

from enrollment.ui import ask, card, charts, frame, progress

for module, functions in {
    ask: ("_asked", "_outlook", "_default_month", "_published"),
    card: ("described",),
    charts: ("_drawn", "_config"),
    progress: ("names",),
    frame: ("_style",),
}.items():
    for name in functions:
        setattr(module, name, unwrap(getattr(module, name)))

frame.run()
