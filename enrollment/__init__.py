"""Cakupan: active participants of BPJAMSOSTEK against the annual goal.

Data take one way through the package, each step a module or a folder:

    delivery -> contract -> snapshot -> fold -> edition -> question -> answer -> figure -> drawing -> page

`docs/architecture.md` shows the same way with one parameter followed through it.
"""
