"""Who receives what is still due to somebody who died: heirs with shares, or who arranged the funeral."""

from service.residents.heirs.register import (
    Claim,
    approve_heir,
    end_heir,
    refuse_heir,
    register_heir,
)

__all__ = ["Claim", "approve_heir", "end_heir", "refuse_heir", "register_heir"]
