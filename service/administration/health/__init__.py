"""How every part of the service does: a page for administrators and the same for their programs."""
