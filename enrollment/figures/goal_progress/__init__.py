"""The way to a goal: what was counted, the straight path, and where the forecast leads."""

from enrollment.figures.goal_progress.chart import goal_progress

__all__ = ["goal_progress"]
