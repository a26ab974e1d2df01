"""The briefing: slides of one edition, presented in a browser, and as PPTX, PDF and a two-page brief.

    edition, wish -> deck: finished slides in one language -> web (HTML), office (PPTX), paper (PDF)

All of them are drawn from the same slides, so they show the same numbers; the same edition, month, language
and wish give the same bytes.
"""
