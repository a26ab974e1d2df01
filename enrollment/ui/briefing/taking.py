"""The slides as files, on the project's template or on the office's own."""

from dataclasses import replace
from functools import partial

import streamlit as st

from enrollment.briefing import files as kinds
from enrollment.briefing import office
from enrollment.briefing.content import Wish
from enrollment.briefing.files import Dress
from enrollment.briefing.office_template import TemplateRefused
from enrollment.briefing.slides import Deck
from enrollment.contract.faults import shown
from enrollment.months import month_text
from enrollment.ui import exporting, markup
from enrollment.ui.briefing import decks
from enrollment.ui.frame import Choice

_LIMIT = 20
"""Megabytes of a template or logo."""


def files(choice: Choice, wish: Wish) -> None:
    """A button for each file; it is made when it is asked for."""
    say, language = choice.language.say, choice.language.code
    both = decks.every(choice, wish)
    markup.show(markup.section(say("briefing.take"), say("briefing.take_how")))
    with st.expander(say("briefing.dress")):
        dress = _dress(choice, both[language])
    with st.container(key="downloads_briefing", horizontal=True, gap="medium"):
        for form in kinds.FORMATS:
            exporting.button(
                say(f"briefing.form.{form}"),
                partial(kinds.made, form, both, language, dress),
                file_name=kinds.name(form, both[language]),
                mime=kinds.MEDIA[form],
                key=f"take_{form}",
                details={"edition": choice.edition.short, "month": month_text(choice.as_of)},
            )


def _dress(choice: Choice, deck: Deck) -> Dress:
    """The office's template and logo where they can be used; what is wrong with them is said at once."""
    say = choice.language.say
    template = st.file_uploader(
        say("briefing.template"), type=["pptx", "potx"], key="briefing_template", max_upload_size=_LIMIT
    )
    logo = st.file_uploader(
        say("briefing.logo"), type=["png", "jpg", "jpeg"], key="briefing_logo", max_upload_size=_LIMIT
    )
    for file in (template, logo):
        if file and file.size > _LIMIT << 20:
            said = say("briefing.too_large", file=shown(file.name), limit=choice.language.number(_LIMIT))
            st.warning(markup.inert(said))
            return Dress()
    worn = Dress(template.getvalue() if template else None, logo.getvalue() if logo else None)
    if worn == Dress():
        return worn
    try:
        office.pptx(replace(deck, slides=()), template=worn.template, logo=worn.logo)
    except (TemplateRefused, office.LogoRefused) as refused:
        st.warning(markup.inert(str(refused)))
        return Dress()
    return worn
