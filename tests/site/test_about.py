"""The licences, and the attribution that CC BY-SA 4.0 asks for."""

from __future__ import annotations

import html
import re

from characters.catalogue import DATA


def test_everybody_may_read_the_whole_attribution(stranger):
    page = stranger.go("/about/")
    assert not page.response.redirect_chain
    text = html.unescape(re.sub(r"<[^>]+>", "", page.html))
    assert " ".join((DATA / "NOTICE").read_text(encoding="utf-8").split()) in " ".join(text.split())


def test_the_licences_and_their_sources_are_linked(stranger):
    page = stranger.go("/about/")
    assert 'href="https://creativecommons.org/licenses/by-sa/4.0/"' in page.html
    assert 'href="https://github.com/OriginalMadman/Ars-Magica-Open-License"' in page.html
    assert "MIT licence" in page.html


def test_every_page_leads_to_the_licences(stranger):
    assert 'href="/about/"' in stranger.go("/accounts/login/").html
