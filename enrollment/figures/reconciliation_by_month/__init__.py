"""Charts of the monthly reconciliation: the ledger of a roster, its programmes, and its months."""
