"""Which controls are off for a batch, and the batch's own word of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.switches.models import ControlSwitch


def off_for(session: Session, programme: str, month: str) -> list[ControlSwitch]:
    """Return what is off for a programme's batch of a month, one switch for each control."""
    found = session.scalars(
        select(ControlSwitch)
        .where(
            ControlSwitch.state == "off",
            ControlSwitch.programme.in_(("", programme)),
            ControlSwitch.from_month <= month,
            ControlSwitch.to_month >= month,
        )
        .order_by(ControlSwitch.control, ControlSwitch.confirmed_at)
    )
    return list({switch.control: switch for switch in found}.values())


def say_off(batch: Batch, off: list[ControlSwitch]) -> None:
    """Write into a batch which controls were off while its lines were screened; never less."""
    said = {str(one["control"]): one for one in batch.controls_off or []}
    said |= {
        switch.control: {
            "control": switch.control,
            "programme": switch.programme,
            "until": switch.to_month,
            "switch": str(switch.id),
            "reason": switch.reason,
        }
        for switch in off
        if switch.control not in said
    }
    batch.controls_off = [said[control] for control in sorted(said)]
