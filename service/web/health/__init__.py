"""How the service does: one register of what is looked at, for people, for programs and for watchers.

Every stage says what of it is to be looked at (`service.watches`). `/healthz` and `/metrics`, the page
Health and `GET /api/health` all ask this register, so that none of them knows less than another.
"""
