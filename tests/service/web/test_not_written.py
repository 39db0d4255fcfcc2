"""What is no character of any writing is refused in a sentence, wherever it is sent."""

import pytest

from tests.service.web.browsing import SignInAs


@pytest.mark.parametrize(
    "address", ["/batches/a%00b", "/batches?month=%00", "/api/batches/%00/steps", "/api/batches?month=%00"]
)  # fmt: skip
def test_an_address_with_nul_is_refused(sign_in_as: SignInAs, address: str) -> None:
    answer = sign_in_as("maker").get(address)
    assert answer.status_code == 422
    assert "U+0000" in answer.text


@pytest.mark.parametrize("sent", ["安\\u0000", "\\ud800"])
def test_a_body_with_what_is_no_character_is_refused(sign_in_as: SignInAs, sent: str) -> None:
    answer = sign_in_as("maker").post(
        "/api/several-lists/look",
        content=f'{{"act": "submit", "batches": ["{sent}"]}}'.encode(),
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "not_written")
