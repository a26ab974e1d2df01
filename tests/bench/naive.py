"""The yardstick: the same pages with every question asked and every figure drawn anew on each rerun.

Run by plain `streamlit run`. The edition is opened once, as anybody would; nothing else is remembered.
"""

from enrollment.ui import ask, card, frame, names

for module, functions in {
    ask: ("ask", "_default_month", "_published"),
    card: ("described", "_drawn", "_config", "ask"),
    names: ("names", "ask"),
    frame: ("_style",),
}.items():
    for name in functions:
        remembered = getattr(module, name)
        setattr(module, name, getattr(remembered, "__wrapped__", remembered))

frame.run()
