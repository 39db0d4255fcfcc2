"""The service's Celery worker with the tests' kinds of jobs beside its own."""

from service.worker import app
from tests.service.jobs import kinds

__all__ = ["app", "kinds"]
