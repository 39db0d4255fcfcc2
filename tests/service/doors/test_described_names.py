"""Everything that the API takes or gives has one name: clients are made from the description."""

from fastapi import FastAPI


def test_no_two_shapes_share_a_name(app: FastAPI) -> None:
    shapes = app.openapi()["components"]["schemas"]
    assert len(shapes) > 100
    # Where two have one name, both are called by the module that they happen to stand in.
    assert [name for name in shapes if "__" in name and not name.startswith("Body_")] == []
