"""What cannot be done about webhooks."""

from service.foundation.problems import Problem


class WebhookUnusable(Problem):
    """What was proposed cannot be an endpoint."""

    code = "webhook_unusable"
    status = 422
    title = "This cannot receive events"


class WebhookAddressRefused(Problem):
    """The address is not one that we send to."""

    code = "webhook_address_refused"
    status = 422
    title = "Nothing is sent to this address"


class WebhookSecondPersonNeeded(Problem):
    """Whoever proposed an endpoint does not confirm it."""

    code = "webhook_second_person_needed"
    status = 403
    title = "A second administrator decides this"

    def __init__(self) -> None:
        super().__init__(
            "You proposed this endpoint; another administrator confirms it.",
            "该接收端由您提出，须由另一名管理员确认。",
        )


class WebhookNotOn(Problem):
    """Events are sent only to an endpoint that is on."""

    code = "webhook_not_on"
    status = 409
    title = "This endpoint is not on"

    def __init__(self) -> None:
        super().__init__(
            "Events are sent only to an endpoint that is confirmed and on.",
            "只有已确认并启用的接收端才会收到事件。",
        )


class WebhookReplayUnusable(Problem):
    """What should be sent again is not said clearly, or is too much at once."""

    code = "webhook_replay_unusable"
    status = 422
    title = "This cannot be sent again so"
