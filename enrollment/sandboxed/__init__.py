"""What runs inside the sandbox: a process of its own that knows DuckDB and nothing of the package.

`enrollment.sandbox` starts it, hands it statements and ends it. It holds copies of the permitted tables
in memory, and after these are made it can open no file, write none and reach no network.
"""
