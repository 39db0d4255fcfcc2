"""Who receives what is still due to somebody who died: an heir, or whoever arranged the funeral."""

from service.residents.heirs.register import approve_heir, end_heir, register_heir

__all__ = ["approve_heir", "end_heir", "register_heir"]
