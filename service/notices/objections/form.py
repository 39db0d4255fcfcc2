"""What a form sends about an objection, from the public page or the counter."""

import re

from pydantic import BaseModel, Field

from service.notices.objections.codes import fresh_once
from service.notices.objections.lodge import Said


class ObjectionForm(BaseModel):
    """The fields as they are typed; anything that is no number points at no line."""

    notice: str = Field(default="", max_length=60)
    line: str = Field(default="", max_length=10)
    who: str = Field(default="other", max_length=20)
    text: str = Field(default="", max_length=5_000)
    contact: str = Field(default="", max_length=400)
    once: str = Field(default="", max_length=64)

    def said(self) -> Said:
        """Return what is objected; an empty number is the whole list."""
        typed = self.line.strip()
        place = None
        if typed:
            place = int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else -1
        return Said(self.text, self.who, self.contact, place, self.once or fresh_once())
