"""`python -m tests.bench [--rounds N] [--reruns N]`: measure, and print a table of ratios."""

import argparse

from tests.bench import rerun


def main() -> None:
    """Measure everything and print it."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds, at least three")
    arguments.add_argument("--reruns", type=int, default=10, help="reruns of each page in a round")
    chosen = arguments.parse_args()
    ours, naive = rerun.measure(max(chosen.rounds, 3), chosen.reruns)
    print("warm rerun of Progress        ours    naive    ratio   target")
    for name in ("cpu", "wall"):
        mine, other = getattr(ours, name), getattr(naive, name)
        target = f"{rerun.TARGET:8.2f}" if name == "cpu" else ""
        figures = f"{mine * 1000:8.1f} {other * 1000:8.1f} {mine / other:8.2f} {target}"
        print(f"  {name:4} ms a rerun        {figures}")


if __name__ == "__main__":
    main()
