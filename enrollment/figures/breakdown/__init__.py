"""One measure over the parts of a dimension: ranked, on a grid of tiles, and on a map."""
