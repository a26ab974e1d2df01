"""Charts of the outlook: where a month leads, how likely goals are, base rates, and the record so far."""
