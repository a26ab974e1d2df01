"""Decks made by hand of the figures that other tests draw, with long words where there may be some."""

import datetime as dt
from typing import Any

from enrollment.briefing.slides import Chip, Deck, Number, Slide
from enrollment.figures.active_by_month import active_by_month
from enrollment.figures.commitment_ladder import commitment_ladder
from enrollment.figures.description import Column, Table
from enrollment.figures.goal_progress import goal_progress
from enrollment.language import Language
from tests.figures.rows import ladder, leading, months, progress, published

AUGUST = dt.date(2021, 8, 31)
FOOT = {
    "id": (
        "Per 31 Agustus 2021 · edisi 9a4fb4f1c6, 16 Sep 2021 · data contoh (simulasi)",
        "Peserta aktif menurut definisi BPJAMSOSTEK. Sasaran 38 juta: pernyataan pers 9 April 2021.",
    ),
    "en": (
        "As of 31 August 2021 · edition 9a4fb4f1c6, 16 Sep 2021 · sample data (simulated)",
        "Active participants as BPJAMSOSTEK defines them. Goal 38 million: press statement, 9 April 2021.",
    ),
}
LONG = (
    "Peserta aktif 29,2 juta; pada laju tiga bulan terakhir akhir tahun masih kurang 8,1 juta dari sasaran, "
    "dan untuk 8,77 juta belum ada yang menanggung"
)


def slide(kind: str, code: str, language: Language, **said: Any) -> Slide:
    said = {"title": LONG, "detail": "Perlu **+2,20 juta** tiap bulan sampai Desember.", **said}
    said.setdefault("link", f"https://cakupan.contoh.id/progress?edition=9a4fb4f1c6&lang={language.code}")
    return Slide(kind=kind, code=code, foot=FOOT[language.code], **said)


def deck(code: str = "id") -> Deck:
    """Five slides: a chart with numbers, columns with a line, small charts, a table, and remarks."""
    language = Language(code)
    drawn: dict[str, Any] = {"progress": progress(), "months": months(), "language": language}
    path = goal_progress(published=published(), outlook=leading(), **drawn)
    rows = (("Peserta aktif, Juni", "28,60 juta", "28,70 juta"), ("Capaian kenaikan", "8,8%", "9,7%"))
    columns = (Column("Bulan yang sama, dua edisi", "left"), Column("7 Jul"), Column("16 Sep"))
    then = Table(columns, rows, ("measure", "before", "after"), (("active", 28_604_120, 28_700_000),))
    return Deck(
        language=code,
        title="Capaian kepesertaan",
        edition="9a4fb4f1c6",
        as_of=AUGUST,
        day=dt.date(2021, 9, 16),
        simulated=True,
        slides=(
            slide(
                "headline",
                "H2108-9a4fb4f1c6",
                language,
                chip=Chip("Tertinggal", "behind", "▼"),
                figures=(path,),
                numbers=(
                    Number("14,6%", "dari kenaikan 10,3 juta tercapai sejak 9 April"),
                    Number("8,2 kali", "laju tiga bulan terakhir yang diperlukan"),
                    Number("< 1%", "peluang mencapai sasaran pada 31 Desember 2021"),
                ),
                own="Kalimat sendiri dari yang menyampaikan paparan.",
                notes="Yang dikatakan pada slide ini.",
            ),
            slide("pace", "L2108-9a4fb4f1c6", language, figures=(active_by_month(**drawn),)),
            slide(
                "sources",
                "S2108-9a4fb4f1c6",
                language,
                figures=(commitment_ladder(rows=ladder(), language=language),),
            ),
            slide("then_and_now", "T2108-9a4fb4f1c6", language, figures=(path,), table=then),
            slide(
                "definitions",
                "D2108-9a4fb4f1c6",
                language,
                link="",
                remarks=(
                    "Peserta aktif: **membayar iuran**.",
                    "Sumber: <b>bukan</b> markup, $x$ #set text(red).",
                ),
            ),
        ),
    )
