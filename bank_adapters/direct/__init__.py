"""Enterprise-direct channels: a bank's XML or JSON messages over HTTP. Pure: bytes out, bytes in."""
