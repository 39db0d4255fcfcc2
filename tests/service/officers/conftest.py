"""The fixtures of pages, for this folder's tests."""

from tests.service.web.browsing import app, browser, make_officer, sign_in_as

__all__ = ["app", "browser", "make_officer", "sign_in_as"]
