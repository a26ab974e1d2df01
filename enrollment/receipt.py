"""The receipt: what came of one delivered file, and how it is told."""

from dataclasses import dataclass
from typing import Any

from enrollment.contract import Fault, Note, Reading
from enrollment.language import Language
from enrollment.months import month_text

KEPT = ("accepted", "noted", "quarantined", "unchanged")
"""Verdicts after which a delivery is in the store."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one delivered file; rows = accepted + quarantined + refused.

    `faults` holds what only the store could see, beside those of the reading.
    """

    reading: Reading
    verdict: str
    reasons: tuple[Note, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def kept(self) -> bool:
        return self.verdict in KEPT

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        return (*self.faults, *self.reading.faults)

    def entered(self) -> dict[str, str | int | None]:
        """What the access log says of it."""
        reading = self.reading
        return {
            "verdict": self.verdict,
            "kind": reading.kind,
            "delivery": reading.sha256[:10],
            "month": " ".join(month_text(month) for month in reading.months),
            "source": " ".join(reading.sources),
            "rows": reading.rows_in,
        }

    def document(self, language: Language) -> dict[str, Any]:
        """The receipt as `load --json` prints it."""
        reading = self.reading
        quarantined = reading.faulty_rows if self.verdict == "quarantined" else 0
        accepted = reading.rows_in - quarantined if self.kept else 0
        counts = dict(reading.fault_counts)
        for fault in self.faults:
            counts[fault.rule] = counts.get(fault.rule, 0) + 1
        return {
            "file": reading.file,
            "kind": reading.kind,
            "months": [month_text(month) for month in reading.months],
            "sources": list(reading.sources),
            "verdict": self.verdict,
            "rows": reading.rows_in,
            "accepted": accepted,
            "quarantined": quarantined,
            "refused": reading.rows_in - accepted - quarantined,
            "faults": [
                {
                    "row": fault.row,
                    "column": fault.column,
                    "value": fault.value,
                    "rule": fault.rule,
                    "message": fault.message(language, reading.file),
                }
                for fault in self.all_faults
            ],
            "fault_counts": counts,
            "notes": [note.message(language, reading.file) for note in (*reading.notes, *self.reasons)],
            "sha256": reading.sha256,
        }
