"""Files as they come from outside, good ones and broken ones of every class, each with its answer.

The same trouble is met as CSV, compressed CSV, spreadsheet and Parquet; what a form alone can have is
made by hand.
"""

from tests.contract.bad_input import around, columnar, rows, spreadsheets, texts
from tests.contract.bad_input.bombs import BOMBS
from tests.contract.bad_input.case import Case

__all__ = ["BOMBS", "Case", "cases"]


def cases() -> tuple[Case, ...]:
    """All of them; titles are unique."""
    makers = (
        *(rows.cells, rows.rows, texts.headers, texts.texts, spreadsheets.spreadsheets),
        *(columnar.columnar, around.disguises, around.names, around.others),
    )
    made = tuple(case for maker in makers for case in maker())
    assert len({case.title for case in made}) == len(made)
    return made
