"""Parts that are drawn once for everybody hold nothing of whoever looked first."""

import pytest
from markupsafe import Markup

from service.enquiry.answer import WhyNot
from service.enquiry.why_not import why_not
from service.web import here
from service.web.frames import framed
from service.web.here import Viewer, Visit

EVIL = "<script>&"


def _why_not(name: str = "Allowance", *reasons: str) -> WhyNot:
    return WhyNot("ZZ01", name, name + "甲", "not_due", reasons, reasons, "Office", "民政")


def test_nobody_visits_while_a_frame_is_why_not() -> None:
    mine = Visit(language="en", secret="mine", viewer=Viewer("1", "沈复核", "民政局"))
    here.enter(mine)
    around = "".join(framed("web/layout.html", []).texts)
    assert 'lang="en"' in around
    assert "沈复核" not in around
    assert here.visit() is mine
    with pytest.raises(AssertionError, match="no form"):
        framed("enquiry/ask.html", [], faults=[], trouble="", button="")
    assert here.visit() is mine


def test_a_frame_is_open_where_the_template_says_and_escapes_what_is_put_in() -> None:
    here.enter(Visit(language="en"))
    frame = framed("enquiry/reason.html", ["reason", "not_there"])
    assert (frame.texts, frame.places) == (("<li>", "</li>"), ("reason",))
    assert frame.filled({"reason": EVIL}) == "<li>&lt;script&gt;&amp;</li>"
    assert frame.filled({"reason": Markup("<b>80</b>")}) == "<li><b>80</b></li>"


def test_what_is_not_received_is_told_in_the_language_of_each_request_and_escaped() -> None:
    one = _why_not("Care", EVIL, "aged 80")
    here.enter(Visit(language="en"))
    english = why_not([one, one], "2026-10")
    assert english.count("<li>&lt;script&gt;&amp;</li><li>aged 80</li>") == 2
    assert english.count("<h3>Care</h3>") == 2
    assert EVIL not in english
    here.enter(Visit(language="zh"))
    assert "<h3>Care甲</h3>" in why_not([one], "2026-10")
    assert "month=2026-09" in why_not([one], "2026-09")
    assert why_not([], "2026-10") == ""
