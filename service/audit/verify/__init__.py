"""Verification of the trail: on the live log, and of an exported one anywhere."""

from service.audit.verify.live import verify
from service.audit.verify.verdict import Verdict

__all__ = ["Verdict", "verify"]
