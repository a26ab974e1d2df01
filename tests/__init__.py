"""The tests, a package, so that no installed package that ships `tests` of its own takes their place."""
