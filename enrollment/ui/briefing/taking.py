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
from enrollment.ui import markup, visitor
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
            st.download_button(
                say(f"briefing.form.{form}"),
                visitor.while_permitted(partial(kinds.made, form, both, language, dress)),
                file_name=kinds.name(form, both[language]),
                mime=kinds.MEDIA[form],
                key=f"take_{form}",
                type="tertiary",
                on_click="ignore",
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
    worn = Dress(template.getvalue() if template else None, logo.getvalue() if logo else None)
    if worn == Dress():
        return worn
    try:
        office.pptx(replace(deck, slides=()), template=worn.template, logo=worn.logo)
    except (TemplateRefused, office.LogoRefused) as refused:
        st.warning(markup.inert(str(refused)))
        return Dress()
    return worn
