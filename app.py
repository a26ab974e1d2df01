"""The entry: opens the frame and runs the chosen page."""

from enrollment.ui import frame

frame.run()
