"""Headers, and the text of a file as a whole."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.contract.bad_input.case import Case, bad, good
from tests.contract.tables import FORMS, KINDS, MEMBERS, ROSTER, SUFFIX, TOTALS, Rows, bytes_of, text_of


def headers() -> Iterator[Case]:
    for table, column in ((TOTALS, "aktif"), (MEMBERS, "program"), (ROSTER, "tgl_lahir")):
        for form in FORMS:
            row = None if form == "parquet" else 1
            name = f"kiriman{SUFFIX[form]}"
            count = len(table.rows)

            def case(title: str, changed: Rows, *rules: str, form: str = form, **more: Any) -> Case:
                place = more.pop("row")
                return bad(
                    f"{changed.kind} as {form}: {title}",
                    bytes_of(changed, form),
                    *((rule, place) for rule in rules),
                    **more,
                )

            more: dict[str, Any] = {"row": row, "name": name, "rows": count if form == "csv" else None}
            yield case(
                "column renamed",
                table.renamed(column, column + "x"),
                "unknown_column",
                "missing_column",
                **more,
            )
            yield case("column missing", table.without(column), "missing_column", **more)
            if form != "gz":
                yield case("column nobody knows", table.added("catatan", "x"), "unknown_column", **more)
                repeated = table.added(column.upper(), "x")
                yield case("column twice", repeated, "duplicate_column", **more)
    for table in KINDS:
        text = text_of(table)
        first, rest = text.split("\n", 1)
        kind = table.kind
        count = len(table.rows)
        yield bad(f"{kind}: no header", rest, ("header_missing", 1), rows=None)
        yield bad(f"{kind}: title above the header", "Data Agustus\n" + text, ("title_above_header", 2))
        groups = "wilayah" + "," * (len(table.header) - 2) + "peserta\n"
        yield bad(f"{kind}: header in two rows", groups + text, ("header_in_two_rows", 2))
        yield bad(f"{kind}: header only", first + "\n", ("no_rows", None), rows=0)
        yield bad(
            f"{kind}: column without a name",
            text_of(table.added("", "")),
            ("unnamed_column", 1),
            rows=count,
        )
    swapped = replace(TOTALS, header=(*TOTALS.header[:2], *reversed(TOTALS.header[2:4]), *TOTALS.header[4:]))
    found = [(rule, row) for row in range(2, 7) for rule in ("unknown_segment", "unknown_province")]
    yield bad("totals: names of two columns swapped", text_of(swapped), *found, rows=5)


def texts() -> Iterator[Case]:
    for table in KINDS:
        text, kind, count = text_of(table), table.kind, len(table.rows)
        lines = text.split("\n")
        yield bad(
            f"{kind}: Windows-1252",
            text.replace("ID-JB", "ID-JÉ", 1).encode("cp1252"),
            ("not_utf8", 4) if kind != "roster" else ("not_utf8", 2),
        )
        yield bad(f"{kind}: invalid byte", text.encode().replace(b"ID-JB", b"ID-\xff", 1), ("not_utf8", 4))
        yield bad(f"{kind}: UTF-16 without mark", text.encode("utf-16-le"), ("utf16_without_bom", None))
        yield bad(f"{kind}: UTF-32", text.encode("utf-32"), ("utf32", None))
        nul = text.replace("ID-JB", "ID\x00JB", 1)
        yield bad(f"{kind}: NUL in a cell", nul, ("control_character", 4), rows=count)
        yield bad(
            f"{kind}: quote not closed",
            "\n".join([*lines[:3], '"' + lines[3], *lines[4:]]),
            ("open_quote", 4),
        )
        swallowing = "\n".join([*lines[:2], lines[2].rsplit(",", 1)[0] + ',"', lines[3] + '"', *lines[4:]])
        yield bad(f"{kind}: quote closed a row later", swallowing, ("open_quote", 3))
        yield bad(f"{kind}: huge field", text + "X" * 40_000, ("line_too_long", count + 2))
        yield bad(
            f"{kind}: cut off in its last row",
            text[: -len(lines[-2]) // 2],
            ("truncated", count + 1),
            ("short_row", count + 1),
        )
        yield bad(
            f"{kind}: two months", text_of(table.with_cell(2, "periode", "2021-07")), ("mixed_months", 4)
        )
        yield bad(
            f"{kind}: month to come", text_of(table.with_column("periode", "2099-01")), ("future_month", 2)
        )
        yield good(
            f"{kind}: byte order mark", b"\xef\xbb\xbf" + text.encode(), table, "kiriman.csv", "utf8_bom"
        )
        yield good(f"{kind}: UTF-16", text.encode("utf-16"), table, "kiriman.csv", "utf16")
        yield good(f"{kind}: CR", text.replace("\n", "\r"), table, "kiriman.csv", "line_ends_cr")
        yield good(
            f"{kind}: mixed line ends", text.replace("\n", "\r\n", 3), table, "kiriman.csv", "line_ends_mixed"
        )
        yield good(f"{kind}: CRLF", text.replace("\n", "\r\n"), table)
        yield good(f"{kind}: no final line break", text[:-1], table, "kiriman.csv", "no_final_line_break")
        yield good(f"{kind}: blank rows", text.replace("\n", "\n\n", 2), table, "kiriman.csv", "blank_rows")
        for delimiter, word in ((";", "semicolon"), ("\t", "tab"), ("|", "stroke")):
            yield good(f"{kind}: {word}", text_of(table, delimiter), table)
        for form in FORMS:
            yield good(f"{kind}: {form}", bytes_of(table, form), table, f"kiriman{SUFFIX[form]}")
    yield bad("nothing", b"", ("empty_file", None), rows=0)
    yield bad("blank lines only", b"\n\n  \n,,,\n", ("empty_file", None), rows=0)
    yield bad("ten thousand columns", ",".join(f"k{n}" for n in range(10_000)), ("line_too_long", 1))
    yield bad("four hundred columns", ",".join(["periode"] * 400) + "\n", ("too_many_columns", 1), rows=0)
    zeros = MEMBERS.with_column("nik", *(row[0][:15] + "0" for row in MEMBERS.rows))
    zeros = zeros.with_column("nik", *(row[0][:14] + f"{n}0" for n, row in enumerate(zeros.rows, 1)))
    yield bad("members: every NIK ends in 0", text_of(zeros), ("nik_all_end_in_zero", None))
    free = ROSTER.with_cell(0, "nama", "Siti\nAminah")
    yield good("roster: line break in a name", text_of(free), free)
