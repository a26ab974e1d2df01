"""The dashboard's Progress page beside the same page built with its peers; run by `make bench-peers`."""
