"""Where a month leads: what was counted, the median and its ranges, a scenario, the goal, a prognosis."""

from enrollment.figures.outlook.path.chart import outlook_path

__all__ = ["outlook_path"]
